"""Every projection there is, as the engine runs them."""

from typing import Final

from projections.account_changes import ACCOUNT_CHANGES
from projections.account_overview import ACCOUNT_OVERVIEW
from projections.account_reviews import REVIEWS
from projections.attributes import ATTRIBUTES
from projections.collaborations import COLLABORATIONS
from projections.commitments import COMMITMENTS
from projections.deal_changes import DEAL_CHANGES
from projections.deal_negotiations import DEAL_NEGOTIATIONS
from projections.deal_proposals import DEAL_PROPOSALS
from projections.deals import DEALS
from projections.documents import DOCUMENTS
from projections.erasures import ERASURES
from projections.expectations import EXPECTATIONS
from projections.fit_scores import FIT_SCORES
from projections.goal_measurements import GOAL_MEASUREMENTS
from projections.goal_metrics import GOAL_METRICS
from projections.goal_reviews import GOAL_REVIEWS
from projections.goal_revisions import GOAL_REVISIONS
from projections.goals import GOALS
from projections.hand_overs import HAND_OVERS
from projections.information_gaps import CLOSED_GAPS
from projections.inquiries import INQUIRIES
from projections.kpi_entries import KPI_ENTRIES
from projections.kpi_facts import KPI_FACTS
from projections.learnings import LEARNINGS
from projections.legal_holds import LEGAL_HOLDS
from projections.lifetime_value_fits import LIFETIME_VALUE_FITS
from projections.needs import NEEDS
from projections.notes import NOTES
from projections.orders import ORDERS
from projections.plan_contributors import PLAN_CONTRIBUTORS
from projections.plan_milestones import PLAN_MILESTONES
from projections.plan_solutions import PLAN_SOLUTIONS
from projections.plan_tradeoffs import PLAN_TRADEOFFS
from projections.plan_updates import PLAN_UPDATES
from projections.plans import PLANS
from projections.portfolio_accounts import PORTFOLIO_ACCOUNTS
from projections.portfolio_trainings import PORTFOLIO_TRAININGS
from projections.portfolios import PORTFOLIOS
from projections.preferences import PREFERENCES
from projections.projection import Projection
from projections.published_figures import PUBLISHED_FIGURES
from projections.purchase_reasons import PURCHASE_REASONS
from projections.recommendations import RECOMMENDATIONS
from projections.recurring_movements import RECURRING_MOVEMENTS
from projections.relationships import RELATIONSHIPS
from projections.selections import SELECTIONS
from projections.signals import SIGNALS
from projections.solutions import SOLUTIONS
from projections.stakeholders import STAKEHOLDERS
from projections.survey_answers import SURVEY_ANSWERS
from projections.surveys import SURVEYS
from projections.tier_grants import TIER_GRANTS

EVERY_PROJECTION: Final[tuple[Projection, ...]] = (
    ACCOUNT_OVERVIEW,
    DEALS,
    DEAL_CHANGES,
    DEAL_NEGOTIATIONS,
    DEAL_PROPOSALS,
    ORDERS,
    KPI_FACTS,
    KPI_ENTRIES,
    ACCOUNT_CHANGES,
    ATTRIBUTES,
    CLOSED_GAPS,
    DOCUMENTS,
    EXPECTATIONS,
    INQUIRIES,
    LEARNINGS,
    LIFETIME_VALUE_FITS,
    NEEDS,
    NOTES,
    PREFERENCES,
    PURCHASE_REASONS,
    RECOMMENDATIONS,
    REVIEWS,
    SIGNALS,
    SOLUTIONS,
    GOALS,
    GOAL_MEASUREMENTS,
    GOAL_METRICS,
    GOAL_REVIEWS,
    GOAL_REVISIONS,
    PLANS,
    PLAN_CONTRIBUTORS,
    PLAN_MILESTONES,
    PLAN_SOLUTIONS,
    PLAN_TRADEOFFS,
    PLAN_UPDATES,
    COMMITMENTS,
    RELATIONSHIPS,
    STAKEHOLDERS,
    SURVEYS,
    SURVEY_ANSWERS,
    FIT_SCORES,
    HAND_OVERS,
    SELECTIONS,
    TIER_GRANTS,
    PORTFOLIOS,
    PORTFOLIO_ACCOUNTS,
    PORTFOLIO_TRAININGS,
    COLLABORATIONS,
    RECURRING_MOVEMENTS,
    ERASURES,
    LEGAL_HOLDS,
    PUBLISHED_FIGURES,
)
