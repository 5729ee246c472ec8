"""The plans of an account: one by its id, and all of them, of which one a period is active."""

from dataclasses import dataclass
from uuid import UUID

from immutables import Map

from domain.decision import States
from domain.event import Family, FamilyOf, Stream
from domain.plan import PLAN, Plan, PlanEvent, PlanState, PlanTerms
from domain.plan import evolve as evolve_plan
from domain.refusal import NotFound, Refused


@dataclass(frozen=True, slots=True)
class AccountPlans:
    """Every plan of the account, by its id."""

    by_id: Map[UUID, Plan]

    def without(self, plan_id: UUID) -> "AccountPlans":
        return AccountPlans(self.by_id.delete(plan_id)) if plan_id in self.by_id else self

    def refuse_second(self, terms: PlanTerms) -> None:
        """Refuse to have a plan of this period active beside these.

        Raises:
            Refused: `duplicate-active-plan`; the period of an active one has days in common.
        """
        for plan_id, plan in self.by_id.items():
            first_on, last_on = plan.terms.first_on, plan.terms.last_on
            overlaps = first_on <= terms.last_on and terms.first_on <= last_on
            if plan.state is PlanState.ACTIVE and overlaps:
                raise Refused(
                    "duplicate-active-plan",
                    f"the plan {plan_id} is active from {first_on} to {last_on}; "
                    "revise that one, complete or abandon it first, or give another period",
                )


NO_PLANS = AccountPlans(Map())


def evolve(plans: AccountPlans | None, plan_id: UUID, event: PlanEvent) -> AccountPlans:
    """Fold one event of one plan into the state of all."""
    by_id = (plans or NO_PLANS).by_id
    return AccountPlans(by_id.set(plan_id, evolve_plan(by_id.get(plan_id), event)))


ACCOUNT_PLANS: Family[AccountPlans, PlanEvent] = Family(
    name="account-plans", aggregate=PLAN, evolve=evolve
)


def plans_of(states: States, family: FamilyOf[AccountPlans, PlanEvent]) -> AccountPlans:
    """Return all plans of the account, of which there may be none."""
    return states.find(family) or NO_PLANS


def plan_stream(plan_id: UUID, *, account_id: UUID) -> Stream[Plan, PlanEvent]:
    return PLAN.stream(plan_id, account_id=account_id)


def plan_of(states: States, stream: Stream[Plan, PlanEvent]) -> Plan:
    """Return the plan, which must be one of the stream's account.

    Raises:
        NotFound: there is no such plan, or it is another account's.
    """
    plan = states[stream]
    if plan.account_id != stream.account_id:
        raise NotFound(stream.aggregate.name, stream.id)
    return plan
