"""The commands about the check-ins of a relationship."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import check_in_decisions, check_in_plan_decisions
from domain.account_needs import refuse_unknown_needs
from domain.check_in import CheckInContent, CheckInCorrection, CheckInPlan
from domain.decision import Decision, States
from domain.relationship import Relationship, RelationshipEvent
from domain.relationship_binding import in_force, on_record, parties_of, party_streams


def schedule_check_in(
    account_id: UUID,
    relationship_id: UUID,
    *,
    check_in_id: UUID,
    plan: CheckInPlan,
    on: date,
    today: date,
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, states: check_in_plan_decisions.schedule_check_in(
            relationship,
            parties_of(states, plan.internal_participants),
            check_in_id=check_in_id,
            plan=plan,
            today=today,
        ),
        beside=party_streams(plan.internal_participants),
        on=on,
        today=today,
    )


def reschedule_check_in(
    account_id: UUID,
    relationship_id: UUID,
    *,
    check_in_id: UUID,
    to: date,
    on: date,
    today: date,
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: check_in_plan_decisions.reschedule_check_in(
            relationship, check_in_id=check_in_id, to=to, today=today
        ),
        on=on,
        today=today,
    )


def cancel_check_in(
    account_id: UUID, relationship_id: UUID, *, check_in_id: UUID, on: date, today: date
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: check_in_plan_decisions.cancel_check_in(
            relationship, check_in_id=check_in_id
        ),
        on=on,
        today=today,
    )


def miss_check_in(
    account_id: UUID, relationship_id: UUID, *, check_in_id: UUID, on: date, today: date
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: check_in_plan_decisions.miss_check_in(
            relationship, check_in_id=check_in_id, today=today
        ),
        on=on,
        today=today,
    )


def hold_check_in(
    account_id: UUID,
    relationship_id: UUID,
    *,
    check_in_id: UUID,
    content: CheckInContent,
    note: str | None = None,
    on: date,
    today: date,
) -> Decision:
    """Record a check-in that was not planned; `on` is the day on which it was held."""

    def decide(relationship: Relationship, states: States) -> Sequence[RelationshipEvent]:
        refuse_unknown_needs(states, account_id, *content.need_ids)
        return check_in_decisions.hold_check_in(
            relationship,
            parties_of(states, content.internal_participants),
            relationship_id=relationship_id,
            check_in_id=check_in_id,
            content=content,
            note=note,
            on=on,
        )

    people = party_streams(content.internal_participants)
    return in_force(account_id, relationship_id, decide, beside=people, on=on, today=today)


def hold_planned_check_in(
    account_id: UUID,
    relationship_id: UUID,
    *,
    check_in_id: UUID,
    content: CheckInContent,
    note: str | None = None,
    on: date,
    today: date,
) -> Decision:
    """Record that a planned check-in was held on the day `on`, which may be another."""

    def decide(relationship: Relationship, states: States) -> Sequence[RelationshipEvent]:
        refuse_unknown_needs(states, account_id, *content.need_ids)
        return check_in_decisions.hold_planned_check_in(
            relationship,
            parties_of(states, content.internal_participants),
            relationship_id=relationship_id,
            check_in_id=check_in_id,
            content=content,
            note=note,
            on=on,
        )

    people = party_streams(content.internal_participants)
    return in_force(account_id, relationship_id, decide, beside=people, on=on, today=today)


def correct_check_in(
    account_id: UUID,
    relationship_id: UUID,
    *,
    check_in_id: UUID,
    correction: CheckInCorrection,
    note: str | None = None,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    named = correction.internal_participants or ()
    return on_record(
        account_id,
        relationship_id,
        lambda relationship, states: check_in_decisions.correct_check_in(
            relationship,
            parties_of(states, named),
            relationship_id=relationship_id,
            check_in_id=check_in_id,
            correction=correction,
            note=note,
            reason=reason,
            today=today,
        ),
        beside=party_streams(named),
        on=on,
        today=today,
    )


def void_check_in(
    account_id: UUID,
    relationship_id: UUID,
    *,
    check_in_id: UUID,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    return on_record(
        account_id,
        relationship_id,
        lambda relationship, _: check_in_decisions.void_check_in(
            relationship, check_in_id=check_in_id, reason=reason
        ),
        on=on,
        today=today,
    )
