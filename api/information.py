"""What should be known of an account, over HTTP: gaps that were closed, and what is missing."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.command import Body, CommandAsked, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from domain import commands
from domain.information import completeness
from domain.policy import InformationRequirement, InformationRequirements
from domain.tier import Tier
from domain.words import Code, Label
from projections.account_overview import find_account
from projections.completeness import known_of, profile_of
from projections.information_gaps import CLOSED_GAP_LIST, ClosedGapRow
from projections.policies import read_policies

router = APIRouter(prefix="/accounts/{account_id}", tags=["information"])


class ClosedGap(Body):
    requirement_key: Code
    source: Label
    not_applicable: bool = False


class CompletenessView(BaseModel):
    """How much of what the policy in force asks for at the account's tier is known."""

    account_id: UUID
    tier: Tier
    percent: Decimal | None = Field(description="by weight; null: nothing is asked for")
    missing: list[InformationRequirement]
    policy_version: int = Field(description="0: Tenure's own default")


@command(router, "/information")
async def close_information_gap(account_id: UUID, body: ClosedGap, asked: CommandAsked) -> Response:
    decision = commands.close_information_gap(
        account_id,
        requirement_key=body.requirement_key,
        source=body.source,
        not_applicable=body.not_applicable,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@router.get("/information", responses=LIST_ANSWERS, response_model=Listed[ClosedGapRow])
async def read_information(account_id: UUID, paged: Paged) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    return await paged.answer(CLOSED_GAP_LIST, ClosedGapRow, {"account_id": account_id})


@router.get("/completeness", responses=READ_ANSWERS, response_model=CompletenessView)
async def read_completeness(account_id: UUID, view: Reading) -> Any:
    account = await find_account(view.connection, view.tenant_id, account_id)
    known = await known_of(view.connection, view.tenant_id, account_id)
    types = view.service.ledger.types
    policies, _ = await read_policies(
        view.connection, types, view.tenant_id, known_at=view.position
    )
    held = policies.in_force(InformationRequirements, view.day)
    found = completeness(profile_of(account), account.tier, known, held.policy)
    return CompletenessView(
        account_id=account_id,
        tier=account.tier,
        percent=found.percent,
        missing=list(found.missing),
        policy_version=held.version,
    )
