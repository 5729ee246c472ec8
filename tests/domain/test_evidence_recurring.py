"""Recurring revenue: what was paid at the opening, and what of it is kept."""

from datetime import date
from decimal import Decimal

from domain.evidence import Measure
from domain.evidence_recurring import RECURRING
from domain.kpi import GROSS_REVENUE_RETENTION, NET_REVENUE_RETENTION
from domain.money import Money
from domain.order_book import OrderPlaced
from domain.period import LIFETIME, Period, quarter_of, year_of
from domain.recurring_revenue import (
    Movement,
    MovementKind,
    RecurringRevenueChanged,
    RecurringRevenueCorrected,
    RecurringRevenueEnded,
    RecurringRevenueReactivated,
    RecurringRevenueStarted,
    RecurringRevenueVoided,
    RecurringTerms,
)
from tests.domain.histories import History
from tests.domain.samples import ORDER, euro, uuid

BEGAN, IN_MAY = date(2026, 1, 15), date(2026, 5, 10)
SPRING, SUMMER = quarter_of(date(2026, 5, 1)), quarter_of(date(2026, 8, 1))
YEAR_END = date(2026, 12, 31)
BOOK = uuid(90)


def start(
    history: History, line: int, monthly: str, on: date = BEGAN, currency: str = "EUR"
) -> int:
    money = Money(amount=Decimal(monthly), currency=currency)
    terms = RecurringTerms(product_line="support", monthly=money, starts_on=on)
    return history.add(RecurringRevenueStarted(recurring_id=uuid(line), terms=terms), on, BOOK)


def movement(kind: MovementKind, was: str, now: str, on: date = IN_MAY) -> Movement:
    return Movement(kind=kind, on=on, was=euro(was), now=euro(now))


def change(history: History, line: int, was: str, now: str, on: date = IN_MAY) -> int:
    up = Decimal(now) > Decimal(was)
    kind = MovementKind.EXPANSION if up else MovementKind.CONTRACTION
    changed = RecurringRevenueChanged(
        recurring_id=uuid(line), movement=movement(kind, was, now, on)
    )
    return history.add(changed, on, BOOK)


def end(history: History, line: int, was: str, on: date = IN_MAY) -> int:
    ended = RecurringRevenueEnded(
        recurring_id=uuid(line),
        movement=movement(MovementKind.CHURN, was, "0", on),
        reason_code="price",
    )
    return history.add(ended, on, BOOK)


def correct(history: History, line: int, was: Movement, now: Movement) -> int:
    corrected = RecurringRevenueCorrected(recurring_id=uuid(line), was=was, now=now)
    return history.add(corrected, date(2026, 9, 1), BOOK)


def kept(
    history: History,
    period: Period = SPRING,
    as_of: date = YEAR_END,
    known_at: int = 10**9,
    currency: str = "EUR",
) -> tuple[str, str]:
    """Return net and gross retention."""
    return (
        history.shown(NET_REVENUE_RETENTION, period, as_of, known_at=known_at, currency=currency),
        history.shown(GROSS_REVENUE_RETENTION, period, as_of, known_at=known_at, currency=currency),
    )


NOTHING = ("nothing-recurring", "nothing-recurring")


def clients(*amounts: tuple[str, str]) -> tuple[str, str]:
    """Add up clients that paid so much at the opening, and so much at the closing."""
    sums = dict.fromkeys(
        (Measure.RECURRING_AT_OPENING, Measure.RECURRING_KEPT, Measure.RECURRING_KEPT_GROSS),
        Decimal(0),
    )
    for was, now in amounts:
        history = History()
        start(history, 600, was)
        if Decimal(now) == 0:
            end(history, 600, was)
        elif was != now:
            change(history, 600, was, now)
        for measure, amount in history.sums(RECURRING, SPRING, YEAR_END, currency="EUR").items():
            sums[measure] += amount
    opening = sums[Measure.RECURRING_AT_OPENING]
    return (
        f"{100 * sums[Measure.RECURRING_KEPT] / opening:.1f}",
        f"{100 * sums[Measure.RECURRING_KEPT_GROSS] / opening:.1f}",
    )


def test_expansion_contraction_and_churn_of_the_domains_example() -> None:
    found = clients(("50000", "65000"), ("30000", "25000"), ("8000", "0"), ("12000", "12000"))

    assert found == ("102.0", "87.0")


def test_105_net_and_95_gross_a12() -> None:
    found = clients(("100000", "120000"), ("50000", "46000"), ("6000", "0"), ("44000", "44000"))

    assert found == ("105.0", "95.0")


def test_90_net_and_80_gross_a13() -> None:
    found = clients(("10", "0"), ("40", "30"), ("50", "60"))

    assert found == ("90.0", "80.0")


def test_what_is_paid_unchanged_is_kept_whole() -> None:
    history = History()
    start(history, 600, "100")

    assert kept(history) == ("100.0", "100.0")


def test_gross_retention_never_shows_expansion() -> None:
    history = History()
    start(history, 600, "100")
    change(history, 600, "100", "150")

    assert kept(history) == ("150.0", "100.0")


def test_a_change_counts_from_its_own_day_and_not_before_it_was_known() -> None:
    history = History()
    start(history, 600, "100")
    changed = change(history, 600, "100", "60")

    assert kept(history, as_of=date(2026, 5, 9)) == ("100.0", "100.0")
    assert kept(history, as_of=IN_MAY) == ("60.0", "60.0")
    assert kept(history, known_at=changed - 1) == ("100.0", "100.0")


def test_new_clients_are_not_kept_ones() -> None:
    history = History()
    start(history, 600, "100", on=IN_MAY)

    assert kept(history) == NOTHING
    assert history.sums(RECURRING, SPRING, YEAR_END, currency="EUR") == {}


def test_a_client_that_had_left_and_comes_back_is_not_a_kept_one() -> None:
    history = History()
    start(history, 600, "100")
    end(history, 600, "100", on=date(2026, 2, 1))
    back = RecurringRevenueReactivated(
        recurring_id=uuid(600), movement=movement(MovementKind.REACTIVATION, "0", "100")
    )
    history.add(back, IN_MAY, BOOK)

    assert kept(history) == NOTHING
    assert kept(history, SUMMER) == ("100.0", "100.0")


def test_a_client_that_leaves_and_comes_back_within_the_period_is_kept() -> None:
    history = History()
    start(history, 600, "100")
    end(history, 600, "100", on=date(2026, 4, 10))
    back = RecurringRevenueReactivated(
        recurring_id=uuid(600), movement=movement(MovementKind.REACTIVATION, "0", "80")
    )
    history.add(back, IN_MAY, BOOK)

    assert kept(history) == ("80.0", "80.0")
    assert kept(history, as_of=date(2026, 5, 9)) == ("0.0", "0.0")


def test_what_a_client_pays_on_one_line_less_and_another_more_is_one_amount() -> None:
    history = History()
    start(history, 600, "100")
    end(history, 600, "100")
    start(history, 601, "120", on=IN_MAY)

    assert kept(history) == ("120.0", "100.0")


def test_currencies_are_kept_apart() -> None:
    history = History()
    start(history, 600, "100")
    start(history, 601, "70", on=IN_MAY, currency="USD")
    start(history, 602, "9000", currency="JPY")

    assert kept(history) == ("100.0", "100.0")
    assert kept(history, currency="USD") == NOTHING
    assert kept(history, currency="JPY") == ("100.0", "100.0")


def test_a_corrected_amount_had_always_been_paid() -> None:
    history = History()
    start(history, 600, "100")
    change(history, 600, "100", "60")
    was = movement(MovementKind.CONTRACTION, "100", "60")
    corrected = correct(history, 600, was, movement(MovementKind.CONTRACTION, "100", "90"))

    assert kept(history, as_of=IN_MAY) == ("90.0", "90.0")
    assert kept(history, as_of=IN_MAY, known_at=corrected - 1) == ("60.0", "60.0")


def test_a_corrected_day_moves_the_movement_for_good() -> None:
    history = History()
    start(history, 600, "100")
    change(history, 600, "100", "60")
    was = movement(MovementKind.CONTRACTION, "100", "60")
    correct(history, 600, was, was.model_copy(update={"on": date(2026, 7, 2)}))

    assert kept(history, as_of=date(2026, 6, 30)) == ("100.0", "100.0")
    assert kept(history, SUMMER) == ("60.0", "60.0")


def test_a_beginning_corrected_to_another_day_changes_what_was_paid_at_the_opening() -> None:
    history = History()
    start(history, 600, "100")
    was = movement(MovementKind.NEW, "0", "100", on=BEGAN)
    correct(history, 600, was, was.model_copy(update={"on": IN_MAY}))

    assert kept(history) == NOTHING


def test_what_is_voided_was_never_paid() -> None:
    history = History()
    start(history, 600, "100")
    start(history, 601, "50")
    end(history, 601, "50")
    voided = history.add(RecurringRevenueVoided(recurring_id=uuid(601)), date(2026, 9, 1), BOOK)

    assert kept(history, as_of=date(2026, 4, 30)) == ("100.0", "100.0")
    assert kept(history, known_at=voided - 1) == ("66.7", "66.7")


def test_a_lifetime_and_a_period_to_come_have_no_opening() -> None:
    history = History()
    start(history, 600, "100")

    assert kept(history, LIFETIME) == NOTHING
    assert kept(history, year_of(date(2027, 1, 1))) == NOTHING


def test_orders_are_passed_over() -> None:
    history = History()
    start(history, 600, "100")
    history.add(OrderPlaced(order_id=ORDER, ordered_on=IN_MAY, amount=euro("7")), IN_MAY, BOOK)

    assert kept(history) == ("100.0", "100.0")


def test_evidence_names_each_line_and_the_event_that_made_it_what_it_is() -> None:
    history = History()
    started = start(history, 600, "100")
    changed = change(history, 600, "100", "60")

    found = history.contributions(RECURRING, SPRING, YEAR_END)

    assert [(each.measure, int(each.amount), each.position, each.subject) for each in found] == [
        (Measure.RECURRING_AT_OPENING, 100, started, uuid(600)),
        (Measure.RECURRING_KEPT, 60, changed, uuid(600)),
        (Measure.RECURRING_KEPT_GROSS, 60, changed, None),
    ]
