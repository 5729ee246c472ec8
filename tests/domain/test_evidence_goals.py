"""Goals due and achieved, and how far they have come."""

from datetime import date
from decimal import Decimal
from typing import Any

from domain.change import Change
from domain.evidence import Measure
from domain.evidence_goals import GOALS
from domain.goal import (
    GoalAbandoned,
    GoalAchieved,
    GoalDrafted,
    GoalMissed,
    GoalReopened,
    GoalRevised,
    GoalSet,
    RevisionReason,
)
from domain.goal_terms import Band, Direction
from domain.kpi import GOAL_ATTAINMENT_RATE, MEAN_GOAL_PROGRESS
from domain.measurement import (
    GoalMeasurementCorrected,
    GoalSupportingMetricMeasured,
    Measurement,
)
from domain.period import Period, month_of, quarter_of
from tests.domain.goals import (
    DRAFTED,
    DUE,
    FIRST_VALUE,
    GOAL_SET,
    HALF_WAY,
    METRIC,
    POSTS,
    SALES,
    SECOND_VALUE,
    START,
    TRAFFIC,
    measured,
    terms,
)
from tests.domain.histories import History
from tests.domain.samples import ACME, uuid

Q1, Q2, Q3 = (quarter_of(date(2026, month, 1)) for month in (1, 4, 7))
JUNE = month_of(DUE)
YEAR_END = date(2026, 12, 31)


def begun(*more: tuple[Any, date]) -> History:
    """Give the goal of 20 % more visits in six months, and what happened to it."""
    history = History()
    history.add(GOAL_SET, START, TRAFFIC)
    for event, on in more:
        history.add(event, on, TRAFFIC)
    return history


def achieved(on: date) -> tuple[GoalAchieved, date]:
    return GoalAchieved(achieved_on=on, final_value=Decimal(60_000)), on


def missed(on: date) -> tuple[GoalMissed, date]:
    return GoalMissed(missed_on=on, final_value=None), on


def at(value: str, on: date, id_: Any = FIRST_VALUE) -> tuple[Any, date]:
    return measured(value, on, id_), on


def corrected(value: str, on: date, id_: Any = FIRST_VALUE) -> tuple[Any, date]:
    was = Measurement(value=Decimal(1), measured_on=HALF_WAY)
    now = Measurement(value=Decimal(value), measured_on=on)
    return GoalMeasurementCorrected(measurement_id=id_, was=was, now=now), date(2026, 10, 1)


def revised(on: date, **changes: Change[Any]) -> tuple[GoalRevised, date]:
    return GoalRevised(reason_code=RevisionReason.MARKET_CHANGE, **changes), on


def rate(
    history: History, period: Period = Q2, as_of: date = YEAR_END, known_at: int = 10**9
) -> str:
    return history.shown(GOAL_ATTAINMENT_RATE, period, as_of, known_at=known_at)


def progress(
    history: History, period: Period = Q2, as_of: date = YEAR_END, known_at: int = 10**9
) -> str:
    return history.shown(MEAN_GOAL_PROGRESS, period, as_of, known_at=known_at)


class TestAttainment:
    def test_an_achieved_goal_counts_on_its_due_day(self) -> None:
        history = begun(achieved(date(2026, 5, 10)))

        assert rate(history) == "100.0"
        assert rate(history, JUNE) == "100.0"
        assert rate(history, month_of(date(2026, 5, 1))) == "no-goals-due"
        assert rate(history, as_of=date(2026, 6, 29)) == "no-goals-due"
        assert rate(history, as_of=DUE) == "100.0"

    def test_a_missed_goal_and_one_left_open_beyond_its_day_are_not_achieved(self) -> None:
        assert rate(begun(missed(DUE))) == "0.0"
        assert rate(begun(missed(DUE)), as_of=DUE) == "0.0"
        assert rate(begun()) == "0.0"

    def test_an_open_goal_is_due_once_its_day_is_over(self) -> None:
        assert rate(begun(), as_of=DUE) == "no-goals-due"
        assert rate(begun(), as_of=date(2026, 7, 1)) == "0.0"

    def test_a_goal_given_up_counts_nowhere_from_that_day(self) -> None:
        given_up = GoalAbandoned(abandoned_on=date(2026, 7, 10), reason_code="budget")
        history = begun((given_up, date(2026, 7, 10)))

        assert rate(history, as_of=date(2026, 7, 9)) == "0.0"
        assert rate(history, as_of=date(2026, 7, 10)) == "no-goals-due"
        assert progress(history) == "no-goals-measured"

    def test_a_goal_achieved_in_july_was_not_as_of_the_first_of_july(self) -> None:
        history = begun(achieved(date(2026, 7, 5)))

        assert rate(history, as_of=date(2026, 7, 1)) == "0.0"
        assert rate(history) == "100.0"
        assert rate(history, known_at=1) == "0.0"

    def test_a_goal_that_is_reopened_is_open_again_from_that_day(self) -> None:
        history = begun(
            achieved(date(2026, 6, 1)),
            (GoalReopened(reopened_on=date(2026, 7, 5)), date(2026, 7, 5)),
        )

        assert rate(history, as_of=date(2026, 7, 4)) == "100.0"
        assert rate(history, as_of=date(2026, 7, 5)) == "0.0"

    def test_a_due_day_that_is_revised_holds_from_the_day_of_the_revision(self) -> None:
        later = date(2026, 9, 30)
        history = begun(revised(date(2026, 7, 10), due_on=Change(was=DUE, now=later)))

        assert rate(history, as_of=date(2026, 7, 9)) == "0.0"
        assert rate(history, as_of=date(2026, 7, 10)) == "no-goals-due"
        assert rate(history, Q3) == "0.0"
        assert rate(history, known_at=1) == "0.0"

    def test_a_goal_that_is_set_later_is_not_there_yet(self) -> None:
        history = History()
        history.add(GOAL_SET, date(2026, 7, 15), TRAFFIC)
        history.add(measured("55000", HALF_WAY), date(2026, 7, 15), TRAFFIC)

        assert rate(history, as_of=date(2026, 7, 14)) == "no-goals-due"
        assert progress(history, as_of=date(2026, 7, 14)) == "no-goals-measured"
        assert rate(history) == "0.0"

    def test_one_of_two_goals_is_achieved(self) -> None:
        history = begun(achieved(date(2026, 6, 1)))
        history.add(GOAL_SET, START, SALES)

        assert rate(history) == "50.0"


class TestProgress:
    def test_half_of_the_way_is_fifty_percent_as_in_the_domains_example(self) -> None:
        history = begun(at("55000", HALF_WAY))

        assert progress(history) == "50.0"

    def test_never_measured_is_no_data(self) -> None:
        assert progress(begun()) == "no-goals-measured"
        assert progress(begun(at("55000", HALF_WAY)), Q1, as_of=YEAR_END) == "no-goals-measured"

    def test_it_is_what_was_measured_by_the_end_of_the_period(self) -> None:
        history = begun(at("52000", date(2026, 2, 1)), at("58000", date(2026, 5, 1), SECOND_VALUE))

        assert progress(history, Q1) == "20.0"
        assert progress(history) == "80.0"
        assert progress(history, as_of=date(2026, 4, 30)) == "20.0"

    def test_a_corrected_measurement_had_always_been_so(self) -> None:
        history = begun(at("52000", HALF_WAY), corrected("55000", HALF_WAY))

        assert progress(history, as_of=HALF_WAY) == "50.0"
        assert progress(history, as_of=HALF_WAY, known_at=2) == "20.0"

    def test_a_measurement_corrected_to_another_day_counts_from_that_day(self) -> None:
        history = begun(at("52000", HALF_WAY), corrected("52000", date(2026, 5, 20)))

        assert progress(history, as_of=date(2026, 5, 19)) == "no-goals-measured"
        assert progress(history, as_of=date(2026, 5, 20)) == "20.0"

    def test_what_was_measured_of_a_supporting_metric_is_not_the_goals_own(self) -> None:
        posts = GoalSupportingMetricMeasured(
            metric_id=POSTS, measurement_id=uuid(99), value=Decimal(7), measured_on=HALF_WAY
        )
        history = begun(
            at("55000", HALF_WAY), (posts, HALF_WAY), corrected("9", HALF_WAY, uuid(99))
        )

        assert progress(history) == "50.0"
        found = history.contributions(GOALS, Q2, YEAR_END)
        progressed = [each for each in found if each.measure is Measure.GOAL_PROGRESS]
        assert [each.position for each in progressed] == [2]

    def test_a_way_in_the_wrong_direction_counts_as_none(self) -> None:
        assert progress(begun(at("40000", HALF_WAY))) == "0.0"

    def test_more_than_the_target_counts_as_it_is(self) -> None:
        assert progress(begun(at("65000", HALF_WAY))) == "150.0"

    def test_a_target_that_is_revised_holds_from_its_own_day(self) -> None:
        target = Change(was=Decimal(60_000), now=Decimal(70_000))
        history = begun(at("55000", HALF_WAY), revised(date(2026, 5, 1), target=target))

        assert progress(history, as_of=date(2026, 4, 30)) == "50.0"
        assert progress(history) == "25.0"

    def test_a_goal_that_had_ended_before_the_period_was_not_worked_on_in_it(self) -> None:
        history = begun(at("60000", HALF_WAY), achieved(date(2026, 6, 1)))

        assert progress(history) == "100.0"
        assert progress(history, Q3) == "no-goals-measured"

    def test_a_goal_that_begins_after_the_period_was_not_worked_on_in_it(self) -> None:
        history = History()
        later = terms(start_on=date(2026, 7, 1), due_on=date(2026, 12, 31))
        history.add(GoalSet(account_id=ACME, goal=later), START, TRAFFIC)
        history.add(measured("55000", date(2026, 4, 1)), HALF_WAY, TRAFFIC)

        assert progress(history) == "no-goals-measured"
        assert progress(history, Q3) == "50.0"

    def test_what_is_to_be_maintained_is_the_share_of_measurements_in_the_band(self) -> None:
        metric = METRIC.model_copy(update={"direction": Direction.MAINTAIN})
        kept = terms(
            metric=metric,
            baseline=None,
            target=None,
            band=Band(low=Decimal(10), high=Decimal(20)),
        )
        history = History()
        history.add(GoalSet(account_id=ACME, goal=kept), START, TRAFFIC)
        for number, value in enumerate(("10", "20", "21")):
            history.add(measured(value, HALF_WAY, uuid(800 + number)), HALF_WAY, TRAFFIC)

        assert progress(history) == "66.7"

    def test_the_mean_is_over_goals_that_were_measured(self) -> None:
        history = begun(at("55000", HALF_WAY))
        history.add(GOAL_SET, START, SALES)
        assert progress(history) == "50.0"

        history.add(measured("60000", HALF_WAY, SECOND_VALUE), HALF_WAY, SALES)
        assert progress(history) == "75.0"


def test_a_draft_is_no_goal_yet() -> None:
    history = History()
    history.add(DRAFTED, START, TRAFFIC)
    history.add(GoalAbandoned(abandoned_on=START, reason_code="x"), START, TRAFFIC)
    history.add(measured("1", START), START, TRAFFIC)

    assert rate(history) == "no-goals-due"


def test_what_says_nothing_of_how_it_stands_is_passed_over() -> None:
    history = begun(at("55000", HALF_WAY), (GoalDrafted(account_id=ACME, draft=DRAFTED.draft), DUE))

    assert progress(history) == "50.0"
    assert {each.position for each in history.contributions(GOALS, Q1, DUE)} == set()
    assert {each.position for each in history.contributions(GOALS, Q2, DUE)} == {2}
