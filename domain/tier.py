"""The tiers of accounts, and why an account deserves one."""

from enum import StrEnum


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
