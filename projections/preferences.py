"""Preferences: what each client prefers now, key by key."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.preference import PreferenceRecorded
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class PreferenceRow:
    """One preference, null where it holds no longer; the columns of `projections.preference`."""

    account_id: UUID
    key: str
    value: str | None
    since: date
    position: int


def evolve(_: PreferenceRow | None, entry: Recorded) -> PreferenceRow:
    """Return the row that one entry makes: the latest stands."""
    event = entry.event
    if not isinstance(event, PreferenceRecorded):
        raise ValueError(f"{entry.envelope.name} is not {PreferenceRecorded.NAME}")  # noqa: TRY004
    return PreferenceRow(
        account_id=entry.envelope.stream_id,
        key=event.key,
        value=event.now,
        since=entry.envelope.effective_at,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (entry.envelope.stream_id, event.key) if isinstance(event, PreferenceRecorded) else None


PREFERENCES: Final = RowView(
    name="preferences",
    table="preference",
    row=PreferenceRow,
    key=("account_id", "key"),
    key_of=key_of,
    evolve=evolve,
)
PREFERENCE_LIST: Final = RowList(
    PREFERENCES, "preference", by="key", id="account_id", newest_first=False
)
