"""Which kinds of streams each projection takes: fed alone, it is spared the entries of others."""

from collections.abc import Iterable, Mapping
from typing import Final

from domain.account import ACCOUNT
from domain.collaboration import COLLABORATION_REQUEST
from domain.deal import DEAL
from domain.erasure import ERASURE
from domain.external_reference import EXTERNAL_REFERENCE
from domain.goal import GOAL
from domain.learning import LEARNING
from domain.legal_hold import LEGAL_HOLD
from domain.lifetime_value_model import LIFETIME_VALUE_MODEL
from domain.order_book import ORDER_BOOK
from domain.plan import PLAN
from domain.portfolio import PORTFOLIO
from domain.published_figure import PUBLISHED_FIGURE
from domain.relationship import RELATIONSHIP
from projections.projection import Projection

_OF_ACCOUNTS: Final = (
    "account-changes", "attributes", "closed-information-gaps", "documents", "expectations",
    "inquiries", "needs", "notes", "preferences", "purchase-reasons", "recommendations",
    "account-reviews", "signals", "solutions", "fit-scores", "hand-overs", "selections",
    "tier-grants",
)  # fmt: skip
_OF_DEALS: Final = ("deals", "deal-changes", "deal-negotiations", "deal-proposals")
_OF_GOALS: Final = (
    "goals", "goal-measurements", "goal-metrics", "goal-reviews", "goal-revisions",
)  # fmt: skip
_OF_PLANS: Final = (
    "plans", "plan-contributors", "plan-milestones", "plan-solutions", "plan-tradeoffs",
    "plan-updates",
)  # fmt: skip
_OF_RELATIONSHIPS: Final = (
    "check-ins", "commitments", "relationships", "stakeholders", "surveys", "survey-answers",
)  # fmt: skip
_OF_ORDERS: Final = ("orders", "kpi-facts", "recurring-movements")
_OF_PORTFOLIOS: Final = ("portfolios", "portfolio-accounts", "portfolio-trainings")

STREAMS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(_OF_ACCOUNTS, frozenset({ACCOUNT.name})),
    **dict.fromkeys(_OF_DEALS, frozenset({DEAL.name})),
    **dict.fromkeys(_OF_GOALS, frozenset({GOAL.name})),
    **dict.fromkeys(_OF_PLANS, frozenset({PLAN.name})),
    **dict.fromkeys(_OF_RELATIONSHIPS, frozenset({RELATIONSHIP.name})),
    **dict.fromkeys(_OF_ORDERS, frozenset({ORDER_BOOK.name})),
    **dict.fromkeys(_OF_PORTFOLIOS, frozenset({PORTFOLIO.name})),
    "account-overview": frozenset({ACCOUNT.name, DEAL.name, EXTERNAL_REFERENCE.name}),
    "collaborations": frozenset({COLLABORATION_REQUEST.name}),
    "erasures": frozenset({ERASURE.name}),
    "learnings": frozenset({LEARNING.name}),
    "legal-holds": frozenset({LEGAL_HOLD.name}),
    "lifetime-value-fits": frozenset({LIFETIME_VALUE_MODEL.name}),
    "published-figures": frozenset({PUBLISHED_FIGURE.name}),
}
"""By the name of the projection; one that is not named is given the entries of every stream."""


def streams_of(projections: Iterable[Projection]) -> frozenset[str] | None:
    """Return the kinds of streams that matter to any of them; None: all kinds may."""
    found: set[str] = set()
    for projection in projections:
        streams = STREAMS.get(projection.name)
        if streams is None:
            return None
        found |= streams
    return frozenset(found)
