"""The pipeline of any day, as known at any position, beside a naive fold of the same events."""

import asyncio
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.change import Change
from domain.deal import (
    DEAL,
    Deal,
    DealAmountRevised,
    DealCorrected,
    DealCurrencyChanged,
    DealEvent,
    DealExpectedCloseRevised,
    DealLost,
    DealMoved,
    DealOpened,
    DealOwnerChanged,
    DealProbabilityRevised,
    DealReclassified,
    DealReopened,
    DealReversed,
    DealWon,
)
from domain.deal_terms import DealKind, DealStage, DealStatus
from domain.money import Money
from projections.deal_changes import DEAL_CHANGES
from projections.pipeline import PipelineFilter, PipelineRow, pipeline
from tests.projections.connections import projecting
from tests.projections.log import TENANT, Log, euro

ACME, ANNA = UUID(int=1), UUID(int=2)
FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(6)]
USUAL = {stage: Decimal(10) * number for number, stage in enumerate(DealStage, start=1)}
OPENED = DealOpened(
    account_id=ACME,
    opened_on=FIRST,
    kind=DealKind.NEW_BUSINESS,
    name="Pilot",
    amount=euro("100.50"),
    stage=DealStage.PROSPECTING,
)
DOLLARS = Money(amount=Decimal(70), currency="USD")
CHANGES: list[DealEvent] = [
    DealMoved(was=DealStage.PROSPECTING, now=DealStage.PROPOSAL),
    DealMoved(was=DealStage.PROPOSAL, now=DealStage.NEGOTIATION),
    DealAmountRevised(was=euro("1"), now=euro("33.333333")),
    DealCurrencyChanged(was=euro("1"), now=DOLLARS),
    DealExpectedCloseRevised(was=None, now=DAYS[3]),
    DealExpectedCloseRevised(was=DAYS[3], now=None),
    DealProbabilityRevised(was=None, now=Decimal("12.5")),
    DealProbabilityRevised(was=Decimal("12.5"), now=None),
    DealOwnerChanged(was=None, now=ANNA),
    DealOwnerChanged(was=ANNA, now=None),
    DealReclassified(was=DealKind.NEW_BUSINESS, now=DealKind.RENEWAL),
    DealCorrected(kind=Change(was=DealKind.NEW_BUSINESS, now=DealKind.UPSELL)),
    DealCorrected(amount=Change(was=euro("1"), now=euro("2"))),
    DealLost(reason_code="price"),
    DealReopened(was=DealStatus.LOST),
]


def naive(log: Log, wanted: PipelineFilter, as_of: date, known_at: int) -> list[tuple[Any, ...]]:
    """Fold each deal's events that were known and had taken effect."""
    lines: dict[tuple[Any, ...], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    known = [entry for entry in log.entries if entry.position <= known_at]
    for deal_id in {entry.envelope.stream_id for entry in known}:
        deal: Deal | None = None
        for entry in known:
            envelope = entry.envelope
            if envelope.stream_id == deal_id and envelope.effective_at <= as_of:
                deal = DEAL.evolve(deal, cast("DealEvent", entry.event))
        if deal is None or deal.status is not DealStatus.OPEN or not asked(deal, wanted):
            continue
        probability = USUAL[deal.stage] if deal.probability is None else deal.probability
        key = (deal.stage, deal.kind, deal.amount.currency)
        count, amount, weighted = lines[key]
        worth = deal.amount.amount
        lines[key] = [count + 1, amount + worth, weighted + worth * probability / 100]
    return sorted((*key, *values) for key, values in lines.items())


def asked(deal: Deal, wanted: PipelineFilter) -> bool:
    close = deal.expected_close_on
    return (
        wanted.owner_id in {None, deal.owner_id}
        and wanted.kind in {None, deal.kind}
        and (wanted.closing_from is None or (close is not None and close >= wanted.closing_from))
        and (wanted.closing_until is None or (close is not None and close <= wanted.closing_until))
    )


async def read(
    url: str, log: Log, questions: list[tuple[PipelineFilter, date, int]]
) -> list[list[PipelineRow]]:
    async with projecting(url) as connection:
        await DEAL_CHANGES.apply(connection, TENANT, log.entries)
        answers = [
            await pipeline(
                connection,
                TENANT,
                wanted=wanted,
                probabilities=USUAL,
                as_of=as_of,
                known_at=known_at,
            )
            for wanted, as_of, known_at in questions
        ]
        await connection.rollback()
    return [list(answer) for answer in answers]


STEPS = st.tuples(st.integers(1, 3), st.sampled_from(CHANGES), st.sampled_from(DAYS))
FILTERS = st.builds(
    PipelineFilter,
    owner_id=st.none() | st.just(ANNA),
    kind=st.none() | st.sampled_from(DealKind),
    closing_from=st.none() | st.sampled_from(DAYS),
    closing_until=st.none() | st.sampled_from(DAYS),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@for_any(st.lists(STEPS, max_size=25), st.data())
def test_the_pipeline_is_what_a_naive_fold_says(
    database_url: str, steps: list[tuple[int, DealEvent, date]], data: st.DataObject
) -> None:
    log = Log()
    for number in (1, 2, 3):
        log.add(OPENED, account_id=ACME, stream_id=UUID(int=number), on=FIRST)
    for number, event, day in steps:
        log.add(event, account_id=ACME, stream_id=UUID(int=number), on=day)
    size = len(log.entries)
    questions = [
        (data.draw(FILTERS) if number else PipelineFilter(), day, data.draw(st.integers(0, size)))
        for number in range(3)
        for day in DAYS
    ]
    questions.append((PipelineFilter(), DAYS[-1], size))

    answers = asyncio.run(read(database_url, log, questions))

    for question, answer in zip(questions, answers, strict=True):
        told = [
            (row.stage, row.kind, row.currency, row.deals, row.amount, row.weighted)
            for row in answer
        ]
        assert sorted(told) == naive(log, *question)


def test_a_corrected_day_of_a_win_moves_the_win(database_url: str) -> None:
    log = Log()

    def add(event: DealEvent, day: date) -> int:
        return log.add(event, account_id=ACME, stream_id=UUID(int=1), on=day)

    add(OPENED, FIRST)
    won = add(DealWon(won_on=DAYS[2], amount=euro("100.50")), DAYS[2])
    later = add(DealCorrected(won_on=Change(was=DAYS[2], now=DAYS[4])), DAYS[5])
    earlier = add(DealCorrected(won_on=Change(was=DAYS[4], now=DAYS[1])), DAYS[5])
    everything = PipelineFilter()
    questions = [(everything, DAYS[3], known) for known in (won, later, earlier)]
    questions += [(everything, DAYS[0], earlier), (everything, DAYS[1], earlier)]

    answers = asyncio.run(read(database_url, log, questions))

    assert [sum(row.deals for row in answer) for answer in answers] == [0, 1, 0, 1, 0]


def test_reversed_wins_are_not_in_the_pipeline(database_url: str) -> None:
    log = Log()
    won = DealWon(won_on=DAYS[1], amount=euro("90"))
    for event in (OPENED, won, DealReversed(reason_code="void")):
        log.add(event, account_id=ACME, stream_id=UUID(int=1), on=DAYS[1])

    (nothing,) = asyncio.run(read(database_url, log, [(PipelineFilter(), DAYS[1], 3)]))

    assert nothing == []


def test_a_change_stands_once() -> None:
    log = Log()
    log.add(OPENED, account_id=ACME, stream_id=UUID(int=1), on=FIRST)
    rows = DEAL_CHANGES.fold({}, log.entries)

    with pytest.raises(ValueError, match="version 1 of the deal"):
        DEAL_CHANGES.fold(rows, log.entries)
