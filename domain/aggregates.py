"""Every kind of stream there is, and every family of them."""

from typing import Any, Final

from domain.account import ACCOUNT
from domain.account_deals import ACCOUNT_DEALS
from domain.account_goals import ACCOUNT_GOALS
from domain.account_persons import ACCOUNT_PERSONS
from domain.account_plans import ACCOUNT_PLANS
from domain.account_relationships import ACCOUNT_RELATIONSHIPS
from domain.break_glass import BREAK_GLASS
from domain.collaboration import COLLABORATION_REQUEST
from domain.coverage import COVERAGE_AGGREGATE
from domain.deal import DEAL
from domain.erasure import ERASURE
from domain.event import Aggregate, Family
from domain.external_reference import EXTERNAL_REFERENCE
from domain.goal import GOAL
from domain.learning import LEARNING
from domain.legal_hold import LEGAL_HOLD
from domain.lifetime_value_model import LIFETIME_VALUE_MODEL
from domain.order_book import ORDER_BOOK
from domain.party import PARTY
from domain.period_closing import PERIOD_CLOSING
from domain.plan import PLAN
from domain.policy_set import POLICY_SET
from domain.portfolio import PORTFOLIO
from domain.published_figure import PUBLISHED_FIGURE
from domain.read import READ
from domain.relationship import RELATIONSHIP
from domain.seal import SEAL

EVERY_AGGREGATE: Final[tuple[Aggregate[Any, Any], ...]] = (
    ACCOUNT,
    BREAK_GLASS,
    COLLABORATION_REQUEST,
    COVERAGE_AGGREGATE,
    DEAL,
    ERASURE,
    EXTERNAL_REFERENCE,
    GOAL,
    LEARNING,
    LEGAL_HOLD,
    LIFETIME_VALUE_MODEL,
    ORDER_BOOK,
    PARTY,
    PERIOD_CLOSING,
    PLAN,
    POLICY_SET,
    PORTFOLIO,
    READ,
    PUBLISHED_FIGURE,
    RELATIONSHIP,
    SEAL,
)

EVERY_FAMILY: Final[tuple[Family[Any, Any], ...]] = (
    ACCOUNT_DEALS,
    ACCOUNT_GOALS,
    ACCOUNT_PERSONS,
    ACCOUNT_PLANS,
    ACCOUNT_RELATIONSHIPS,
)
