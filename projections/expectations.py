"""Expectations: what each side said that it expects of the other."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.expectation import ExpectationRecorded, ExpectedBy
from domain.horizon import Horizon
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class ExpectationRow:
    """One expectation; the columns of `projections.expectation`."""

    account_id: UUID
    expectation_id: UUID
    by: ExpectedBy
    statement: str
    horizon: Horizon
    recorded_on: date
    position: int


def evolve(_: ExpectationRow | None, entry: Recorded) -> ExpectationRow:
    """Return the row that one entry makes: the latest stands."""
    event = entry.event
    if not isinstance(event, ExpectationRecorded):
        raise ValueError(f"{entry.envelope.name} is not {ExpectationRecorded.NAME}")  # noqa: TRY004
    return ExpectationRow(
        account_id=entry.envelope.stream_id,
        **dict(event),
        recorded_on=entry.envelope.effective_at,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (
        (entry.envelope.stream_id, event.expectation_id)
        if isinstance(event, ExpectationRecorded)
        else None
    )


EXPECTATIONS: Final = RowView(
    name="expectations",
    table="expectation",
    row=ExpectationRow,
    key=("account_id", "expectation_id"),
    key_of=key_of,
    evolve=evolve,
)
EXPECTATION_LIST: Final = RowList(
    EXPECTATIONS, "expectation", by="recorded_on", id="expectation_id"
)
