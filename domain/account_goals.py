"""The goals of an account: one by its id, all of them together, and the needs they serve."""

from dataclasses import dataclass
from uuid import UUID

from immutables import Map

from domain.decision import States
from domain.event import Family, FamilyOf, Stream
from domain.goal import GOAL, Goal, GoalEvent, GoalState
from domain.goal import evolve as evolve_goal
from domain.refusal import NotFound


@dataclass(frozen=True, slots=True)
class AccountGoals:
    """Every goal of the account, by its id."""

    by_id: Map[UUID, Goal]

    @property
    def has_active(self) -> bool:
        return any(goal.state is GoalState.ACTIVE for goal in self.by_id.values())


NO_GOALS = AccountGoals(Map())


def evolve(goals: AccountGoals | None, goal_id: UUID, event: GoalEvent) -> AccountGoals:
    """Fold one event of one goal into the state of all."""
    by_id = (goals or NO_GOALS).by_id
    return AccountGoals(by_id.set(goal_id, evolve_goal(by_id.get(goal_id), event)))


ACCOUNT_GOALS: Family[AccountGoals, GoalEvent] = Family(
    name="account-goals", aggregate=GOAL, evolve=evolve
)


def goals_of(states: States, family: FamilyOf[AccountGoals, GoalEvent]) -> AccountGoals:
    """Return all goals of the account, of which there may be none."""
    return states.find(family) or NO_GOALS


def goal_stream(goal_id: UUID, *, account_id: UUID) -> Stream[Goal, GoalEvent]:
    return GOAL.stream(goal_id, account_id=account_id)


def goal_of(states: States, stream: Stream[Goal, GoalEvent]) -> Goal:
    """Return the goal, which must be one of the stream's account.

    Raises:
        NotFound: there is no such goal, or it is another account's.
    """
    goal = states[stream]
    if goal.account_id != stream.account_id:
        raise NotFound(stream.aggregate.name, stream.id)
    return goal
