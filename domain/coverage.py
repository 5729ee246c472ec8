"""The tenant's coverage: which accounts are above prospect, and how many of them are key ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID

from immutables import Map

from domain.event import Aggregate, Event, Stream
from domain.override import Override
from domain.policy import TierCriteria
from domain.policy_set import InForce
from domain.refusal import Refused
from domain.tier import LOOKED_AFTER, Tier

_STREAM_ID: Final = UUID("6a8b0f0e-53a5-4a08-8e55-70f7c1b0b1c4")
"""Part of the stored form: chosen once, on 2026-11-24, never to change."""


class AccountGraded(Event):
    """An account came into a tier above prospect, or out of it (null: closed, merged, prospect).

    `override` is the word on which the share of key and strategic accounts was let grow.
    """

    NAME: ClassVar[str] = "coverage.account-graded"
    account_id: UUID
    was: Tier | None
    now: Tier | None
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The tier of every open account above prospect."""

    tiers: Map[UUID, Tier]


NO_COVERAGE: Final = Coverage(Map())


def evolve(coverage: Coverage | None, event: AccountGraded) -> Coverage:
    """Fold one event into the state. Never refuses: what happened, happened."""
    tiers = (coverage or NO_COVERAGE).tiers
    if event.now is not None:
        return Coverage(tiers.set(event.account_id, event.now))
    return Coverage(tiers.delete(event.account_id) if event.account_id in tiers else tiers)


COVERAGE_AGGREGATE: Aggregate[Coverage, AccountGraded] = Aggregate(
    name="coverage", events=(AccountGraded,), evolve=evolve
)

COVERAGE: Final[Stream[Coverage, AccountGraded]] = COVERAGE_AGGREGATE.stream(
    _STREAM_ID, account_id=None
)


def grade(
    coverage: Coverage,
    policy: InForce[TierCriteria],
    *,
    account_id: UUID,
    now: Tier | None,
    override: Override | None,
) -> Sequence[AccountGraded]:
    """Keep count of an account that is in this tier now (None: not covered at all).

    Raises:
        Refused: without an override `key-share-exceeded`.
    """
    now = None if now is Tier.PROSPECT else now
    was = coverage.tiers.get(account_id)
    if was == now:
        return []
    graded = AccountGraded(account_id=account_id, was=was, now=now)
    limit = policy.policy.key_share_max
    if limit is None or now not in LOOKED_AFTER or was in LOOKED_AFTER:
        return [graded]
    after = evolve(coverage, graded).tiers
    key = sum(1 for tier in after.values() if tier in LOOKED_AFTER)
    if Decimal(100) * key <= limit * len(after):
        return [graded]
    if override is None:
        raise Refused(
            "key-share-exceeded",
            f"{key} of {len(after)} accounts would be key or strategic, more than the {limit:f} % "
            f"of the policy on tier criteria (version {policy.version}); lower another account's "
            "tier, or name who lets the limit be passed",
        )
    return [graded.model_copy(update={"override": override})]
