"""A need of the client: stated or found out, met by a solution, or withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, ConfigDict, Field

from domain.change import Change, change
from domain.event import Event
from domain.horizon import Horizon
from domain.known import begin, find
from domain.reason import require_reason
from domain.refusal import Refused
from domain.words import Name

Priority = Annotated[int, Field(ge=1, le=5)]
"""From 1, the least, to 5, the most urgent."""


class NeedSource(StrEnum):
    """How we came to know of it."""

    CHECK_IN = "check-in"
    SURVEY = "survey"
    WORKSHOP = "workshop"
    RESEARCH = "research"
    DATA = "data"


class NeedStatus(StrEnum):
    OPEN = "open"
    MET = "met"
    WITHDRAWN = "withdrawn"


class SolutionFeasibility(StrEnum):
    """Whether those who would have to do it have said that they can."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


class NeedTerms(BaseModel):
    """What a client needs. `latent`: we found it out, the client has not recognised it yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    statement: Name
    latent: bool = False
    priority: Priority = 3
    horizon: Horizon = Horizon.SHORT
    source: NeedSource
    stated_by: UUID | None = None
    check_in_id: UUID | None = None


class NeedRevision(BaseModel):
    """New values for some fields; what is not given stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    statement: Name | None = None
    priority: Priority | None = None
    horizon: Horizon | None = None


class SolutionTerms(BaseModel):
    """What would meet a need. `request_id`: the request in which others confirmed that it can."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: Name
    feasibility: SolutionFeasibility = SolutionFeasibility.UNCONFIRMED
    request_id: UUID | None = None


# Events: these names and fields are the stored format. Add; never rename or remove.


class NeedIdentified(Event):
    NAME: ClassVar[str] = "account.need-identified"
    need_id: UUID
    statement: Name
    latent: bool
    priority: Priority
    horizon: Horizon
    source: NeedSource
    stated_by: UUID | None = None
    check_in_id: UUID | None = None


class NeedRevised(Event):
    """Holds only what changed; a field without a change is null."""

    NAME: ClassVar[str] = "account.need-revised"
    need_id: UUID
    statement: Change[Name] | None = None
    priority: Change[Priority] | None = None
    horizon: Change[Horizon] | None = None


class SolutionProposed(Event):
    NAME: ClassVar[str] = "account.solution-proposed"
    need_id: UUID
    solution_id: UUID
    description: Name
    feasibility: SolutionFeasibility
    request_id: UUID | None = None


class NeedMet(Event):
    NAME: ClassVar[str] = "account.need-met"
    need_id: UUID
    evidence: Name


class NeedWithdrawn(Event):
    NAME: ClassVar[str] = "account.need-withdrawn"
    need_id: UUID


NeedEvent = NeedIdentified | NeedRevised | SolutionProposed | NeedMet | NeedWithdrawn
NEED_EVENTS: Final[tuple[type[NeedEvent], ...]] = (
    NeedIdentified,
    NeedRevised,
    SolutionProposed,
    NeedMet,
    NeedWithdrawn,
)


_NO_SOLUTIONS: Final[Map[UUID, SolutionProposed]] = Map()


@dataclass(frozen=True, slots=True)
class Need:
    """What decisions about a need remember: how it began, how it stands, what was proposed."""

    identified: NeedIdentified
    statement: str
    priority: int
    horizon: Horizon
    status: NeedStatus = NeedStatus.OPEN
    evidence: str | None = None
    solutions: Map[UUID, SolutionProposed] = _NO_SOLUTIONS


Needs = Map[UUID, Need]
NO_NEEDS: Final[Needs] = Map()


def evolve(needs: Needs, event: NeedEvent) -> Needs:
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, NeedIdentified):
        begun = Need(event, event.statement, event.priority, event.horizon)
        return needs.set(event.need_id, begun)
    need = needs[event.need_id]
    match event:
        case NeedRevised():
            changes = {
                name: value.now
                for name in NeedRevision.model_fields
                if (value := getattr(event, name)) is not None
            }
            need = replace(need, **changes)
        case SolutionProposed():
            need = replace(need, solutions=need.solutions.set(event.solution_id, event))
        case NeedMet():
            need = replace(need, status=NeedStatus.MET, evidence=event.evidence)
        case NeedWithdrawn():
            need = replace(need, status=NeedStatus.WITHDRAWN)
        case _:
            assert_never(event)
    return needs.set(event.need_id, need)


def identify_need(needs: Needs, *, need_id: UUID, terms: NeedTerms) -> Sequence[NeedEvent]:
    """Record what the client needs.

    Raises:
        Refused: `already-exists`.
    """
    known = needs.get(need_id)
    event = NeedIdentified(need_id=need_id, **dict(terms))
    return begin("need", need_id, known.identified if known else None, event)


def revise_need(needs: Needs, *, need_id: UUID, revision: NeedRevision) -> Sequence[NeedEvent]:
    """Record what is seen otherwise now.

    Raises:
        NotFound: no such need.
        Refused: `need-settled`.
    """
    need = find("need", need_id, needs)
    revised = NeedRevised(
        need_id=need_id,
        statement=change(need.statement, revision.statement or need.statement),
        priority=change(need.priority, revision.priority or need.priority),
        horizon=change(need.horizon, revision.horizon or need.horizon),
    )
    if revised == NeedRevised(need_id=need_id):
        return []
    _refuse_settled(need)
    return [revised]


def propose_solution(
    needs: Needs, *, need_id: UUID, solution_id: UUID, solution: SolutionTerms
) -> Sequence[NeedEvent]:
    """Record what would meet the need.

    Raises:
        NotFound: no such need.
        Refused: `need-settled`, `already-exists`.
    """
    need = find("need", need_id, needs)
    event = SolutionProposed(need_id=need_id, solution_id=solution_id, **dict(solution))
    events = begin("solution", solution_id, need.solutions.get(solution_id), event)
    if events:
        _refuse_settled(need)
    return events


def meet_need(needs: Needs, *, need_id: UUID, evidence: str, reason: str) -> Sequence[NeedEvent]:
    """Record that the need is met, and what shows it.

    Raises:
        NotFound: no such need.
        Refused: `reason-required`, `need-settled`.
    """
    require_reason(reason)
    need = find("need", need_id, needs)
    if (need.status, need.evidence) == (NeedStatus.MET, evidence):
        return []
    _refuse_settled(need)
    return [NeedMet(need_id=need_id, evidence=evidence)]


def withdraw_need(needs: Needs, *, need_id: UUID, reason: str) -> Sequence[NeedEvent]:
    """Record that the client no longer needs it, or never did.

    Raises:
        NotFound: no such need.
        Refused: `reason-required`, `need-settled`.
    """
    require_reason(reason)
    need = find("need", need_id, needs)
    if need.status is NeedStatus.WITHDRAWN:
        return []
    _refuse_settled(need)
    return [NeedWithdrawn(need_id=need_id)]


def _refuse_settled(need: Need) -> None:
    if need.status is not NeedStatus.OPEN:
        raise Refused(
            "need-settled", f"the need is {need.status} already; identify a new one if it is back"
        )
