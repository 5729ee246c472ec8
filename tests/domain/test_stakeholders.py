from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain import commands
from domain.change import Change
from domain.decision import Decision
from domain.relationship import RELATIONSHIP, RelationshipEvent
from domain.stakeholder import (
    BuyingRole,
    PoliticalStatus,
    RelationshipLevel,
    StakeholderAssessed,
    StakeholderAssessment,
    StakeholderDetails,
    StakeholderIdentified,
    StakeholderLeft,
    StakeholderRevised,
)
from tests.domain.relationship_samples import (
    APRIL,
    CARLA,
    CHECK_IN,
    HELD,
    IDENTIFIED,
    JUNE,
    STARTED,
    STRANGER,
    TOO,
    after,
    asking,
    then,
)
from tests.domain.samples import ANNA, CLIENT, MARCH, MAY, TODAY, uuid

DETAILS = StakeholderDetails(
    job_title="Head of Lifting",
    buying_role=BuyingRole.CHAMPION,
    political_status=PoliticalStatus.INNER_CIRCLE,
)
LEFT = StakeholderLeft(party_id=CLIENT, left_on=MAY)
JUDGED = StakeholderAssessment(
    influence=5,
    support=-2,
    coverage=0,
    decision_power=3,
    level_current=RelationshipLevel.VENDOR,
    level_desired=RelationshipLevel.TRUSTED_ADVISOR,
)
ASSESSED = StakeholderAssessed(party_id=CLIENT, assessed_on=MAY, assessment=JUDGED)


def identifying(party_id: UUID = CARLA, on: date = MAY, **details: Any) -> Decision:
    return asking(
        commands.identify_stakeholder, on, party_id=party_id, details=StakeholderDetails(**details)
    )


def revising(party_id: UUID = CLIENT, **given: Any) -> Decision:
    return asking(
        commands.revise_stakeholder, party_id=party_id, revision=StakeholderDetails(**given)
    )


def assessing(
    assessment: StakeholderAssessment = JUDGED, party_id: UUID = CLIENT, on: date = MAY
) -> Decision:
    return asking(commands.assess_stakeholder, on, party_id=party_id, assessment=assessment)


def leaving(party_id: UUID = CLIENT, on: date = MAY) -> Decision:
    return asking(commands.mark_stakeholder_left, on, party_id=party_id)


def test_a_stakeholder_is_identified_with_what_is_known() -> None:
    known = dict(DETAILS) | {"reports_to": CLIENT}
    event = StakeholderIdentified(party_id=CARLA, identified_on=MAY, **known)

    then(after().when(identifying(**known)), event)
    then(after(event).when(identifying(**known)))


def test_a_stakeholder_is_a_party_of_theirs() -> None:
    after().when(identifying(ANNA)).then_refused("party-not-theirs", str(ANNA))
    after().when(identifying(uuid(99))).then_not_found("party")


def test_a_party_is_a_stakeholder_once() -> None:
    after().when(identifying(CLIENT)).then_refused("duplicate-stakeholder", "2026-04-01")
    after().when(identifying(CLIENT, APRIL, job_title="Boss")).then_refused("duplicate-stakeholder")


def test_who_left_may_come_back() -> None:
    back = StakeholderIdentified(party_id=CLIENT, identified_on=JUNE, job_title="Boss")

    then(after(LEFT).when(identifying(CLIENT, JUNE, job_title="Boss")), back)
    then(after(LEFT, back).when(leaving(on=TODAY)), StakeholderLeft(party_id=CLIENT, left_on=TODAY))
    after(LEFT).when(identifying(CLIENT, APRIL)).then_refused("before-the-stakeholder-left")


def test_a_stakeholder_counts_from_the_first_to_the_last_day() -> None:
    back = StakeholderIdentified(party_id=CLIENT, identified_on=JUNE)
    state = RELATIONSHIP.evolve(None, STARTED)
    for event in (IDENTIFIED, LEFT, back):
        state = RELATIONSHIP.evolve(state, event)
    days = [MARCH, APRIL, MAY, date(2026, 5, 5), JUNE, TODAY]

    counted = [state.stakeholders[CLIENT].counted_on(day) for day in days]

    assert counted == [False, True, True, False, True, True]


def test_a_stakeholder_reports_to_another_one_here() -> None:
    after().when(identifying(reports_to=STRANGER)).then_not_found("stakeholder")
    after(LEFT).when(identifying(reports_to=CLIENT)).then_refused("stakeholder-left")
    then(
        after(TOO).when(revising(reports_to=CARLA)),
        StakeholderRevised(party_id=CLIENT, reports_to=Change(was=None, now=CARLA)),
    )


def test_nobody_reports_to_themselves_in_the_end() -> None:
    reports = StakeholderIdentified(party_id=CARLA, identified_on=APRIL, reports_to=CLIENT)

    after().when(identifying(reports_to=CARLA)).then_refused("reporting-cycle")
    after().when(revising(reports_to=CLIENT)).then_refused("reporting-cycle")
    after(reports).when(revising(reports_to=CARLA)).then_refused("reporting-cycle", str(CLIENT))


def test_a_revision_holds_what_it_changes() -> None:
    changed = StakeholderRevised(
        party_id=CLIENT,
        job_title=Change(was=None, now="Boss"),
        buying_role=Change(was=None, now=BuyingRole.BLOCKER),
    )
    unknown = StakeholderRevised(party_id=CLIENT, job_title=Change(was="Boss", now=None))

    then(after().when(revising(job_title="Boss", buying_role=BuyingRole.BLOCKER)), changed)
    then(after(changed).when(revising(job_title="Boss")))
    then(after(changed).when(revising(job_title=None)), unknown)
    then(after(changed).when(revising()))


def test_a_stakeholder_is_judged_anew_on_a_later_day() -> None:
    later = ASSESSED.model_copy(update={"assessed_on": JUNE})

    then(after().when(assessing()), ASSESSED)
    then(after(ASSESSED).when(assessing()))
    then(after(ASSESSED).when(assessing(on=JUNE)), later)
    after(later).when(assessing()).then_refused("before-the-last-assessment", "2026-06-01")


def test_a_judgement_rests_on_a_check_in_that_is_on_record() -> None:
    judged = StakeholderAssessment(influence=1, check_in_id=CHECK_IN)

    after().when(assessing(judged)).then_not_found("check-in")
    then(
        after(HELD).when(assessing(judged)),
        StakeholderAssessed(party_id=CLIENT, assessed_on=MAY, assessment=judged),
    )


@pytest.mark.parametrize("check_in_id", [None, CHECK_IN])
def test_an_empty_judgement_is_none(check_in_id: UUID | None) -> None:
    empty = StakeholderAssessment(check_in_id=check_in_id)

    after(HELD).when(assessing(empty)).then_refused("nothing-assessed")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("influence", 0),
        ("influence", 6),
        ("support", -3),
        ("support", 3),
        ("coverage", -1),
        ("coverage", 5),
        ("decision_power", -1),
        ("decision_power", 4),
        ("level_current", "friend"),
    ],
)
def test_a_judgement_keeps_to_its_scales(field: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=field):
        StakeholderAssessment.model_validate({field: value})


@pytest.mark.parametrize("decision", [revising(job_title="Boss"), assessing()])
def test_who_left_is_not_described_any_more(decision: Decision) -> None:
    after(LEFT).when(decision).then_refused("stakeholder-left", "2026-05-04")


@pytest.mark.parametrize(
    "decision", [revising(CARLA, job_title="Boss"), assessing(party_id=CARLA), leaving(CARLA)]
)
def test_a_stranger_is_not_found(decision: Decision) -> None:
    after().when(decision).then_not_found("stakeholder")


def test_a_stakeholder_leaves_once() -> None:
    then(after().when(leaving()), LEFT)
    then(after(LEFT).when(leaving(on=TODAY)))


@pytest.mark.parametrize("decision", [leaving(on=MARCH), assessing(on=MARCH)])
def test_nothing_is_known_of_a_stakeholder_before_it_came(decision: Decision) -> None:
    after().when(decision).then_refused("before-the-stakeholder-came", "2026-04-01")


@pytest.mark.parametrize("event", [LEFT, ASSESSED])
def test_nothing_happens_to_a_stakeholder_before_it_is_identified(
    event: RelationshipEvent,
) -> None:
    state = RELATIONSHIP.evolve(None, STARTED)

    with pytest.raises(ValueError, match=r"stands before relationship\.stakeholder-identified"):
        RELATIONSHIP.evolve(state, event)
