"""The ideal customer profile: how well a company fits it, criterion by criterion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Annotated, Final, assert_never

from pydantic import BaseModel, ConfigDict, Field

from domain.currency import Currency
from domain.money import Amount
from domain.percent import Grade, Percent
from domain.profile import Profile
from domain.words import Code, Label

_SHOWN: Final = Decimal("0.1")


class FitSubject(StrEnum):
    """What a criterion looks at; a judgement is a person's own grade, given when scoring."""

    INDUSTRY = "industry"
    TERRITORY = "territory"
    COUNTRY = "country"
    EMPLOYEES = "employees"
    ANNUAL_REVENUE = "annual-revenue"
    JUDGEMENT = "judgement"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ValueGrade(_Part):
    value: Label
    grade: Grade


class RangeGrade(_Part):
    """The grade of amounts `at_least` <= amount < `below`; None: no limit on that side."""

    at_least: Amount | None = None
    below: Amount | None = None
    grade: Grade

    def __contains__(self, amount: Decimal) -> bool:
        return (self.at_least is None or self.at_least <= amount) and (
            self.below is None or amount < self.below
        )


class FitCriterion(_Part):
    """One thing that makes a good customer, and how much it counts.

    Words are graded by `values`, amounts by the first of `ranges` that holds them; `otherwise` is
    the grade of all else. `currency`: annual revenue in another one cannot be graded.
    """

    key: Code
    subject: FitSubject
    weight: Annotated[int, Field(ge=1, le=100)]
    values: tuple[ValueGrade, ...] = ()
    ranges: tuple[RangeGrade, ...] = ()
    currency: Currency | None = None
    otherwise: Grade = 0


class FitBand(_Part):
    """A name for a fit of at least this much, such as `a` from 80."""

    name: Code
    at_least: Percent


class CriterionGrade(_Part):
    """What a criterion came to; None: what it looks at is not known."""

    key: Code
    weight: Annotated[int, Field(ge=1, le=100)]
    grade: Grade | None


@dataclass(frozen=True, slots=True)
class Fit:
    """A company's grades, and what they come to: between `lowest` and `highest`."""

    grades: tuple[CriterionGrade, ...]

    @property
    def missing(self) -> tuple[Code, ...]:
        return tuple(entry.key for entry in self.grades if entry.grade is None)

    @property
    def total(self) -> Decimal | None:
        """Sum weight x grade / 100, from 0 to 100 to one decimal; None while a grade is missing."""
        return None if self.missing else self.lowest

    @property
    def lowest(self) -> Decimal:
        """What it comes to if all that is missing is graded 0."""
        return self._sum(unknown=0)

    @property
    def highest(self) -> Decimal:
        """What it comes to if all that is missing is graded 100."""
        return self._sum(unknown=100)

    def _sum(self, *, unknown: int) -> Decimal:
        hundredths = sum(
            entry.weight * (unknown if entry.grade is None else entry.grade)
            for entry in self.grades
        )
        return (Decimal(hundredths) / 100).quantize(_SHOWN, rounding=ROUND_HALF_UP)


def fit_of(
    profile: Profile, criteria: Sequence[FitCriterion], judgements: Mapping[str, int]
) -> Fit:
    """Grade a company by each criterion; what is not known is not guessed."""
    return Fit(
        tuple(
            CriterionGrade(
                key=criterion.key,
                weight=criterion.weight,
                grade=_grade(profile, criterion, judgements),
            )
            for criterion in criteria
        )
    )


def band_of(total: Decimal, bands: Sequence[FitBand]) -> Code | None:
    """Name the highest band that the fit reaches."""
    reached = [band for band in bands if band.at_least <= total]
    return max(reached, key=lambda band: band.at_least).name if reached else None


def _grade(profile: Profile, criterion: FitCriterion, judgements: Mapping[str, int]) -> int | None:
    match criterion.subject:
        case FitSubject.INDUSTRY | FitSubject.TERRITORY | FitSubject.COUNTRY:
            return _of_word(_word(profile, criterion.subject), criterion)
        case FitSubject.EMPLOYEES | FitSubject.ANNUAL_REVENUE:
            return _of_amount(_amount(profile, criterion), criterion)
        case FitSubject.JUDGEMENT:
            return judgements.get(criterion.key)
        case _:
            assert_never(criterion.subject)


def _word(profile: Profile, subject: FitSubject) -> str | None:
    industry = profile.industry.label if profile.industry else None
    words = {FitSubject.INDUSTRY: industry, FitSubject.TERRITORY: profile.territory}
    return words.get(subject, profile.country)


def _amount(profile: Profile, criterion: FitCriterion) -> Decimal | None:
    if criterion.subject is FitSubject.EMPLOYEES:
        return None if profile.employees is None else Decimal(profile.employees)
    revenue = profile.annual_revenue
    if revenue is None or revenue.amount.currency != criterion.currency:
        return None
    return revenue.amount.amount


def _of_word(word: str | None, criterion: FitCriterion) -> int | None:
    if word is None:
        return None
    return next(
        (entry.grade for entry in criterion.values if entry.value == word), criterion.otherwise
    )


def _of_amount(amount: Decimal | None, criterion: FitCriterion) -> int | None:
    if amount is None:
        return None
    return next((entry.grade for entry in criterion.ranges if amount in entry), criterion.otherwise)
