"""Goals of an account, in no order of days: measured, corrected, revised, ended, reopened."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from domain.event import Event
from domain.goal import (
    GoalAbandoned,
    GoalAchieved,
    GoalMissed,
    GoalReopened,
    GoalRevised,
    GoalSet,
    RevisionReason,
)
from domain.goal_terms import (
    Achievability,
    Aggregation,
    Band,
    Baseline,
    Direction,
    GoalSide,
    Horizon,
    Metric,
    Relevance,
    SmartGoal,
)
from domain.measurement import GoalMeasurementCorrected, GoalProgressMeasured, Measurement
from tests.projections.log import Log
from tests.projections.random_history import Chance

_A_DAY = timedelta(days=1)


@dataclass
class _Goal:
    terms: SmartGoal
    changed_on: date
    ended_on: date | None = None
    measured: dict[UUID, Measurement] = field(default_factory=dict)

    def first_and_last(self) -> tuple[date, date]:
        """Between which days it takes measurements."""
        return self.terms.start_on, (self.ended_on or self.terms.due_on) + timedelta(days=30)


class RandomGoals:
    """All goals of one account."""

    def __init__(self, log: Log, chance: Chance, account_id: UUID, opened_on: date) -> None:
        self._log, self._chance, self._account_id = log, chance, account_id
        self._opened_on = opened_on
        self._goals: dict[UUID, _Goal] = {}

    def act(self) -> None:
        if len(self._goals) < 2 or self._chance.happens(8):
            self._set()
            return
        goal_id = self._chance.one_of(list(self._goals))
        goal = self._goals[goal_id]
        if self._chance.happens(50):
            self._measure(goal_id, goal)
        elif goal.measured and self._chance.happens(40):
            self._correct(goal_id, goal)
        elif goal.ended_on is not None:
            on = self._chance.day(max(goal.ended_on, goal.changed_on))
            self._record(GoalReopened(reopened_on=on), on, goal_id)
            goal.ended_on, goal.changed_on = None, on
        elif self._chance.happens(60):
            self._revise(goal_id, goal)
        else:
            self._finish(goal_id, goal)

    def _record(self, event: Event, on: date, goal_id: UUID) -> None:
        self._log.add(event, account_id=self._account_id, stream_id=goal_id, on=on)

    def _value(self) -> Decimal:
        return Decimal(self._chance.number(0, 300))

    def _set(self) -> None:
        goal_id, set_on = self._chance.new_id(), self._chance.day(self._opened_on)
        start_on = self._chance.day(set_on, set_on + timedelta(days=90))
        direction = self._chance.one_of(list(Direction))
        metric = Metric(
            name="visits", unit="a month", direction=direction,
            aggregation=self._chance.one_of(list(Aggregation)),
        )  # fmt: skip
        kept = direction is Direction.MAINTAIN
        target = Decimal(190) if direction is Direction.INCREASE else Decimal(30)
        terms = SmartGoal(
            side=GoalSide.CLIENT, statement="More visits", metric=metric,
            baseline=None if kept else Baseline(value=Decimal(100), on=set_on),
            target=None if kept else target,
            band=Band(low=Decimal(80), high=Decimal(200)) if kept else None,
            achievability=Achievability(basis="as before"), relevance=Relevance(objective="more"),
            start_on=start_on, due_on=self._chance.day(start_on + _A_DAY),
            horizon=Horizon.SHORT, priority=3,
        )  # fmt: skip
        self._record(GoalSet(account_id=self._account_id, goal=terms), set_on, goal_id)
        self._goals[goal_id] = _Goal(terms, set_on)

    def _measure(self, goal_id: UUID, goal: _Goal) -> None:
        id_, on = self._chance.new_id(), self._chance.day(*goal.first_and_last())
        measurement = Measurement(value=self._value(), measured_on=on)
        measured = GoalProgressMeasured(measurement_id=id_, value=measurement.value, measured_on=on)
        self._record(measured, on, goal_id)
        goal.measured[id_] = measurement

    def _correct(self, goal_id: UUID, goal: _Goal) -> None:
        id_ = self._chance.one_of(list(goal.measured))
        was = goal.measured[id_]
        on = self._chance.day(*goal.first_and_last()) if self._chance.happens(50) else None
        now = Measurement(value=self._value(), measured_on=on or was.measured_on)
        corrected = GoalMeasurementCorrected(measurement_id=id_, was=was, now=now)
        self._record(corrected, self._chance.day(), goal_id)
        goal.measured[id_] = now

    def _revise(self, goal_id: UUID, goal: _Goal) -> None:
        terms, on = goal.terms, self._chance.day(goal.changed_on)
        days = [each.measured_on for each in goal.measured.values()]
        if terms.target is not None and self._chance.happens(50):
            name = "target"
            lower = terms.metric.direction is Direction.DECREASE
            now: object = Decimal(self._chance.number(1, 90) if lower else 110)
        else:
            name = "due_on"
            now = self._chance.day(max([terms.start_on + _A_DAY, *days]))
        was = getattr(terms, name)
        if was != now:
            change = {name: {"was": was, "now": now}}
            reason = {"reason_code": RevisionReason.MARKET_CHANGE}
            self._record(GoalRevised.model_validate(reason | change), on, goal_id)
            goal.terms, goal.changed_on = terms.model_copy(update={name: now}), on

    def _finish(self, goal_id: UUID, goal: _Goal) -> None:
        due_on, on = goal.terms.due_on, self._chance.day(goal.changed_on)
        event: Event
        kind = self._chance.one_of(["achieved", "achieved", "missed", "abandoned"])
        if kind == "achieved":
            event = GoalAchieved(achieved_on=on, final_value=self._value())
        elif kind == "missed":
            on = max(on, due_on)
            event = GoalMissed(missed_on=on, final_value=None)
        else:
            event = GoalAbandoned(abandoned_on=on, reason_code="budget")
        self._record(event, on, goal_id)
        goal.ended_on = goal.changed_on = on
