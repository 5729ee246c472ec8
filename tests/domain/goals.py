"""A goal for the tests: the web traffic of a client is to grow by 20 % in six months."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from domain.account_goals import goal_stream
from domain.decision import Decision
from domain.event import Recording
from domain.goal import GoalDrafted, GoalEvent, GoalSet
from domain.goal_terms import (
    Achievability,
    Baseline,
    Direction,
    GoalDraft,
    GoalSide,
    Metric,
    Relevance,
    SmartGoal,
    smart,
)
from domain.horizon import Horizon
from domain.measurement import GoalProgressMeasured
from domain.need import NeedIdentified, NeedSource
from tests.domain.samples import ACCOUNT_STREAM, ACME, ANNA, OPENED, TODAY, uuid

START, HALF_WAY, DUE = date(2026, 1, 1), date(2026, 4, 1), date(2026, 6, 30)
TRAFFIC, SALES = uuid(51), uuid(52)
FIRST_VALUE, SECOND_VALUE = uuid(61), uuid(62)
POSTS = uuid(71)

METRIC = Metric(name="web traffic", unit="visits a month", direction=Direction.INCREASE)
DRAFT = GoalDraft(
    side=GoalSide.CLIENT,
    statement="Reach a new audience: 20 % more visits in six months",
    metric=METRIC,
    baseline=Baseline(value=Decimal(50_000), on=START),
    target=Decimal(60_000),
    achievability=Achievability(basis="the last campaign brought 15 %"),
    relevance=Relevance(objective="a younger audience"),
    start_on=START,
    due_on=DUE,
    owner_id=ANNA,
)
GOAL_SET = GoalSet(account_id=ACME, goal=smart(DRAFT))
DRAFTED = GoalDrafted(
    account_id=ACME, draft=GoalDraft(side=GoalSide.CLIENT, statement="More visits")
)

GOAL_STREAM = goal_stream(TRAFFIC, account_id=ACME)
SALES_STREAM = goal_stream(SALES, account_id=ACME)
NEED = NeedIdentified(
    need_id=uuid(81),
    statement="A younger audience",
    latent=False,
    priority=3,
    horizon=Horizon.LONG,
    source=NeedSource.CHECK_IN,
)
OPEN = ACCOUNT_STREAM.record([OPENED, NEED])


def goal(*events: GoalEvent) -> Recording:
    return GOAL_STREAM.record([GOAL_SET, *events])


def terms(**changed: Any) -> SmartGoal:
    return smart(DRAFT.model_copy(update=changed))


def measured(value: str, on: date, id_: Any = FIRST_VALUE) -> GoalProgressMeasured:
    return GoalProgressMeasured(measurement_id=id_, value=Decimal(value), measured_on=on)


def on_goal(command: Callable[..., Decision], *ids: Any, **arguments: Any) -> Decision:
    return command(ACME, TRAFFIC, *ids, today=TODAY, **arguments)
