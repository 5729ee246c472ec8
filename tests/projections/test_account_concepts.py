"""Needs, signals, notes and what else is known of an account: entries in, rows out."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.change import Change
from domain.channel import Channel
from domain.document import DocumentDetached
from domain.expectation import ExpectedBy
from domain.horizon import Horizon
from domain.learning import LearningTopic, LearningWithdrawn
from domain.need import (
    NeedRevised,
    NeedSource,
    NeedStatus,
    NeedWithdrawn,
    SolutionFeasibility,
)
from domain.note import NoteAdded
from domain.policy import AttributeType
from domain.recommendation import (
    RecommendationDeclined,
    RecommendationStatus,
    RecommendationTaken,
)
from domain.signal import SignalAssessed, SignalKind, SignalOutcome
from projections.account_reviews import REVIEWS, ReviewRow, figure_in
from projections.attributes import ATTRIBUTES, AttributeRow
from projections.documents import DOCUMENTS, DocumentRow
from projections.expectations import EXPECTATIONS, ExpectationRow
from projections.information_gaps import CLOSED_GAPS, ClosedGapRow
from projections.inquiries import INQUIRIES, InquiryRow
from projections.learnings import LEARNINGS, LearningRow
from projections.needs import NEEDS, NeedRow
from projections.notes import NOTES, NoteRow
from projections.preferences import PREFERENCES, PreferenceRow
from projections.purchase_reasons import PURCHASE_REASONS, PurchaseReasonRow
from projections.recommendations import RECOMMENDATIONS, RecommendationRow
from projections.signals import SIGNALS, SignalRow
from projections.solutions import SOLUTIONS, SolutionRow
from tests.projections.concepts import (
    ACME,
    ADVICE,
    CLIENT,
    CORRECTED,
    DOCUMENT,
    FOLLOWING,
    INQUIRY,
    JUNE,
    LEARNING,
    MARCH,
    MAY,
    NEED,
    NOTE,
    ONE,
    OTHER,
    REVIEW,
    SIGNAL,
    SOLUTION,
    TWO,
    log_of,
    row_after,
)
from tests.projections.log import Log


def test_a_need_is_revised_answered_and_met() -> None:
    begun = row_after(NEEDS, NEED)

    assert begun == NeedRow(
        account_id=ACME,
        need_id=ONE,
        statement="Fewer breakdowns",
        latent=True,
        priority=4,
        horizon=Horizon.LONG,
        source=NeedSource.WORKSHOP,
        stated_by=CLIENT,
        check_in_id=None,
        status=NeedStatus.OPEN,
        identified_on=MARCH,
        settled_on=None,
        evidence=None,
        solutions_proposed=0,
        position=1,
    )
    revised = NeedRevised(
        need_id=ONE,
        statement=Change(was="Fewer breakdowns", now="None"),
        horizon=Change(was=Horizon.LONG, now=Horizon.SHORT),
    )
    assert row_after(NEEDS, NEED, revised, SOLUTION) == replace(
        begun, statement="None", horizon=Horizon.SHORT, solutions_proposed=1, position=3
    )
    assert row_after(NEEDS, NEED, FOLLOWING[0], FOLLOWING[2]) == replace(
        begun,
        priority=5,
        status=NeedStatus.MET,
        settled_on=MAY,
        evidence="None since",
        position=3,
    )
    assert row_after(NEEDS, NEED, NeedWithdrawn(need_id=ONE)) == replace(
        begun, status=NeedStatus.WITHDRAWN, settled_on=MAY, position=2
    )


def test_a_solution_names_its_need() -> None:
    assert row_after(SOLUTIONS, SOLUTION) == SolutionRow(
        account_id=ACME,
        solution_id=TWO,
        need_id=ONE,
        description="Inspect",
        feasibility=SolutionFeasibility.UNCONFIRMED,
        request_id=None,
        proposed_on=MARCH,
        position=1,
    )


def test_a_signal_is_assessed_and_resolved() -> None:
    begun = row_after(SIGNALS, SIGNAL)
    assessed = SignalAssessed(
        signal_id=ONE,
        severity=Change(was=4, now=1),
        likelihood=Change(was=Decimal("70.5"), now=None),
        mitigation=Change(was=None, now="Call"),
    )

    assert begun == SignalRow(
        account_id=ACME,
        signal_id=ONE,
        kind=SignalKind.RISK,
        title="The buyer retires",
        anticipated=False,
        severity=4,
        likelihood=Decimal("70.5"),
        due_on=MAY,
        mitigation=None,
        source="call",
        raised_on=MARCH,
        outcome=None,
        resolved_on=None,
        deal_id=None,
        position=1,
    )
    assert row_after(SIGNALS, SIGNAL, assessed) == replace(
        begun, severity=1, likelihood=None, mitigation="Call", position=2
    )
    assert row_after(SIGNALS, SIGNAL, FOLLOWING[3], FOLLOWING[4]) == replace(
        begun,
        due_on=None,
        outcome=SignalOutcome.CONVERTED,
        resolved_on=MAY,
        deal_id=TWO,
        position=3,
    )


def test_a_detached_document_stays_to_be_seen() -> None:
    fields = {name: value for name, value in DOCUMENT if name != "document_id"}

    assert row_after(DOCUMENTS, DOCUMENT, DocumentDetached(document_id=ONE)) == DocumentRow(
        account_id=ACME,
        document_id=ONE,
        **fields,
        attached_on=MARCH,
        detached_on=MAY,
        position=2,
    )


def test_a_note_shows_the_digest_of_its_last_text() -> None:
    assert row_after(NOTES, NOTE, FOLLOWING[6]) == NoteRow(ACME, ONE, CORRECTED, MARCH, MAY, 2)


def test_a_notes_own_text_does_not_get_into_a_view() -> None:
    with pytest.raises(TypeError, match="does not belong"):
        row_after(NOTES, NoteAdded(account_id=ACME, note_id=ONE, text="They like to sail"))


def test_the_latest_of_each_preference_attribute_reason_and_gap_stands() -> None:
    log = log_of(*FOLLOWING)

    assert PREFERENCES.fold({}, log.entries) == {
        (ACME, "contact"): PreferenceRow(ACME, "contact", None, MAY, 11)
    }
    assert ATTRIBUTES.fold({}, log.entries) == {
        (ACME, "fleet"): AttributeRow(ACME, "fleet", AttributeType.NUMBER, "7.50", MAY, 12),
        (ACME, "union"): AttributeRow(ACME, "union", None, None, MAY, 14),
    }
    assert PURCHASE_REASONS.fold({}, log.entries) == {
        (ACME, ONE): PurchaseReasonRow(ACME, ONE, "Growth", "Speed", MAY, 17)
    }
    assert CLOSED_GAPS.fold({}, log.entries) == {
        (ACME, "budget"): ClosedGapRow(
            ACME, "budget", "call", not_applicable=True, closed_on=MAY, position=18
        )
    }
    assert EXPECTATIONS.fold({}, log.entries) == {
        (ACME, ONE): ExpectationRow(ACME, ONE, ExpectedBy.US, "Payment", Horizon.SHORT, MAY, 15)
    }


def test_an_inquiry_is_answered() -> None:
    assert row_after(INQUIRIES, INQUIRY, FOLLOWING[8]) == InquiryRow(
        ACME, ONE, Channel.CALL, "Why?", MARCH, "So", MAY, 2
    )


def test_a_review_keeps_its_figures() -> None:
    row = row_after(REVIEWS, REVIEW)

    assert row == ReviewRow(
        account_id=ACME,
        review_id=ONE,
        period="2026-Q1",
        findings=REVIEW.findings,
        figures=("revenue 3 12.50 EUR a year", "orders 3 - count"),
        reviewed_on=MARCH,
        next_review_on=JUNE,
        position=1,
    )
    assert tuple(map(figure_in, row.figures)) == REVIEW.figures


def test_a_recommendation_is_taken_or_declined() -> None:
    begun = row_after(RECOMMENDATIONS, ADVICE)

    assert begun == RecommendationRow(
        account_id=ACME,
        recommendation_id=ONE,
        statement="Offer service",
        basis=("They asked",),
        deal_id=None,
        need_id=ONE,
        signal_id=None,
        status=RecommendationStatus.OPEN,
        made_on=MARCH,
        settled_on=None,
        position=1,
    )
    taken = row_after(RECOMMENDATIONS, ADVICE, RecommendationTaken(recommendation_id=ONE))
    declined = row_after(RECOMMENDATIONS, ADVICE, RecommendationDeclined(recommendation_id=ONE))
    assert (taken.status, taken.settled_on) == (RecommendationStatus.TAKEN, MAY)
    assert (declined.status, declined.position) == (RecommendationStatus.DECLINED, 2)


def test_a_learning_is_withdrawn() -> None:
    log = Log()
    log.add(LEARNING, account_id=None, stream_id=OTHER, on=MARCH)
    log.add(LearningWithdrawn(), account_id=None, stream_id=OTHER, on=MAY)

    assert LEARNINGS.fold({}, log.entries) == {
        (OTHER,): LearningRow(
            learning_id=OTHER,
            topic=LearningTopic.TREND,
            title="Fewer cranes",
            source="Fair",
            account_id=None,
            industry="Construction",
            learned_by=None,
            learned_on=MARCH,
            withdrawn_on=MAY,
            version=2,
            position=2,
        )
    }
