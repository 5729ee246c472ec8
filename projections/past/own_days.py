"""The day that an entry counts from: its own, as last restated by what was known at the moment.

A correction or a voiding says that something never was so: it counts wherever the thing itself
counts, whenever it was recorded, and may move the day of the thing. Every other change counts from
its own day on. Figures reckon in the same way (docs/kpis.md, "Two times").
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from domain.check_in import CheckInCorrected, CheckInHeld, CheckInVoided
from domain.deal import DealCorrected, DealOpened, DealWon
from domain.event import Event
from domain.measurement import (
    GoalMeasurementCorrected,
    GoalProgressMeasured,
    GoalSupportingMetricMeasured,
)
from domain.note import NoteAdded, NoteCorrected
from domain.order_book import OrderCorrected, OrderPlaced
from domain.recurring_revenue import (
    RecurringRevenueChanged,
    RecurringRevenueCorrected,
    RecurringRevenueEnded,
    RecurringRevenueReactivated,
    RecurringRevenueStarted,
    RecurringRevenueVoided,
)
from domain.survey import SurveyAnswerCorrected, SurveyAnswered, SurveyAnswerVoided
from ledger.recorded import Recorded
from projections.moment import Moment

_RESTATED: Final[tuple[type[Event], ...]] = (
    CheckInHeld,
    DealOpened,
    DealWon,
    GoalProgressMeasured,
    GoalSupportingMetricMeasured,
    NoteAdded,
    OrderPlaced,
    RecurringRevenueChanged,
    RecurringRevenueEnded,
    RecurringRevenueReactivated,
    RecurringRevenueStarted,
    SurveyAnswered,
)
_RESTATING: Final[tuple[type[Event], ...]] = (
    CheckInCorrected,
    CheckInVoided,
    DealCorrected,
    GoalMeasurementCorrected,
    NoteCorrected,
    OrderCorrected,
    RecurringRevenueCorrected,
    RecurringRevenueVoided,
    SurveyAnswerCorrected,
    SurveyAnswerVoided,
)
RESTATING_NAMES: Final = frozenset(event.NAME for event in _RESTATING)
"""The events that say that something never was so."""
OWN_DAY_NAMES: Final = RESTATING_NAMES | {event.NAME for event in _RESTATED}
"""The events whose day is not told by their record alone."""


class _Move(NamedTuple):
    position: int
    was: date
    now: date


class OwnDays:
    """Tells the day of each entry, given all that restates any, and the entries in their order."""

    def __init__(self, restating: Iterable[Recorded]) -> None:
        self._moves: dict[Hashable, list[_Move]] = defaultdict(list)
        self._latest: dict[Hashable, date] = {}
        for entry in restating:
            if days := _days_moved(entry.event):
                self._moves[_item_of(entry)].append(_Move(entry.position, *days))

    def day_of(self, entry: Recorded) -> date:
        """Return the day from which on an entry counts; to be asked once for each, in order."""
        day, item = entry.envelope.effective_at, _item_of(entry)
        if item is None:
            return day
        if isinstance(entry.event, _RESTATING):
            return self._latest.get(item, day)
        if not isinstance(entry.event, DealOpened):  # a win is moved, an opening never
            for move in self._moves.get(item, ()):
                if move.position > entry.position and move.was == day:
                    day = move.now
        self._latest[item] = day
        return day


def standing_at(entries: Sequence[Recorded], moment: Moment) -> Sequence[Recorded]:
    """Return those of an account's (or any whole) entries that count at a moment."""
    known = [entry for entry in entries if entry.position <= moment.known_at]
    if moment.as_of is None:
        return known
    days = OwnDays([entry for entry in known if isinstance(entry.event, _RESTATING)])
    return [entry for entry in known if days.day_of(entry) <= moment.as_of]


def _item_of(entry: Recorded) -> Hashable:
    """Name what an entry restates, or is restated by others as; None: neither."""
    stream_id = entry.envelope.stream_id
    match entry.event:
        case (
            CheckInHeld(check_in_id=id_)
            | CheckInCorrected(check_in_id=id_)
            | CheckInVoided(check_in_id=id_)
            | GoalProgressMeasured(measurement_id=id_)
            | GoalSupportingMetricMeasured(measurement_id=id_)
            | GoalMeasurementCorrected(measurement_id=id_)
            | NoteAdded(note_id=id_)
            | NoteCorrected(note_id=id_)
            | OrderPlaced(order_id=id_)
            | OrderCorrected(order_id=id_)
            | RecurringRevenueStarted(recurring_id=id_)
            | RecurringRevenueChanged(recurring_id=id_)
            | RecurringRevenueEnded(recurring_id=id_)
            | RecurringRevenueReactivated(recurring_id=id_)
            | RecurringRevenueCorrected(recurring_id=id_)
            | RecurringRevenueVoided(recurring_id=id_)
            | SurveyAnswered(answer_id=id_)
            | SurveyAnswerCorrected(answer_id=id_)
            | SurveyAnswerVoided(answer_id=id_)
        ):
            return stream_id, id_
        case DealOpened() | DealWon() | DealCorrected():
            return stream_id
        case _:
            return None


def _days_moved(  # noqa: PLR0911 - one case an event
    event: Event,
) -> tuple[date, date] | None:
    """Return from which day to which a correction moves what it corrects."""
    match event:
        case CheckInCorrected(held_on=days) if days is not None:
            return days.was, days.now
        case DealCorrected(won_on=days) if days is not None:
            return days.was, days.now
        case SurveyAnswerCorrected(responded_on=days) if days is not None:
            return days.was, days.now
        case GoalMeasurementCorrected(was=was, now=now):
            return was.measured_on, now.measured_on
        case OrderCorrected(was=was, now=now):
            return was.ordered_on, now.ordered_on
        case RecurringRevenueCorrected(was=was, now=now):
            return was.on, now.on
        case _:
            return None
