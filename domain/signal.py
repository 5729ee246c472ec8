"""A signal: a risk, an opportunity, or something that happens at the client or in its market."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, ConfigDict, Field

from domain.account_deals import AccountDeals
from domain.change import Change, change
from domain.day import Day
from domain.event import Event
from domain.known import begin, find
from domain.percent import Percent
from domain.refusal import Refused
from domain.words import Label, Name

Severity = Annotated[int, Field(ge=1, le=5)]
"""How much it would matter, from 1, hardly, to 5, for the account as a whole."""


class SignalKind(StrEnum):
    RISK = "risk"
    OPPORTUNITY = "opportunity"
    CUSTOMER_EVENT = "customer-event"
    MARKET_TREND = "market-trend"
    REGULATION = "regulation"


class SignalOutcome(StrEnum):
    """Averted; come true; turned into a deal; no longer of interest."""

    MITIGATED = "mitigated"
    MATERIALISED = "materialised"
    CONVERTED = "converted"
    EXPIRED = "expired"


class SignalTerms(BaseModel):
    """What was noticed. `anticipated`: by us, before the client spoke of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: SignalKind
    title: Name
    anticipated: bool = False
    severity: Severity
    likelihood: Percent | None = None
    due_on: Day | None = None
    mitigation: Name | None = None
    source: Label


class SignalAssessment(BaseModel):
    """New values for some fields: what is not given stays; null makes it unknown again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    severity: Severity | None = None
    likelihood: Percent | None = None
    due_on: Day | None = None
    mitigation: Name | None = None


# Events: these names and fields are the stored format. Add; never rename or remove.


class SignalRaised(Event):
    NAME: ClassVar[str] = "account.signal-raised"
    signal_id: UUID
    kind: SignalKind
    title: Name
    anticipated: bool
    severity: Severity
    likelihood: Percent | None = None
    due_on: Day | None = None
    mitigation: Name | None = None
    source: Label


class SignalAssessed(Event):
    """Holds only what changed; a field without a change is null."""

    NAME: ClassVar[str] = "account.signal-assessed"
    signal_id: UUID
    severity: Change[Severity] | None = None
    likelihood: Change[Percent | None] | None = None
    due_on: Change[date | None] | None = None
    mitigation: Change[Name | None] | None = None


class SignalResolved(Event):
    """`deal_id` is the deal that the signal was converted into."""

    NAME: ClassVar[str] = "account.signal-resolved"
    signal_id: UUID
    outcome: SignalOutcome
    deal_id: UUID | None = None


SignalEvent = SignalRaised | SignalAssessed | SignalResolved
SIGNAL_EVENTS: Final[tuple[type[SignalEvent], ...]] = (SignalRaised, SignalAssessed, SignalResolved)


@dataclass(frozen=True, slots=True)
class Signal:
    """What decisions about a signal remember: how it was raised, is assessed, and was resolved."""

    raised: SignalRaised
    severity: int
    likelihood: Decimal | None
    due_on: date | None
    mitigation: str | None
    resolved: SignalResolved | None = None


Signals = Map[UUID, Signal]
NO_SIGNALS: Final[Signals] = Map()


def evolve(signals: Signals, event: SignalEvent) -> Signals:
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, SignalRaised):
        fields = {name: getattr(event, name) for name in SignalAssessment.model_fields}
        return signals.set(event.signal_id, Signal(event, **fields))
    signal = signals[event.signal_id]
    match event:
        case SignalAssessed():
            changes = {
                name: value.now
                for name in SignalAssessment.model_fields
                if (value := getattr(event, name)) is not None
            }
            signal = replace(signal, **changes)
        case SignalResolved():
            signal = replace(signal, resolved=event)
        case _:
            assert_never(event)
    return signals.set(event.signal_id, signal)


def raise_signal(signals: Signals, *, signal_id: UUID, terms: SignalTerms) -> Sequence[SignalEvent]:
    """Record what was noticed.

    Raises:
        Refused: `already-exists`.
    """
    known = signals.get(signal_id)
    event = SignalRaised(signal_id=signal_id, **dict(terms))
    return begin("signal", signal_id, known.raised if known else None, event)


def assess_signal(
    signals: Signals, *, signal_id: UUID, assessment: SignalAssessment
) -> Sequence[SignalEvent]:
    """Record how it is judged now.

    Raises:
        NotFound: no such signal.
        Refused: `severity-required`, `signal-resolved`.
    """
    signal = find("signal", signal_id, signals)
    given = {name: getattr(assessment, name) for name in assessment.model_fields_set}
    if "severity" in given and given["severity"] is None:
        raise Refused("severity-required", "a signal cannot be without a severity; give 1 to 5")
    now = replace(signal, **given)
    assessed = SignalAssessed(
        signal_id=signal_id,
        severity=change(signal.severity, now.severity),
        likelihood=change(signal.likelihood, now.likelihood),
        due_on=change(signal.due_on, now.due_on),
        mitigation=change(signal.mitigation, now.mitigation),
    )
    if assessed == SignalAssessed(signal_id=signal_id):
        return []
    _refuse_resolved(signal)
    return [assessed]


def resolve_signal(
    signals: Signals,
    deals: AccountDeals,
    *,
    signal_id: UUID,
    outcome: SignalOutcome,
    deal_id: UUID | None,
) -> Sequence[SignalEvent]:
    """Record what became of it; `deals` are those of the account.

    Raises:
        NotFound: no such signal, or no such deal of the account.
        Refused: `deal-required`, `deal-without-conversion`, `signal-resolved`.
    """
    signal = find("signal", signal_id, signals)
    resolved = SignalResolved(signal_id=signal_id, outcome=outcome, deal_id=deal_id)
    if signal.resolved == resolved:
        return []
    _refuse_resolved(signal)
    if outcome is SignalOutcome.CONVERTED:
        if deal_id is None:
            raise Refused(
                "deal-required", "a signal is converted into a deal; say which, or open it first"
            )
        find("deal", deal_id, deals.by_id)
    elif deal_id is not None:
        raise Refused(
            "deal-without-conversion",
            f"a signal that is {outcome} led to no deal; "
            "name none, or resolve the signal as converted",
        )
    return [resolved]


def convert_signal(signals: Signals, *, signal_id: UUID, deal_id: UUID) -> Sequence[SignalEvent]:
    """Resolve a signal by the deal that is being opened for it.

    Raises:
        NotFound: no such signal.
        Refused: `signal-resolved`.
    """
    _refuse_resolved(find("signal", signal_id, signals))
    return [SignalResolved(signal_id=signal_id, outcome=SignalOutcome.CONVERTED, deal_id=deal_id)]


def _refuse_resolved(signal: Signal) -> None:
    if signal.resolved is not None:
        raise Refused(
            "signal-resolved",
            f"the signal is {signal.resolved.outcome} already; raise a new one if it is back",
        )
