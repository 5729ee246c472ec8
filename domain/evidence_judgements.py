"""What judgements of an account contribute: its fit, and the risks that are open."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID

from domain.account import AccountOpened
from domain.evidence import Contribution, Family, Measure, Occurrence, Question, counted
from domain.fit_score import FitScored
from domain.kpi import EXACT_DECIMALS
from domain.kpi_health import OpenRisk, risks_score
from domain.rounding import half_up
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
    """Add the points that open risks take from an account's health at the end of the period.

    Together no more than 100: what is lost cannot be lost twice.
    """
    risks: dict[UUID, tuple[OpenRisk, Occurrence]] = {}
    for each in occurrences:
        if each.on > question.closing:
            continue
        match each.event:
            case AccountOpened():
                opened = [Measure.RISKS_WATCHED]
                yield from counted(opened, each.position, each.on, each.stream_id)
            case SignalRaised(signal_id=id_, kind=SignalKind.RISK) as raised:
                risks[id_] = OpenRisk(raised.severity, raised.likelihood), each
            case SignalAssessed(signal_id=id_) as assessed if id_ in risks:
                risks[id_] = _assessed(risks[id_][0], assessed), each
            case SignalResolved(signal_id=id_):
                risks.pop(id_, None)
            case _:
                pass
    left = Decimal(100)
    for signal_id, (risk, each) in risks.items():
        lost = min(left, half_up(100 - risks_score([risk]), EXACT_DECIMALS))
        left -= lost
        yield Contribution(Measure.RISK_POINTS, lost, each.on, each.position, signal_id)


def _assessed(risk: OpenRisk, assessed: SignalAssessed) -> OpenRisk:
    severity, likelihood = assessed.severity, assessed.likelihood
    return OpenRisk(
        risk.severity if severity is None else severity.now,
        risk.likelihood if likelihood is None else likelihood.now,
    )


FIT = Family(name="fit", events=(FitScored,), contribute=_contribute_fit)
RISKS = Family(
    name="risks",
    events=(AccountOpened, SignalRaised, SignalAssessed, SignalResolved),
    contribute=_contribute_risks,
)
