"""What a goal is about: a draft says some of it, a SMART goal all that can be worked towards."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.day import Day
from domain.money import Amount
from domain.refusal import Refused
from domain.words import Label, Name

Priority = Annotated[int, Field(ge=1, le=5)]
"""1 comes first, 5 last."""

PRIORITY: Final = 3
"""Where nobody says how important a goal is."""


class GoalSide(StrEnum):
    """Whose goal it is: the client's, or one of our own, which may support one of the client's."""

    CLIENT = "client"
    INTERNAL = "internal"


class Direction(StrEnum):
    """Where the metric is to go; to maintain it is to keep it within a band."""

    INCREASE = "increase"
    DECREASE = "decrease"
    MAINTAIN = "maintain"


class Aggregation(StrEnum):
    """Which value stands for several measurements."""

    LAST = "last"
    SUM = "sum"
    MEAN = "mean"


class Horizon(StrEnum):
    """Quick wins, or the long run: the two compete for the same people and days."""

    SHORT = "short"
    LONG = "long"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Metric(_Part):
    """What is measured, in which unit, and where it is to go."""

    name: Name
    unit: Label
    direction: Direction
    aggregation: Aggregation = Aggregation.LAST


class Baseline(_Part):
    """Where the metric stood before, and on which day."""

    value: Amount
    on: Day


class Band(_Part):
    """Where the metric is to be kept: both ends belong to it."""

    low: Amount
    high: Amount

    def holds(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


class Achievability(_Part):
    """Why it can be reached, with what, and who says so."""

    basis: Name
    resources: Name | None = None
    assessed_by: UUID | None = None


class Relevance(_Part):
    """Which need of the account it serves, or which objective; one of the two at least."""

    need_id: UUID | None = None
    objective: Name | None = None


class GoalTerms(_Part):
    """Everything that may be said of a goal, and revised; None: not said."""

    supports_goal_id: UUID | None = None
    statement: Name | None = None
    metric: Metric | None = None
    baseline: Baseline | None = None
    target: Amount | None = None
    band: Band | None = None
    achievability: Achievability | None = None
    realism: Name | None = None
    relevance: Relevance | None = None
    start_on: Day | None = None
    due_on: Day | None = None
    horizon: Horizon | None = None
    priority: Priority | None = None
    owner_id: UUID | None = None


class GoalDraft(GoalTerms):
    """A goal of which something may still be missing."""

    side: GoalSide


class SmartGoal(_Part):
    """A goal that is specific, measurable, achievable, relevant and time-bound.

    `target` is there to increase or decrease, from the baseline; `band` to maintain.
    """

    side: GoalSide
    supports_goal_id: UUID | None = None
    statement: Name
    metric: Metric
    baseline: Baseline | None = None
    target: Amount | None = None
    band: Band | None = None
    achievability: Achievability
    realism: Name | None = None
    relevance: Relevance
    start_on: Day
    due_on: Day
    horizon: Horizon
    priority: Priority
    owner_id: UUID | None = None


def with_terms(goal: GoalDraft | SmartGoal, terms: GoalTerms) -> GoalDraft:
    """Put the given terms in; what is left out stays, what is null is no longer said."""
    given = {field: getattr(terms, field) for field in terms.model_fields_set}
    return GoalDraft.model_validate(dict(goal) | given)


def smart(draft: GoalDraft) -> SmartGoal:
    """Take the draft for a SMART goal, of a short horizon and middle priority if none is said.

    Raises:
        Refused: `goal-not-smart` naming what is missing, `target-or-band`, `date-order`,
            `target-equals-baseline`, `target-against-direction`, `band-reversed`.
    """
    missing = _missing(draft)
    if missing:
        said = "; ".join(f"{letter}: {', '.join(fields)}" for letter, fields in missing.items())
        raise Refused(
            "goal-not-smart", f"this is missing for a SMART goal: {said}; give it, or keep a draft"
        )
    given: dict[str, Any] = dict(draft)
    goal = SmartGoal(
        **given
        | {"horizon": draft.horizon or Horizon.SHORT, "priority": draft.priority or PRIORITY}
    )
    _refuse_date_order(goal.start_on, goal.due_on)
    if goal.metric.direction is Direction.MAINTAIN:
        _check_band(goal)
    else:
        _check_target(goal)
    return goal


def _missing(draft: GoalDraft) -> Mapping[str, Sequence[str]]:
    """Name what is missing, by the letter of SMART that it stands for."""
    asked = {
        "S": ["statement"],
        "M": ["metric", *_aim_fields(draft.metric)],
        "A": ["achievability"],
        "R": ["relevance"],
        "T": ["start_on", "due_on"],
    }
    missing = {
        letter: [field for field in fields if getattr(draft, field) is None]
        for letter, fields in asked.items()
    }
    relevance = draft.relevance
    if relevance is not None and relevance.need_id is None and relevance.objective is None:
        missing["R"] = ["need_id or objective"]
    return {letter: fields for letter, fields in missing.items() if fields}


def _aim_fields(metric: Metric | None) -> Sequence[str]:
    if metric is None:
        return ()
    return ("band",) if metric.direction is Direction.MAINTAIN else ("baseline", "target")


def _refuse_date_order(start_on: date, due_on: date) -> None:
    if due_on <= start_on:
        raise Refused(
            "date-order",
            f"the goal would be due on {due_on}, but starts on {start_on}; "
            "give a due day after its start",
        )


def _check_band(goal: SmartGoal) -> None:
    if goal.target is not None:
        raise Refused(
            "target-or-band",
            "to maintain a metric is to keep it within a band; leave the target out",
        )
    band = goal.band
    if band is not None and band.low > band.high:
        raise Refused(
            "band-reversed",
            f"the band begins at {band.low:f}, above its end {band.high:f}; "
            "give the lower value as low",
        )


def _check_target(goal: SmartGoal) -> None:
    if goal.band is not None:
        raise Refused(
            "target-or-band",
            f"to {goal.metric.direction} a metric is to bring it to a target; leave the band out",
        )
    if goal.baseline is not None and goal.target is not None:
        _refuse_way(goal.metric.direction, goal.baseline.value, goal.target)


def _refuse_way(direction: Direction, baseline: Decimal, target: Decimal) -> None:
    if target == baseline:
        raise Refused(
            "target-equals-baseline",
            f"the target is where the metric stands already, {baseline:f}; "
            "give another target, or maintain a band",
        )
    if (target > baseline) is not (direction is Direction.INCREASE):
        side = "above" if direction is Direction.INCREASE else "below"
        raise Refused(
            "target-against-direction",
            f"to {direction} from {baseline:f} is not to reach {target:f}; "
            f"give a target {side} the baseline, or the other direction",
        )
