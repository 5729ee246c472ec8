"""A recommendation: what we advise to do for or with the client, on which grounds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, ConfigDict, Field

from domain.event import Event
from domain.known import begin, find
from domain.reason import require_reason
from domain.refusal import Refused
from domain.words import Name


class RecommendationStatus(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"


class RecommendationTerms(BaseModel):
    """What is advised, on which grounds, and which deal, need or signal it is about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    statement: Name
    basis: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    deal_id: UUID | None = None
    need_id: UUID | None = None
    signal_id: UUID | None = None


# Events: these names and fields are the stored format. Add; never rename or remove.


class RecommendationMade(Event):
    NAME: ClassVar[str] = "account.recommendation-made"
    recommendation_id: UUID
    statement: Name
    basis: tuple[Name, ...]
    deal_id: UUID | None = None
    need_id: UUID | None = None
    signal_id: UUID | None = None


class RecommendationTaken(Event):
    NAME: ClassVar[str] = "account.recommendation-taken"
    recommendation_id: UUID


class RecommendationDeclined(Event):
    NAME: ClassVar[str] = "account.recommendation-declined"
    recommendation_id: UUID


RecommendationEvent = RecommendationMade | RecommendationTaken | RecommendationDeclined
RECOMMENDATION_EVENTS: Final[tuple[type[RecommendationEvent], ...]] = (
    RecommendationMade,
    RecommendationTaken,
    RecommendationDeclined,
)


@dataclass(frozen=True, slots=True)
class Recommendation:
    made: RecommendationMade
    status: RecommendationStatus = RecommendationStatus.OPEN


Recommendations = Map[UUID, Recommendation]
NO_RECOMMENDATIONS: Final[Recommendations] = Map()


def evolve(recommendations: Recommendations, event: RecommendationEvent) -> Recommendations:
    """Fold one event into the state. Never refuses: what happened, happened."""
    id_ = event.recommendation_id
    match event:
        case RecommendationMade():
            return recommendations.set(id_, Recommendation(event))
        case RecommendationTaken():
            status = RecommendationStatus.TAKEN
        case RecommendationDeclined():
            status = RecommendationStatus.DECLINED
        case _:
            assert_never(event)
    return recommendations.set(id_, replace(recommendations[id_], status=status))


def make_recommendation(
    recommendations: Recommendations, *, recommendation_id: UUID, terms: RecommendationTerms
) -> Sequence[RecommendationEvent]:
    """Advise something; what it is about was found already.

    Raises:
        Refused: `already-exists`.
    """
    known = recommendations.get(recommendation_id)
    event = RecommendationMade(recommendation_id=recommendation_id, **dict(terms))
    return begin("recommendation", recommendation_id, known.made if known else None, event)


def take_recommendation(
    recommendations: Recommendations, *, recommendation_id: UUID
) -> Sequence[RecommendationEvent]:
    """Record that the advice was followed.

    Raises:
        NotFound: no such recommendation.
        Refused: `recommendation-settled`.
    """
    known = find("recommendation", recommendation_id, recommendations)
    if known.status is RecommendationStatus.TAKEN:
        return []
    _refuse_settled(known)
    return [RecommendationTaken(recommendation_id=recommendation_id)]


def decline_recommendation(
    recommendations: Recommendations, *, recommendation_id: UUID, reason: str
) -> Sequence[RecommendationEvent]:
    """Record that the advice was not followed.

    Raises:
        NotFound: no such recommendation.
        Refused: `reason-required`, `recommendation-settled`.
    """
    require_reason(reason)
    known = find("recommendation", recommendation_id, recommendations)
    if known.status is RecommendationStatus.DECLINED:
        return []
    _refuse_settled(known)
    return [RecommendationDeclined(recommendation_id=recommendation_id)]


def _refuse_settled(recommendation: Recommendation) -> None:
    if recommendation.status is not RecommendationStatus.OPEN:
        raise Refused(
            "recommendation-settled",
            f"the recommendation was {recommendation.status} already; make a new one",
        )
