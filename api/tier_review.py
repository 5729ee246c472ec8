"""The tier review over HTTP: who would keep a tier if more were asked of the accounts."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.paging import Paged
from api.reading import LIST_ANSWERS, Listed, View, today
from api.validation import BadField
from domain.currency import Currency
from domain.day import Day
from domain.money import Amount
from domain.percent import Percent
from domain.policy import TierCriteria
from domain.tier import Tier, TierCriterion
from domain.tier_review import REVIEWED, TierConditions
from projections.policies import read_policies
from projections.tier_review import TierQuestion, TierReviewShown, review_tiers

router = APIRouter(tags=["accounts"])

_YEARS = range(1900, 9999)
"""Those of which the twelve months before a day, and the day after it, are in the calendar."""


@dataclass(frozen=True, slots=True)
class TierReviewQuery:
    """What is asked of which accounts. Not given: what the policy asks for on the day."""

    as_of: Annotated[Day | None, Query(description="today, if not given")] = None
    tier: Annotated[Tier | None, Query(description="key or strategic; both, if not given")] = None
    criteria: Annotated[
        list[TierCriterion] | None, Query(description="the criteria that would count", max_length=6)
    ] = None
    at_least: Annotated[
        int | None, Query(ge=0, le=6, description="how many of them an account would have to meet")
    ] = None
    fit_at_least: Annotated[Percent | None, Query(description="the fit, from 0 to 100")] = None
    revenue_at_least: Annotated[
        Amount | None, Query(description="in the twelve months up to the day, in `currency`")
    ] = None
    currency: Currency | None = None
    keeps: Annotated[
        bool | None, Query(description="true: those that would keep their tier; false: the others")
    ] = None

    @property
    def day(self) -> date:
        """Return the day that is asked about.

        Raises:
            BadField: there are no twelve months before it.
        """
        day = self.as_of or today()
        if day.year not in _YEARS:
            problem = f"is out of reach; give a day from {_YEARS[0]} to {_YEARS[-1]}"
            raise BadField("as_of", problem, place="query", code="out-of-range")
        return day

    def about(self, policy: TierCriteria) -> TierQuestion:
        """Ask under a policy.

        Raises:
            BadField: revenue is asked for, and not in which currency; or the tier needs no reason.
        """
        if self.revenue_at_least is not None and self.currency is None:
            problem = "is missing; say in which currency the revenue is counted"
            raise BadField("currency", problem, place="query", code="currency-required")
        if self.tier is not None and self.tier not in REVIEWED:
            problem = f"is given without criteria; ask about {' or '.join(REVIEWED)}"
            raise BadField("tier", problem, place="query", code="tier-without-criteria")
        conditions = TierConditions(
            criteria=self.criteria,
            at_least=self.at_least,
            fit_at_least=self.fit_at_least,
            revenue_at_least=self.revenue_at_least,
        )
        tiers = REVIEWED if self.tier is None else (self.tier,)
        return TierQuestion(self.day, policy, conditions, tiers, self.currency, self.keeps)


@router.get("/tier-review", responses=LIST_ANSWERS, response_model=Listed[TierReviewShown])
async def read_tier_review(paged: Paged, asked: Annotated[TierReviewQuery, Depends()]) -> Any:
    """Read which key and strategic accounts would keep their tier, and what others fall short of.

    Nothing is recorded. Accounts, their fit and their revenue are those of the day.
    """
    view = paged.view
    question = asked.about(await _policy(view, asked.day))
    page = await review_tiers(
        view.connection, view.tenant_id, question, after=paged.after, limit=paged.limit
    )
    return paged.show(page, TierReviewShown)


async def _policy(view: View, day: date) -> TierCriteria:
    types = view.service.ledger.types
    policies, _ = await read_policies(
        view.connection, types, view.tenant_id, known_at=view.position
    )
    return policies.in_force(TierCriteria, day).policy
