"""Tier grants: which tier each account was given on which day, and by which criteria."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.account import AccountTierChanged
from domain.tier import Tier
from ledger.recorded import Recorded
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class TierGrantRow:
    """One change of tier; the columns of `projections.tier_grant`."""

    account_id: UUID
    version: str
    """That of the account, which tells its changes apart."""
    tier: Tier
    criteria: tuple[str, ...]
    granted_on: date
    position: int


def evolve(_: TierGrantRow | None, entry: Recorded) -> TierGrantRow:
    """Return the row that one entry makes."""
    event = entry.event
    if not isinstance(event, AccountTierChanged):
        raise ValueError(f"{entry.envelope.name} is not {AccountTierChanged.NAME}")  # noqa: TRY004
    return TierGrantRow(
        account_id=entry.envelope.stream_id,
        version=str(entry.envelope.version),
        tier=event.now,
        criteria=tuple(event.criteria),
        granted_on=entry.envelope.effective_at,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    envelope = entry.envelope
    if isinstance(entry.event, AccountTierChanged):
        return (envelope.stream_id, str(envelope.version))
    return None


TIER_GRANTS: Final = RowView(
    name="tier-grants",
    table="tier_grant",
    row=TierGrantRow,
    key=("account_id", "version"),
    key_of=key_of,
    evolve=evolve,
)
