"""Relationships and all that belongs to them: entries in, rows out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.account import AccountClosed
from domain.cadence import Cadence, CadenceOrigin, CadenceSet
from domain.change import Change
from domain.channel import Channel
from domain.check_in import (
    CheckInCancelled,
    CheckInCorrected,
    CheckInHeld,
    CheckInMissed,
    CheckInPlan,
    CheckInRescheduled,
    CheckInScheduled,
    CheckInStatus,
    CheckInVoided,
    DocumentReference,
    Purpose,
)
from domain.commitment import (
    CommitmentBroken,
    CommitmentKept,
    CommitmentMade,
    CommitmentReleased,
    CommitmentRescheduled,
    CommitmentStatus,
    CommitmentTerms,
    CommittedBy,
)
from domain.event import Event
from domain.override import Override
from domain.refusal import NotFound
from domain.relationship import RelationshipEnded, RelationshipStarted
from domain.stakeholder import (
    BuyingRole,
    RelationshipLevel,
    StakeholderAssessed,
    StakeholderAssessment,
    StakeholderIdentified,
    StakeholderLeft,
    StakeholderRevised,
)
from domain.survey import (
    Instrument,
    SurveyAnswerCorrected,
    SurveyAnswered,
    SurveyAnswerVoided,
    SurveyClosed,
    SurveySent,
)
from projections.account_overview import ACCOUNT_OVERVIEW
from projections.check_ins import (
    CHECK_INS,
    CheckInFilter,
    CheckInRow,
    find_check_in,
    list_check_ins,
)
from projections.commitments import (
    COMMITMENTS,
    CommitmentFilter,
    CommitmentRow,
    find_commitment,
    list_commitments,
)
from projections.relationships import (
    RELATIONSHIP_ROWS,
    RELATIONSHIPS,
    RelationshipRow,
    RelationshipStatus,
    find_relationship,
    list_due,
    list_relationships,
)
from projections.stakeholders import STAKEHOLDERS, StakeholderRow, list_stakeholders
from projections.survey_answers import (
    SURVEY_ANSWERS,
    AnswerRow,
    AnswerStatus,
    find_answer,
    list_answers,
)
from projections.surveys import (
    SURVEYS,
    SurveyFilter,
    SurveyRow,
    SurveyStatus,
    find_survey,
    list_surveys,
)
from tests.projections.connections import projecting
from tests.projections.log import TENANT, Log

ACME, OTHER, LINE = UUID(int=1), UUID(int=2), UUID(int=3)
CLIENT, ANNA, ONE, TWO = (UUID(int=number) for number in (11, 12, 21, 22))
MARCH, APRIL, MAY, JUNE = (date(2026, month, 1) for month in (3, 4, 5, 6))
AGREED = Cadence(every_days=30, grace_days=5, origin=CadenceOrigin.AGREED_WITH_CLIENT)
STARTED = RelationshipStarted(account_id=ACME, started_on=MARCH, cadence=AGREED)
PLAN = CheckInPlan(planned_on=JUNE, channel=Channel.VIDEO, participants=(CLIENT,))
SCHEDULED = CheckInScheduled(check_in_id=ONE, plan=PLAN)
IDENTIFIED = StakeholderIdentified(party_id=CLIENT, identified_on=MARCH, job_title="Buyer")
RECORDING = DocumentReference(uri="https://recordings.example/1", sha256="0" * 64)
TERMS = CommitmentTerms(by=CommittedBy.US, text="A crane", due_on=MAY, effort_hours=3)
MADE = CommitmentMade(commitment_id=ONE, made_on=APRIL, terms=TERMS)
SENT = SurveySent(
    survey_id=ONE, sent_on=APRIL, instrument=Instrument.NPS, wave="Q2", recipients=(CLIENT, ANNA)
)
ANSWERED = SurveyAnswered(
    survey_id=ONE,
    answer_id=TWO,
    responded_on=MAY,
    score=9,
    party_id=CLIENT,
    comment_subject_id=CLIENT,
    comment="Good",
)


def held(on: date, check_in_id: UUID = ONE, **fields: Any) -> CheckInHeld:
    return CheckInHeld(
        check_in_id=check_in_id,
        relationship_id=LINE,
        held_on=on,
        channel=Channel.CALL,
        purpose=Purpose.QBR,
        participants=(CLIENT,),
        internal_participants=(ANNA,),
        **fields,
    )


def log_of(*events: Event) -> Log:
    log = Log()
    log.open(ACME)
    for event in (STARTED, *events):
        log.add(event, account_id=ACME, stream_id=LINE, on=JUNE)
    return log


def relationship(*events: Event) -> RelationshipRow:
    return RELATIONSHIP_ROWS.fold({}, log_of(*events).entries)[(LINE,)]


def check_in(*events: Event) -> CheckInRow:
    return CHECK_INS.fold({}, log_of(*events).entries)[(LINE, ONE)]


def stakeholder(*events: Event) -> StakeholderRow:
    return STAKEHOLDERS.fold({}, log_of(*events).entries)[(LINE, CLIENT)]


def commitment(*events: Event) -> CommitmentRow:
    return COMMITMENTS.fold({}, log_of(*events).entries)[(LINE, ONE)]


def survey(*events: Event) -> SurveyRow:
    return SURVEYS.fold({}, log_of(*events).entries)[(LINE, ONE)]


def answer(*events: Event) -> AnswerRow:
    return SURVEY_ANSWERS.fold({}, log_of(*events).entries)[(LINE, ONE, TWO)]


def test_a_relationship_begins_ends_and_changes_its_cadence() -> None:
    begun = relationship()
    ended = relationship(
        CadenceSet(was=AGREED, now=None), IDENTIFIED, RelationshipEnded(ended_on=JUNE)
    )

    assert (begun.account_id, begun.status, begun.started_on) == (ACME, "active", MARCH)
    assert (begun.cadence_every_days, begun.cadence_grace_days) == (30, 5)
    assert (begun.cadence_origin, begun.cadence_policy_version) == ("agreed-with-client", None)
    assert (begun.version, begun.position) == (1, 2)
    assert (ended.cadence_every_days, ended.cadence_origin) == (None, None)
    assert (ended.status, ended.ended_on) == (RelationshipStatus.ENDED, JUNE)
    assert (ended.version, ended.position) == (4, 5)


def test_a_check_in_is_planned_put_off_and_held() -> None:
    planned = check_in(SCHEDULED)
    put_off = check_in(SCHEDULED, CheckInRescheduled(check_in_id=ONE, was=JUNE, now=MAY))
    row = check_in(SCHEDULED, held(APRIL, note="They grumbled", documents=(RECORDING,)))

    assert (planned.status, planned.day, planned.held_on) == (CheckInStatus.PLANNED, JUNE, None)
    assert (planned.channel, planned.participants, planned.position) == ("video", (CLIENT,), 3)
    assert (put_off.day, put_off.planned_on) == (MAY, MAY)
    assert (row.status, row.day, row.planned_on, row.held_on) == ("held", APRIL, JUNE, APRIL)
    assert (row.document_uris, row.document_sha256s) == ((RECORDING.uri,), (RECORDING.sha256,))
    assert (row.note_position, row.position) == (4, 4)


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (CheckInCancelled(check_in_id=ONE), CheckInStatus.CANCELLED),
        (CheckInMissed(check_in_id=ONE), CheckInStatus.MISSED),
        (CheckInVoided(check_in_id=ONE), CheckInStatus.VOID),
    ],
)
def test_a_check_in_comes_to_nothing(event: Event, status: CheckInStatus) -> None:
    assert check_in(SCHEDULED, event).status is status


def test_a_correction_restates_what_it_names() -> None:
    first = held(MAY, sentiment=-1, recording=RECORDING, note="They grumbled")
    restated = check_in(
        first,
        CheckInCorrected(
            check_in_id=ONE,
            relationship_id=LINE,
            held_on=Change(was=MAY, now=APRIL),
            sentiment=Change(was=-1, now=None),
            recording=Change(was=RECORDING, now=None),
            documents=Change(was=(), now=(RECORDING,)),
        ),
    )
    noted = check_in(
        first, CheckInCorrected(check_in_id=ONE, relationship_id=LINE, note="They smiled")
    )

    assert (restated.day, restated.held_on, restated.sentiment) == (APRIL, APRIL, None)
    assert (restated.recording_uri, restated.recording_sha256) == (None, None)
    assert (restated.document_uris, restated.note_position) == ((RECORDING.uri,), 3)
    assert (noted.day, noted.note_position, noted.position) == (MAY, 4, 4)


def test_a_stakeholder_comes_is_judged_and_leaves() -> None:
    judged = StakeholderAssessment(influence=5, support=-2, level_desired=RelationshipLevel.VENDOR)
    row = stakeholder(
        IDENTIFIED,
        StakeholderRevised(party_id=CLIENT, job_title=Change(was="Buyer", now=None)),
        StakeholderAssessed(party_id=CLIENT, assessed_on=MAY, assessment=judged),
        StakeholderLeft(party_id=CLIENT, left_on=JUNE),
    )

    assert (row.since, row.left_on, row.job_title) == (MARCH, JUNE, None)
    assert (row.influence, row.support, row.coverage, row.assessed_on) == (5, -2, None, MAY)
    assert (row.level_current, row.level_desired) == (None, RelationshipLevel.VENDOR)
    assert row.position == 6


def test_who_comes_back_keeps_the_last_judgement() -> None:
    judged = StakeholderAssessment(influence=5)
    back = StakeholderIdentified(party_id=CLIENT, identified_on=JUNE)
    row = stakeholder(
        IDENTIFIED,
        StakeholderAssessed(party_id=CLIENT, assessed_on=APRIL, assessment=judged),
        StakeholderLeft(party_id=CLIENT, left_on=MAY),
        back,
    )

    assert (row.since, row.left_on, row.job_title) == (JUNE, None, None)
    assert (row.influence, row.assessed_on) == (5, APRIL)


def test_a_commitment_is_made_put_off_and_settled() -> None:
    word = Override(approved_by=ANNA, reason="worth it")
    made = commitment(
        MADE.model_copy(update={"terms": TERMS.model_copy(update={"override": word})})
    )
    moved = commitment(MADE, CommitmentRescheduled(commitment_id=ONE, was=MAY, now=JUNE))
    settled = [
        commitment(MADE, event)
        for event in (
            CommitmentKept(commitment_id=ONE, kept_on=MAY),
            CommitmentBroken(commitment_id=ONE, broken_on=MAY),
            CommitmentReleased(commitment_id=ONE, released_on=MAY),
        )
    ]

    assert (made.by, made.text, made.status, made.due_on) == ("us", "A crane", "open", MAY)
    assert (made.effort_hours, made.approved_by, made.approval_reason) == (3, ANNA, "worth it")
    assert (moved.due_on, moved.position) == (JUNE, 4)
    assert [row.status for row in settled] == ["kept", "broken", "released"]
    assert {row.settled_on for row in settled} == {MAY}


def test_a_survey_counts_its_answers() -> None:
    voided = SurveyAnswerVoided(survey_id=ONE, answer_id=TWO)
    corrected = SurveyAnswerCorrected(
        survey_id=ONE, answer_id=TWO, comment_subject_id=CLIENT, score=Change(was=9, now=8)
    )
    third = SENT.model_copy(update={"recipients": (CLIENT, ANNA, OTHER)})
    row = survey(third, ANSWERED, corrected)

    assert (row.sent, row.answered, row.response_rate) == (3, 1, Decimal("33.3"))
    assert (row.status, row.instrument, row.wave, row.position) == ("open", "nps", "Q2", 4)
    assert survey(SENT, ANSWERED, voided).answered == 0
    assert survey(SENT, SurveyClosed(survey_id=ONE, closed_on=JUNE)) == replace(
        survey(SENT), status=SurveyStatus.CLOSED, closed_on=JUNE, position=4
    )


def test_an_answer_holds_no_comment_but_where_it_stands() -> None:
    given = answer(SENT, ANSWERED)
    corrected = answer(
        SENT,
        ANSWERED,
        SurveyAnswerCorrected(
            survey_id=ONE,
            answer_id=TWO,
            comment_subject_id=CLIENT,
            score=Change(was=9, now=3),
            responded_on=Change(was=MAY, now=APRIL),
        ),
    )
    reworded = answer(
        SENT,
        ANSWERED,
        SurveyAnswerCorrected(
            survey_id=ONE, answer_id=TWO, comment_subject_id=CLIENT, comment="Bad"
        ),
        SurveyAnswerVoided(survey_id=ONE, answer_id=TWO),
    )

    assert (given.score, given.party_id, given.status) == (9, CLIENT, AnswerStatus.COUNTED)
    assert (given.comment_position, "Good" in repr(given)) == (4, False)
    assert (corrected.score, corrected.responded_on, corrected.comment_position) == (3, APRIL, 4)
    assert (reworded.comment_position, reworded.status) == (5, AnswerStatus.VOID)


@pytest.mark.parametrize(
    ("view", "event"),
    [
        (RELATIONSHIP_ROWS, IDENTIFIED),
        (CHECK_INS, CheckInMissed(check_in_id=ONE)),
        (STAKEHOLDERS, StakeholderLeft(party_id=CLIENT, left_on=MAY)),
        (COMMITMENTS, CommitmentKept(commitment_id=ONE, kept_on=MAY)),
        (SURVEYS, SurveyClosed(survey_id=ONE, closed_on=MAY)),
        (SURVEY_ANSWERS, SurveyAnswerVoided(survey_id=ONE, answer_id=TWO)),
    ],
)
def test_a_view_does_not_make_up_a_beginning(view: Any, event: Event) -> None:
    log = Log()
    log.add(event, account_id=ACME, stream_id=LINE, on=JUNE)

    with pytest.raises(ValueError, match=r"stands before|belongs to no account"):
        view.fold({}, log.entries)


@pytest.mark.anyio
async def test_the_last_check_in_follows_corrections_and_voidings(database_url: str) -> None:
    correction = CheckInCorrected(
        check_in_id=TWO, relationship_id=LINE, held_on=Change(was=MAY, now=JUNE)
    )
    events = [
        held(APRIL),
        held(MAY, TWO),
        correction,
        CheckInVoided(check_in_id=TWO),
        CheckInVoided(check_in_id=ONE),
        RelationshipEnded(ended_on=JUNE),
    ]
    lasts = [None, APRIL, MAY, JUNE, APRIL, None, None]
    dues = [
        date(2026, 3, 31),
        JUNE.replace(month=5),
        date(2026, 5, 31),
        date(2026, 7, 1),
        JUNE.replace(month=5),
        date(2026, 3, 31),
        None,
    ]
    log = log_of(*events)
    seen: list[RelationshipRow] = []
    async with projecting(database_url) as connection:
        for entry in log.entries:
            await RELATIONSHIPS.apply(connection, TENANT, [entry])
            if entry.position > 1:
                seen.append(await find_relationship(connection, TENANT, ACME, LINE))
        await connection.rollback()
        await RELATIONSHIPS.apply(connection, TENANT, log.entries)
        at_once = await find_relationship(connection, TENANT, ACME, LINE)

    assert [row.last_check_in_on for row in seen] == lasts
    assert [row.next_due_on for row in seen] == dues
    assert at_once == seen[-1]


@pytest.mark.anyio
async def test_due_relationships_are_listed_the_longest_due_first(database_url: str) -> None:
    log = Log()
    log.open(ACME)
    log.open(OTHER)
    lines = [(ACME, MAY), (ACME, MARCH), (ACME, APRIL), (OTHER, MARCH)]
    for number, (account_id, day) in enumerate(lines):
        started = STARTED.model_copy(
            update={"account_id": account_id, "started_on": day, "scope": f"unit {number}"}
        )
        log.add(started, account_id=account_id, stream_id=UUID(int=30 + number), on=day)
    closed = AccountClosed(closed_on=JUNE, churned=True, reason_code="price")
    log.add(closed, account_id=OTHER, on=JUNE)
    async with projecting(database_url) as connection:
        await ACCOUNT_OVERVIEW.apply(connection, TENANT, log.entries)
        await RELATIONSHIPS.apply(connection, TENANT, log.entries)
        first = await list_due(connection, TENANT, as_of=date(2026, 5, 1), limit=1)
        rest = await list_due(connection, TENANT, as_of=date(2026, 5, 1), after=first.next)
        grace = await list_due(connection, TENANT, as_of=date(2026, 4, 5), account_id=ACME)
        none = await list_due(connection, TENANT, as_of=date(2026, 3, 30))
        of_other = await list_relationships(connection, TENANT, account_id=OTHER)

    assert [(row.scope, row.days_overdue) for row in first.rows] == [("unit 1", 26)]
    assert [(row.scope, row.days_overdue) for row in rest.rows] == [("unit 2", 0)]
    assert [(row.scope, row.days_overdue) for row in grace.rows] == [("unit 1", 0)]
    assert (none.rows, none.next) == ([], None)
    assert [row.scope for row in of_other.rows] == ["unit 3"]


@pytest.mark.anyio
async def test_lists_are_narrowed_and_in_order(database_url: str) -> None:
    log = log_of(
        IDENTIFIED,
        held(APRIL),
        CheckInScheduled(check_in_id=TWO, plan=PLAN),
        MADE,
        MADE.model_copy(
            update={
                "commitment_id": TWO,
                "terms": TERMS.model_copy(update={"by": CommittedBy.THEM, "due_on": JUNE}),
            }
        ),
        SENT,
        ANSWERED,
    )
    views: list[Any] = [RELATIONSHIPS, STAKEHOLDERS, COMMITMENTS, SURVEYS, SURVEY_ANSWERS]
    async with projecting(database_url) as connection:
        for view in views:
            await view.apply(connection, TENANT, log.entries)

        async def check_ins(**wanted: Any) -> list[UUID]:
            page = await list_check_ins(connection, TENANT, wanted=CheckInFilter(**wanted))
            return [row.check_in_id for row in page.rows]

        async def commitments(**wanted: Any) -> list[UUID]:
            page = await list_commitments(connection, TENANT, wanted=CommitmentFilter(**wanted))
            return [row.commitment_id for row in page.rows]

        surveys = await list_surveys(connection, TENANT, wanted=SurveyFilter(wave="Q2"))
        people = await list_stakeholders(connection, TENANT, LINE)
        answers = await list_answers(connection, TENANT, LINE, ONE)
        champions = await list_stakeholders(
            connection, TENANT, LINE, buying_role=BuyingRole.CHAMPION
        )

        assert await check_ins() == [TWO, ONE]
        assert await check_ins(status=CheckInStatus.HELD, account_id=ACME) == [ONE]
        assert await check_ins(purpose=Purpose.CATCH_UP) == [TWO]
        assert await commitments() == [ONE, TWO]
        assert await commitments(overdue_as_of=JUNE) == [ONE]
        assert await commitments(overdue_as_of=MAY) == []
        assert await commitments(by=CommittedBy.THEM, status=CommitmentStatus.OPEN) == [TWO]
        assert list(surveys.rows) == [await find_survey(connection, TENANT, ACME, LINE, ONE)]
        assert [row.party_id for row in people.rows] == [CLIENT]
        assert list(champions.rows) == []
        assert list(answers.rows) == [await find_answer(connection, TENANT, ACME, LINE, ONE, TWO)]
        assert (await find_check_in(connection, TENANT, ACME, LINE, ONE)).held_on == APRIL
        assert (await find_commitment(connection, TENANT, ACME, LINE, ONE)).due_on == MAY


@pytest.mark.anyio
async def test_what_belongs_to_another_account_is_not_found(database_url: str) -> None:
    log = log_of(held(APRIL), MADE, SENT, ANSWERED)
    async with projecting(database_url) as connection:
        for view in (RELATIONSHIPS, COMMITMENTS, SURVEYS, SURVEY_ANSWERS):
            await view.apply(connection, TENANT, log.entries)
        with pytest.raises(NotFound):
            await find_relationship(connection, TENANT, OTHER, LINE)
        with pytest.raises(NotFound):
            await find_check_in(connection, TENANT, OTHER, LINE, ONE)
        with pytest.raises(NotFound):
            await find_commitment(connection, TENANT, OTHER, LINE, ONE)
        with pytest.raises(NotFound):
            await find_survey(connection, TENANT, OTHER, LINE, ONE)
        with pytest.raises(NotFound):
            await find_answer(connection, TENANT, OTHER, LINE, ONE, TWO)
