"""What may be decided about the stakeholders of a relationship."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.change import change
from domain.party import Party
from domain.reason import refuse_before
from domain.refusal import NotFound, Refused
from domain.relationship import Relationship, RelationshipEvent
from domain.relationship_decisions import refuse_not_theirs
from domain.stakeholder import (
    Stakeholder,
    StakeholderAssessed,
    StakeholderAssessment,
    StakeholderDetails,
    StakeholderIdentified,
    StakeholderLeft,
    StakeholderRevised,
)


def identify_stakeholder(
    relationship: Relationship,
    party: Party,
    *,
    party_id: UUID,
    details: StakeholderDetails,
    on: date,
) -> Sequence[RelationshipEvent]:
    """Let somebody on the client's side count from a day on; who left may come back.

    Raises:
        NotFound: `reports_to` is no stakeholder here.
        Refused: `party-not-theirs`, `duplicate-stakeholder`, `before-the-stakeholder-left`,
            `reporting-cycle`, `stakeholder-left`.
    """
    refuse_not_theirs(party_id, party)
    before = relationship.stakeholders.get(party_id)
    if before is not None and before.left_on is None:
        if (before.details, before.since) == (details, on):
            return []
        raise Refused(
            "duplicate-stakeholder",
            f"the party {party_id} has been a stakeholder since {before.since}; "
            "revise or assess it instead",
        )
    if before is not None and before.left_on is not None:
        refuse_before(
            on,
            earliest=before.left_on,
            what=f"the day on which the stakeholder left, {before.left_on}",
            code="before-the-stakeholder-left",
        )
    _refuse_reporting(relationship, party_id, details.reports_to)
    return [StakeholderIdentified(party_id=party_id, identified_on=on, **dict(details))]


def revise_stakeholder(
    relationship: Relationship, *, party_id: UUID, revision: StakeholderDetails
) -> Sequence[RelationshipEvent]:
    """Record what the revision gives: a field that is not given stays, null makes it unknown.

    Raises:
        NotFound: no such stakeholder, or `reports_to` is none here.
        Refused: `stakeholder-left`, `reporting-cycle`.
    """
    was = find_active(relationship, party_id).details
    given = {name: getattr(revision, name) for name in revision.model_fields_set}
    now = was.model_copy(update=given)
    if now == was:
        return []
    if now.reports_to != was.reports_to:
        _refuse_reporting(relationship, party_id, now.reports_to)
    return [
        StakeholderRevised(
            party_id=party_id,
            job_title=change(was.job_title, now.job_title),
            buying_role=change(was.buying_role, now.buying_role),
            political_status=change(was.political_status, now.political_status),
            reports_to=change(was.reports_to, now.reports_to),
        )
    ]


def assess_stakeholder(
    relationship: Relationship,
    *,
    party_id: UUID,
    assessment: StakeholderAssessment,
    on: date,
) -> Sequence[RelationshipEvent]:
    """Judge a stakeholder anew, as a whole; the same judgement on a later day is a new one.

    Raises:
        NotFound: no such stakeholder, or no such check-in to rest upon.
        Refused: `stakeholder-left`, `nothing-assessed`, `before-the-stakeholder-came`,
            `before-the-last-assessment`.
    """
    stakeholder = find_active(relationship, party_id)
    if (stakeholder.assessment, stakeholder.assessed_on) == (assessment, on):
        return []
    check_in_id = assessment.check_in_id
    if assessment == StakeholderAssessment(check_in_id=check_in_id):
        raise Refused(
            "nothing-assessed",
            "the assessment is empty; give at least one of influence, support, coverage, "
            "decision power and level",
        )
    if check_in_id is not None and check_in_id not in relationship.check_ins:
        raise NotFound("check-in", check_in_id)
    _refuse_before_coming(stakeholder, on)
    if stakeholder.assessed_on is not None:
        refuse_before(
            on,
            earliest=stakeholder.assessed_on,
            what=f"the last assessment, of {stakeholder.assessed_on}",
            code="before-the-last-assessment",
        )
    return [StakeholderAssessed(party_id=party_id, assessed_on=on, assessment=assessment)]


def mark_stakeholder_left(
    relationship: Relationship, *, party_id: UUID, on: date
) -> Sequence[RelationshipEvent]:
    """Record that this was the last day on which somebody counted.

    Raises:
        NotFound: no such stakeholder.
        Refused: `before-the-stakeholder-came`.
    """
    stakeholder = find_stakeholder(relationship, party_id)
    if not stakeholder.is_active:
        return []
    _refuse_before_coming(stakeholder, on)
    return [StakeholderLeft(party_id=party_id, left_on=on)]


def find_stakeholder(relationship: Relationship, party_id: UUID) -> Stakeholder:
    """Return the stakeholder, who may have left.

    Raises:
        NotFound: no such stakeholder.
    """
    stakeholder = relationship.stakeholders.get(party_id)
    if stakeholder is None:
        raise NotFound("stakeholder", party_id)
    return stakeholder


def find_active(relationship: Relationship, party_id: UUID) -> Stakeholder:
    """Return the stakeholder, who must not have left.

    Raises:
        NotFound: no such stakeholder.
        Refused: `stakeholder-left`.
    """
    stakeholder = find_stakeholder(relationship, party_id)
    if not stakeholder.is_active:
        raise Refused(
            "stakeholder-left",
            f"the stakeholder {party_id} left on {stakeholder.left_on}; "
            "identify it again if it has come back",
        )
    return stakeholder


def _refuse_before_coming(stakeholder: Stakeholder, on: date) -> None:
    refuse_before(
        on,
        earliest=stakeholder.since,
        what=f"the day on which the stakeholder was identified, {stakeholder.since}",
        code="before-the-stakeholder-came",
    )


def _refuse_reporting(relationship: Relationship, party_id: UUID, reports_to: UUID | None) -> None:
    """Refuse a superior who is none here, or who reports to the party in the end."""
    if reports_to is None:
        return
    if reports_to != party_id:
        find_active(relationship, reports_to)
    superior: UUID | None = reports_to
    while superior is not None and superior != party_id:
        superior = relationship.stakeholders[superior].details.reports_to
    if superior == party_id:
        raise Refused(
            "reporting-cycle",
            f"the party {party_id} would report to itself in the end; "
            "name a superior who does not report to it, or none",
        )
