"""Periods are closed in their order, once they are over; what comes later says why."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from domain import commands
from domain.account import AccountClosed
from domain.change import Change
from domain.check_in import CheckInCorrected
from domain.counted_days import counted_days
from domain.deal import DealWon
from domain.decision import Decision, States
from domain.money import Money
from domain.order_book import OrderContent, OrderCorrected, OrderPlaced
from domain.period import parse, trailing_twelve_months
from domain.period_closing import (
    CLOSED_PERIODS,
    NOTHING_CLOSED,
    PERIOD_CLOSING,
    ClosedPeriods,
    Closing,
    PeriodClosed,
    PeriodReopened,
    closed_periods_of,
    refuse_unexplained,
)
from domain.refusal import Refused
from tests.given import decide, fold, given_streams

TODAY = date(2026, 7, 2)
APRIL = PeriodClosed(
    period="2026-04", first=date(2026, 4, 1), until=date(2026, 5, 1), closed_on=date(2026, 5, 4)
)
MAY = PeriodClosed(
    period="2026-05", first=date(2026, 5, 1), until=date(2026, 6, 1), closed_on=date(2026, 6, 3)
)
CLOSED = CLOSED_PERIODS.record([APRIL, MAY])
ORDER = UUID(int=7)


def closing(period: str, **other: Any) -> Decision:
    asked: dict[str, Any] = {"reason": "month's end", "on": TODAY, "today": TODAY, **other}
    return commands.close_period(period=parse(period), **asked)


def reopening(period: str, **other: Any) -> Decision:
    asked: dict[str, Any] = {"reason": "an invoice", "on": TODAY, "today": TODAY, **other}
    return commands.reopen_period(period=parse(period), **asked)


def test_the_first_closing_closes_all_days_before_it_as_well() -> None:
    given_streams().when(closing("2026-04", on=date(2026, 5, 4))).then(
        CLOSED_PERIODS.record([APRIL])
    )
    closed = fold(PERIOD_CLOSING, APRIL)
    april = Closing("2026-04", date(2026, 5, 1), date(2026, 5, 4))
    assert closed.closing_of(date(1997, 1, 1)) == closed.closing_of(date(2026, 4, 30)) == april
    assert closed.closing_of(date(2026, 5, 1)) is None


def test_a_longer_period_closes_what_is_open_of_it() -> None:
    quarter = PeriodClosed(
        period="2026-Q2", first=date(2026, 6, 1), until=date(2026, 7, 1), closed_on=TODAY
    )

    given_streams(CLOSED).when(closing("2026-Q2")).then(CLOSED_PERIODS.record([quarter]))
    closed = fold(PERIOD_CLOSING, APRIL, MAY, quarter)
    names = [closed.restated_by([date(2026, month, 9)]) for month in (4, 5, 6, 7)]
    assert [each and each.period for each in names] == ["2026-04", "2026-05", "2026-Q2", None]
    assert closed.restated_by([date(2026, 7, 9), date(2026, 5, 9)]) == closed.closings[1]
    assert closed.restated_by([]) is None


@pytest.mark.parametrize(
    ("period", "other", "code", "because"),
    [
        ("2026-06", {"reason": " "}, "reason-required", "why"),
        ("2026-07", {}, "period-not-over", "close it on 2026-08-01 or later"),
        ("2026-06", {"on": date(2026, 6, 30)}, "period-not-over", "2026-07-01"),
        ("2026-06", {"on": date(2026, 7, 3)}, "in-the-future", "2026-07-02"),
        ("2026-05", {}, "period-already-closed", "with 2026-05 on 2026-06-03"),
        ("2026-Q1", {}, "period-already-closed", "with 2026-04 on 2026-05-04"),
        ("lifetime", {}, "not-a-closing-period", "a month"),
    ],
)
def test_a_period_is_closed_once_when_it_is_over(
    period: str, other: dict[str, Any], code: str, because: str
) -> None:
    given_streams(CLOSED).when(closing(period, **other)).then_refused(code, because)


def test_no_days_are_left_open_before_a_closed_period() -> None:
    given_streams(CLOSED_PERIODS.record([APRIL])).when(closing("2026-06")).then_refused(
        "earlier-period-open", "2026-05-01 to 2026-05-31"
    )


def test_the_last_closing_is_the_one_that_can_be_undone() -> None:
    reopened = PeriodReopened(period="2026-05", first=MAY.first, until=MAY.until)

    given_streams(CLOSED).when(reopening("2026-05")).then(CLOSED_PERIODS.record([reopened]))
    assert fold(PERIOD_CLOSING, APRIL, MAY, reopened) == fold(PERIOD_CLOSING, APRIL)
    again = CLOSED_PERIODS.record([APRIL, MAY, reopened])
    given_streams(again).when(closing("2026-05", on=MAY.closed_on)).then(
        CLOSED_PERIODS.record([MAY])
    )


@pytest.mark.parametrize(
    ("period", "other", "code", "because"),
    [
        ("2026-05", {"reason": ""}, "reason-required", "why"),
        ("2026-04", {}, "later-period-closed", "reopen 2026-05 first"),
        ("2026-06", {}, "period-not-closed", "closed: 2026-04, 2026-05"),
        ("ttm@2026-05-31", {}, "not-a-closing-period", "a quarter"),
    ],
)
def test_what_was_not_closed_last_stays_closed(
    period: str, other: dict[str, Any], code: str, because: str
) -> None:
    given_streams(CLOSED).when(reopening(period, **other)).then_refused(code, because)


def test_where_nothing_is_closed_nothing_can_be_reopened() -> None:
    given_streams().when(reopening("2026-05")).then_refused("period-not-closed", "nothing")


def test_what_counts_on_a_closed_day_says_why() -> None:
    closed = closed_periods_of(States({CLOSED_PERIODS.key: fold(PERIOD_CLOSING, APRIL, MAY)}))

    for reason in (None, "", "  "):
        with pytest.raises(
            Refused, match=r"2026-05-31 was closed with 2026-05 on 2026-06-03"
        ) as no:
            refuse_unexplained(closed, [date(2026, 6, 1), date(2026, 5, 31)], reason)
        assert no.value.code == "period-closed"
        assert "from 2026-06-01 on" in str(no.value)
    refuse_unexplained(closed, [date(2026, 5, 31)], "the invoice came late")
    refuse_unexplained(closed, [date(2026, 6, 1)], None)
    refuse_unexplained(NOTHING_CLOSED, [date.min], None)


def test_an_event_counts_on_the_days_that_it_names() -> None:
    amount = Money.model_validate({"amount": "1.00", "currency": "EUR"})
    was, now = [OrderContent(ordered_on=date(2026, m, 3), amount=amount) for m in (4, 6)]
    days = was.ordered_on, now.ordered_on

    assert counted_days(OrderPlaced(order_id=ORDER, ordered_on=days[0], amount=amount)) == [days[0]]
    assert counted_days(OrderCorrected(order_id=ORDER, was=was, now=now)) == [*days]
    corrected = CheckInCorrected(
        check_in_id=ORDER,
        relationship_id=ORDER,
        held_on=Change(was=days[0], now=days[1]),
    )
    assert counted_days(corrected) == [*days]
    assert counted_days(corrected.model_copy(update={"held_on": None})) == []
    assert counted_days(DealWon(won_on=days[0], amount=amount)) == [days[0]]
    assert counted_days(MAY) == []
    closed = AccountClosed(closed_on=days[0], churned=False, reason_code="moved")
    assert counted_days(closed) == [days[0]]


@settings(max_examples=60)
@given_any(st.lists(st.tuples(st.booleans(), st.integers(1, 12), st.sampled_from("mqy"))))
def test_what_is_closed_has_no_gap_and_only_its_end_moves(asked: list[Any]) -> None:
    past: list[Any] = []
    for close, month, kind in asked:
        text = {"m": f"2025-{month:02}", "q": f"2025-Q{(month + 2) // 3}", "y": "2025"}[kind]
        before: ClosedPeriods = fold(PERIOD_CLOSING, *past) if past else NOTHING_CLOSED
        decision = closing(text) if close else reopening(text)
        try:
            (recording,) = decide([CLOSED_PERIODS.record(past)], decision)
        except Refused:
            continue
        past += recording.events
        after = fold(PERIOD_CLOSING, *past)
        ends = [each.until for each in after.closings]
        assert ends == sorted(set(ends))
        assert (after.until > before.until) is close
        shared = min(len(before.closings), len(after.closings))
        assert after.closings[:shared] == before.closings[:shared]


def test_periods_of_other_kinds_are_no_closing_periods() -> None:
    period = trailing_twelve_months(date(2026, 5, 31))

    asked = commands.close_period(period=period, reason="why not", on=TODAY, today=TODAY)
    given_streams().when(asked).then_refused("not-a-closing-period")
