"""Whether check-ins came when they were due."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.figure import Figure
from domain.kpi import Flag, NoData
from domain.kpi_cadence import (
    CadenceFrom,
    DueDate,
    DueStatus,
    cadence_adherence,
    days_overdue,
    due_dates,
    next_due_on,
)

START = date(2026, 1, 1)
LAST = date(2026, 3, 31)
MONTHLY = CadenceFrom(START, 30)
MET, MISSED, OPEN = DueStatus.MET, DueStatus.MISSED, DueStatus.OPEN

TENTH, FIFTH, LATE = date(2026, 1, 10), date(2026, 2, 5), date(2026, 3, 20)
"""The check-ins of example A38 of the catalogue."""


def after(days: int) -> date:
    return START + timedelta(days=days)


def due(
    *check_ins: date, cadences: Sequence[CadenceFrom] = (MONTHLY,), as_of: date = LAST
) -> list[DueDate]:
    return due_dates(START, cadences, check_ins, as_of=as_of)


def due_next(
    *check_ins: date, cadences: Sequence[CadenceFrom] = (MONTHLY,), as_of: date = LAST
) -> date | None:
    return next_due_on(START, cadences, check_ins, as_of=as_of)


def adherence(found: Sequence[DueDate]) -> Figure:
    """Reckon it from due days that are all decided."""
    return cadence_adherence(sum(each.status is MET for each in found), len(found))


def test_two_of_three_due_days_were_met() -> None:
    """A38: 31 January and 9 February met, 7 March missed; the next due day is 19 April."""
    found = due(TENTH, FIFTH, LATE)

    assert found == [
        DueDate(date(2026, 1, 31), MET, TENTH),
        DueDate(date(2026, 2, 9), MET, FIFTH),
        DueDate(date(2026, 3, 7), MISSED),
    ]
    assert adherence(found).shown == Decimal("66.7")
    assert due_next(TENTH, FIFTH, LATE) == date(2026, 4, 19)


def test_after_a_late_check_in_the_next_due_day_counts_from_it() -> None:
    assert due(after(40), as_of=after(80)) == [
        DueDate(after(30), MISSED),
        DueDate(after(70), MISSED),
    ]


def test_silence_falls_due_again_and_again() -> None:
    assert [each.day for each in due(as_of=after(95))] == [after(30), after(60), after(90)]
    assert adherence(due(as_of=after(95))).exact == 0


def test_a_check_in_on_the_day_that_falls_due_again_meets_that() -> None:
    assert due(after(60), as_of=after(60)) == [
        DueDate(after(30), MISSED),
        DueDate(after(60), MET, after(60)),
    ]


def test_a_check_in_before_the_day_falls_due_again_takes_it_away() -> None:
    assert due(after(59), as_of=after(60)) == [DueDate(after(30), MISSED)]


@pytest.mark.parametrize(
    ("days", "status"), [(30, MET), (33, MET), (34, MISSED)], ids=["on the day", "grace", "late"]
)
def test_a_check_in_within_the_grace_is_in_time(days: int, status: DueStatus) -> None:
    graceful = [CadenceFrom(START, 30, grace_days=3)]

    (found,) = due(after(days), cadences=graceful, as_of=after(40))
    assert found == DueDate(after(30), status, after(days) if status is MET else None)


def test_within_its_grace_a_due_day_is_open() -> None:
    graceful = [CadenceFrom(START, 30, grace_days=3)]

    assert due(cadences=graceful, as_of=after(33)) == [DueDate(after(30), OPEN)]
    assert due(cadences=graceful, as_of=after(34)) == [DueDate(after(30), MISSED)]


def test_within_its_grace_a_due_day_does_not_fall_due_again() -> None:
    """A grace longer than the cadence: the check-in to come may meet the first day yet."""
    patient = [CadenceFrom(START, 1, grace_days=2)]

    assert due(cadences=patient, as_of=after(2)) == [DueDate(after(1), OPEN)]
    assert due(after(3), cadences=patient, as_of=after(3)) == [DueDate(after(1), MET, after(3))]


def test_adherence_is_the_share_of_due_days_that_were_met() -> None:
    partial = frozenset({Flag.PARTIAL})

    assert cadence_adherence(1, 2, flags=partial) == Figure(
        exact=Decimal(50),
        shown=Decimal(50),
        numerator=Decimal(1),
        denominator=Decimal(2),
        count=2,
        flags=partial,
    )


def test_where_nothing_was_due_nobody_was_late() -> None:
    with pytest.raises(NoData, match="no check-in was due") as unknown:
        cadence_adherence(0, 0)

    assert unknown.value.reason_code == "nothing-due"


def test_a_due_day_that_is_still_to_come_does_not_count_though_met() -> None:
    assert due(TENTH, as_of=date(2026, 1, 30)) == []
    assert due(TENTH, as_of=date(2026, 1, 31)) == [DueDate(date(2026, 1, 31), MET, TENTH)]


def test_what_comes_later_is_not_known_yet() -> None:
    later = [MONTHLY, CadenceFrom(after(35), 10)]

    assert due(after(36), cadences=later, as_of=after(34)) == [DueDate(after(30), MISSED)]
    assert due_next(after(36), cadences=later, as_of=after(34)) == after(30)


def test_the_relationship_begins_with_its_first_day() -> None:
    before, first = START - timedelta(days=5), START

    assert due(before, first, first, as_of=after(31)) == [DueDate(after(30), MISSED)]


def test_a_check_in_counts_once_a_day() -> None:
    assert due(TENTH, TENTH) == due(TENTH)


def test_a_shorter_cadence_moves_the_due_day_but_not_to_before_the_change() -> None:
    soon = [MONTHLY, CadenceFrom(after(5), 14)]
    at_once = [MONTHLY, CadenceFrom(after(20), 14)]

    assert due(cadences=soon, as_of=after(15))[0].day == after(14)
    assert due(cadences=at_once, as_of=after(21))[0].day == after(20)


def test_a_longer_cadence_moves_what_is_due_but_not_what_was() -> None:
    in_time = [MONTHLY, CadenceFrom(after(30), 60)]
    too_late = [MONTHLY, CadenceFrom(after(31), 60)]

    assert due(cadences=in_time, as_of=after(61)) == [DueDate(after(60), MISSED)]
    assert due(cadences=too_late, as_of=after(89)) == [DueDate(after(30), MISSED)]
    assert due_next(cadences=too_late, as_of=after(89)) == after(30)


def test_a_change_after_the_check_in_changes_nothing_that_was_met() -> None:
    shorter = [MONTHLY, CadenceFrom(after(12), 11)]

    assert due(after(10), cadences=shorter, as_of=after(30)) == [
        DueDate(after(21), MISSED),
        DueDate(after(30), MET, after(10)),
    ]


def test_a_change_applies_from_its_own_day() -> None:
    change = [MONTHLY, CadenceFrom(after(20), 45)]

    assert due_next(cadences=change, as_of=after(19)) == after(30)
    assert due_next(cadences=change, as_of=after(20)) == after(45)


def test_several_changes_apply_one_after_the_other() -> None:
    changes = [CadenceFrom(after(10), 40), MONTHLY, CadenceFrom(after(35), 50, grace_days=2)]

    assert due(cadences=changes, as_of=after(53)) == [DueDate(after(50), MISSED)]
    assert due_next(cadences=changes, as_of=after(53)) == after(50)


def test_without_a_cadence_nothing_is_due() -> None:
    ended = [MONTHLY, CadenceFrom(after(20), None)]

    for none in ([], [CadenceFrom(START, None)], ended):
        assert due(cadences=none) == []
        assert due_next(cadences=none) is None


def test_the_first_cadence_counts_from_its_own_day() -> None:
    begun_later = [CadenceFrom(after(50), 30), CadenceFrom(after(60), 20)]

    assert due_next(cadences=begun_later[:1], as_of=after(55)) == after(80)
    assert due_next(cadences=begun_later, as_of=after(65)) == after(70)
    assert due(cadences=begun_later[:1], as_of=after(81)) == [DueDate(after(80), MISSED)]


def test_a_pause_takes_away_what_is_due_and_silence_starts_anew() -> None:
    paused = [MONTHLY, CadenceFrom(after(40), None), CadenceFrom(after(70), 10)]

    assert due(cadences=paused, as_of=after(85)) == [
        DueDate(after(30), MISSED),
        DueDate(after(80), MISSED),
    ]
    assert due_next(cadences=paused, as_of=after(85)) == after(80)


def test_days_are_overdue_once_the_grace_is_over() -> None:
    day = after(30)

    assert days_overdue(day, as_of=after(29)) == 0
    assert days_overdue(day, as_of=after(30)) == 0
    assert days_overdue(day, as_of=after(34)) == 4
    assert days_overdue(day, as_of=after(34), grace_days=3) == 1
    assert days_overdue(day, as_of=after(32), grace_days=3) == 0


DAYS = st.integers(1, 300).map(after)


@for_any(st.lists(DAYS, max_size=12), st.integers(1, 60), st.integers(0, 10), DAYS)
def test_history_does_not_change_what_was_decided(
    check_ins: list[date], every: int, grace: int, as_of: date
) -> None:
    cadences = [CadenceFrom(START, every, grace)]
    end = after(400)

    known = due(*check_ins, cadences=cadences, as_of=as_of)
    later = due(*check_ins, cadences=cadences, as_of=end)
    assert all(each in later for each in known if each.status is not OPEN)
    assert {each.day for each in known} <= {each.day for each in later}
    assert known == due(*[day for day in check_ins if day <= as_of], cadences=cadences, as_of=as_of)


@for_any(st.integers(1, 60), st.integers(0, 10))
def test_who_comes_on_every_due_day_misses_none(every: int, grace: int) -> None:
    cadences = [CadenceFrom(START, every, grace)]
    check_ins = [after(every * number) for number in range(1, 8)]

    found = due(*check_ins, cadences=cadences, as_of=check_ins[-1])
    assert found == [DueDate(day, MET, day) for day in check_ins]
    assert adherence(found).exact == 100
