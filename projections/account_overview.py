"""The account overview: how each account stands now, and who looks after it."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final
from unicodedata import normalize
from uuid import UUID

from psycopg import AsyncConnection
from pydantic import Field

from domain.account import (
    AccountClosed,
    AccountManagerAssigned,
    AccountManagerUnassigned,
    AccountOpened,
    AccountProfileRevised,
    AccountReopened,
    AccountTierChanged,
)
from domain.account_merge import AccountMerged
from domain.deal import DealLost, DealOpened, DealReopened, DealReversed, DealWon
from domain.deal_terms import DealStatus
from domain.external_reference import ExternalReferenceClaimed
from domain.manager import ManagerRole
from domain.profile import AnnualRevenue, Industry, Profile
from domain.refusal import NotFound
from domain.tier import Tier
from ledger.recorded import Recorded
from projections.page import where
from projections.row_view import Key, RowView


class AccountStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class AccountOverview:
    """One account as it stands; the columns of `projections.account_overview`."""

    account_id: UUID
    name: str
    name_folded: Annotated[str, Field(exclude=True)]
    """The order of the lists; not shown to clients."""
    legal_name: str | None
    industry: str | None
    industry_scheme: str | None
    industry_code: str | None
    territory: str | None
    country: str | None
    employees: int | None
    annual_revenue: Decimal | None
    annual_revenue_currency: str | None
    annual_revenue_year: int | None
    parent_account_id: UUID | None
    status: AccountStatus
    opened_on: date
    closed_on: date | None
    merged_into: UUID | None
    tier: Tier
    tier_since: date
    tier_position: int
    manager_id: UUID | None
    manager_role: ManagerRole | None
    executive_ids: tuple[UUID, ...]
    deals_open: int
    deals_won: int
    deals_lost: int
    external_references: tuple[str, ...]
    version: int
    position: int


def evolve(  # noqa: PLR0911 - one case an event
    row: AccountOverview | None, entry: Recorded
) -> AccountOverview:
    """Fold one entry of an account's history into its row."""
    event, position = entry.event, entry.position
    if isinstance(event, AccountOpened):
        return _opened(event, entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {AccountOpened.NAME}")
    match event:
        case DealOpened():
            return replace(row, deals_open=row.deals_open + 1, position=position)
        case DealWon():
            row = replace(row, deals_open=row.deals_open - 1, deals_won=row.deals_won + 1)
            return replace(row, position=position)
        case DealLost():
            row = replace(row, deals_open=row.deals_open - 1, deals_lost=row.deals_lost + 1)
            return replace(row, position=position)
        case DealReversed():
            return replace(row, deals_won=row.deals_won - 1, position=position)
        case DealReopened(was=was):
            lost = row.deals_lost - (1 if was is DealStatus.LOST else 0)
            row = replace(row, deals_open=row.deals_open + 1, deals_lost=lost)
            return replace(row, position=position)
        case ExternalReferenceClaimed():
            return _claimed(row, event, position)
        case _:
            row = _evolve_account(row, entry)
            return replace(row, version=entry.envelope.version, position=position)


def key_of(entry: Recorded) -> Key | None:
    """Name the account that an entry changes the row of; most entries change none."""
    envelope = entry.envelope
    if envelope.account_id is None:
        return None
    match entry.event:
        case DealOpened() | DealWon() | DealLost() | DealReversed() | DealReopened():
            return (envelope.account_id,)
        case ExternalReferenceClaimed():
            return (envelope.account_id,)
        case _ if envelope.stream_type == "account":
            return (envelope.account_id,)
    return None


ACCOUNT_OVERVIEW: Final = RowView(
    name="account-overview",
    table="account_overview",
    row=AccountOverview,
    key=("account_id",),
    key_of=key_of,
    evolve=evolve,
)

_ONE: Final = ACCOUNT_OVERVIEW.select_from + where(["tenant_id = %s", "account_id = %s"])


async def find_account(
    connection: AsyncConnection[Any], tenant_id: str, account_id: UUID
) -> AccountOverview:
    """Return one account.

    Raises:
        NotFound: no such account, or the view does not hold it yet.
    """
    rows = await ACCOUNT_OVERVIEW.select(connection, _ONE, (tenant_id, account_id))
    if not rows:
        raise NotFound("account", account_id)
    return rows[0]


def folded(name: str) -> str:
    """Return the name as it is ordered and looked up: without differences of case and form."""
    return normalize("NFKC", normalize("NFKC", name).casefold()).replace("\0", "\ufffd")


def _opened(event: AccountOpened, entry: Recorded) -> AccountOverview:
    return AccountOverview(
        account_id=entry.envelope.stream_id,
        **_profile_columns(event.profile),
        status=AccountStatus.OPEN,
        opened_on=event.opened_on,
        closed_on=None,
        merged_into=None,
        tier=Tier.PROSPECT,
        tier_since=event.opened_on,
        tier_position=entry.position,
        manager_id=None,
        manager_role=None,
        executive_ids=(),
        deals_open=0,
        deals_won=0,
        deals_lost=0,
        external_references=tuple(map(str, event.references)),
        version=entry.envelope.version,
        position=entry.position,
    )


def _claimed(
    row: AccountOverview, event: ExternalReferenceClaimed, position: int
) -> AccountOverview:
    """Add a reference; those that the account was opened with are there already."""
    reference = f"{event.system}:{event.id}"
    if reference in row.external_references:
        return row
    references = (*row.external_references, reference)
    return replace(row, external_references=references, position=position)


def _evolve_account(  # noqa: PLR0911 - one case an event
    row: AccountOverview, entry: Recorded
) -> AccountOverview:
    """Fold an event of the account's own stream; one that is not shown moves the version alone."""
    match entry.event:
        case AccountProfileRevised() as revised:
            return _revised(row, revised)
        case AccountTierChanged(now=tier):
            since = entry.envelope.effective_at
            return replace(row, tier=tier, tier_since=since, tier_position=entry.position)
        case AccountManagerAssigned() as assigned:
            return _assigned(row, assigned)
        case AccountManagerUnassigned(party_id=party_id, role=role):
            return _unassigned(row, party_id, role)
        case AccountClosed(closed_on=closed_on):
            return replace(row, status=AccountStatus.CLOSED, closed_on=closed_on)
        case AccountReopened():
            return replace(row, status=AccountStatus.OPEN, closed_on=None)
        case AccountMerged(into=into):
            return replace(row, status=AccountStatus.MERGED, merged_into=into)
        case _:
            return row


def _assigned(row: AccountOverview, event: AccountManagerAssigned) -> AccountOverview:
    if event.role is ManagerRole.ACCOUNT_EXECUTIVE and event.party_id not in row.executive_ids:
        row = replace(row, executive_ids=(*row.executive_ids, event.party_id))
    if event.primary:
        return replace(row, manager_id=event.party_id, manager_role=event.role)
    return _without_primary(row, event.party_id, event.role)


def _unassigned(row: AccountOverview, party_id: UUID, role: ManagerRole) -> AccountOverview:
    if role is ManagerRole.ACCOUNT_EXECUTIVE:
        left = tuple(executive for executive in row.executive_ids if executive != party_id)
        row = replace(row, executive_ids=left)
    return _without_primary(row, party_id, role)


def _without_primary(row: AccountOverview, party_id: UUID, role: ManagerRole) -> AccountOverview:
    if (row.manager_id, row.manager_role) == (party_id, role):
        return replace(row, manager_id=None, manager_role=None)
    return row


def _profile_columns(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "name_folded": folded(profile.name),
        "legal_name": profile.legal_name,
        **_industry_columns(profile.industry),
        "territory": profile.territory,
        "country": profile.country,
        "employees": profile.employees,
        **_revenue_columns(profile.annual_revenue),
        "parent_account_id": profile.parent_account_id,
    }


def _revised(row: AccountOverview, event: AccountProfileRevised) -> AccountOverview:
    changes: dict[str, Any] = {}
    for name, change in event:
        match name:
            case _ if change is None:
                continue
            case "name":
                changes |= {"name": change.now, "name_folded": folded(change.now)}
            case "industry":
                changes |= _industry_columns(change.now)
            case "annual_revenue":
                changes |= _revenue_columns(change.now)
            case _:
                changes[name] = change.now
    return replace(row, **changes)


def _industry_columns(industry: Industry | None) -> dict[str, Any]:
    return {
        "industry": industry and industry.label,
        "industry_scheme": industry and industry.scheme,
        "industry_code": industry and industry.code,
    }


def _revenue_columns(revenue: AnnualRevenue | None) -> dict[str, Any]:
    return {
        "annual_revenue": revenue and revenue.amount.amount,
        "annual_revenue_currency": revenue and revenue.amount.currency,
        "annual_revenue_year": revenue and revenue.year,
    }
