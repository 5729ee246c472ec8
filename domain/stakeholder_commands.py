"""The commands about the stakeholders of a relationship."""

from datetime import date
from uuid import UUID

from domain import stakeholder_decisions
from domain.binding import party_stream
from domain.decision import Decision
from domain.relationship_binding import in_force
from domain.stakeholder import StakeholderAssessment, StakeholderDetails


def identify_stakeholder(
    account_id: UUID,
    relationship_id: UUID,
    *,
    party_id: UUID,
    details: StakeholderDetails,
    on: date,
    today: date,
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, states: stakeholder_decisions.identify_stakeholder(
            relationship,
            states[party_stream(party_id)],
            party_id=party_id,
            details=details,
            on=on,
        ),
        beside=[party_stream(party_id)],
        on=on,
        today=today,
    )


def revise_stakeholder(
    account_id: UUID,
    relationship_id: UUID,
    *,
    party_id: UUID,
    revision: StakeholderDetails,
    on: date,
    today: date,
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: stakeholder_decisions.revise_stakeholder(
            relationship, party_id=party_id, revision=revision
        ),
        on=on,
        today=today,
    )


def assess_stakeholder(
    account_id: UUID,
    relationship_id: UUID,
    *,
    party_id: UUID,
    assessment: StakeholderAssessment,
    on: date,
    today: date,
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: stakeholder_decisions.assess_stakeholder(
            relationship, party_id=party_id, assessment=assessment, on=on
        ),
        on=on,
        today=today,
    )


def mark_stakeholder_left(
    account_id: UUID, relationship_id: UUID, *, party_id: UUID, on: date, today: date
) -> Decision:
    return in_force(
        account_id,
        relationship_id,
        lambda relationship, _: stakeholder_decisions.mark_stakeholder_left(
            relationship, party_id=party_id, on=on
        ),
        on=on,
        today=today,
    )
