"""Deals: entries in, rows out."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.change import Change
from domain.deal import (
    DealAmountRevised,
    DealCorrected,
    DealMoved,
    DealOpened,
    DealReversed,
    DealWon,
)
from domain.deal_contract import Contract, DealContractSigned
from domain.deal_terms import DealKind, DealStage, DealStatus
from domain.event import Event
from domain.refusal import NotFound
from projections.deal_list import DEAL_LIST, DealFilter
from projections.deals import DEALS, DealRow
from tests.projections.connections import projecting
from tests.projections.log import TENANT, Log, euro

ACME, PILOT = UUID(int=1), UUID(int=2)
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
OPENED = DealOpened(
    account_id=ACME,
    opened_on=MAY,
    kind=DealKind.NEW_BUSINESS,
    name="Pilot",
    amount=euro("100.50"),
    products=('Chairs, "oak"', "Tables"),
    stage=DealStage.PROSPECTING,
)


def row_after(*events: Event, on: date = JULY) -> DealRow:
    log = Log()
    for event in (OPENED, *events):
        log.add(event, account_id=ACME, stream_id=PILOT, on=on)
    return DEALS.fold({}, log.entries)[(PILOT,)]


def test_a_deal_begins_open() -> None:
    row = row_after()

    assert (row.account_id, row.status, row.stage) == (ACME, DealStatus.OPEN, DealStage.PROSPECTING)
    assert (row.amount, row.currency, row.opened_on) == (Decimal("100.50"), "EUR", MAY)
    assert (row.version, row.position) == (1, 1)


def test_a_deal_moves_and_is_won_at_another_amount() -> None:
    row = row_after(
        DealMoved(was=DealStage.PROSPECTING, now=DealStage.PROPOSAL),
        DealAmountRevised(was=euro("100.50"), now=euro("120")),
        DealWon(won_on=JUNE, amount=euro("130")),
    )

    assert (row.stage, row.status, row.won_on) == (DealStage.PROPOSAL, DealStatus.WON, JUNE)
    assert (row.amount, row.version, row.position) == (Decimal(130), 4, 4)


def test_a_reversed_win_keeps_its_day() -> None:
    row = row_after(DealWon(won_on=JUNE, amount=euro("1")), DealReversed(reason_code="void"))

    assert (row.status, row.won_on, row.reversed_on) == (DealStatus.REVERSED, JUNE, JULY)


def test_a_correction_restates_what_it_names() -> None:
    row = row_after(
        DealWon(won_on=JUNE, amount=euro("1")),
        DealCorrected(won_on=Change(was=JUNE, now=JULY)),
    )

    assert (row.won_on, row.amount, row.kind) == (JULY, Decimal(1), DealKind.NEW_BUSINESS)


def test_a_signed_contract_shows_its_day() -> None:
    contract = Contract(signed_on=JUNE, starts_on=JULY, document="C-1", sha256="0" * 64)

    assert row_after(DealContractSigned(contract=contract)).contract_signed_on == JUNE


@pytest.mark.anyio
async def test_deals_are_listed_newest_first_by_account_and_status(database_url: str) -> None:
    log = Log()
    days = [MAY, JULY, JUNE, JUNE]
    for number, day in enumerate(days):
        opened = OPENED.model_copy(update={"opened_on": day})
        log.add(opened, account_id=ACME, stream_id=UUID(int=number), on=day)
    log.add(DealWon(won_on=JULY, amount=euro("1")), account_id=ACME, stream_id=UUID(int=0), on=JULY)
    async with projecting(database_url) as connection:
        await DEALS.apply(connection, TENANT, log.entries)
        wanted = {"account_id": ACME, **DealFilter(status=DealStatus.OPEN).equal}
        first = await DEAL_LIST.page(connection, TENANT, wanted, limit=2)
        rest = await DEAL_LIST.page(connection, TENANT, wanted, limit=2, after=first.next)
        found = await DEAL_LIST.one(connection, TENANT, account_id=ACME, deal_id=UUID(int=0))

        assert [row.deal_id.int for row in first.rows] == [1, 3]
        assert ([row.deal_id.int for row in rest.rows], rest.next) == ([2], None)
        assert found == DEALS.fold({}, log.entries)[(UUID(int=0),)]
        with pytest.raises(NotFound):
            await DEAL_LIST.one(connection, TENANT, account_id=UUID(int=9), deal_id=UUID(int=0))
