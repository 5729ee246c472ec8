"""The commands of a collaboration request."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

from domain import collaboration_decisions as collaborations
from domain.account_decisions import refuse_closed
from domain.account_goals import goal_of, goal_stream
from domain.account_needs import refuse_unknown_needs
from domain.binding import account_stream, party_stream, up_to
from domain.collaboration import (
    Collaboration,
    CollaborationAnswer,
    CollaborationEvent,
    CollaborationTerms,
)
from domain.collaboration_binding import request_of, request_stream
from domain.decision import Decision, Source, States, refuse_if_begun
from domain.event import Recording
from domain.people import parties, require_ours


def request_collaboration(
    account_id: UUID, request_id: UUID, *, terms: CollaborationTerms, on: date, today: date
) -> Decision:
    account = account_stream(account_id)
    request = request_stream(request_id, account_id=account_id)
    goals = [goal_stream(terms.goal_id, account_id=account_id)] if terms.goal_id else []

    def decide(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        refuse_if_begun(states, request)
        refuse_unknown_needs(states, account_id, terms.need_id)
        for goal in goals:
            goal_of(states, goal)
        require_ours(states, terms.requested_by)
        events = collaborations.request_collaboration(account_id=account_id, terms=terms, on=on)
        return [request.record(events)]

    reads: tuple[Source, ...] = (account, request, *goals, *parties(terms.requested_by))
    return up_to(today, on, Decision(request, reads, decide))


def acknowledge_collaboration(
    account_id: UUID, request_id: UUID, *, by: UUID, on: date, today: date
) -> Decision:
    def decide(request: Collaboration, states: States) -> Sequence[CollaborationEvent]:
        return collaborations.acknowledge(request, states[party_stream(by)], by=by, on=on)

    return _on_request(account_id, request_id, decide, beside=parties(by), on=on, today=today)


def answer_collaboration(
    account_id: UUID,
    request_id: UUID,
    *,
    by: UUID,
    answer: CollaborationAnswer,
    text: str | None = None,
    on: date,
    today: date,
) -> Decision:
    def decide(request: Collaboration, states: States) -> Sequence[CollaborationEvent]:
        return collaborations.answer(
            request, states[party_stream(by)], by=by, answer=answer, text=text, on=on
        )

    return _on_request(account_id, request_id, decide, beside=parties(by), on=on, today=today)


def decline_collaboration(
    account_id: UUID,
    request_id: UUID,
    *,
    by: UUID,
    reason_code: str,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    def decide(request: Collaboration, states: States) -> Sequence[CollaborationEvent]:
        return collaborations.decline(
            request,
            states[party_stream(by)],
            by=by,
            reason_code=reason_code,
            reason=reason,
            on=on,
        )

    return _on_request(account_id, request_id, decide, beside=parties(by), on=on, today=today)


def escalate_collaboration(
    account_id: UUID, request_id: UUID, *, to: UUID, reason: str, on: date, today: date
) -> Decision:
    def decide(request: Collaboration, states: States) -> Sequence[CollaborationEvent]:
        require_ours(states, to)
        return collaborations.escalate(request, to=to, reason=reason, on=on)

    return _on_request(account_id, request_id, decide, beside=parties(to), on=on, today=today)


def fulfil_collaboration(account_id: UUID, request_id: UUID, *, on: date, today: date) -> Decision:
    def decide(request: Collaboration, _: States) -> Sequence[CollaborationEvent]:
        return collaborations.fulfil(request, on=on)

    return _on_request(account_id, request_id, decide, on=on, today=today)


def cancel_collaboration(
    account_id: UUID, request_id: UUID, *, reason: str, on: date, today: date
) -> Decision:
    def decide(request: Collaboration, _: States) -> Sequence[CollaborationEvent]:
        return collaborations.cancel(request, reason=reason, on=on)

    return _on_request(account_id, request_id, decide, on=on, today=today)


def _on_request(
    account_id: UUID,
    request_id: UUID,
    decide: Callable[[Collaboration, States], Sequence[CollaborationEvent]],
    *,
    beside: Iterable[Source] = (),
    on: date,
    today: date,
) -> Decision:
    """Bind a decision about one request of an account that is open."""
    account = account_stream(account_id)
    request = request_stream(request_id, account_id=account_id)

    def decide_on(states: States) -> Sequence[Recording]:
        refuse_closed(states[account])
        return [request.record(decide(request_of(states, request), states))]

    return up_to(today, on, Decision(request, (account, request, *beside), decide_on))
