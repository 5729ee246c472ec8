"""The days that an event itself names as those on which it counts, beside its effective day.

Nearly always they are one and the same. A correction is the exception: it also names the day on
which what it takes back had counted. Days that are planned or promised are none: nothing counts on
them until something happens.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Final

from domain.account import AccountClosed, AccountOpened, AccountReopened
from domain.change import Change
from domain.check_in import CheckInCorrected, CheckInHeld
from domain.commitment import CommitmentBroken, CommitmentKept, CommitmentReleased
from domain.deal import DealCorrected, DealLost, DealReversed, DealWon
from domain.event import Event
from domain.measurement import (
    GoalMeasurementCorrected,
    GoalProgressMeasured,
    GoalSupportingMetricMeasured,
)
from domain.order_book import OrderCorrected, OrderPlaced, OrderRefunded
from domain.recurring_revenue import (
    RecurringRevenueChanged,
    RecurringRevenueCorrected,
    RecurringRevenueEnded,
    RecurringRevenueReactivated,
    RecurringRevenueStarted,
)
from domain.relationship import RelationshipEnded, RelationshipStarted
from domain.survey import SurveyAnswerCorrected, SurveyAnswered

_FIELDS: Final[Mapping[type[Event], Sequence[str]]] = {
    AccountClosed: ["closed_on"],
    AccountOpened: ["opened_on"],
    AccountReopened: ["reopened_on"],
    CheckInCorrected: ["held_on"],
    CheckInHeld: ["held_on"],
    CommitmentBroken: ["broken_on"],
    CommitmentKept: ["kept_on"],
    CommitmentReleased: ["released_on"],
    DealCorrected: ["won_on"],
    DealLost: ["lost_on"],
    DealReversed: ["reversed_on"],
    DealWon: ["won_on"],
    GoalMeasurementCorrected: ["was.measured_on", "now.measured_on"],
    GoalProgressMeasured: ["measured_on"],
    GoalSupportingMetricMeasured: ["measured_on"],
    OrderCorrected: ["was.ordered_on", "now.ordered_on"],
    OrderPlaced: ["ordered_on"],
    OrderRefunded: ["refunded_on"],
    RecurringRevenueChanged: ["movement.on"],
    RecurringRevenueCorrected: ["was.on", "now.on"],
    RecurringRevenueEnded: ["movement.on"],
    RecurringRevenueReactivated: ["movement.on"],
    RecurringRevenueStarted: ["terms.starts_on"],
    RelationshipEnded: ["ended_on"],
    RelationshipStarted: ["started_on"],
    SurveyAnswerCorrected: ["responded_on"],
    SurveyAnswered: ["responded_on"],
}
_READERS: Final = {
    event: [attrgetter(field) for field in fields] for event, fields in _FIELDS.items()
}


def counted_days(event: Event) -> Sequence[date]:
    """Return them; none for an event that counts on its effective day alone."""
    return [day for read in _READERS.get(type(event), ()) for day in _days(read(event))]


def _days(value: date | Change[date] | None) -> Sequence[date]:
    """Return the day of a field, or both where it changed."""
    if value is None:
        return ()
    return (value.was, value.now) if isinstance(value, Change) else (value,)
