"""What holds of a relationship whatever is asked of it, in whatever order."""

from typing import Any

from hypothesis import given as for_any
from hypothesis import strategies as st

from domain import commands
from domain.channel import Channel
from domain.check_in import (
    CheckInContent,
    CheckInCorrection,
    CheckInPlan,
    CheckInStatus,
)
from domain.commitment import CommitmentStatus, CommitmentTerms, CommittedBy
from domain.decision import Decision
from domain.event import Recording
from domain.refusal import NotFound, Refused
from domain.relationship import RELATIONSHIP, Relationship
from domain.stakeholder import BuyingRole, StakeholderAssessment, StakeholderDetails
from domain.survey import AnswerCorrection, Instrument, SurveyTerms
from tests.domain.relationship_samples import (
    APRIL,
    CARLA,
    JUNE,
    LINE,
    OPEN,
    PEOPLE,
    STARTED,
    STREAM,
)
from tests.domain.samples import ACME, ANNA, CLIENT, MAY, TODAY, TOMORROW, uuid
from tests.given import decide

THEIRS = (CLIENT, CARLA)
DAYS = st.sampled_from([APRIL, MAY, JUNE, TODAY])
PLANNED = st.sampled_from([TODAY, TOMORROW])
IDS = st.sampled_from([uuid(61), uuid(62)])
PARTY = st.sampled_from(THEIRS)
PARTIES = st.lists(PARTY, max_size=2, unique=True).map(tuple)
OURS = st.sampled_from([(), (ANNA,)])
WHY = {"reason": st.just("so it is")}
SCORES = st.integers(0, 11)

DETAILS = st.builds(
    StakeholderDetails,
    buying_role=st.none() | st.sampled_from(BuyingRole),
    reports_to=st.none() | PARTY,
)
CONTENT = st.builds(
    CheckInContent,
    channel=st.sampled_from(Channel),
    participants=PARTIES,
    internal_participants=OURS,
    sentiment=st.none() | st.integers(-2, 2),
)


def asking(command: Any, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Decision]:
    return st.builds(
        command, st.just(ACME), st.just(LINE), on=DAYS, today=st.just(TODAY), **arguments
    )


PEOPLE_CHANGE = st.one_of(
    asking(commands.identify_stakeholder, party_id=PARTY, details=DETAILS),
    asking(commands.revise_stakeholder, party_id=PARTY, revision=DETAILS),
    asking(
        commands.assess_stakeholder,
        party_id=PARTY,
        assessment=st.builds(StakeholderAssessment, influence=st.none() | st.integers(1, 5)),
    ),
    asking(commands.mark_stakeholder_left, party_id=PARTY),
    asking(commands.set_cadence, every_days=st.integers(1, 3), grace_days=st.integers(0, 1)),
)
TALK = st.one_of(
    asking(
        commands.schedule_check_in,
        check_in_id=IDS,
        plan=st.builds(
            CheckInPlan, planned_on=PLANNED, channel=st.just(Channel.CALL), participants=PARTIES
        ),
    ),
    asking(commands.reschedule_check_in, check_in_id=IDS, to=PLANNED),
    asking(commands.cancel_check_in, check_in_id=IDS),
    asking(commands.miss_check_in, check_in_id=IDS),
    asking(commands.hold_check_in, check_in_id=IDS, content=CONTENT),
    asking(commands.hold_planned_check_in, check_in_id=IDS, content=CONTENT),
    asking(
        commands.correct_check_in,
        check_in_id=IDS,
        correction=st.builds(
            CheckInCorrection,
            held_on=st.none() | DAYS,
            participants=PARTIES,
            sentiment=st.none() | st.integers(-2, 2),
        ),
        **WHY,
    ),
    asking(commands.void_check_in, check_in_id=IDS, **WHY),
)
PROMISE = st.one_of(
    asking(
        commands.make_commitment,
        commitment_id=IDS,
        terms=st.builds(
            CommitmentTerms, by=st.sampled_from(CommittedBy), text=st.just("So be it"), due_on=DAYS
        ),
    ),
    asking(commands.reschedule_commitment, commitment_id=IDS, to=DAYS),
    asking(commands.keep_commitment, commitment_id=IDS),
    asking(commands.break_commitment, commitment_id=IDS),
    asking(commands.release_commitment, commitment_id=IDS),
)
SURVEY = st.one_of(
    asking(
        commands.send_survey,
        survey_id=IDS,
        terms=st.builds(
            SurveyTerms,
            instrument=st.sampled_from(Instrument),
            wave=st.just("Q2"),
            recipients=PARTIES,
        ),
    ),
    asking(
        commands.answer_survey,
        survey_id=IDS,
        answer_id=IDS,
        score=SCORES,
        party_id=st.none() | PARTY,
    ),
    asking(
        commands.correct_answer,
        survey_id=IDS,
        answer_id=IDS,
        correction=st.builds(AnswerCorrection, score=SCORES, responded_on=st.none() | DAYS),
        **WHY,
    ),
    asking(commands.void_answer, survey_id=IDS, answer_id=IDS, **WHY),
    asking(commands.close_survey, survey_id=IDS),
)
ENDING = asking(commands.end_relationship, **WHY)
ANYTHING = st.one_of(PEOPLE_CHANGE, PEOPLE_CHANGE, TALK, TALK, PROMISE, SURVEY, ENDING)


def carried_out(past: list[Recording], decision: Decision) -> list[Recording]:
    """Carry out a command, twice, and check that the second time adds nothing."""
    try:
        recordings = decide(past, decision)
    except (Refused, NotFound):
        return past
    past = [*past, *recordings]
    again = decide(past, decision)

    assert [event for recording in again for event in recording.events] == []
    return past


def relationship_after(past: list[Recording]) -> Relationship:
    state = None
    for recording in past:
        for event in recording.events if recording.stream.key == STREAM.key else ():
            state = RELATIONSHIP.evolve(state, event)  # type: ignore[arg-type]  # its own events
    assert state is not None
    return state


def check(relationship: Relationship) -> None:
    for check_in in relationship.check_ins.values():
        if check_in.status is CheckInStatus.HELD:
            assert check_in.content is not None
            assert check_in.held_on is not None
            assert relationship.started_on <= check_in.held_on <= TODAY
            assert check_in.content.internal_participants == (ANNA,)
    for party_id in relationship.stakeholders:
        superiors, superior = set(), party_id
        while superior is not None and superior not in superiors:
            superiors.add(superior)
            superior = relationship.stakeholders[superior].details.reports_to  # type: ignore[assignment]  # or None
        assert superior is None
    for survey in relationship.surveys.values():
        lowest, highest = survey.terms.instrument.scale
        standing = [answer for answer in survey.answers.values() if not answer.is_void]
        named = [answer.party_id for answer in standing if answer.party_id is not None]
        assert all(lowest <= answer.score <= highest for answer in standing)
        assert len(named) == len(set(named))
        assert set(named) <= set(survey.terms.recipients)
    if relationship.ended_on is not None:
        assert not [c for c in relationship.check_ins.values() if c.status == "planned"]
        assert not [
            c for c in relationship.commitments.values() if c.status is CommitmentStatus.OPEN
        ]


@for_any(st.lists(ANYTHING, max_size=25), st.integers(0, 25))
def test_whatever_is_asked_a_relationship_stays_in_order(asked: list[Decision], cut: int) -> None:
    past = [OPEN, *PEOPLE, STREAM.record([STARTED])]
    for decision in asked:
        past = carried_out(past, decision)
        check(relationship_after(past))

    history = [event for each in past if each.stream.key == STREAM.key for event in each.events]
    halves: Any = None
    for half in (history[:cut], history[cut:]):
        for event in half:
            stored = type(event).model_validate_json(event.model_dump_json())
            halves = RELATIONSHIP.evolve(halves, stored)  # type: ignore[arg-type]  # its own events
    assert halves == relationship_after(past)
