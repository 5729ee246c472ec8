"""What-if: whether an account would keep its tier under other, stricter conditions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.policy import TierRequirement
from domain.tier import LOOKED_AFTER, Tier, TierCriterion

REVIEWED: Final = tuple(tier for tier in Tier if tier in LOOKED_AFTER)
"""The tiers that are given for a reason, so that the reason can be asked for again."""


class Shortfall(StrEnum):
    """Why an account would not keep its tier."""

    CRITERIA = "criteria"
    FIT = "fit"
    REVENUE = "revenue"


@dataclass(frozen=True, slots=True)
class TierConditions:
    """What an account must show for its tier; None: what the policy asks for, or nothing.

    `revenue_at_least` is that of the twelve months up to the day, in one currency.
    """

    criteria: Collection[TierCriterion] | None = None
    at_least: int | None = None
    fit_at_least: Decimal | None = None
    revenue_at_least: Decimal | None = None

    def on(self, requirement: TierRequirement | None) -> TierRequirement | None:
        """Put what is asked for in the place of what the policy says of a tier."""
        if self.criteria is None and self.at_least is None:
            return requirement
        held = TierRequirement(tier=Tier.KEY) if requirement is None else requirement
        criteria = held.criteria if self.criteria is None else tuple(self.criteria)
        at_least = held.at_least if self.at_least is None else self.at_least
        return held.model_copy(update={"criteria": criteria, "at_least": at_least})


@dataclass(frozen=True, slots=True)
class TierGrounds:
    """What an account has to show on a day; None: not known."""

    criteria: Collection[TierCriterion]
    fit: Decimal | None
    revenue: Decimal | None


def shortfalls(
    grounds: TierGrounds, conditions: TierConditions, requirement: TierRequirement | None
) -> Sequence[Shortfall]:
    """Name what the account falls short of; nothing: it would keep its tier.

    `requirement` is what the policy in force asks of its tier. What is not known does not suffice.
    """
    found = []
    asked = conditions.on(requirement)
    if asked is not None and counted(grounds, asked) < asked.at_least:
        found.append(Shortfall.CRITERIA)
    if _falls_short(grounds.fit, conditions.fit_at_least):
        found.append(Shortfall.FIT)
    if _falls_short(grounds.revenue, conditions.revenue_at_least):
        found.append(Shortfall.REVENUE)
    return found


def counted(grounds: TierGrounds, asked: TierRequirement) -> int:
    """Count the criteria met that count."""
    return len(set(grounds.criteria) & set(asked.criteria))


def _falls_short(value: Decimal | None, at_least: Decimal | None) -> bool:
    return at_least is not None and (value is None or value < at_least)
