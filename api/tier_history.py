"""The tiers an account has had, over HTTP: from when to when, why, and on whose account."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.moment import AsOf, KnownAt, moment_asked
from api.reading import LIST_ANSWERS, Form, Listed, PresentReading, listed
from domain.account import AccountOpened, AccountTierChanged
from domain.tier import Tier, TierCriterion
from ledger.reading import read_stream
from ledger.recorded import Recorded
from projections.account_overview import find_account
from projections.page import Page

router = APIRouter(tags=["accounts"])


@dataclass(frozen=True, slots=True)
class TierPeriod:
    """An account's tier from a day up to, but not including, another (None: it goes on)."""

    tier: Tier
    since: date
    until: date | None
    criteria: tuple[TierCriterion, ...]
    policy_version: int | None
    reason: str | None
    actor: str
    position: int


@router.get(
    "/accounts/{account_id}/tier-history",
    responses=LIST_ANSWERS,
    response_model=Listed[TierPeriod],
)
async def read_tier_history(
    account_id: UUID,
    view: PresentReading,
    response: Response,
    form: Form,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Any:
    """Read the account's tiers from its own stream, the first one first."""
    await find_account(view.connection, view.tenant_id, account_id)
    day, known = await moment_asked(view, as_of, known_at)
    types = view.service.ledger.types
    entries = await read_stream(view.connection, types, view.tenant_id, account_id)
    periods = _periods(
        [e for e in entries if e.position <= known and e.envelope.effective_at <= day]
    )
    return listed(Page(periods, None), TierPeriod, response, form)


def _periods(entries: list[Recorded]) -> list[TierPeriod]:
    periods: list[TierPeriod] = []
    for entry in entries:
        if isinstance(entry.event, AccountOpened):
            periods.append(_period(entry, Tier.PROSPECT))
        elif isinstance(entry.event, AccountTierChanged):
            changed = entry.event
            if periods:
                periods[-1] = replace(periods[-1], until=entry.envelope.effective_at)
            period = _period(entry, changed.now)
            periods.append(
                replace(period, criteria=changed.criteria, policy_version=changed.policy_version)
            )
    return periods


def _period(entry: Recorded, tier: Tier) -> TierPeriod:
    return TierPeriod(
        tier=tier,
        since=entry.envelope.effective_at,
        until=None,
        criteria=(),
        policy_version=None,
        reason=entry.envelope.reason,
        actor=entry.envelope.actor,
        position=entry.position,
    )
