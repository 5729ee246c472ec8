"""What we expect of the client, and the client of us: said aloud, so that it can be managed."""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, ConfigDict

from domain.event import Event
from domain.horizon import Horizon
from domain.known import begin
from domain.words import Name


class ExpectedBy(StrEnum):
    US = "us"
    THEM = "them"


class ExpectationTerms(BaseModel):
    """Who expects what, and how soon."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: ExpectedBy
    statement: Name
    horizon: Horizon = Horizon.SHORT


# Events: these names and fields are the stored format. Add; never rename or remove.


class ExpectationRecorded(Event):
    NAME: ClassVar[str] = "account.expectation-recorded"
    expectation_id: UUID
    by: ExpectedBy
    statement: Name
    horizon: Horizon


Expectations = Map[UUID, ExpectationRecorded]
NO_EXPECTATIONS: Final[Expectations] = Map()


def evolve(expectations: Expectations, event: ExpectationRecorded) -> Expectations:
    """Fold one event into the state. Never refuses: what happened, happened."""
    return expectations.set(event.expectation_id, event)


def record_expectation(
    expectations: Expectations, *, expectation_id: UUID, terms: ExpectationTerms
) -> Sequence[ExpectationRecorded]:
    """Record what one side expects of the other.

    Raises:
        Refused: `already-exists`.
    """
    event = ExpectationRecorded(expectation_id=expectation_id, **dict(terms))
    return begin("expectation", expectation_id, expectations.get(expectation_id), event)
