"""What contributions add up to, and which days a question counts."""

from datetime import date
from decimal import Decimal

from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.evidence import Contribution, Measure, Question, Sum, added, counted
from domain.kpi_definitions import EVERY_FAMILY
from domain.period import LIFETIME, month_of, trailing_twelve_months
from domain.policy_set import NO_POLICIES
from tests.domain.histories import History
from tests.domain.samples import ACME

JUNE = month_of(date(2026, 6, 1))


def test_contributions_add_up_by_measure_and_the_last_of_them_stands_behind() -> None:
    found = [
        Contribution(Measure.DEAL_AMOUNT, Decimal(3), date(2026, 6, 1), 7, ACME, "EUR"),
        Contribution(Measure.DEAL_AMOUNT, Decimal(4), date(2026, 6, 2), 5, ACME, "EUR"),
        Contribution(Measure.DEALS_WON, Decimal(1), date(2026, 6, 2), 5, ACME),
    ]

    assert added(found) == {
        "EUR": {Measure.DEAL_AMOUNT: Sum(Decimal(7), 7)},
        None: {Measure.DEALS_WON: Sum(Decimal(1), 5)},
    }


def test_currencies_stand_apart() -> None:
    found = [
        Contribution(Measure.DEAL_AMOUNT, Decimal(3), date(2026, 6, 1), 1, ACME, "EUR"),
        Contribution(Measure.DEAL_AMOUNT, Decimal(4), date(2026, 6, 1), 2, ACME, "JPY"),
    ]

    assert added(found)["EUR"][Measure.DEAL_AMOUNT].amount == 3
    assert added(found)["JPY"][Measure.DEAL_AMOUNT].amount == 4


def test_nothing_adds_up_to_nothing() -> None:
    assert added([]) == {}


def test_one_of_each_measure_is_counted() -> None:
    found = list(counted([Measure.DEALS_WON, Measure.UPSELLS], 9, date(2026, 6, 1), None))

    assert [(each.measure, int(each.amount), each.position) for each in found] == [
        (Measure.DEALS_WON, 1, 9),
        (Measure.UPSELLS, 1, 9),
    ]


def test_a_period_that_is_over_closes_on_its_last_day() -> None:
    question = Question(JUNE, date(2026, 9, 1), NO_POLICIES)

    assert (question.opening, question.closing) == (date(2026, 5, 31), date(2026, 6, 30))


def test_a_period_that_runs_closes_on_the_day_asked_for() -> None:
    question = Question(JUNE, date(2026, 6, 12), NO_POLICIES)

    assert (question.opening, question.closing) == (date(2026, 5, 31), date(2026, 6, 12))


def test_a_period_that_has_not_begun_has_no_opening() -> None:
    question = Question(JUNE, date(2026, 5, 31), NO_POLICIES)

    assert (question.opening, question.closing) == (None, date(2026, 5, 31))


def test_a_lifetime_has_no_opening_and_closes_on_the_day_asked_for() -> None:
    question = Question(LIFETIME, date(2026, 6, 12), NO_POLICIES)

    assert (question.opening, question.closing) == (None, date(2026, 6, 12))


@for_any(st.dates(date(2025, 1, 1), date(2027, 1, 1)), st.dates(date(2025, 1, 1)))
def test_what_counts_lies_in_the_period_and_has_come_by_the_day(on: date, as_of: date) -> None:
    period = trailing_twelve_months(date(2026, 6, 30))
    question = Question(period, as_of, NO_POLICIES)

    counts = date(2025, 7, 1) <= on <= date(2026, 6, 30) and on <= as_of
    assert question.counts(on) is counts


def test_nothing_that_happened_contributes_nothing() -> None:
    history = History()

    assert [
        list(history.contributions(family, JUNE, date(2026, 6, 30))) for family in EVERY_FAMILY
    ] == [[]] * len(EVERY_FAMILY)
    assert len({family.name for family in EVERY_FAMILY}) == len(EVERY_FAMILY)
