"""Each movement of recurring revenue, as it was recorded, with what later took its place."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from domain.recurring_revenue import (
    Movement,
    MovementKind,
    RecurringRevenueChanged,
    RecurringRevenueCorrected,
    RecurringRevenueEnded,
    RecurringRevenueReactivated,
    RecurringRevenueStarted,
    RecurringRevenueVoided,
    first_movement,
)
from ledger.recorded import Recorded
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class RecurringMovementRow:
    """What one event says; the columns of `projections.recurring_movement`.

    `restates`: the movement before this one was never so. `voids`: nothing of it ever was; such a
    row has no movement of its own. `product_line` and `deal_id` stand in the first row.
    """

    recurring_id: UUID
    version: int
    account_id: UUID | None
    position: int
    restates: bool = False
    voids: bool = False
    kind: MovementKind | None = None
    moved_on: date | None = None
    was: Decimal | None = None
    now: Decimal | None = None
    currency: str | None = None
    reason_code: str | None = None
    product_line: str | None = None
    deal_id: UUID | None = None


def evolve(row: RecurringMovementRow | None, entry: Recorded) -> RecurringMovementRow:
    """Make the row out of the entry that records it."""
    if row is not None:
        raise ValueError(f"version {row.version} of an order book stands twice")
    match entry.event:
        case RecurringRevenueStarted(recurring_id=id_, terms=terms):
            first = first_movement(terms)
            return _moved(id_, entry, first, product_line=terms.product_line, deal_id=terms.deal_id)
        case RecurringRevenueEnded(recurring_id=id_, movement=movement, reason_code=because):
            return _moved(id_, entry, movement, reason_code=because)
        case (
            RecurringRevenueChanged(recurring_id=id_, movement=movement)
            | RecurringRevenueReactivated(recurring_id=id_, movement=movement)
        ):
            return _moved(id_, entry, movement)
        case RecurringRevenueCorrected(recurring_id=id_, now=movement):
            return _moved(id_, entry, movement, restates=True)
        case RecurringRevenueVoided(recurring_id=id_):
            envelope = entry.envelope
            return RecurringMovementRow(
                id_, envelope.version, envelope.account_id, entry.position, voids=True
            )
        case _:
            raise ValueError(f"{entry.envelope.name} is no movement of recurring revenue")


def _moved(
    recurring_id: UUID,
    entry: Recorded,
    movement: Movement,
    *,
    restates: bool = False,
    reason_code: str | None = None,
    product_line: str | None = None,
    deal_id: UUID | None = None,
) -> RecurringMovementRow:
    return RecurringMovementRow(
        recurring_id=recurring_id,
        version=entry.envelope.version,
        account_id=entry.envelope.account_id,
        position=entry.position,
        restates=restates,
        kind=movement.kind,
        moved_on=movement.on,
        was=movement.was.amount,
        now=movement.now.amount,
        currency=movement.now.currency,
        reason_code=reason_code,
        product_line=product_line,
        deal_id=deal_id,
    )


def key_of(entry: Recorded) -> Key | None:
    match entry.event:
        case (
            RecurringRevenueStarted(recurring_id=id_)
            | RecurringRevenueChanged(recurring_id=id_)
            | RecurringRevenueEnded(recurring_id=id_)
            | RecurringRevenueReactivated(recurring_id=id_)
            | RecurringRevenueCorrected(recurring_id=id_)
            | RecurringRevenueVoided(recurring_id=id_)
        ):
            return id_, entry.envelope.version
        case _:
            return None


RECURRING_MOVEMENTS: Final = RowView(
    name="recurring-movements",
    table="recurring_movement",
    row=RecurringMovementRow,
    key=("recurring_id", "version"),
    key_of=key_of,
    evolve=evolve,
)
