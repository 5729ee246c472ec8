"""What judgements of an account contribute: its fit, and the risks that are open."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID

from domain.account import AccountOpened
from domain.evidence import Contribution, Family, Measure, Occurrence, Question, counted
from domain.fit_score import FitScored
from domain.signal import SignalAssessed, SignalKind, SignalRaised, SignalResolved


def _contribute_fit(
    occurrences: Sequence[Occurrence], question: Question
) -> Iterator[Contribution]:
    """Add the fit as it was scored last by the end of the period."""
    scored = [
        (each.event.scored_on, each.position, each.event)
        for each in occurrences
        if isinstance(each.event, FitScored) and each.event.scored_on <= question.closing
    ]
    if scored:
        on, position, latest = max(scored, key=lambda each: each[:2])
        subject = latest.fit_score_id
        yield from counted([Measure.FIT_SCORES], position, on, subject)
        yield Contribution(Measure.FIT_TOTAL, latest.total, on, position, subject)


def _contribute_risks(
    occurrences: Sequence[Occurrence], question: Question
) -> Iterator[Contribution]:
    """Add the severities of the risks that are open at the end of the period."""
    risks: dict[UUID, tuple[int, Occurrence]] = {}
    for each in occurrences:
        if each.on > question.closing:
            continue
        match each.event:
            case AccountOpened():
                opened = [Measure.RISKS_WATCHED]
                yield from counted(opened, each.position, each.on, each.stream_id)
            case SignalRaised(signal_id=id_, kind=SignalKind.RISK, severity=severity):
                risks[id_] = severity, each
            case SignalAssessed(signal_id=id_, severity=change) if change and id_ in risks:
                risks[id_] = change.now, each
            case SignalResolved(signal_id=id_):
                risks.pop(id_, None)
            case _:
                pass
    for signal_id, (severity, each) in risks.items():
        yield Contribution(Measure.OPEN_RISK, Decimal(severity), each.on, each.position, signal_id)


FIT = Family(name="fit", events=(FitScored,), contribute=_contribute_fit)
RISKS = Family(
    name="risks",
    events=(AccountOpened, SignalRaised, SignalAssessed, SignalResolved),
    contribute=_contribute_risks,
)
