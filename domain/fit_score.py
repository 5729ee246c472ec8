"""A fit score: how well an account fitted the ideal customer profile on a day, and by what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Final
from uuid import UUID

from immutables import Map
from pydantic import Field

from domain.event import Event
from domain.ideal_customer import CriterionGrade, FitSubject, band_of, fit_of
from domain.known import begin
from domain.percent import Percent
from domain.policy import IdealCustomerProfile
from domain.policy_set import InForce
from domain.profile import Profile
from domain.refusal import Refused
from domain.words import Code

# Events: these names and fields are the stored format. Add; never rename or remove.


class FitScored(Event):
    """Each criterion's weight and grade, and what they come to: `total`, from 0 to 100.

    `policy_version` is that of the ideal customer profile that was in force on the day.
    """

    NAME: ClassVar[str] = "account.fit-scored"
    fit_score_id: UUID
    scored_on: date
    grades: tuple[CriterionGrade, ...]
    total: Percent
    band: Code | None
    policy_version: Annotated[int, Field(ge=0, le=1_000_000)]


@dataclass(frozen=True, slots=True)
class FitScores:
    """Every score by its id, and the one of the latest day."""

    by_id: Map[UUID, FitScored]
    latest: FitScored | None = None


NO_FIT_SCORES: Final = FitScores(Map())


def evolve(scores: FitScores, event: FitScored) -> FitScores:
    """Fold one event into the state. Never refuses: what happened, happened."""
    latest = scores.latest
    if latest is None or latest.scored_on <= event.scored_on:
        latest = event
    return FitScores(scores.by_id.set(event.fit_score_id, event), latest)


def score_fit(
    scores: FitScores,
    profile: Profile,
    held: InForce[IdealCustomerProfile],
    *,
    fit_score_id: UUID,
    judgements: Mapping[str, int],
    on: date,
) -> Sequence[FitScored]:
    """Grade the account by the profile in force; `judgements` are a person's own grades, by key.

    Raises:
        Refused: `unknown-criterion`, `insufficient-data`, `already-exists`.
    """
    _refuse_unknown(held.policy, judgements)
    fit = fit_of(profile, held.policy.criteria, judgements)
    if fit.total is None or not fit.grades:
        raise _insufficient(fit.missing)
    scored = FitScored(
        fit_score_id=fit_score_id,
        scored_on=on,
        grades=fit.grades,
        total=fit.total,
        band=band_of(fit.total, held.policy.bands),
        policy_version=held.version,
    )
    return begin("fit score", fit_score_id, scores.by_id.get(fit_score_id), scored)


def _refuse_unknown(policy: IdealCustomerProfile, judgements: Mapping[str, int]) -> None:
    judged = {each.key for each in policy.criteria if each.subject is FitSubject.JUDGEMENT}
    unknown = sorted(judgements.keys() - judged)
    if unknown:
        raise Refused(
            "unknown-criterion",
            f"the ideal customer profile asks for no judgement of {', '.join(unknown)}; "
            f"judge {', '.join(sorted(judged)) or 'nothing'}",
        )


def _insufficient(missing: Sequence[str]) -> Refused:
    if not missing:
        return Refused(
            "insufficient-data",
            "the ideal customer profile has no criteria to score by; publish some first",
        )
    return Refused(
        "insufficient-data",
        f"this is not known of the account: {', '.join(missing)}; "
        "record it in the profile, or give your judgement of it where the criterion is one",
    )
