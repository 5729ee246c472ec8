"""What each event changed of where an account belongs: its tier, its manager, its segments."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.account import (
    AccountManagerAssigned,
    AccountManagerUnassigned,
    AccountOpened,
    AccountProfileRevised,
    AccountTierChanged,
)
from domain.manager import ManagerRole
from domain.tier import Tier
from ledger.recorded import Recorded
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class AccountChangeRow:
    """What one event changed; the columns of `projections.account_change`.

    `changed` names the columns that say something; in all others null is no value. `manager_id` is
    who leads the account from then on. `unled_by` and `unled_role` are who no longer does, if that
    was who did.
    """

    account_id: UUID
    position: int
    effective_at: date
    changed: tuple[str, ...] = ()
    tier: Tier | None = None
    manager_id: UUID | None = None
    manager_role: ManagerRole | None = None
    unled_by: UUID | None = None
    unled_role: ManagerRole | None = None
    industry: str | None = None
    territory: str | None = None
    country: str | None = None
    employees: int | None = None


_PROFILE: Final = ("industry", "territory", "country", "employees")


def evolve(row: AccountChangeRow | None, entry: Recorded) -> AccountChangeRow:
    """Make the row of an event out of its entry."""
    envelope = entry.envelope
    if row is not None:
        raise ValueError(f"position {row.position} of an account stands twice")
    bare = AccountChangeRow(envelope.stream_id, entry.position, envelope.effective_at)
    match entry.event:
        case AccountOpened(profile=profile):
            begun = replace(bare, tier=Tier.PROSPECT, changed=("tier", *_PROFILE))
            values = {name: getattr(profile, name) for name in _PROFILE}
            return replace(begun, **_columns(values))
        case AccountTierChanged(now=tier):
            return replace(bare, tier=tier, changed=("tier",))
        case AccountManagerAssigned(party_id=party, role=role, primary=True):
            return replace(bare, manager_id=party, manager_role=role, changed=("manager",))
        case (
            AccountManagerAssigned(party_id=party, role=role)
            | AccountManagerUnassigned(party_id=party, role=role)
        ):
            return replace(bare, unled_by=party, unled_role=role, changed=("unled",))
        case AccountProfileRevised() as revised:
            changes = {n: getattr(revised, n).now for n in _PROFILE if getattr(revised, n)}
            return replace(bare, changed=tuple(changes), **_columns(changes))
        case _:
            raise ValueError(f"{envelope.name} does not say where an account belongs")


def key_of(entry: Recorded) -> Key | None:
    match entry.event:
        case (
            AccountOpened()
            | AccountTierChanged()
            | AccountManagerAssigned()
            | AccountManagerUnassigned()
        ):
            return entry.envelope.stream_id, entry.position
        case AccountProfileRevised() as revised if any(getattr(revised, n) for n in _PROFILE):
            return entry.envelope.stream_id, entry.position
        case _:
            return None


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values as they are kept: an industry by its label."""
    industry = values.get("industry")
    return values | ({"industry": industry.label} if industry is not None else {})


ACCOUNT_CHANGES: Final = RowView(
    name="account-changes",
    table="account_change",
    row=AccountChangeRow,
    key=("account_id", "position"),
    key_of=key_of,
    evolve=evolve,
)
