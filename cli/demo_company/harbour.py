"""How we keep in touch with Nordhafen: whom we know there, what we speak of and what we promise."""

from datetime import date
from typing import Any, Final

from cli.demo_company.nordhafen import NORDHAFEN
from cli.demo_company.people import EXECUTIVE, HARBOUR_BUYER, HARBOUR_ENGINEER, KEY_MANAGER
from cli.demo_company.story import Chapter, id_of
from cli.demo_company.story import on as on_day
from domain.channel import Channel
from domain.check_in import (
    CheckInContent,
    CheckInCorrection,
    CheckInPlan,
    DocumentReference,
    Purpose,
)
from domain.commands import (
    answer_survey,
    assess_stakeholder,
    break_commitment,
    cancel_check_in,
    close_survey,
    correct_answer,
    correct_check_in,
    end_relationship,
    hold_check_in,
    hold_planned_check_in,
    identify_stakeholder,
    keep_commitment,
    make_commitment,
    mark_stakeholder_left,
    miss_check_in,
    release_commitment,
    reschedule_check_in,
    reschedule_commitment,
    revise_stakeholder,
    schedule_check_in,
    send_survey,
    set_cadence,
    start_relationship,
    void_answer,
    void_check_in,
)
from domain.commitment import CommitmentTerms, CommittedBy
from domain.stakeholder import (
    BuyingRole,
    PoliticalStatus,
    RelationshipLevel,
    StakeholderAssessment,
    StakeholderDetails,
)
from domain.survey import AnswerCorrection, Instrument, SurveyTerms

HARBOUR: Final = id_of("relationship", "nordhafen")
SPARE_PARTS: Final = id_of("relationship", "nordhafen spare parts")
FIRST_CALL: Final = id_of("check-in", "nordhafen first call")
REVIEW: Final = id_of("check-in", "nordhafen review")
MISSED_VISIT: Final = id_of("check-in", "nordhafen visit")
CANCELLED_CALL: Final = id_of("check-in", "nordhafen call")
DOUBLE: Final = id_of("check-in", "nordhafen entered twice")
PLANS: Final = id_of("commitment", "nordhafen plans")
FIGURES: Final = id_of("commitment", "nordhafen figures")
TRAINING: Final = id_of("commitment", "nordhafen training")
WAVE: Final = id_of("survey", "nordhafen 2026-Q2")
BUYERS_ANSWER: Final = id_of("answer", "nordhafen buyer")
ENGINEERS_ANSWER: Final = id_of("answer", "nordhafen engineer")


def on(day: str, command: Any, **arguments: Any) -> Any:
    return on_day(day, command, NORDHAFEN, HARBOUR, **arguments)


def plan(day: date, channel: Channel, purpose: Purpose = Purpose.CATCH_UP) -> CheckInPlan:
    return CheckInPlan(
        planned_on=day,
        channel=channel,
        purpose=purpose,
        participants=(HARBOUR_BUYER,),
        internal_participants=(KEY_MANAGER,),
    )


_PEOPLE = [
    on("2025-05-12", start_relationship, scope=None),
    on(
        "2025-05-12",
        identify_stakeholder,
        party_id=HARBOUR_BUYER,
        details=StakeholderDetails(
            job_title="Head of Procurement", buying_role=BuyingRole.ECONOMIC_BUYER
        ),
    ),
    on(
        "2025-05-20",
        identify_stakeholder,
        party_id=HARBOUR_ENGINEER,
        details=StakeholderDetails(
            job_title="Shift engineer", buying_role=BuyingRole.END_USER, reports_to=HARBOUR_BUYER
        ),
    ),
    on(
        "2026-01-14",
        revise_stakeholder,
        party_id=HARBOUR_ENGINEER,
        revision=StakeholderDetails(
            job_title="Head of Engineering",
            buying_role=BuyingRole.CHAMPION,
            political_status=PoliticalStatus.INNER_CIRCLE,
        ),
    ),
    on("2026-02-02", set_cadence, every_days=21, grace_days=3, reason="they asked for less"),
]

_CHECK_INS = [
    on(
        "2025-05-21",
        hold_check_in,
        check_in_id=FIRST_CALL,
        content=CheckInContent(
            channel=Channel.VISIT,
            purpose=Purpose.INTRODUCTION,
            participants=(HARBOUR_BUYER, HARBOUR_ENGINEER),
            internal_participants=(EXECUTIVE,),
            duration_min=120,
            topics=("the Hamburg hall", "returns"),
            questions_asked=("What stops the line most often?",),
            solutions_presented=("parcel sorter",),
            sentiment=1,
        ),
        note="The engineer would rather we had come a year ago.",
    ),
    on(
        "2026-03-02",
        schedule_check_in,
        check_in_id=REVIEW,
        plan=plan(date(2026, 4, 8), Channel.MEETING, Purpose.QBR),
        today=date(2026, 3, 2),
    ),
    on(
        "2026-03-30",
        reschedule_check_in,
        check_in_id=REVIEW,
        to=date(2026, 4, 15),
        today=date(2026, 3, 30),
        reason="their year-end audit",
    ),
    on(
        "2026-04-15",
        hold_planned_check_in,
        check_in_id=REVIEW,
        content=CheckInContent(
            channel=Channel.MEETING,
            purpose=Purpose.QBR,
            participants=(HARBOUR_BUYER,),
            internal_participants=(KEY_MANAGER,),
            duration_min=90,
            topics=("throughput", "the second sorter"),
            documents=(
                DocumentReference(uri="https://documents.example/qbr-2026-1.pdf", sha256="5a" * 32),
            ),
            sentiment=1,
        ),
    ),
    on(
        "2026-04-17",
        correct_check_in,
        check_in_id=REVIEW,
        correction=CheckInCorrection(participants=(HARBOUR_BUYER, HARBOUR_ENGINEER), sentiment=2),
        reason="the engineer was there too, and both were delighted",
    ),
    on(
        "2026-04-20",
        hold_check_in,
        check_in_id=DOUBLE,
        content=CheckInContent(
            channel=Channel.EMAIL, internal_participants=(KEY_MANAGER,), topics=("throughput",)
        ),
    ),
    on("2026-04-21", void_check_in, check_in_id=DOUBLE, reason="meant for another client"),
    on(
        "2026-06-01",
        schedule_check_in,
        check_in_id=MISSED_VISIT,
        plan=plan(date(2026, 6, 10), Channel.VISIT),
        today=date(2026, 6, 1),
    ),
    on("2026-06-11", miss_check_in, check_in_id=MISSED_VISIT),
    on(
        "2026-07-01",
        schedule_check_in,
        check_in_id=CANCELLED_CALL,
        plan=plan(date(2026, 7, 20), Channel.VIDEO),
        today=date(2026, 7, 1),
    ),
    on("2026-07-15", cancel_check_in, check_in_id=CANCELLED_CALL, reason="holidays in the harbour"),
    on(
        "2026-04-16",
        assess_stakeholder,
        party_id=HARBOUR_ENGINEER,
        assessment=StakeholderAssessment(
            influence=4,
            support=2,
            coverage=3,
            decision_power=2,
            level_current=RelationshipLevel.PROBLEM_SOLVER,
            level_desired=RelationshipLevel.TRUSTED_ADVISOR,
            check_in_id=REVIEW,
        ),
    ),
]

_PROMISES = [
    on(
        "2026-04-15",
        make_commitment,
        commitment_id=PLANS,
        terms=CommitmentTerms(
            by=CommittedBy.US,
            text="Layout plans of the second hall",
            due_on=date(2026, 5, 15),
            owner_party_id=KEY_MANAGER,
            department="Engineering",
            effort_hours=40,
        ),
    ),
    on("2026-05-11", keep_commitment, commitment_id=PLANS),
    on(
        "2026-04-15",
        make_commitment,
        commitment_id=FIGURES,
        terms=CommitmentTerms(
            by=CommittedBy.THEM,
            text="Hourly counts of the first hall",
            due_on=date(2026, 4, 30),
            owner_party_id=HARBOUR_ENGINEER,
        ),
    ),
    on("2026-04-29", reschedule_commitment, commitment_id=FIGURES, to=date(2026, 5, 29)),
    on("2026-06-30", break_commitment, commitment_id=FIGURES, reason="they do not count by hour"),
    on(
        "2026-05-04",
        make_commitment,
        commitment_id=TRAINING,
        terms=CommitmentTerms(
            by=CommittedBy.US, text="A day of training on site", due_on=date(2026, 9, 30)
        ),
    ),
    on("2026-08-24", release_commitment, commitment_id=TRAINING, reason="they train themselves"),
]

_SURVEY = [
    on(
        "2026-05-18",
        send_survey,
        survey_id=WAVE,
        terms=SurveyTerms(
            instrument=Instrument.NPS, wave="2026-Q2", recipients=(HARBOUR_BUYER, HARBOUR_ENGINEER)
        ),
    ),
    on(
        "2026-05-20",
        answer_survey,
        survey_id=WAVE,
        answer_id=BUYERS_ANSWER,
        score=7,
        party_id=HARBOUR_BUYER,
        comment="Good machines. The invoices could be clearer.",
    ),
    on(
        "2026-05-22",
        correct_answer,
        survey_id=WAVE,
        answer_id=BUYERS_ANSWER,
        correction=AnswerCorrection(score=9),
        reason="mistyped: the form says 9",
    ),
    on("2026-05-26", answer_survey, survey_id=WAVE, answer_id=ENGINEERS_ANSWER, score=10),
    on(
        "2026-05-27",
        void_answer,
        survey_id=WAVE,
        answer_id=ENGINEERS_ANSWER,
        reason="a colleague had tried the form out",
    ),
    on("2026-06-15", close_survey, survey_id=WAVE),
]

_ENDINGS = [
    on("2026-09-30", mark_stakeholder_left, party_id=HARBOUR_BUYER, reason="went to another port"),
    on_day(
        "2026-02-16", start_relationship, NORDHAFEN, SPARE_PARTS, scope="Spare parts", reason=None
    ),
    on_day(
        "2026-08-31",
        end_relationship,
        NORDHAFEN,
        SPARE_PARTS,
        reason="they buy spare parts centrally again",
    ),
]

STORY: Final = Chapter("harbour", [*_PEOPLE, *_CHECK_INS, *_PROMISES, *_SURVEY, *_ENDINGS])
