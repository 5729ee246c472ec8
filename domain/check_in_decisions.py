"""What may be decided about check-ins that took place: to hold, correct and void them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.change import change
from domain.channel import Channel
from domain.check_in import (
    CheckIn,
    CheckInContent,
    CheckInCorrected,
    CheckInCorrection,
    CheckInHeld,
    CheckInStatus,
    CheckInVoided,
)
from domain.check_in_plan_decisions import (
    STRANGER,
    Internal,
    duplicate,
    find_check_in,
    find_planned,
    refuse_gone,
)
from domain.reason import refuse_future, require_reason
from domain.refusal import Refused
from domain.relationship import Relationship, RelationshipEvent
from domain.relationship_decisions import (
    refuse_before_beginning,
    refuse_not_ours,
    refuse_strangers,
)


def hold_check_in(
    relationship: Relationship,
    internal: Internal,
    *,
    relationship_id: UUID,
    check_in_id: UUID,
    content: CheckInContent,
    note: str | None,
    on: date,
) -> Sequence[RelationshipEvent]:
    """Record a check-in that nobody had planned; the same again without a note adds nothing.

    Raises:
        Refused: `duplicate-check-in`, and what `refuse_content` says.
    """
    known = relationship.check_ins.get(check_in_id)
    if known is not None:
        if _is_the_same(known, content, note, on):
            return []
        raise duplicate(check_in_id)
    refuse_content(relationship, internal, content=content, on=on)
    return [_held(relationship_id, check_in_id, content, note, on)]


def hold_planned_check_in(
    relationship: Relationship,
    internal: Internal,
    *,
    relationship_id: UUID,
    check_in_id: UUID,
    content: CheckInContent,
    note: str | None,
    on: date,
) -> Sequence[RelationshipEvent]:
    """Record that a planned check-in took place, on its day or another.

    Raises:
        NotFound: no such check-in.
        Refused: what `find_planned` and `refuse_content` say.
    """
    if _is_the_same(find_check_in(relationship, check_in_id), content, note, on):
        return []
    find_planned(relationship, check_in_id)
    refuse_content(relationship, internal, content=content, on=on)
    return [_held(relationship_id, check_in_id, content, note, on)]


def correct_check_in(
    relationship: Relationship,
    internal: Internal,
    *,
    relationship_id: UUID,
    check_in_id: UUID,
    correction: CheckInCorrection,
    note: str | None,
    reason: str,
    today: date,
) -> Sequence[RelationshipEvent]:
    """Put right what was recorded wrongly; a note that is given stands in place of the old one.

    Raises:
        NotFound: no such check-in.
        Refused: `reason-required`, `in-the-future`, and what `_find_held` and `refuse_content` say.
    """
    require_reason(reason)
    held_on, was = _find_held(relationship, check_in_id)
    now_on = correction.held_on or held_on
    now = was.model_copy(update=correction.given())
    if (now_on, now, note) == (held_on, was, None):
        return []
    refuse_future(now_on, today=today)
    refuse_content(relationship, internal, content=now, on=now_on)
    changes = {name: change(getattr(was, name), getattr(now, name)) for name in dict(was)}
    return [
        CheckInCorrected(
            check_in_id=check_in_id,
            relationship_id=relationship_id,
            held_on=change(held_on, now_on),
            note=note,
            **changes,
        )
    ]


def void_check_in(
    relationship: Relationship, *, check_in_id: UUID, reason: str
) -> Sequence[RelationshipEvent]:
    """Take back a check-in that was recorded as held or missed and never was so.

    Raises:
        NotFound: no such check-in.
        Refused: `reason-required`, `check-in-not-held`, `check-in-cancelled`.
    """
    require_reason(reason)
    status = find_check_in(relationship, check_in_id).status
    if status is CheckInStatus.VOID:
        return []
    if status is not CheckInStatus.MISSED:
        _find_held(relationship, check_in_id)
    return [CheckInVoided(check_in_id=check_in_id)]


def refuse_content(
    relationship: Relationship, internal: Internal, *, content: CheckInContent, on: date
) -> None:
    """Refuse a check-in that cannot have been so.

    Raises:
        Refused: `before-the-relationship-began`, `participants-required`,
            `internal-participants-required`, `participant-not-stakeholder`, `party-not-ours`.
    """
    refuse_before_beginning(relationship, on)
    if not content.participants and content.channel is not Channel.EMAIL:
        raise Refused(
            "participants-required",
            "nobody of the client took part; name at least one stakeholder, "
            "only an e-mail may go without",
        )
    if not content.internal_participants:
        raise Refused(
            "internal-participants-required",
            "nobody of ours took part; name at least one of our own",
        )
    refuse_strangers(relationship, content.participants, on=on, code=STRANGER)
    refuse_not_ours(internal)


def _find_held(relationship: Relationship, check_in_id: UUID) -> tuple[date, CheckInContent]:
    """Return the day and the content of a check-in that was held.

    Raises:
        Refused: `check-in-not-held`, `check-in-cancelled`, `check-in-void`.
    """
    check_in = find_check_in(relationship, check_in_id)
    refuse_gone(check_in)
    if check_in.held_on is None or check_in.content is None:
        raise Refused(
            "check-in-not-held",
            f"the check-in is {check_in.status}; only one that was held can be corrected or void, "
            "reschedule or cancel a planned one",
        )
    return check_in.held_on, check_in.content


def _is_the_same(known: CheckIn, content: CheckInContent, note: str | None, on: date) -> bool:
    """Tell whether all of it is on record; a note cannot be told, since it stands outside."""
    return note is None and (known.status, known.held_on, known.content) == (
        CheckInStatus.HELD,
        on,
        content,
    )


def _held(
    relationship_id: UUID, check_in_id: UUID, content: CheckInContent, note: str | None, on: date
) -> CheckInHeld:
    return CheckInHeld(
        check_in_id=check_in_id,
        relationship_id=relationship_id,
        held_on=on,
        note=note,
        **dict(content),
    )
