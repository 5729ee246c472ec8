"""The commands of published figures: to tell one, and to withdraw it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import published_figure as figures
from domain.binding import account_stream, up_to
from domain.decision import Decision, Source, States
from domain.event import Recording
from domain.published_figure import (
    NOTHING_TOLD,
    FigurePublished,
    FigureSubject,
    published_figure_stream,
)


def publish_figure(
    published: FigurePublished, *, known_on: date, reason: str, on: date, today: date
) -> Decision:
    """Tell a figure that was reckoned from the log; that of an account needs the account."""
    stream = published_figure_stream(published.subject)
    account_id = published.subject.scope.account_id
    account = None if account_id is None else account_stream(account_id)
    reads: tuple[Source, ...] = (stream,) if account is None else (stream, account)

    def decide(states: States) -> Sequence[Recording]:
        if account is not None:
            states[account]  # or it is not found
        told = states.find(stream) or NOTHING_TOLD
        events = figures.publish_figure(
            told, published, known_on=known_on, today=today, reason=reason
        )
        return [stream.record(events)]

    return up_to(today, on, Decision(stream, reads, decide))


def withdraw_figure(
    subject: FigureSubject, *, figure_id: UUID, reason: str, on: date, today: date
) -> Decision:
    stream = published_figure_stream(subject)

    def decide(states: States) -> Sequence[Recording]:
        told = states.find(stream) or NOTHING_TOLD
        return [stream.record(figures.withdraw_figure(told, figure_id=figure_id, reason=reason))]

    return up_to(today, on, Decision(stream, (stream,), decide))
