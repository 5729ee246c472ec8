"""A cadence: how often we mean to be in touch, and where that rule comes from."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from domain.event import Event
from domain.policy import Cadence as CadencePolicy
from domain.policy_set import InForce
from domain.tier import Tier

EveryDays = Annotated[int, Field(ge=1, le=3_660)]
GraceDays = Annotated[int, Field(ge=0, le=3_660)]


class CadenceOrigin(StrEnum):
    """The tenant's policy for the account's tier, or the client's own wish, which goes before."""

    POLICY = "policy"
    AGREED_WITH_CLIENT = "agreed-with-client"


class Cadence(BaseModel):
    """How many days may pass between two check-ins, and how many more without reproach.

    `policy_version` is that of the policy it was taken from: 0 for the house's default, null where
    it was agreed with the client.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    every_days: EveryDays
    grace_days: GraceDays = 0
    origin: CadenceOrigin
    policy_version: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class CadenceSet(Event):
    """Null: there is none."""

    NAME: ClassVar[str] = "relationship.cadence-set"
    was: Cadence | None
    now: Cadence | None


def cadence_of(tier: Tier, policy: InForce[CadencePolicy]) -> Cadence | None:
    """Return what the policy in force says about a tier; None: nothing."""
    entry = policy.policy.of(tier)
    if entry is None:
        return None
    return Cadence(
        every_days=entry.every_days,
        grace_days=entry.grace_days,
        origin=CadenceOrigin.POLICY,
        policy_version=policy.version,
    )
