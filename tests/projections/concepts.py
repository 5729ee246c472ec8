"""A small history of everything that is known of an account."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.account_merge import AccountMerged
from domain.account_review import AccountReviewed, ReviewedFigure
from domain.attribute import AttributeSet, FlagValue, NumberValue
from domain.change import Change
from domain.channel import Channel
from domain.document import DocumentAttached, DocumentDetached, DocumentKind
from domain.event import Event
from domain.expectation import ExpectationRecorded, ExpectedBy
from domain.horizon import Horizon
from domain.information import InformationGapClosed
from domain.inquiry import InquiryLogged, InquiryResolved
from domain.learning import LearningLogged, LearningTopic, LearningWithdrawn
from domain.need import (
    NeedIdentified,
    NeedMet,
    NeedRevised,
    NeedSource,
    SolutionFeasibility,
    SolutionProposed,
)
from domain.note import NoteAdded, NoteCorrected
from domain.personal import SEALED_KEY
from domain.preference import PreferenceRecorded
from domain.purchase_reason import PurchaseReasonRecorded
from domain.recommendation import (
    RecommendationMade,
    RecommendationTaken,
)
from domain.signal import SignalAssessed, SignalKind, SignalOutcome, SignalRaised, SignalResolved
from projections.row_view import RowView
from tests.projections.log import Log

ACME, OTHER, ONE, TWO, CLIENT = (UUID(int=number) for number in (1, 2, 51, 52, 13))
MARCH, MAY, JUNE = date(2026, 3, 2), date(2026, 5, 4), date(2026, 6, 1)
DIGEST, CORRECTED = "A" * 43, "B" * 43

NEED = NeedIdentified(
    need_id=ONE,
    statement="Fewer breakdowns",
    latent=True,
    priority=4,
    horizon=Horizon.LONG,
    source=NeedSource.WORKSHOP,
    stated_by=CLIENT,
)
SOLUTION = SolutionProposed(
    need_id=ONE, solution_id=TWO, description="Inspect", feasibility=SolutionFeasibility.UNCONFIRMED
)
SIGNAL = SignalRaised(
    signal_id=ONE,
    kind=SignalKind.RISK,
    title="The buyer retires",
    anticipated=False,
    severity=4,
    likelihood=Decimal("70.5"),
    due_on=MAY,
    source="call",
)
DOCUMENT = DocumentAttached(
    document_id=ONE,
    uri="https://files.example/1",
    title="Contract",
    media_type="application/pdf",
    sha256="0" * 64,
    kind=DocumentKind.CONTRACT,
)
NOTE = NoteAdded.model_validate({"account_id": ACME, "note_id": ONE, "text": {SEALED_KEY: DIGEST}})
ADVICE = RecommendationMade(
    recommendation_id=ONE, statement="Offer service", basis=("They asked",), need_id=ONE
)
LEARNING = LearningLogged(
    topic=LearningTopic.TREND,
    title="Fewer cranes",
    source="Fair",
    industry="Construction",
    learned_on=MARCH,
)
INQUIRY = InquiryLogged(inquiry_id=ONE, channel=Channel.CALL, topic="Why?")
REVIEW = AccountReviewed(
    review_id=ONE,
    period="2026-Q1",
    findings=("Late", 'A "quote"'),
    figures=(
        ReviewedFigure(kpi="revenue", value=Decimal("12.50"), unit="EUR a year", known_at=3),
        ReviewedFigure(kpi="orders", value=None, unit="count", known_at=3),
    ),
    next_review_on=JUNE,
)
FOLLOWING: list[Event] = [
    NeedRevised(need_id=ONE, priority=Change(was=4, now=5)),
    SOLUTION,
    NeedMet(need_id=ONE, evidence="None since"),
    SignalAssessed(signal_id=ONE, due_on=Change(was=MAY, now=None)),
    SignalResolved(signal_id=ONE, outcome=SignalOutcome.CONVERTED, deal_id=TWO),
    DocumentDetached(document_id=ONE),
    NoteCorrected.model_validate(
        {"account_id": ACME, "note_id": ONE, "text": {SEALED_KEY: CORRECTED}}
    ),
    RecommendationTaken(recommendation_id=ONE),
    InquiryResolved(inquiry_id=ONE, outcome="So"),
    PreferenceRecorded(key="contact", was=None, now="by phone"),
    PreferenceRecorded(key="contact", was="by phone", now=None),
    AttributeSet(key="fleet", was=None, now=NumberValue(value=Decimal("7.50"))),
    AttributeSet(key="union", was=None, now=FlagValue(value=True)),
    AttributeSet(key="union", was=FlagValue(value=True), now=None),
    ExpectationRecorded(
        expectation_id=ONE, by=ExpectedBy.US, statement="Payment", horizon=Horizon.SHORT
    ),
    PurchaseReasonRecorded(deal_id=ONE, reason="It broke"),
    PurchaseReasonRecorded(deal_id=ONE, reason="Growth", desired_outcome="Speed"),
    InformationGapClosed(requirement_key="budget", source="call", not_applicable=True),
]
BEGINNINGS: list[Event] = [NEED, SIGNAL, DOCUMENT, NOTE, ADVICE, INQUIRY, REVIEW]


def log_of(*events: Event, on: date = MAY) -> Log:
    log = Log()
    for event in events:
        log.add(event, account_id=ACME, on=on)
    return log


def row_after(view: RowView[Any], first: Event, *events: Event) -> Any:
    """Fold the first event of March and the others of May into the one row they make."""
    log = log_of(first, on=MARCH)
    for event in events:
        log.add(event, account_id=ACME, on=MAY)
    (row,) = view.fold({}, log.entries).values()
    return row


def whole_log() -> Log:
    log = Log()
    log.open(ACME)
    for event in (*BEGINNINGS, *FOLLOWING):
        log.add(event, account_id=ACME, on=MARCH)
    log.add(LEARNING, account_id=None, stream_id=OTHER, on=MARCH)
    log.add(LearningWithdrawn(), account_id=None, stream_id=OTHER, on=MAY)
    log.add(AccountMerged(into=OTHER), account_id=ACME, on=MAY)
    return log
