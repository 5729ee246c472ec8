"""Accounts over HTTP: every command about one, and their views."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from domain import commands
from domain.day import Day
from domain.external_reference import ExternalReference
from domain.manager import ManagerRole
from domain.override import Override
from domain.profile import Profile, ProfileRevision
from domain.tier import Tier, TierCriterion
from domain.words import Code, Name
from projections.account_list import AccountFilter, AccountSort, list_accounts
from projections.account_overview import AccountOverview, find_account

LimitOverride = Annotated[
    Override | None,
    Field(description="whose word lets a limit of portfolios or key accounts be passed, and why"),
]

router = APIRouter(prefix="/accounts", tags=["accounts"])


class NewAccount(Profile, Body):
    references: tuple[ExternalReference, ...] = Field((), max_length=20)


class NewProfile(ProfileRevision, Body):
    pass


class NewTier(Body):
    tier: Tier
    criteria: tuple[TierCriterion, ...] = ()
    override: LimitOverride = None


class ManagerAssignment(Body):
    party_id: UUID
    role: ManagerRole
    primary: bool = False
    override: LimitOverride = None


class ManagerUnassignment(Body):
    party_id: UUID
    role: ManagerRole


class Closure(Body):
    churned: bool
    reason_code: Code
    competitor: Name | None = Field(None, description="of a client that left us: whom for")
    notice_on: Day | None = Field(None, description="of a client that left us: when it told us")
    lose_deals: tuple[UUID, ...] = Field((), description="open deals to be lost with the account")


class Reopening(Body):
    override: LimitOverride = None


@command(router, "")
async def open_account(body: NewAccount, asked: CommandAsked) -> Response:
    decision = commands.open_account(
        asked.new_id(),
        profile=only(body, Profile),
        references=body.references,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body, location="/accounts/{id}")


@command(router, "/{account_id}/profile-revisions")
async def revise_profile(account_id: UUID, body: NewProfile, asked: CommandAsked) -> Response:
    decision = commands.revise_profile(
        account_id, revision=only(body, ProfileRevision), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, "/{account_id}/tier-changes")
async def change_tier(account_id: UUID, body: NewTier, asked: CommandAsked) -> Response:
    decision = commands.change_tier(
        account_id,
        to=body.tier,
        criteria=body.criteria,
        override=body.override,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, "/{account_id}/manager-assignments")
async def assign_manager(
    account_id: UUID, body: ManagerAssignment, asked: CommandAsked
) -> Response:
    decision = commands.assign_manager(
        account_id,
        party_id=body.party_id,
        role=body.role,
        primary=body.primary,
        override=body.override,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, "/{account_id}/manager-unassignments")
async def unassign_manager(
    account_id: UUID, body: ManagerUnassignment, asked: CommandAsked
) -> Response:
    decision = commands.unassign_manager(
        account_id, party_id=body.party_id, role=body.role, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, "/{account_id}/closures")
async def close_account(account_id: UUID, body: Closure, asked: CommandAsked) -> Response:
    decision = commands.close_account(
        account_id,
        churned=body.churned,
        reason_code=body.reason_code,
        competitor=body.competitor,
        notice_on=body.notice_on,
        reason=body.reason,
        lose_deals=body.lose_deals,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, "/{account_id}/reopenings")
async def reopen_account(account_id: UUID, body: Reopening, asked: CommandAsked) -> Response:
    decision = commands.reopen_account(
        account_id, override=body.override, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("", responses=LIST_ANSWERS, response_model=Listed[AccountOverview])
async def read_accounts(
    paged: Paged,
    wanted: Annotated[AccountFilter, Depends()],
    sort: AccountSort = AccountSort.NAME,
) -> Any:
    """Read accounts by what they have in common; `name` is how the name begins."""
    view = paged.view
    page = await list_accounts(
        view.connection,
        view.tenant_id,
        wanted=wanted,
        sort=sort,
        after=paged.after,
        limit=paged.limit,
    )
    return paged.show(page, AccountOverview)


@router.get("/{account_id}", responses=READ_ANSWERS, response_model=AccountOverview)
async def read_account(account_id: UUID, view: Reading, response: Response) -> Any:
    account = await find_account(view.connection, view.tenant_id, account_id)
    response.headers["ETag"] = f'"{account.version}"'
    return account
