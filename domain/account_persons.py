"""Whom an account's history speaks of: its relationships, and the persons that they name."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.check_in import CheckInCorrected, CheckInHeld
from domain.event import Family
from domain.relationship import RELATIONSHIP, RelationshipEvent
from domain.stakeholder import StakeholderIdentified
from domain.survey import SurveyAnswered, SurveySent


@dataclass(frozen=True, slots=True)
class AccountPersons:
    """Every subject whose personal data the account's history holds, but for the account itself."""

    subjects: frozenset[UUID]


NOBODY: Final = AccountPersons(frozenset())


def evolve(
    persons: AccountPersons | None, relationship_id: UUID, event: RelationshipEvent
) -> AccountPersons:
    """Fold one event of one relationship into the persons of all; nobody is ever taken out."""
    before = (persons or NOBODY).subjects
    named = {relationship_id, *_named(event)}
    return persons if persons and named <= before else AccountPersons(before | named)


def _named(event: RelationshipEvent) -> tuple[UUID, ...]:
    match event:
        case StakeholderIdentified():
            return (event.party_id,)
        case CheckInHeld():
            return event.participants + event.internal_participants
        case CheckInCorrected():
            changes = [event.participants, event.internal_participants]
            return tuple(each for change in changes if change for each in change.now)
        case SurveySent():
            return event.recipients
        case SurveyAnswered():
            return () if event.party_id is None else (event.party_id,)
        case _:
            return ()


ACCOUNT_PERSONS: Family[AccountPersons, RelationshipEvent] = Family(
    name="account-persons", aggregate=RELATIONSHIP, evolve=evolve
)
