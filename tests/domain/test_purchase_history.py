"""What counts as a purchase, and how the time between purchases is counted."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.purchase_history import PurchaseHistory, purchase_history

JANUARY = date(1997, 1, 1)
SEPTEMBER = date(1997, 9, 30)


def bought(*purchases: tuple[date, str]) -> list[tuple[date, Decimal]]:
    return [(day, Decimal(amount)) for day, amount in purchases]


def test_the_first_purchase_is_no_repeat() -> None:
    history = purchase_history(bought((JANUARY, "29.33")), until=SEPTEMBER)

    assert history == PurchaseHistory(0, 0, 272, Decimal(0))
    assert history.mean_repeat_amount is None


def test_the_first_customer_of_cdnow_is_summed_up_as_published() -> None:
    history = purchase_history(
        bought(
            (date(1997, 8, 2), "14.96"),
            (JANUARY, "29.33"),
            (date(1997, 1, 18), "29.73"),
            (date(1997, 12, 12), "26.48"),
        ),
        until=SEPTEMBER,
    )

    assert history is not None
    assert history.repeats == 2
    assert round(history.last_weeks, 2) == 30.43
    assert round(history.age_weeks, 2) == 38.86
    assert history.mean_repeat_amount == 22.345


def test_orders_of_one_day_are_one_purchase() -> None:
    later = JANUARY + timedelta(days=7)
    history = purchase_history(
        bought((later, "10.00"), (JANUARY, "5.00"), (later, "2.50"), (JANUARY, "1.00")),
        until=later,
    )

    assert history == PurchaseHistory(1, 7, 7, Decimal("12.50"))
    assert (history.last_weeks, history.age_weeks) == (1.0, 1.0)


def test_an_order_for_nothing_is_a_purchase() -> None:
    later = JANUARY + timedelta(days=14)
    history = purchase_history(bought((JANUARY, "5.00"), (later, "0.00")), until=later)

    assert history == PurchaseHistory(1, 14, 14, Decimal("0.00"))
    assert history.mean_repeat_amount == 0.0


def test_the_last_day_counts_and_the_next_does_not() -> None:
    after = SEPTEMBER + timedelta(days=1)
    purchases = bought((JANUARY, "1.00"), (SEPTEMBER, "2.00"), (after, "4.00"))

    history = purchase_history(purchases, until=SEPTEMBER)
    assert history == PurchaseHistory(1, 272, 272, Decimal("2.00"))
    assert purchase_history(purchases[2:], until=SEPTEMBER) is None


@given(
    st.lists(
        st.tuples(
            st.dates(JANUARY, date(1997, 3, 1)),
            st.decimals(0, 1_000, places=2),
        ),
        min_size=1,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_orders_does_not_matter(
    purchases: list[tuple[date, Decimal]], chance: object
) -> None:
    shuffled = list(purchases)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random, which hypothesis hides

    history = purchase_history(purchases, until=SEPTEMBER)
    assert history == purchase_history(shuffled, until=SEPTEMBER)
    assert history is not None
    assert 0 <= history.last_days <= history.age_days
    assert history.repeats <= history.last_days
