"""What may be decided about a hand-over, but for what it does to the account."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.hand_over import (
    HandOver,
    HandOverAccepted,
    HandOverBrief,
    HandOverCancelled,
    HandOverCompleted,
    HandOverEvent,
    HandOverInitiated,
    HandOverResubmitted,
    HandOverReturned,
    HandOvers,
    HandOverStatus,
    HandOverTerms,
)
from domain.known import begin, find
from domain.reason import refuse_before, require_reason
from domain.refusal import Refused


def refuse_open(hand_overs: HandOvers, *, deal_id: UUID) -> None:
    """Refuse where a hand-over after this deal is under way.

    Raises:
        Refused: `hand-over-open`.
    """
    for hand_over_id, hand_over in hand_overs.items():
        if hand_over.is_open and hand_over.terms.deal_id == deal_id:
            raise Refused(
                "hand-over-open",
                f"the hand-over {hand_over_id} after the deal {deal_id} is {hand_over.status}; "
                "complete or cancel that one first",
            )


def initiate(
    hand_overs: HandOvers, *, hand_over_id: UUID, terms: HandOverTerms, on: date
) -> Sequence[HandOverEvent]:
    """Offer the account to a manager, with a brief.

    Raises:
        Refused: `already-exists`, `due-before-it-begins`, `hand-over-open`.
    """
    known = hand_overs.get(hand_over_id)
    event = HandOverInitiated(hand_over_id=hand_over_id, initiated_on=on, terms=terms)
    begun = begin("hand-over", hand_over_id, known.initiated if known else None, event)
    if not begun:
        return begun
    if terms.due_on is not None:
        refuse_before(
            terms.due_on,
            earliest=on,
            what=f"the day on which the hand-over begins, {on}",
            code="due-before-it-begins",
        )
    refuse_open(hand_overs, deal_id=terms.deal_id)
    return begun


def accept(hand_overs: HandOvers, *, hand_over_id: UUID, on: date) -> Sequence[HandOverEvent]:
    """Take the account over, on the brief as it is.

    Raises:
        NotFound: no such hand-over.
        Refused: `hand-over-ended`, `hand-over-returned`, `before-the-last-step`.
    """
    hand_over = find("hand-over", hand_over_id, hand_overs)
    if hand_over.status is HandOverStatus.ACCEPTED:
        return []
    _refuse_ended(hand_over)
    if hand_over.status is HandOverStatus.RETURNED:
        raise Refused(
            "hand-over-returned",
            f"the hand-over was returned on {hand_over.last_on}; resubmit it with another brief",
        )
    _refuse_before_last(hand_over, on)
    return [HandOverAccepted(hand_over_id=hand_over_id, accepted_on=on)]


def return_to_executive(
    hand_overs: HandOvers, *, hand_over_id: UUID, gaps: Sequence[str], reason: str, on: date
) -> Sequence[HandOverEvent]:
    """Give the hand-over back, also after it was accepted, until the brief is a better one.

    Raises:
        NotFound: no such hand-over.
        Refused: `reason-required`, `hand-over-ended`, `hand-over-returned`,
            `before-the-last-step`.
    """
    require_reason(reason)
    hand_over = find("hand-over", hand_over_id, hand_overs)
    event = HandOverReturned(hand_over_id=hand_over_id, returned_on=on, gaps=tuple(gaps))
    if hand_over.last == event:
        return []
    _refuse_ended(hand_over)
    if hand_over.status is HandOverStatus.RETURNED:
        raise Refused(
            "hand-over-returned",
            f"the hand-over was returned on {hand_over.last_on} already; "
            "resubmit it with another brief, or cancel it",
        )
    _refuse_before_last(hand_over, on)
    return [event]


def resubmit(
    hand_overs: HandOvers, *, hand_over_id: UUID, brief: HandOverBrief, on: date
) -> Sequence[HandOverEvent]:
    """Offer a returned hand-over again.

    Raises:
        NotFound: no such hand-over.
        Refused: `hand-over-ended`, `hand-over-not-returned`, `before-the-last-step`.
    """
    hand_over = find("hand-over", hand_over_id, hand_overs)
    event = HandOverResubmitted(hand_over_id=hand_over_id, resubmitted_on=on, brief=brief)
    if hand_over.last == event:
        return []
    _refuse_ended(hand_over)
    if hand_over.status is not HandOverStatus.RETURNED:
        raise Refused(
            "hand-over-not-returned",
            f"the hand-over is {hand_over.status}; "
            "a brief is changed once the manager has returned it",
        )
    _refuse_before_last(hand_over, on)
    return [event]


def complete(
    hand_overs: HandOvers, *, hand_over_id: UUID, relationship_id: UUID, check_in_id: UUID, on: date
) -> Sequence[HandOverEvent]:
    """End the hand-over, now that the manager has been introduced.

    Raises:
        NotFound: no such hand-over.
        Refused: `hand-over-ended`, `hand-over-not-accepted`, `before-the-last-step`.
    """
    hand_over = find("hand-over", hand_over_id, hand_overs)
    event = HandOverCompleted(
        hand_over_id=hand_over_id,
        completed_on=on,
        relationship_id=relationship_id,
        check_in_id=check_in_id,
    )
    if hand_over.last == event:
        return []
    _refuse_ended(hand_over)
    if hand_over.status is not HandOverStatus.ACCEPTED:
        raise Refused(
            "hand-over-not-accepted",
            f"the hand-over is {hand_over.status}; the manager accepts it first",
        )
    _refuse_before_last(hand_over, on)
    return [event]


def cancel(
    hand_overs: HandOvers, *, hand_over_id: UUID, reason: str, on: date
) -> Sequence[HandOverEvent]:
    """Leave the account where it is.

    Raises:
        NotFound: no such hand-over.
        Refused: `reason-required`, `hand-over-ended`, `before-the-last-step`.
    """
    require_reason(reason)
    hand_over = find("hand-over", hand_over_id, hand_overs)
    if hand_over.status is HandOverStatus.CANCELLED:
        return []
    _refuse_ended(hand_over)
    _refuse_before_last(hand_over, on)
    return [HandOverCancelled(hand_over_id=hand_over_id, cancelled_on=on)]


def _refuse_ended(hand_over: HandOver) -> None:
    if not hand_over.is_open:
        raise Refused(
            "hand-over-ended",
            f"the hand-over was {hand_over.status} on {hand_over.last_on}; initiate another one",
        )


def _refuse_before_last(hand_over: HandOver, on: date) -> None:
    refuse_before(
        on,
        earliest=hand_over.last_on,
        what=f"the last step of the hand-over, of {hand_over.last_on}",
        code="before-the-last-step",
    )
