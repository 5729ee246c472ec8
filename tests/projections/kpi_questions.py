"""Questions about KPIs at random, put to the real projections and to the naive model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

import psycopg

from domain.evidence import Measure, Sum
from domain.kpi_definition import Definition, Reckoning
from domain.kpi_definitions import DEFINITIONS
from domain.period import Period, periods_of, trailing_twelve_months
from projections import kpi_answer, kpi_evidence, kpi_history
from projections.account_changes import ACCOUNT_CHANGES
from projections.kpi_asked import Asked, question_of
from projections.kpi_entries import KPI_ENTRIES
from projections.kpi_evidence import Evidence
from projections.kpi_facts import KPI_FACTS
from projections.kpi_figure import Figure, figure
from projections.kpi_scope import TENANT as EVERYBODY
from projections.kpi_scope import Scope, ScopeKind
from projections.projection import Projection
from tests.projections import naive_account
from tests.projections.log import TENANT, TYPES, Log
from tests.projections.naive_kpis import Answer, Expected, expected_answers
from tests.projections.random_history import (
    COUNTRIES,
    DAYS,
    FIRST_DAY,
    INDUSTRIES,
    MANAGERS,
    TERRITORIES,
    Chance,
)

Connection = psycopg.AsyncConnection[tuple[object, ...]]

PROJECTIONS: Final[Sequence[Projection]] = (ACCOUNT_CHANGES, KPI_ENTRIES, KPI_FACTS)
"""All that figures are read from, beside the log itself."""

_LEFT_OUT: Final = {"health", "portfolio-load"}
"""A score of other figures, and what portfolios say: the naive model has accounts alone."""

OF_GROUPS: Final = [each for name, each in DEFINITIONS.items() if name not in _LEFT_OUT]
OF_ACCOUNTS: Final = [each for each in OF_GROUPS if not each.groups_only]

_GROUPS: Final[Mapping[ScopeKind, Sequence[str]]] = {
    ScopeKind.TIER: ("prospect", "sales", "key", "strategic"),
    ScopeKind.PORTFOLIO: tuple(str(each) for each in MANAGERS),
    ScopeKind.INDUSTRY: INDUSTRIES,
    ScopeKind.TERRITORY: TERRITORIES,
    ScopeKind.COUNTRY: COUNTRIES,
    ScopeKind.SIZE: ("micro", "small", "medium", "large"),
}
_ROUNDED_APART: Final = {"mean-goal-progress"}
"""Each goal's progress is rounded to 10 decimals before it is added."""


async def project(connection: Connection, log: Log, database_url: str, batch: int) -> None:
    """Store the log, and let the projections follow it in batches of a size."""
    log.store(database_url)
    await follow(connection, log, batch)


async def follow(connection: Connection, log: Log, batch: int) -> None:
    """Let the projections follow a log that is stored."""
    for start in range(0, len(log.entries), batch):
        for projection in PROJECTIONS:
            await projection.apply(connection, TENANT, log.entries[start : start + batch])


@dataclass(frozen=True)
class Questions:
    """Asks about one log."""

    log: Log
    chance: Chance
    accounts: int

    def at_random(self) -> Asked:
        """Ask of any scope and period, as of the day of some event or near it, known anywhere."""
        return Asked(TENANT, self._scope(), self._period(), self._day(), self._known_at())

    def _scope(self) -> Scope:
        if self.chance.happens(45):
            account_id = UUID(int=self.chance.number(1, self.accounts))
            return Scope(ScopeKind.ACCOUNT, str(account_id))
        if self.chance.happens(25):
            return EVERYBODY
        kind = self.chance.one_of(list(_GROUPS))
        return Scope(kind, self.chance.one_of(_GROUPS[kind]))

    def _period(self) -> Period:
        day = self._day()
        return self.chance.one_of([*periods_of(day), trailing_twelve_months(day)])

    def _day(self) -> date:
        if self.chance.happens(30):
            return FIRST_DAY + timedelta(days=self.chance.number(-10, DAYS + 90))
        near = self.chance.one_of(self.log.entries).envelope.effective_at
        return near + timedelta(days=self.chance.one_of([-1, 0, 0, 1]))

    def _known_at(self) -> int:
        size = len(self.log.entries)
        return size if self.chance.happens(25) else self.chance.number(0, size)


def definitions_for(asked: Asked) -> Sequence[Definition]:
    return OF_ACCOUNTS if asked.scope.kind is ScopeKind.ACCOUNT else OF_GROUPS


async def figures(connection: Connection, asked: Asked) -> Mapping[str, Sequence[Figure]]:
    """Return the figures of every KPI that fits the scope, by its name."""
    definitions = definitions_for(asked)
    found = await kpi_answer.figures(connection, TYPES, asked, definitions)
    return {each.kpi.name: [f for f in found if f.kpi == each.kpi.name] for each in definitions}


def expected(log: Log, asked: Asked) -> Mapping[str, Answer]:
    naive = naive_account.Asked(asked.period, asked.as_of)
    answers = expected_answers(log.entries, asked.scope, naive, asked.known_at)
    return {each.kpi.name: answers[each.kpi.name] for each in definitions_for(asked)}


def disagreement(found: Sequence[Figure], naive: Answer) -> str | None:
    """Say where a KPI's figures are not what they must be; None: nowhere."""
    name = found[0].kpi
    known = {f.currency: f for f in found if f.value is not None and not _is_no_order(f)}
    must = {
        c: e
        for c, e in naive.items()
        if e.value is not None and not (name == "orders" and not e.value)
    }
    if known.keys() != must.keys():
        return f"{name}: figures in {list(known)}, expected in {list(must)}"
    for currency, each in must.items():
        if not _is(known[currency], each):
            return f"{name} {currency}: {_told(known[currency])}, expected {each}"
    if must or name == "orders":
        return None
    reason = next(iter(naive.values())).reason
    if any(f.no_data != reason for f in found):
        return f"{name}: {[f.no_data for f in found]}, expected {reason}"
    return None


def _is_no_order(each: Figure) -> bool:
    """Tell whether no orders are counted: in which currencies there are none says nothing."""
    return each.kpi == "orders" and each.value == 0


def _is(each: Figure, must: Expected) -> bool:
    pairs = [
        (each.value, must.value),
        (each.numerator, must.numerator),
        (each.denominator, must.denominator),
    ]
    tolerance = Decimal("1E-8") if each.kpi in _ROUNDED_APART else Decimal(0)
    return all(a == b if a is None or b is None else abs(a - b) <= tolerance for a, b in pairs)


def _told(each: Figure) -> tuple[object, ...]:
    return each.value, each.numerator, each.denominator, each.no_data


async def evidence_that_does_not_add_up(
    connection: Connection, asked: Asked, definition: Definition, found: Sequence[Figure]
) -> str | None:
    """Reckon figures again from their evidence alone, and say where they differ."""
    page = await kpi_evidence.evidence(connection, TYPES, asked, definition)
    question = await question_of(connection, TYPES, asked)
    for each in found:
        lines = [line for line in page.lines if line.currency == each.currency]
        if definition.orders or definition.by_account:
            given = _of_facts(lines, definition)
        else:
            given = _sums(lines)
        revenues = _by_account(lines) if definition.by_account else ()
        reckoning = Reckoning(question, given, each.currency, revenues)
        again = figure(definition, reckoning, position=each.position)
        if _told(again) != _told(each) and not _tells_no_data_from_zero(definition, each):
            return f"{each.kpi} {each.currency}: {_told(each)}, by its evidence {_told(again)}"
    return None


def _tells_no_data_from_zero(definition: Definition, each: Figure) -> bool:
    """Tell whether a figure of orders is zero by those of before, which are no part of it."""
    return Measure.ORDERS_EVER in definition.measures and not each.numerator


def _sums(lines: Sequence[Evidence]) -> dict[Measure, Sum]:
    sums: dict[Measure, Sum] = {}
    for line in lines:
        before = sums.get(Measure(line.measure), Sum(Decimal(0), None))
        sums[Measure(line.measure)] = Sum(before.amount + line.contribution, line.position)
    return sums


def _of_facts(lines: Sequence[Evidence], definition: Definition) -> dict[Measure, Sum]:
    """Add up lines of orders, which are of revenue or of orders."""
    net = sum((line.contribution for line in lines if line.measure == "revenue"), Decimal(0))
    orders = sum((line.contribution for line in lines if line.measure == "orders"), Decimal(0))
    sums = {
        Measure.ORDER_AMOUNT: Sum(net, None),
        Measure.ORDERS: Sum(orders, None),
        Measure.ORDERS_EVER: Sum(Decimal(len(lines)), None),
    }
    return {measure: each for measure, each in sums.items() if measure in definition.measures}


def _by_account(lines: Sequence[Evidence]) -> Sequence[Decimal]:
    revenues: dict[UUID, Decimal] = {}
    for line in lines:
        before = revenues.get(line.account_id, Decimal(0))
        revenues[line.account_id] = before + line.contribution
    return list(revenues.values())


async def history_that_leads_elsewhere(
    connection: Connection, asked: Asked, definition: Definition, found: Sequence[Figure]
) -> str | None:
    """Follow the history of a figure to its end, and say where it does not come to what it is."""
    latest: dict[str | None, Figure] = {}
    after: int | None = 0
    while after is not None:
        page = await kpi_history.history(
            connection, TYPES, asked, definition, after=after, limit=60
        )
        latest |= {change.figure.currency: change.figure for change in page.changes}
        after = page.next
    for each in found:
        then = latest.pop(each.currency, None)
        if then is None and each.value:
            return f"{each.kpi} {each.currency}: {_told(each)} has no history"
        if then is not None and _told(then) != _told(each):
            return f"{each.kpi} {each.currency}: {_told(each)}, by its history {_told(then)}"
    ends = [
        f"{each.kpi} {each.currency}: {_told(each)} has no end"
        for each in latest.values()
        if each.value
    ]
    return ends[0] if ends else None
