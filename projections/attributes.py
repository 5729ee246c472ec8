"""Attributes: what stands in the tenant's own fields of each account."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.attribute import AttributeSet, as_text
from domain.policy import AttributeType
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """One attribute, null where it is not known now; the columns of `projections.attribute`."""

    account_id: UUID
    key: str
    type: AttributeType | None
    value: str | None
    since: date
    position: int


def evolve(_: AttributeRow | None, entry: Recorded) -> AttributeRow:
    """Return the row that one entry makes: the latest stands."""
    event = entry.event
    if not isinstance(event, AttributeSet):
        raise ValueError(f"{entry.envelope.name} is not {AttributeSet.NAME}")  # noqa: TRY004
    return AttributeRow(
        account_id=entry.envelope.stream_id,
        key=event.key,
        type=event.now.type if event.now else None,
        value=as_text(event.now) if event.now else None,
        since=entry.envelope.effective_at,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (entry.envelope.stream_id, event.key) if isinstance(event, AttributeSet) else None


ATTRIBUTES: Final = RowView(
    name="attributes",
    table="attribute",
    row=AttributeRow,
    key=("account_id", "key"),
    key_of=key_of,
    evolve=evolve,
)
ATTRIBUTE_LIST: Final = RowList(
    ATTRIBUTES, "attribute", by="key", id="account_id", newest_first=False
)
