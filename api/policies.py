"""Policies over HTTP: to publish and retire them, and which ones hold on a day."""

from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar
from zoneinfo import available_timezones

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from typing_extensions import override

from api.business_day import today
from api.command import Body, CommandAsked
from api.command_route import command
from api.moment import KnownAt, position_asked, tell_moment
from api.reading import READ_ANSWERS, PresentReading, View
from api.security import MAY_ADMINISTER, require_role
from domain import commands
from domain.day import Day
from domain.policy import DEFAULTS, Policy, PolicyKind
from domain.policy_set import PolicySet, PolicyVersion
from projections.policies import read_policies

router = APIRouter(prefix="/policies", tags=["policies"])

known_time_zones = cache(available_timezones)


class NewPolicy(Body):
    """A policy may hold from a day that lies ahead, so `effective_from` is any day."""

    DAY_FIELD: ClassVar[str] = "effective_from"

    effective_from: Day | None = Field(
        None, description="the first day on which it holds; today, if not given"
    )
    policy: Policy

    @property
    @override
    def on(self) -> date:
        return self.effective_from or self.effective_at or today()


class Retirement(Body):
    kind: PolicyKind
    version: PolicyVersion


class PolicyInForce(BaseModel):
    """The policy of one kind that holds; version 0 is Tenure's own default."""

    kind: PolicyKind
    version: int
    policy: Policy


class PoliciesInForce(BaseModel):
    """The policies of every kind that hold on a day, as known at a position."""

    on: date
    known_at: int
    items: list[PolicyInForce]


class PublishedPolicy(BaseModel):
    version: int
    effective_from: date
    retired: bool
    policy: Policy


class PolicyVersions(BaseModel):
    """Every version of one kind, in the order in which they were published."""

    kind: PolicyKind
    items: list[PublishedPolicy]


@command(router, "")
async def publish_policy(body: NewPolicy, asked: CommandAsked) -> Response:
    require_role(asked.principal, MAY_ADMINISTER)
    decision = commands.publish_policy(
        policy=body.policy,
        effective_from=body.on,
        reason=body.reason,
        time_zones=known_time_zones(),
    )
    return await asked.carry_out(decision, body, location=f"/policies/{body.policy.kind}")


@command(router, "/retirements")
async def retire_policy(body: Retirement, asked: CommandAsked) -> Response:
    require_role(asked.principal, MAY_ADMINISTER)
    decision = commands.retire_policy(kind=body.kind, version=body.version, reason=body.reason)
    return await asked.carry_out(decision, body)


@router.get("", responses=READ_ANSWERS, response_model=PoliciesInForce)
async def read_policies_in_force(
    view: PresentReading,
    response: Response,
    on: Annotated[Day | None, Query(description="the day; today, if not given")] = None,
    known_at: KnownAt = None,
) -> Any:
    day = on or today()
    known = await position_asked(view, known_at)
    tell_moment(view.response, day, known)
    policies = await _policies(view, response, known)
    return PoliciesInForce(
        on=day,
        known_at=known,
        items=[
            PolicyInForce(kind=default.kind, version=held.version, policy=held.policy)
            for default in DEFAULTS
            for held in [policies.in_force(type(default), day)]
        ],
    )


@router.get("/{kind}", responses=READ_ANSWERS, response_model=PolicyVersions)
async def read_policy_versions(
    kind: PolicyKind, view: PresentReading, response: Response, known_at: KnownAt = None
) -> Any:
    """Read them as published by then; a policy that holds from a later day is among them."""
    known = await position_asked(view, known_at)
    tell_moment(view.response, today(), known)
    policies = await _policies(view, response, known)
    return PolicyVersions(
        kind=kind,
        items=[
            PublishedPolicy(
                version=each.version,
                effective_from=each.effective_from,
                retired=each.retired,
                policy=each.policy,
            )
            for each in policies.versions(kind)
        ],
    )


async def _policies(view: View, response: Response, known_at: int) -> PolicySet:
    """Read them, and answer with the ETag that the next command may insist on."""
    ledger = view.service.ledger
    policies, version = await read_policies(
        view.connection, ledger.types, view.tenant_id, known_at=known_at
    )
    response.headers["ETag"] = f'"{version}"'
    return policies
