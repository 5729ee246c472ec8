"""An account: a company we do business with, its profile, its tier and who looks after it."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar, assert_never
from uuid import UUID

from domain.change import Change
from domain.country import Country
from domain.event import Aggregate, Event
from domain.external_reference import ExternalReference
from domain.manager import NO_MANAGERS, ManagerRole, Managers
from domain.profile import AnnualRevenue, EmployeeCount, Industry, Profile
from domain.words import Code, Label, Name


class Tier(StrEnum):
    PROSPECT = "prospect"
    SALES = "sales"
    KEY = "key"
    STRATEGIC = "strategic"


LOOKED_AFTER = frozenset({Tier.KEY, Tier.STRATEGIC})
"""The tiers that are given for a reason and keep a primary manager."""


class TierCriterion(StrEnum):
    """Why an account deserves a tier."""

    PROJECTED_REVENUE = "projected-revenue"
    GROWTH_AREA = "growth-area"
    PRESTIGE = "prestige"
    CRITICAL_TO_PLANS = "critical-to-plans"
    REVENUE_SHARE = "revenue-share"
    NAMED_LIST = "named-list"


# Events: these names and fields are the stored format. Add; never rename or remove.


class AccountOpened(Event):
    """An account begins as a prospect."""

    NAME: ClassVar[str] = "account.opened"
    opened_on: date
    profile: Profile
    references: tuple[ExternalReference, ...] = ()


class AccountProfileRevised(Event):
    """Holds only what changed; a field without a change is null."""

    NAME: ClassVar[str] = "account.profile-revised"
    name: Change[Name] | None = None
    legal_name: Change[Name | None] | None = None
    industry: Change[Industry | None] | None = None
    territory: Change[Label | None] | None = None
    country: Change[Country | None] | None = None
    employees: Change[EmployeeCount | None] | None = None
    annual_revenue: Change[AnnualRevenue | None] | None = None
    parent_account_id: Change[UUID | None] | None = None


class AccountTierChanged(Event):
    NAME: ClassVar[str] = "account.tier-changed"
    was: Tier
    now: Tier
    criteria: tuple[TierCriterion, ...] = ()


class AccountManagerAssigned(Event):
    """A party of ours looks after the account in a role, as the primary manager or beside it."""

    NAME: ClassVar[str] = "account.manager-assigned"
    party_id: UUID
    role: ManagerRole
    primary: bool


class AccountManagerUnassigned(Event):
    NAME: ClassVar[str] = "account.manager-unassigned"
    party_id: UUID
    role: ManagerRole


class AccountHandedOver(Event):
    """After a won deal the executive who won it left the account to a manager."""

    NAME: ClassVar[str] = "account.handed-over"
    deal_id: UUID
    from_party_id: UUID
    to_party_id: UUID
    role: ManagerRole


class AccountClosed(Event):
    """`churned`: a customer left us; else the account was closed for reasons of our own."""

    NAME: ClassVar[str] = "account.closed"
    closed_on: date
    churned: bool
    reason_code: Code


class AccountReopened(Event):
    NAME: ClassVar[str] = "account.reopened"
    reopened_on: date


AccountEvent = (
    AccountOpened
    | AccountProfileRevised
    | AccountTierChanged
    | AccountManagerAssigned
    | AccountManagerUnassigned
    | AccountHandedOver
    | AccountClosed
    | AccountReopened
)


@dataclass(frozen=True, slots=True)
class Account:
    """What decisions about an account need to remember."""

    profile: Profile
    opened_on: date
    tier: Tier = Tier.PROSPECT
    managers: Managers = NO_MANAGERS
    deals_handed_over: frozenset[UUID] = frozenset()
    closed_on: date | None = None
    reopened_on: date | None = None
    """When it was last taken up again."""

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


def evolve(account: Account | None, event: AccountEvent) -> Account:  # noqa: C901, PLR0911 - one case an event
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, AccountOpened):
        return Account(profile=event.profile, opened_on=event.opened_on)
    if account is None:
        raise ValueError(f"{event.NAME} stands before {AccountOpened.NAME}")
    match event:
        case AccountProfileRevised():
            changes = {field: value.now for field, value in event if value is not None}
            return replace(account, profile=account.profile.model_copy(update=changes))
        case AccountTierChanged():
            return replace(account, tier=event.now)
        case AccountManagerAssigned():
            managers = account.managers.set((event.party_id, event.role), event.primary)
            return replace(account, managers=managers)
        case AccountManagerUnassigned():
            managers = account.managers
            if (event.party_id, event.role) in managers:
                managers = managers.delete((event.party_id, event.role))
            return replace(account, managers=managers)
        case AccountHandedOver():
            return replace(account, deals_handed_over=account.deals_handed_over | {event.deal_id})
        case AccountClosed():
            return replace(account, closed_on=event.closed_on)
        case AccountReopened():
            return replace(account, closed_on=None, reopened_on=event.reopened_on)
        case _:
            assert_never(event)


ACCOUNT: Aggregate[Account, AccountEvent] = Aggregate(
    name="account",
    events=(
        AccountOpened,
        AccountProfileRevised,
        AccountTierChanged,
        AccountManagerAssigned,
        AccountManagerUnassigned,
        AccountHandedOver,
        AccountClosed,
        AccountReopened,
    ),
    evolve=evolve,
)
