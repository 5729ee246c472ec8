"""What may be decided about check-ins to come: to plan, reschedule, cancel and miss them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from domain.check_in import (
    CheckIn,
    CheckInCancelled,
    CheckInMissed,
    CheckInPlan,
    CheckInRescheduled,
    CheckInScheduled,
    CheckInStatus,
)
from domain.party import Party
from domain.refusal import NotFound, Refused
from domain.relationship import Relationship, RelationshipEvent
from domain.relationship_decisions import refuse_not_ours, refuse_strangers

STRANGER: Final = "participant-not-stakeholder"

Internal = Mapping[UUID, Party]
"""The parties that are named as people of ours."""


def schedule_check_in(
    relationship: Relationship,
    internal: Internal,
    *,
    check_in_id: UUID,
    plan: CheckInPlan,
    today: date,
) -> Sequence[RelationshipEvent]:
    """Plan a check-in; the same id and plan again adds nothing.

    Raises:
        Refused: `duplicate-check-in`, `not-in-future`, `participant-not-stakeholder`,
            `party-not-ours`.
    """
    known = relationship.check_ins.get(check_in_id)
    if known is not None:
        if known.plan == plan and known.status is CheckInStatus.PLANNED:
            return []
        raise duplicate(check_in_id)
    _refuse_past(plan.planned_on, today=today)
    refuse_strangers(relationship, plan.participants, on=plan.planned_on, code=STRANGER)
    refuse_not_ours(internal)
    return [CheckInScheduled(check_in_id=check_in_id, plan=plan)]


def reschedule_check_in(
    relationship: Relationship, *, check_in_id: UUID, to: date, today: date
) -> Sequence[RelationshipEvent]:
    """Plan a check-in for another day.

    Raises:
        NotFound: no such check-in.
        Refused: `not-in-future`, and what `find_planned` says.
    """
    plan = find_planned(relationship, check_in_id)
    if plan.planned_on == to:
        return []
    _refuse_past(to, today=today)
    return [CheckInRescheduled(check_in_id=check_in_id, was=plan.planned_on, now=to)]


def cancel_check_in(
    relationship: Relationship, *, check_in_id: UUID
) -> Sequence[RelationshipEvent]:
    """Give up a planned check-in.

    Raises:
        NotFound: no such check-in.
        Refused: what `find_planned` says, but for a cancelled one.
    """
    if find_check_in(relationship, check_in_id).status is CheckInStatus.CANCELLED:
        return []
    find_planned(relationship, check_in_id)
    return [CheckInCancelled(check_in_id=check_in_id)]


def miss_check_in(
    relationship: Relationship, *, check_in_id: UUID, today: date
) -> Sequence[RelationshipEvent]:
    """Record that a planned check-in did not take place on its day.

    Raises:
        NotFound: no such check-in.
        Refused: `check-in-not-due`, and what `find_planned` says, but for a missed one.
    """
    if find_check_in(relationship, check_in_id).status is CheckInStatus.MISSED:
        return []
    plan = find_planned(relationship, check_in_id)
    if plan.planned_on >= today:
        raise Refused(
            "check-in-not-due",
            f"the check-in is planned for {plan.planned_on}; it is missed once that day is over, "
            "until then reschedule or cancel it",
        )
    return [CheckInMissed(check_in_id=check_in_id)]


def find_check_in(relationship: Relationship, check_in_id: UUID) -> CheckIn:
    """Return the check-in.

    Raises:
        NotFound: no such check-in.
    """
    check_in = relationship.check_ins.get(check_in_id)
    if check_in is None:
        raise NotFound("check-in", check_in_id)
    return check_in


def find_planned(relationship: Relationship, check_in_id: UUID) -> CheckInPlan:
    """Return the plan of a check-in that is still to be.

    Raises:
        Refused: `check-in-already-held`, `check-in-cancelled`, `check-in-missed`, `check-in-void`.
    """
    check_in = find_check_in(relationship, check_in_id)
    refuse_gone(check_in)
    if check_in.status is CheckInStatus.MISSED:
        raise Refused(
            "check-in-missed",
            "the check-in was missed; void it if that is wrong, or record a new one",
        )
    if check_in.status is CheckInStatus.HELD or check_in.plan is None:
        raise Refused(
            "check-in-already-held",
            f"the check-in was held on {check_in.held_on}; correct or void it if that is wrong",
        )
    return check_in.plan


def refuse_gone(check_in: CheckIn) -> None:
    """Refuse a check-in that was cancelled or is void.

    Raises:
        Refused: `check-in-cancelled`, `check-in-void`.
    """
    if check_in.status is CheckInStatus.CANCELLED:
        raise Refused(
            "check-in-cancelled", "the check-in was cancelled; schedule or record a new one"
        )
    if check_in.status is CheckInStatus.VOID:
        raise Refused("check-in-void", "the check-in is void; record a new one")


def duplicate(check_in_id: UUID) -> Refused:
    """Make the refusal of an id that is taken."""
    return Refused(
        "duplicate-check-in",
        f"the check-in {check_in_id} is on record otherwise; "
        "correct or reschedule that one, or give this one an id of its own",
    )


def _refuse_past(planned_on: date, *, today: date) -> None:
    if planned_on < today:
        raise Refused(
            "not-in-future",
            f"{planned_on} is over; plan for {today} or later, or record what was held",
        )
