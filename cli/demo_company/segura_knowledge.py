"""What we know of Molinos del Segura: its needs, what we noticed, what was said and written."""

from datetime import date
from decimal import Decimal
from typing import Final

from cli.demo_company.people import MILL_DIRECTOR
from cli.demo_company.segura import CONVEYOR, SEGURA, TRAINING
from cli.demo_company.story import Chapter, id_of, on
from domain.account_review import ReviewContent, ReviewedFigure
from domain.attribute import DayValue, NumberValue
from domain.channel import Channel
from domain.commands import (
    add_note,
    assess_signal,
    attach_document,
    close_information_gap,
    correct_note,
    decline_recommendation,
    detach_document,
    identify_need,
    log_inquiry,
    make_recommendation,
    meet_need,
    propose_solution,
    raise_signal,
    record_expectation,
    record_preference,
    record_purchase_reason,
    resolve_inquiry,
    resolve_signal,
    review_account,
    revise_need,
    set_attribute,
    take_recommendation,
    withdraw_need,
)
from domain.document import DocumentKind, DocumentTerms
from domain.expectation import ExpectationTerms, ExpectedBy
from domain.horizon import Horizon
from domain.need import NeedRevision, NeedSource, NeedTerms, SolutionFeasibility, SolutionTerms
from domain.period import parse
from domain.recommendation import RecommendationTerms
from domain.signal import SignalAssessment, SignalKind, SignalOutcome, SignalTerms

LESS_DUST: Final = id_of("need", "segura dust")
NIGHT_SHIFT: Final = id_of("need", "segura night shift")
OWN_TRUCKS: Final = id_of("need", "segura trucks")
LATE_SILO: Final = id_of("signal", "segura silo")
NIGHT_ERRORS: Final = id_of("signal", "segura night errors")
OFFER: Final = id_of("document", "segura offer")
VISIT_NOTE: Final = id_of("note", "segura visit")
MANUAL: Final = id_of("inquiry", "segura manual")
TEACH: Final = id_of("recommendation", "segura training")
SPARE_BELTS: Final = id_of("recommendation", "segura belts")

STORY: Final = Chapter(
    "segura-knowledge",
    [
        on(
            "2025-06-16",
            identify_need,
            SEGURA,
            LESS_DUST,
            terms=NeedTerms(
                statement="Less dust at the bagging line",
                priority=4,
                source=NeedSource.WORKSHOP,
                stated_by=MILL_DIRECTOR,
            ),
        ),
        on(
            "2025-06-23",
            propose_solution,
            SEGURA,
            LESS_DUST,
            id_of("solution", "segura hood"),
            solution=SolutionTerms(
                description="An extraction hood over each bagging spout",
                feasibility=SolutionFeasibility.CONFIRMED,
            ),
        ),
        on(
            "2025-07-07",
            attach_document,
            SEGURA,
            OFFER,
            terms=DocumentTerms(
                uri="https://files.example.com/segura/offer-1.pdf",
                title="Offer for the new silo",
                media_type="application/pdf",
                sha256="b7" * 32,
                kind=DocumentKind.PROPOSAL,
            ),
        ),
        on(
            "2025-09-18",
            record_purchase_reason,
            SEGURA,
            deal_id=CONVEYOR,
            purchase_reason="The old silo could not be filled while the mill ran",
            desired_outcome="To mill around the clock by January",
        ),
        on("2025-09-22", detach_document, SEGURA, OFFER, reason="the signed contract replaced it"),
        on("2025-09-29", record_preference, SEGURA, key="contact", value="by phone before ten"),
        on(
            "2025-09-29",
            record_expectation,
            SEGURA,
            id_of("expectation", "segura answers"),
            terms=ExpectationTerms(
                by=ExpectedBy.THEM, statement="A technician on site within two days"
            ),
        ),
        on(
            "2025-10-06",
            set_attribute,
            SEGURA,
            key="silos",
            value=NumberValue(value=Decimal(3)),
        ),
        on(
            "2025-10-06",
            set_attribute,
            SEGURA,
            key="audited-on",
            value=DayValue(value=date(2025, 5, 14)),
        ),
        on(
            "2025-11-03",
            meet_need,
            SEGURA,
            LESS_DUST,
            evidence="Dust measured at a third of the limit",
            reason="the hoods have run for four weeks",
        ),
        on(
            "2025-11-10",
            log_inquiry,
            SEGURA,
            MANUAL,
            channel=Channel.CALL,
            topic="Is there a manual in Spanish?",
        ),
        on("2025-11-11", resolve_inquiry, SEGURA, MANUAL, outcome="Sent it the same week"),
        on(
            "2026-01-12",
            raise_signal,
            SEGURA,
            LATE_SILO,
            terms=SignalTerms(
                kind=SignalKind.RISK,
                title="The second silo may be put off",
                anticipated=True,
                severity=3,
                likelihood=Decimal(40),
                due_on=date(2026, 6, 30),
                source="call with the director",
            ),
        ),
        on(
            "2026-02-02",
            add_note,
            SEGURA,
            VISIT_NOTE,
            text="Rosario Vidal showed us the night shift; the foreman guesses at the settings.",
        ),
        on(
            "2026-02-03",
            correct_note,
            SEGURA,
            VISIT_NOTE,
            text="Rosario Vidal showed us the night shift; two foremen guess at the settings.",
        ),
        on(
            "2026-02-09",
            identify_need,
            SEGURA,
            NIGHT_SHIFT,
            terms=NeedTerms(
                statement="A night shift that knows the machines",
                latent=True,
                horizon=Horizon.LONG,
                source=NeedSource.DATA,
            ),
        ),
        on("2026-03-16", revise_need, SEGURA, NIGHT_SHIFT, revision=NeedRevision(priority=5)),
        on(
            "2026-03-23",
            assess_signal,
            SEGURA,
            LATE_SILO,
            assessment=SignalAssessment(severity=4, likelihood=Decimal(90)),
        ),
        on(
            "2026-04-13",
            resolve_signal,
            SEGURA,
            LATE_SILO,
            outcome=SignalOutcome.MATERIALISED,
            reason="the bank would not lend before 2028",
        ),
        on(
            "2026-04-20",
            identify_need,
            SEGURA,
            OWN_TRUCKS,
            terms=NeedTerms(
                statement="A loading bay for trucks of their own", source=NeedSource.CHECK_IN
            ),
        ),
        on("2026-05-11", withdraw_need, SEGURA, OWN_TRUCKS, reason="they keep their carrier"),
        on(
            "2026-07-06",
            review_account,
            SEGURA,
            id_of("review", "segura 2026-Q2"),
            period=parse("2026-Q2"),
            content=ReviewContent(
                findings=("Orders fell to spare parts", "The night shift makes most of the errors"),
                figures=(
                    ReviewedFigure(kpi="revenue", value=Decimal("2310.00"), unit="EUR", known_at=1),
                ),
                next_review_on=date(2026, 10, 5),
            ),
        ),
        on(
            "2026-07-06",
            raise_signal,
            SEGURA,
            NIGHT_ERRORS,
            terms=SignalTerms(
                kind=SignalKind.OPPORTUNITY,
                title="Errors at night point to a want of training",
                severity=2,
                source="review of the second quarter",
            ),
        ),
        on(
            "2026-07-13",
            make_recommendation,
            SEGURA,
            TEACH,
            terms=RecommendationTerms(
                statement="Offer training to the night shift",
                basis=("Two of three faults happen at night",),
                need_id=NIGHT_SHIFT,
                signal_id=NIGHT_ERRORS,
            ),
        ),
        on(
            "2026-07-13",
            make_recommendation,
            SEGURA,
            SPARE_BELTS,
            terms=RecommendationTerms(
                statement="Keep a set of belts in store at the mill",
                basis=("A belt took nine days in February",),
            ),
        ),
        on("2026-09-07", take_recommendation, SEGURA, TEACH),
        on(
            "2026-09-07",
            decline_recommendation,
            SEGURA,
            SPARE_BELTS,
            reason="they would rather not tie up the money",
        ),
        on(
            "2026-09-07",
            resolve_signal,
            SEGURA,
            NIGHT_ERRORS,
            outcome=SignalOutcome.CONVERTED,
            deal_id=TRAINING,
        ),
        on(
            "2026-09-14",
            close_information_gap,
            SEGURA,
            requirement_key="decision-maker",
            source="visit of 14 September",
        ),
    ],
)
