"""What may be decided about a collaboration request, from the question to its fulfilment."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from domain.collaboration import (
    Collaboration,
    CollaborationAcknowledged,
    CollaborationAnswer,
    CollaborationAnswered,
    CollaborationCancelled,
    CollaborationDeclined,
    CollaborationEscalated,
    CollaborationEvent,
    CollaborationFulfilled,
    CollaborationRequested,
    CollaborationTerms,
)
from domain.collaboration import (
    CollaborationStatus as Status,
)
from domain.party import Party, Side
from domain.reason import refuse_before, require_reason
from domain.refusal import Refused

NEXT: Final[Mapping[Status, frozenset[Status]]] = {
    Status.REQUESTED: frozenset(
        {
            Status.ACKNOWLEDGED,
            Status.ANSWERED,
            Status.DECLINED,
            Status.ESCALATED,
            Status.CANCELLED,
        }
    ),
    Status.ACKNOWLEDGED: frozenset(
        {Status.ANSWERED, Status.DECLINED, Status.ESCALATED, Status.CANCELLED}
    ),
    Status.ESCALATED: frozenset(
        {
            Status.ACKNOWLEDGED,
            Status.ANSWERED,
            Status.DECLINED,
            Status.ESCALATED,
            Status.CANCELLED,
        }
    ),
    Status.ANSWERED: frozenset({Status.FULFILLED, Status.CANCELLED}),
    Status.DECLINED: frozenset({Status.ESCALATED, Status.CANCELLED}),
    Status.FULFILLED: frozenset(),
    Status.CANCELLED: frozenset(),
}
"""What may become of a request in each status."""


def request_collaboration(
    *, account_id: UUID, terms: CollaborationTerms, on: date
) -> Sequence[CollaborationEvent]:
    """Ask another department.

    Raises:
        Refused: `due-before-requested`.
    """
    refuse_before(
        terms.due_on,
        earliest=on,
        what=f"the day on which it is asked, {on}",
        code="due-before-requested",
    )
    return [CollaborationRequested(account_id=account_id, requested_on=on, terms=terms)]


def acknowledge(
    request: Collaboration, party: Party, *, by: UUID, on: date
) -> Sequence[CollaborationEvent]:
    """Say that the question was seen and will be answered.

    Raises:
        Refused: `illegal-transition`, `not-the-department-asked`, `before-the-last-step`.
    """
    event = CollaborationAcknowledged(by=by, acknowledged_on=on)
    return _step(request, Status.ACKNOWLEDGED, event, on, _answerer(request, party, by))


def answer(
    request: Collaboration,
    party: Party,
    *,
    by: UUID,
    answer: CollaborationAnswer,
    text: str | None,
    on: date,
) -> Sequence[CollaborationEvent]:
    """Answer the question.

    Raises:
        Refused: `illegal-transition`, `not-the-department-asked`, `before-the-last-step`,
            `text-required` for an alternative.
    """
    if answer is CollaborationAnswer.ALTERNATIVE and text is None:
        raise Refused("text-required", "an alternative has to be told; say what would be possible")
    event = CollaborationAnswered(by=by, answered_on=on, answer=answer, text=text)
    return _step(request, Status.ANSWERED, event, on, _answerer(request, party, by))


def decline(
    request: Collaboration, party: Party, *, by: UUID, reason_code: str, reason: str, on: date
) -> Sequence[CollaborationEvent]:
    """Say that the department will not answer, or not do it.

    Raises:
        Refused: `reason-required`, `illegal-transition`, `not-the-department-asked`,
            `before-the-last-step`.
    """
    require_reason(reason)
    event = CollaborationDeclined(by=by, declined_on=on, reason_code=reason_code)
    return _step(request, Status.DECLINED, event, on, _answerer(request, party, by))


def escalate(
    request: Collaboration, *, to: UUID, reason: str, on: date
) -> Sequence[CollaborationEvent]:
    """Put the question to somebody who may answer whatever the department.

    Raises:
        Refused: `reason-required`, `illegal-transition`, `before-the-last-step`.
    """
    require_reason(reason)
    event = CollaborationEscalated(to=to, escalated_on=on)
    return _step(request, Status.ESCALATED, event, on, None)


def fulfil(request: Collaboration, *, on: date) -> Sequence[CollaborationEvent]:
    """Record that what was answered is done.

    Raises:
        Refused: `illegal-transition`, `answered-with-no`, `before-the-last-step`.
    """
    if request.status is Status.ANSWERED and request.answer is CollaborationAnswer.NO:
        raise Refused(
            "answered-with-no",
            "the department said no, so that there is nothing to fulfil; cancel the request, "
            "or make a new one",
        )
    return _step(request, Status.FULFILLED, CollaborationFulfilled(fulfilled_on=on), on, None)


def cancel(request: Collaboration, *, reason: str, on: date) -> Sequence[CollaborationEvent]:
    """Ask for it no longer.

    Raises:
        Refused: `reason-required`, `illegal-transition`, `before-the-last-step`.
    """
    require_reason(reason)
    return _step(request, Status.CANCELLED, CollaborationCancelled(cancelled_on=on), on, None)


def _step(
    request: Collaboration,
    to: Status,
    event: CollaborationEvent,
    on: date,
    refusal: Refused | None,
) -> Sequence[CollaborationEvent]:
    if request.latest == event:
        return []
    allowed = NEXT[request.status]
    if to not in allowed:
        raise Refused(
            "illegal-transition",
            f"the request is {request.status} and does not become {to}; "
            f"it may become {', '.join(sorted(allowed)) or 'nothing else any more'}",
        )
    if refusal is not None:
        raise refusal
    refuse_before(
        on,
        earliest=request.latest_on,
        what=f"the day it was {request.status}, {request.latest_on}",
        code="before-the-last-step",
    )
    return [event]


def _answerer(request: Collaboration, party: Party, by: UUID) -> Refused | None:
    """Return what stands against this party's answering, if anything does."""
    of_department = party.side is Side.OURS and party.department == request.terms.department
    if of_department or by == request.escalated_to:
        return None
    return Refused(
        "not-the-department-asked",
        f"{request.terms.department} was asked, and the party {by} is of "
        f"{party.department or 'no department'}; name one of that department, revise the party, "
        "or escalate the request to it",
    )
