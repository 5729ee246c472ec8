"""Deals won, and what they were worth: as of a day, as known at a position."""

from datetime import date
from decimal import Decimal
from typing import Any

from domain.change import Change
from domain.deal import (
    DealCorrected,
    DealOpened,
    DealReclassified,
    DealReopened,
    DealReversed,
    DealWon,
)
from domain.deal_terms import DealKind, DealStage, DealStatus
from domain.evidence import Measure
from domain.evidence_deals import DEALS
from domain.kpi import CROSS_SELL_AMOUNT, CROSS_SELLS, DEAL_REVENUE, UPSELL_AMOUNT, UPSELLS
from domain.money import Money
from domain.period import month_of
from tests.domain.histories import History
from tests.domain.samples import ACME, FIRST, SECOND, euro

OPENED_ON = date(2026, 3, 2)
MAY, JUNE, JULY = (month_of(date(2026, month, 1)) for month in (5, 6, 7))
END_OF_MAY, END_OF_JUNE, END_OF_JULY = date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31)
YEAR_END = date(2026, 12, 31)


def opened(kind: DealKind = DealKind.CROSS_SELL, currency: str = "EUR") -> DealOpened:
    return DealOpened(
        account_id=ACME,
        opened_on=OPENED_ON,
        kind=kind,
        name="A crane",
        amount=Money(amount=Decimal(1000), currency=currency),
        products=("crane",),
        stage=DealStage.PROSPECTING,
    )


def won_deal(
    on: date, amount: str = "1000", kind: DealKind = DealKind.CROSS_SELL, id_: Any = FIRST
) -> History:
    history = History()
    history.add(opened(kind), OPENED_ON, id_)
    win(history, on, amount, id_)
    return history


def win(history: History, on: date, amount: str = "1000", id_: Any = FIRST) -> int:
    return history.add(DealWon(won_on=on, amount=euro(amount)), on, id_)


def reverse(history: History, on: date) -> int:
    return history.add(DealReversed(reason_code="fraud", reversed_on=on), on, FIRST)


def reopen(history: History, on: date) -> int:
    return history.add(DealReopened(was=DealStatus.REVERSED), on, FIRST)


def correct(history: History, on: date, **changes: Any) -> int:
    return history.add(DealCorrected(**changes), on, FIRST)


def revenue(history: History, period: Any, as_of: date, known_at: int = 10**9) -> str:
    return history.shown(DEAL_REVENUE, period, as_of, known_at=known_at, currency="EUR")


def test_a_deal_counts_in_the_period_of_its_win() -> None:
    history = won_deal(date(2026, 6, 10))

    assert revenue(history, JUNE, YEAR_END) == "1000.00"
    assert revenue(history, JULY, YEAR_END) == "0.00"
    assert revenue(history, MAY, YEAR_END) == "no-deal-history"


def test_a_win_does_not_count_as_of_the_day_before() -> None:
    history = won_deal(date(2026, 6, 10))

    assert revenue(history, JUNE, date(2026, 6, 9)) == "no-deal-history"
    assert revenue(history, JUNE, date(2026, 6, 10)) == "1000.00"


def test_a_deal_that_was_opened_alone_is_no_history_of_wins() -> None:
    history = History()
    history.add(opened(), OPENED_ON, FIRST)

    assert revenue(history, JUNE, YEAR_END) == "no-deal-history"
    assert history.shown(CROSS_SELLS, JUNE, YEAR_END) == "0"


def test_cross_sells_and_upsells_are_counted_and_added_up_by_their_kind() -> None:
    history = won_deal(date(2026, 6, 10), "700")
    history.add(opened(DealKind.UPSELL), OPENED_ON, SECOND)
    win(history, date(2026, 6, 11), "50", SECOND)

    assert history.shown(CROSS_SELLS, JUNE, YEAR_END) == "1"
    assert history.shown(CROSS_SELL_AMOUNT, JUNE, YEAR_END, currency="EUR") == "700.00"
    assert history.shown(UPSELLS, JUNE, YEAR_END) == "1"
    assert history.shown(UPSELL_AMOUNT, JUNE, YEAR_END, currency="EUR") == "50.00"
    assert revenue(history, JUNE, YEAR_END) == "750.00"


def test_new_business_and_renewals_are_neither() -> None:
    for kind in (DealKind.NEW_BUSINESS, DealKind.RENEWAL):
        history = won_deal(date(2026, 6, 10), kind=kind)

        assert history.shown(CROSS_SELLS, JUNE, YEAR_END) == "0"
        assert history.shown(CROSS_SELL_AMOUNT, JUNE, YEAR_END, currency="EUR") == "0.00"
        assert revenue(history, JUNE, YEAR_END) == "1000.00"


def test_amounts_of_currencies_stand_apart() -> None:
    history = won_deal(date(2026, 6, 10))
    history.add(opened(currency="JPY"), OPENED_ON, SECOND)
    yen = Money(amount=Decimal(5), currency="JPY")
    history.add(DealWon(won_on=date(2026, 6, 12), amount=yen), date(2026, 6, 12), SECOND)

    assert revenue(history, JUNE, YEAR_END) == "1000.00"
    assert history.shown(DEAL_REVENUE, JUNE, YEAR_END, currency="JPY") == "5"
    assert history.shown(CROSS_SELLS, JUNE, YEAR_END) == "2"


def test_a_win_corrected_from_june_to_may_had_always_been_in_may() -> None:
    history = won_deal(date(2026, 6, 10))
    moved = correct(
        history,
        date(2026, 7, 1),
        won_on=Change(was=date(2026, 6, 10), now=date(2026, 5, 15)),
    )

    assert revenue(history, MAY, date(2026, 5, 20)) == "1000.00"
    assert revenue(history, JUNE, YEAR_END) == "0.00"
    assert revenue(history, MAY, date(2026, 5, 20), known_at=moved - 1) == "no-deal-history"
    assert revenue(history, JUNE, YEAR_END, known_at=moved - 1) == "1000.00"


def test_a_corrected_amount_and_kind_had_always_been_so() -> None:
    history = won_deal(date(2026, 6, 10))
    corrected = correct(
        history,
        date(2026, 8, 1),
        amount=Change(was=euro("1000"), now=euro("90")),
        kind=Change(was=DealKind.CROSS_SELL, now=DealKind.UPSELL),
    )

    as_of = date(2026, 6, 10)
    assert history.shown(CROSS_SELLS, JUNE, as_of) == "0"
    assert history.shown(UPSELL_AMOUNT, JUNE, as_of, currency="EUR") == "90.00"
    assert history.shown(CROSS_SELLS, JUNE, as_of, known_at=corrected - 1) == "1"


def test_a_kind_corrected_before_the_win_is_that_of_the_win() -> None:
    history = History()
    history.add(opened(DealKind.NEW_BUSINESS), OPENED_ON, FIRST)
    was_wrong = Change(was=DealKind.NEW_BUSINESS, now=DealKind.UPSELL)
    correct(history, date(2026, 4, 1), kind=was_wrong)
    win(history, date(2026, 6, 10))

    assert history.shown(UPSELLS, JUNE, YEAR_END) == "1"


def test_a_deal_reclassified_before_its_win_counts_by_its_new_kind() -> None:
    history = History()
    history.add(opened(DealKind.NEW_BUSINESS), OPENED_ON, FIRST)
    reclassified = DealReclassified(was=DealKind.NEW_BUSINESS, now=DealKind.CROSS_SELL)
    history.add(reclassified, date(2026, 4, 1), FIRST)
    win(history, date(2026, 6, 10))

    assert history.shown(CROSS_SELLS, JUNE, YEAR_END) == "1"


def test_a_win_reversed_in_july_stands_as_of_june_and_nowhere_later() -> None:
    history = won_deal(date(2026, 6, 10))
    reversal = reverse(history, date(2026, 7, 5))

    assert revenue(history, JUNE, END_OF_JUNE) == "1000.00"
    assert revenue(history, JUNE, date(2026, 7, 5)) == "0.00"
    assert history.shown(CROSS_SELLS, JUNE, date(2026, 7, 5)) == "0"
    assert revenue(history, JUNE, YEAR_END, known_at=reversal - 1) == "1000.00"


def test_a_reversed_win_was_a_win_all_the_same_so_that_zero_is_known() -> None:
    history = won_deal(date(2026, 6, 10))
    reverse(history, date(2026, 7, 5))

    assert history.sums(DEALS, JUNE, YEAR_END, currency="EUR") == {Measure.DEALS_EVER: 1}
    assert revenue(history, JULY, YEAR_END) == "0.00"
    assert revenue(history, MAY, YEAR_END) == "no-deal-history"


def test_a_reversed_deal_that_is_won_again_counts_on_the_day_of_the_second_win() -> None:
    history = won_deal(date(2026, 5, 10))
    reverse(history, date(2026, 6, 5))
    reopen(history, date(2026, 6, 6))
    win(history, date(2026, 7, 20), "800")

    assert revenue(history, MAY, END_OF_MAY) == "1000.00"
    assert revenue(history, MAY, YEAR_END) == "0.00"
    assert revenue(history, JULY, YEAR_END) == "800.00"


def test_a_correction_after_the_second_win_leaves_the_first_as_it_was() -> None:
    history = won_deal(date(2026, 5, 10))
    reverse(history, date(2026, 6, 5))
    reopen(history, date(2026, 6, 6))
    win(history, date(2026, 7, 20), "800")
    correct(history, date(2026, 8, 1), amount=Change(was=euro("800"), now=euro("70")))

    assert revenue(history, MAY, END_OF_MAY) == "1000.00"
    assert revenue(history, JULY, YEAR_END) == "70.00"


def test_an_amount_corrected_while_the_deal_is_open_again_is_not_that_of_the_win_before() -> None:
    history = won_deal(date(2026, 5, 10))
    reverse(history, date(2026, 7, 5))
    reopen(history, date(2026, 7, 6))
    correct(history, date(2026, 8, 1), amount=Change(was=euro("1000"), now=euro("70")))

    assert revenue(history, MAY, END_OF_JUNE) == "1000.00"


def test_a_kind_corrected_while_the_deal_is_open_again_was_always_that_kind() -> None:
    history = won_deal(date(2026, 5, 10))
    reverse(history, date(2026, 7, 5))
    reopen(history, date(2026, 7, 6))
    correct(history, date(2026, 8, 1), kind=Change(was=DealKind.CROSS_SELL, now=DealKind.UPSELL))

    assert history.shown(CROSS_SELLS, MAY, END_OF_JUNE) == "0"
    assert history.shown(UPSELLS, MAY, END_OF_JUNE) == "1"


def test_a_kind_corrected_after_a_reclassification_leaves_the_win_before_it_alone() -> None:
    history = won_deal(date(2026, 5, 10))
    reverse(history, date(2026, 7, 5))
    reopen(history, date(2026, 7, 6))
    reclassified = DealReclassified(was=DealKind.CROSS_SELL, now=DealKind.RENEWAL)
    history.add(reclassified, date(2026, 7, 7), FIRST)
    correct(history, date(2026, 8, 1), kind=Change(was=DealKind.RENEWAL, now=DealKind.UPSELL))

    assert history.shown(CROSS_SELLS, MAY, END_OF_JUNE) == "1"
    assert history.shown(UPSELLS, MAY, END_OF_JUNE) == "0"


def test_evidence_names_the_win_and_what_corrected_it() -> None:
    history = won_deal(date(2026, 6, 10))
    before = history.contributions(DEALS, JUNE, YEAR_END)
    corrected = correct(history, date(2026, 8, 1), amount=Change(was=euro("1000"), now=euro("1")))
    after = history.contributions(DEALS, JUNE, YEAR_END)

    assert {each.position for each in before} == {2}
    assert {each.position for each in after} == {corrected}
    assert {each.subject for each in after} == {FIRST}
