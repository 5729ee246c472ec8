"""Deals: what is being sold to whom, how far it has come, and what became of it."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from domain.deal import (
    DEAL,
    DealAmountRevised,
    DealCorrected,
    DealExpectedCloseRevised,
    DealLost,
    DealMoved,
    DealOpened,
    DealProductsRevised,
    DealReversed,
    DealWon,
)
from domain.deal_contract import DealContractSigned
from domain.deal_terms import DealKind, DealStage, DealStatus
from domain.refusal import NotFound
from ledger.recorded import Recorded
from projections.page import Page, day_and_id, page_of, where
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class DealRow:
    """One deal as it stands; the columns of `projections.deal`."""

    deal_id: UUID
    account_id: UUID
    kind: DealKind
    name: str
    stage: DealStage
    status: DealStatus
    amount: Decimal
    currency: str
    products: tuple[str, ...]
    opened_on: date
    expected_close_on: date | None
    won_on: date | None
    lost_on: date | None
    reversed_on: date | None
    contract_signed_on: date | None
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class DealFilter:
    """What the deals of a list have in common; None: it does not matter."""

    account_id: UUID | None = None
    status: DealStatus | None = None
    stage: DealStage | None = None
    kind: DealKind | None = None


def evolve(row: DealRow | None, entry: Recorded) -> DealRow:
    """Fold one entry of a deal's stream into its row."""
    event = entry.event
    if isinstance(event, DealOpened):
        return _opened(event, entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {DealOpened.NAME}")
    return replace(_evolved(row, entry), version=entry.envelope.version, position=entry.position)


def _evolved(row: DealRow, entry: Recorded) -> DealRow:  # noqa: PLR0911 - one case an event
    day = entry.envelope.effective_at
    match entry.event:
        case DealMoved(now=stage):
            return replace(row, stage=stage)
        case DealAmountRevised(now=money):
            return replace(row, amount=money.amount, currency=money.currency)
        case DealExpectedCloseRevised(now=expected):
            return replace(row, expected_close_on=expected)
        case DealProductsRevised(now=products):
            return replace(row, products=products)
        case DealContractSigned(contract=contract):
            return replace(row, contract_signed_on=contract.signed_on)
        case DealWon(won_on=won_on, amount=money):
            row = replace(row, status=DealStatus.WON, won_on=won_on)
            return replace(row, amount=money.amount, currency=money.currency)
        case DealLost():
            return replace(row, status=DealStatus.LOST, lost_on=day)
        case DealReversed():
            return replace(row, status=DealStatus.REVERSED, reversed_on=day)
        case DealCorrected() as corrected:
            return _corrected(row, corrected)
        case _:
            return row


def key_of(entry: Recorded) -> Key | None:
    envelope = entry.envelope
    return (envelope.stream_id,) if envelope.stream_type == DEAL.name else None


DEALS: Final = RowView(
    name="deals", table="deal", row=DealRow, key=("deal_id",), key_of=key_of, evolve=evolve
)

_ONE: Final = DEALS.select_from + where(["tenant_id = %s", "account_id = %s", "deal_id = %s"])
_NEWEST_FIRST: Final = SQL(" ORDER BY opened_on DESC, deal_id DESC LIMIT %s")


async def find_deal(
    connection: AsyncConnection[Any], tenant_id: str, account_id: UUID, deal_id: UUID
) -> DealRow:
    """Return one deal of an account.

    Raises:
        NotFound: the account has no such deal, or the view does not hold it yet.
    """
    rows = await DEALS.select(connection, _ONE, (tenant_id, account_id, deal_id))
    if not rows:
        raise NotFound("deal", deal_id)
    return rows[0]


async def list_deals(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    wanted: DealFilter,
    after: str | None = None,
    limit: int = 100,
) -> Page[DealRow]:
    """Return deals, those opened last first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    conditions, parameters = ["tenant_id = %s"], [tenant_id]
    for column in ("account_id", "status", "stage", "kind"):
        value = getattr(wanted, column)
        if value is not None:
            conditions.append(f"{column} = %s")
            parameters.append(str(value))
    if after is not None:
        conditions.append("(opened_on, deal_id) < (%s, %s)")
        parameters += map(str, day_and_id(after))
    query = DEALS.select_from + where(conditions) + _NEWEST_FIRST
    rows = await DEALS.select(connection, query, (*parameters, limit + 1))
    return page_of(rows, limit, lambda row: (row.opened_on, row.deal_id))


def _opened(event: DealOpened, entry: Recorded) -> DealRow:
    return DealRow(
        deal_id=entry.envelope.stream_id,
        account_id=event.account_id,
        kind=event.kind,
        name=event.name,
        stage=event.stage,
        status=DealStatus.OPEN,
        amount=event.amount.amount,
        currency=event.amount.currency,
        products=event.products,
        opened_on=event.opened_on,
        expected_close_on=event.expected_close_on,
        won_on=None,
        lost_on=None,
        reversed_on=None,
        contract_signed_on=None,
        version=entry.envelope.version,
        position=entry.position,
    )


def _corrected(row: DealRow, event: DealCorrected) -> DealRow:
    money = event.amount and event.amount.now
    return replace(
        row,
        kind=event.kind.now if event.kind else row.kind,
        amount=money.amount if money else row.amount,
        currency=money.currency if money else row.currency,
        products=event.products.now if event.products else row.products,
        won_on=event.won_on.now if event.won_on else row.won_on,
    )
