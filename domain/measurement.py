"""A value measured on a day: of a goal's own metric, or of one that supports it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.day import Day
from domain.event import Event
from domain.money import Amount
from domain.words import Code, Label, Name


class MetricKind(StrEnum):
    """What supports a goal: what we do (posts), or what answers it (impressions, clicks)."""

    ACTIVITY = "activity"
    ENGAGEMENT = "engagement"


class SupportingMetric(BaseModel):
    """A metric beside the goal's own; `key` is unique within the goal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: MetricKind
    key: Code
    unit: Label


class Measurement(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Amount
    measured_on: Day


# Events: these names and fields are the stored format. Add; never rename or remove.


class GoalProgressMeasured(Event):
    NAME: ClassVar[str] = "goal.progress-measured"
    measurement_id: UUID
    value: Amount
    measured_on: Day
    source: Name | None = None


class GoalMeasurementCorrected(Event):
    """What was measured wrongly, of the goal's own metric or of a supporting one."""

    NAME: ClassVar[str] = "goal.measurement-corrected"
    measurement_id: UUID
    was: Measurement
    now: Measurement


class GoalSupportingMetricAdded(Event):
    NAME: ClassVar[str] = "goal.supporting-metric-added"
    metric_id: UUID
    metric: SupportingMetric


class GoalSupportingMetricMeasured(Event):
    NAME: ClassVar[str] = "goal.supporting-metric-measured"
    metric_id: UUID
    measurement_id: UUID
    value: Amount
    measured_on: Day
    source: Name | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement on record; `metric_id` is None for the goal's own metric.

    `number` counts the measurements of a goal as they were recorded: of two of one day, the later
    one is the last.
    """

    measurement: Measurement
    number: int
    metric_id: UUID | None = None
