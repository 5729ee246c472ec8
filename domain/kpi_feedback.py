"""What clients say of us: net promoter score and customer satisfaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from typing import Final, assert_never
from uuid import UUID

from domain.figure import Figure, percent, points, running, too_few
from domain.kpi import NO_FLAGS, Flags, NoData
from domain.period import Period

ANSWERS_MIN: Final = 5
"""Fewer answers make a figure, but none to decide by."""

PROMOTER_FROM: Final = 9
PASSIVE_FROM: Final = 7

TOP_BOXES: Final = {2: 1, 3: 1, 4: 2, 5: 2, 7: 3}
"""How many of the highest scores say "satisfied", by the number of points of the scale."""


class PromoterMethod(StrEnum):
    """Whose voice is one: each respondent's, each account's, or that of those who decide only."""

    ALL_RESPONSES = "all-responses"
    ACCOUNT_MEAN = "account-mean"
    DECISION_MAKERS_ONLY = "decision-makers-only"


class SatisfactionMethod(StrEnum):
    """The share of satisfied answers, or the mean of all on a scale from 0 to 100."""

    TOP_BOX = "top-box"
    MEAN_NORMALISED = "mean-normalised"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer to a survey comes to; void ones are none.

    `respondent` is None where the answer is anonymous. `position` orders the answers of one day:
    that of the event which recorded it.
    """

    account_id: UUID
    respondent: UUID | None
    score: int
    day: date
    position: int
    is_decision_maker: bool = False


@dataclass(frozen=True, slots=True)
class PromoterSplit:
    """How many recommend us (9-10), are content (7-8), and would warn others (0-6)."""

    promoters: int
    passives: int
    detractors: int

    @property
    def count(self) -> int:
        return self.promoters + self.passives + self.detractors


def latest_answers(answers: Iterable[Answer], *, period: Period, as_of: date) -> list[Answer]:
    """Keep the latest answer of each respondent in the period, up to a day.

    Nobody can tell whether two anonymous answers are of one person: each counts.
    """
    known = [each for each in answers if each.day in period and each.day <= as_of]
    known.sort(key=lambda each: (each.day, each.position))
    latest = {each.respondent: each for each in known if each.respondent is not None}
    return [*latest.values(), *(each for each in known if each.respondent is None)]


def split_promoters(answers: Sequence[Answer], *, method: PromoterMethod) -> PromoterSplit:
    """Sort voices into promoters, passives and detractors; of each respondent, one answer.

    An account's mean between two groups belongs to the lower one: 8.9 is passive, 6.9 a detractor.
    """
    match method:
        case PromoterMethod.ALL_RESPONSES:
            return _split([Fraction(each.score) for each in answers])
        case PromoterMethod.DECISION_MAKERS_ONLY:
            return _split([Fraction(each.score) for each in answers if each.is_decision_maker])
        case PromoterMethod.ACCOUNT_MEAN:
            return _split(_account_means(answers))
        case _:
            assert_never(method)


def promoter_score(
    split: PromoterSplit, *, minimum: int = ANSWERS_MIN, flags: Flags = NO_FLAGS
) -> Figure:
    """Subtract the share of detractors from the share of promoters, from their numbers.

    Points from -100 to 100, shown whole, rounded once: the rounded shares would give another score
    (Reichheld, HBR December 2003). Below `minimum` voices it is flagged as insufficient.

    Raises:
        NoData: `no-answers`; a score without answers is not 0, it is unknown.
    """
    if split.count == 0:
        raise NoData("no-answers", "nobody whose answer counts has answered in the period")
    return points(
        split.promoters - split.detractors,
        split.count,
        scale=100,
        count=split.count,
        flags=flags | too_few(split.count, minimum),
    )


def net_promoter_score(
    answers: Iterable[Answer],
    *,
    period: Period,
    as_of: date,
    method: PromoterMethod = PromoterMethod.ALL_RESPONSES,
    minimum: int = ANSWERS_MIN,
) -> Figure:
    """Reckon the score of a period from the answers (0 to 10) as they stand at the end of a day.

    Raises:
        NoData: `no-answers`.
    """
    split = split_promoters(latest_answers(answers, period=period, as_of=as_of), method=method)
    return promoter_score(split, minimum=minimum, flags=running(period, as_of))


def customer_satisfaction(
    answers: Iterable[Answer],
    *,
    period: Period,
    as_of: date,
    scale: int = 5,
    method: SatisfactionMethod = SatisfactionMethod.TOP_BOX,
    minimum: int = ANSWERS_MIN,
) -> Figure:
    """Reckon how satisfied those who answered are: 0 to 100 %, shown to one decimal.

    All answers are on one `scale` of 2, 3, 4, 5 or 7 points, from 1 up: those on another make a
    figure of their own. Top box counts 4-5 of 5 (2 of 2, 3 of 3, 3-4 of 4, 5-7 of 7) as satisfied;
    the normalised mean takes the lowest score for 0 and the highest for 100.

    Raises:
        NoData: `no-answers`.
        ValueError: there is no such scale, or an answer is outside it.
    """
    if scale not in TOP_BOXES:
        known = ", ".join(str(size) for size in TOP_BOXES)
        raise ValueError(f"no scale has {scale} points; there are those of {known}")
    scores = [each.score for each in latest_answers(answers, period=period, as_of=as_of)]
    outside = sorted({score for score in scores if not 1 <= score <= scale})
    if outside:
        raise ValueError(f"{outside[0]} is no answer on a scale from 1 to {scale}")
    if not scores:
        raise NoData("no-answers", "nobody has answered in the period")
    return percent(
        _satisfied(scores, scale, method),
        len(scores),
        count=len(scores),
        flags=running(period, as_of) | too_few(len(scores), minimum),
    )


def _satisfied(scores: Sequence[int], scale: int, method: SatisfactionMethod) -> Fraction:
    match method:
        case SatisfactionMethod.TOP_BOX:
            return Fraction(sum(score > scale - TOP_BOXES[scale] for score in scores))
        case SatisfactionMethod.MEAN_NORMALISED:
            return Fraction(sum(score - 1 for score in scores), scale - 1)
        case _:
            assert_never(method)


def _account_means(answers: Iterable[Answer]) -> list[Fraction]:
    by_account = sorted(answers, key=lambda each: each.account_id)
    means = []
    for _, group in groupby(by_account, key=lambda each: each.account_id):
        scores = [each.score for each in group]
        means.append(Fraction(sum(scores), len(scores)))
    return means


def _split(scores: Sequence[Fraction]) -> PromoterSplit:
    promoters = sum(score >= PROMOTER_FROM for score in scores)
    detractors = sum(score < PASSIVE_FROM for score in scores)
    return PromoterSplit(promoters, len(scores) - promoters - detractors, detractors)
