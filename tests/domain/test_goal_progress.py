"""How a goal stands, reckoned for any day."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.goal import GoalState, GoalStatus
from domain.goal_progress import (
    Measures,
    NoDataReason,
    Standing,
    assess,
    current_value,
    elapsed,
    measures,
    meets_target,
    progress,
    rounded,
    standing,
)
from domain.goal_terms import Aggregation, Band, Direction, GoalDraft, SmartGoal
from domain.measurement import Measurement
from domain.policy import Goals
from tests.domain.goals import DRAFTED, DUE, HALF_WAY, METRIC, START, terms

JANUARY, JULY = date(2026, 1, 1), date(2026, 7, 1)
FORTH = date(2026, 4, 1) + timedelta(days=12)
HALF, WHOLE = Fraction(50), Fraction(100)
BAND = Band(low=Decimal(45), high=Decimal(55))
KEPT = terms(
    metric=METRIC.model_copy(update={"direction": Direction.MAINTAIN}),
    baseline=None,
    target=None,
    band=BAND,
)


def values(*pairs: tuple[str, date]) -> list[Measurement]:
    return [Measurement(value=Decimal(value), measured_on=day) for value, day in pairs]


def stands(
    goal: SmartGoal | GoalDraft = terms(),  # noqa: B008 - frozen
    *measured: Measurement,
    as_of: date = HALF_WAY,
    state: GoalState = GoalState.ACTIVE,
    ended_on: date | None = None,
) -> Standing:
    summed = measures(measured, band=goal.band, as_of=as_of)
    return standing(goal, state, ended_on, summed, as_of=as_of, thresholds=Goals())


def test_the_articles_goal_is_on_track_half_way() -> None:
    goal = terms(due_on=JULY - timedelta(days=1))
    half_way = JANUARY + timedelta(days=90)

    found = stands(goal, *values(("55000", half_way)), as_of=half_way)

    assert (found.progress, found.elapsed, found.status) == (HALF, HALF, GoalStatus.ON_TRACK)
    assert found.value == 55_000


@pytest.mark.parametrize(
    ("lag", "status"),
    [
        (Fraction(-50), GoalStatus.ON_TRACK),
        (Fraction(10), GoalStatus.ON_TRACK),
        (Fraction(10) + Fraction(1, 10**9), GoalStatus.AT_RISK),
        (Fraction(25), GoalStatus.AT_RISK),
        (Fraction(25) + Fraction(1, 10**9), GoalStatus.OFF_TRACK),
    ],
)
def test_a_threshold_itself_is_still_met(lag: Fraction, status: GoalStatus) -> None:
    assert assess(lag, Goals()) is status


def test_without_a_measurement_there_is_no_progress_rather_than_none() -> None:
    assert stands() == Standing(
        GoalStatus.NO_DATA, None, None, Fraction(90 * 100, 180), NoDataReason.NOT_MEASURED
    )
    before = stands(as_of=START - timedelta(days=1))
    assert (before.status, before.elapsed) == (GoalStatus.NO_DATA, Fraction())
    assert before.no_data_because is NoDataReason.NOT_STARTED


def test_what_is_measured_later_is_not_known_yet() -> None:
    late = values(("60000", HALF_WAY + timedelta(days=1)))

    assert stands(terms(), *late).status is GoalStatus.NO_DATA
    assert stands(terms(), *late, as_of=DUE).progress == 100


def test_an_open_goal_past_its_due_day_is_overdue() -> None:
    assert stands(as_of=DUE).status is GoalStatus.NO_DATA
    after = stands(terms(), *values(("60000", DUE)), as_of=DUE + timedelta(days=1))
    assert (after.status, after.progress, after.elapsed) == (GoalStatus.OVERDUE, WHOLE, WHOLE)


def test_a_goal_that_has_ended_stood_open_before() -> None:
    ended: dict[str, Any] = {"state": GoalState.ABANDONED, "ended_on": HALF_WAY}

    assert stands(**ended).status is GoalStatus.ABANDONED
    assert stands(as_of=HALF_WAY - timedelta(days=1), **ended).status is GoalStatus.NO_DATA


def test_a_draft_is_a_draft_until_it_is_abandoned() -> None:
    ended: dict[str, Any] = {"state": GoalState.ABANDONED, "ended_on": HALF_WAY}

    assert stands(DRAFTED.draft, state=GoalState.DRAFT) == Standing(
        GoalStatus.DRAFT, None, None, None, NoDataReason.DRAFT
    )
    assert stands(DRAFTED.draft, **ended).status is GoalStatus.ABANDONED
    assert stands(DRAFTED.draft, as_of=START, **ended).status is GoalStatus.DRAFT


@pytest.mark.parametrize(
    ("aggregation", "value"),
    [(Aggregation.LAST, 20), (Aggregation.SUM, 60), (Aggregation.MEAN, 20)],
)
def test_one_value_stands_for_several(aggregation: Aggregation, value: int) -> None:
    goal = terms(metric=METRIC.model_copy(update={"aggregation": aggregation}))
    summed = measures(values(("30", HALF_WAY), ("20", HALF_WAY), ("10", START)), band=None)

    assert summed is not None
    assert current_value(goal, summed) == value


def test_progress_may_be_below_0_and_above_100() -> None:
    def done(value: str) -> Fraction:
        summed = measures(values((value, START)), band=None)
        assert summed is not None
        return progress(terms(), summed)

    assert [done(value) for value in ("45000", "50000", "65000")] == [-50, 0, 150]


def test_progress_downwards() -> None:
    fall = terms(
        metric=METRIC.model_copy(update={"direction": Direction.DECREASE}), target=Decimal(40_000)
    )
    summed = measures(values(("42500", START)), band=None)

    assert summed is not None
    assert progress(fall, summed) == 75
    assert not meets_target(fall, summed)
    reached = measures(values(("40000", START)), band=None)
    assert reached is not None
    assert meets_target(fall, reached)


def test_a_maintained_value_lags_by_each_measurement_outside_its_band() -> None:
    inside, outside = [("45", START), ("55", START), ("50", START)], [("44.9", START)]

    assert stands(KEPT, *values(*inside)).status is GoalStatus.ON_TRACK
    three_of_four = stands(KEPT, *values(*inside, *outside))
    assert (three_of_four.progress, three_of_four.status) == (Fraction(75), GoalStatus.AT_RISK)
    assert stands(KEPT, *values(*inside, *outside * 2)).status is GoalStatus.OFF_TRACK


def test_time_elapses_evenly_from_the_start_to_the_due_day() -> None:
    days = (START - timedelta(days=9), START, START + timedelta(days=45), DUE, date.max)

    assert [elapsed(START, DUE, day) for day in days] == [0, 0, 25, 100, 100]


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        (Fraction(50), "50"),
        (Fraction(1, 3), "0.33"),
        (Fraction(1, 200), "0.01"),
        (Fraction(-1, 200), "-0.01"),
        (Fraction(-1, 1000), "0"),
        (Fraction(10**40, 3), "3" * 40 + ".33"),
        (Fraction(1005, 10), "100.5"),
    ],
)
def test_halves_are_rounded_away_from_zero(exact: Fraction, shown: str) -> None:
    assert f"{rounded(exact, 2):f}" == shown


AMOUNTS = st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents) / 100)
DAYS = st.dates(START - timedelta(days=3), DUE + timedelta(days=3))
MEASURED = st.lists(st.builds(Measurement, value=AMOUNTS, measured_on=DAYS), max_size=8)


@for_any(MEASURED, DAYS)
def test_a_goal_stands_as_its_measurements_up_to_the_day_say(
    measured: list[Measurement], as_of: date
) -> None:
    known = [each for each in measured if each.measured_on <= as_of]

    found = stands(terms(), *measured, as_of=as_of)

    assert found == stands(terms(), *known, as_of=as_of)
    assert (found.progress is None) == (not known) == (found.no_data_because is not None)
    assert found.elapsed is not None
    assert 0 <= found.elapsed <= 100


@for_any(st.lists(AMOUNTS, min_size=1, max_size=8))
def test_measures_are_exact(amounts: list[Decimal]) -> None:
    found = measures([Measurement(value=each, measured_on=START) for each in amounts], band=BAND)

    assert found == Measures(
        count=len(amounts),
        total=Fraction(sum(map(Fraction, amounts))),
        last=Fraction(amounts[-1]),
        last_on=START,
        inside=len([each for each in amounts if 45 <= each <= 55]),
    )


def test_the_day_between_is_no_special_day() -> None:
    assert elapsed(START, DUE, FORTH) == Fraction(102 * 100, 180)
