"""What the log alone gives agrees with what the views give: figures, and the events behind them."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.kpi_definitions import DEFINITIONS
from domain.period import parse
from domain.portfolio import PortfolioOpened
from domain.published_figure import FigureScope, FigureScopeKind, FigureSubject
from ledger.merkle import root_of
from ledger.recorded import Recorded
from projections import kpi_answer, kpi_evidence
from projections.figure_reckoning import KnownEvents, needs_of, value_of
from projections.kpi_asked import Asked
from projections.kpi_scope import Scope, ScopeKind
from tests.projections.connections import projecting
from tests.projections.demo_log import play_demo
from tests.projections.kpi_questions import (
    PROJECTIONS,
    Connection,
    Questions,
    definitions_for,
    project,
)
from tests.projections.log import TENANT, TYPES, Log
from tests.projections.random_history import Chance
from tests.projections.random_world import random_history

pytestmark = pytest.mark.anyio
ACCOUNTS, EVENTS = 4, 300


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    async with projecting(database_url) as connection:
        yield connection


def subject_of(asked: Asked, kpi: str) -> FigureSubject:
    kind = FigureScopeKind(asked.scope.kind.value)
    scope = FigureScope(kind=kind, value=asked.scope.value or None)
    return FigureSubject(kpi=kpi, scope=scope, period=str(asked.period))


def known_of(log: Log, subjects: list[FigureSubject]) -> KnownEvents:
    known = KnownEvents(needs_of(subjects))
    for entry in log.entries:
        known.read(entry)
    return known


@pytest.mark.parametrize("seed", [31, 32, 33])
async def test_the_log_gives_the_figures_and_evidence_of_the_views(
    connection: Connection, database_url: str, seed: int
) -> None:
    log = random_history(seed, accounts=ACCOUNTS, events=EVENTS)
    await project(connection, log, database_url, 100)
    await connection.commit()
    leaves = {entry.position: entry.leaf for entry in log.entries}
    questions, told = Questions(log, Chance(seed), ACCOUNTS), 0
    for number in range(10):
        asked = questions.at_random()
        if asked.known_at == 0:
            continue
        definitions = definitions_for(asked)
        if number % 2:
            definitions = [DEFINITIONS["health"], *definitions]
        subjects = [subject_of(asked, each.kpi.name) for each in definitions]
        known = known_of(log, subjects)
        for definition, subject in zip(definitions, subjects, strict=True):
            reckoned = known.reckon(subject, as_of=asked.as_of, known_at=asked.known_at)
            views = await kpi_answer.figures(connection, TYPES, asked, [definition])
            page = await kpi_evidence.evidence(connection, TYPES, asked, definition)
            positions = sorted({each.position for each in page.lines})

            assert reckoned.values == tuple(value_of(each) for each in views), (subject, asked)
            assert list(reckoned.positions) == positions, (subject, asked)
            evidence_root = root_of([leaves[position] for position in positions])
            assert reckoned.evidence.root == evidence_root.hex()
            told += any(each.value is not None for each in reckoned.values)
    assert told > 60


async def test_every_kpi_of_the_demo_is_the_same_from_the_log(
    connection: Connection, database_url: str, tmp_path: Path
) -> None:
    """Unlike random histories it has portfolios, policies and several currencies."""
    entries = await play_demo(database_url, tmp_path)
    for projection in PROJECTIONS:
        await projection.apply(connection, TENANT, entries)
    await connection.commit()
    scopes = [
        Scope(ScopeKind.TENANT),
        Scope(ScopeKind.PORTFOLIO, str(manager_of(entries))),
        Scope(ScopeKind.TIER, "key"),
    ]
    told = 0
    for scope in scopes:
        asked = Asked(TENANT, scope, parse("2026-Q2"), date(2026, 6, 30), len(entries) - 100)
        subjects = [subject_of(asked, name) for name in DEFINITIONS]
        known = KnownEvents(needs_of(subjects))
        for entry in entries:
            known.read(entry)
        for definition, subject in zip(DEFINITIONS.values(), subjects, strict=True):
            reckoned = known.reckon(subject, as_of=asked.as_of, known_at=asked.known_at)
            views = await kpi_answer.figures(connection, TYPES, asked, [definition])
            page = await kpi_evidence.evidence(connection, TYPES, asked, definition)

            assert reckoned.values == tuple(value_of(each) for each in views), subject
            assert list(reckoned.positions) == sorted({each.position for each in page.lines})
            told += any(each.value is not None for each in reckoned.values)
    assert told > 60


def manager_of(entries: Sequence[Recorded]) -> UUID:
    """Return a manager who has a portfolio."""
    return next(e.event.manager_id for e in entries if isinstance(e.event, PortfolioOpened))


def test_what_one_figure_needs_is_read_and_nothing_else() -> None:
    log = random_history(34, accounts=ACCOUNTS, events=100)
    (account_id,) = {e.envelope.account_id for e in log.entries if e.position == 1}
    assert account_id is not None
    scope = FigureScope(kind=FigureScopeKind.ACCOUNT, value=str(account_id))
    subject = FigureSubject(kpi="revenue", scope=scope, period="lifetime")

    needs = needs_of([subject])
    assert needs.accounts == frozenset([account_id])
    assert "order.placed" in needs.names
    assert "deal.won" not in needs.names
    as_of = max(entry.envelope.effective_at for entry in log.entries) + timedelta(days=1)
    everything = known_of(log, [subject, subject.model_copy(update={"kpi": "deal-revenue"})])
    alone = known_of(log, [subject])
    assert alone.reckon(subject, as_of=as_of, known_at=log.size) == everything.reckon(
        subject, as_of=as_of, known_at=log.size
    )
