"""What a client pays every month: started, changed, ended, taken up again, corrected, voided."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain import commands
from domain.account import AccountClosed, AccountReopened
from domain.account_merge import AccountMerged
from domain.decision import Decision
from domain.event import Recording
from domain.money import Money
from domain.order_book import ORDER_BOOK, OrderBook, OrderEvent
from domain.recurring_revenue import (
    ENDINGS,
    Movement,
    MovementKind,
    RecurringEvent,
    RecurringRevenueChanged,
    RecurringRevenueCorrected,
    RecurringRevenueEnded,
    RecurringRevenueReactivated,
    RecurringRevenueStarted,
    RecurringRevenueVoided,
    RecurringTerms,
)
from domain.refusal import NotFound, Refused
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    BOOK,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MARCH,
    MAY,
    OPENED,
    OTHER,
    TODAY,
    TOMORROW,
    euro,
    uuid,
)
from tests.given import GivenStreams, decide, given_streams, states_of

PLAN, OTHER_PLAN = uuid(111), uuid(112)
EVE = date(2026, 5, 3)
TERMS = RecurringTerms(product_line="service", monthly=euro("100"), starts_on=MARCH)
STARTED = RecurringRevenueStarted(recurring_id=PLAN, terms=TERMS)
OPEN = ACCOUNT_STREAM.record([OPENED])
LEFT = AccountClosed(closed_on=MAY, churned=True, reason_code="price")
CLOSED = ACCOUNT_STREAM.record([OPENED, LEFT])
DOLLARS = Money.zero("USD").model_copy(update={"amount": euro("120").amount})
MORE, LESS, DEARER = (
    MovementKind.EXPANSION,
    MovementKind.CONTRACTION,
    MovementKind.PRICE_UPLIFT,
)


def moved(kind: MovementKind, was: str, now: str, on: date = MAY) -> Movement:
    return Movement(kind=kind, on=on, was=euro(was), now=euro(now))


EXPANDED = RecurringRevenueChanged(recurring_id=PLAN, movement=moved(MORE, "100", "150"))
ENDED = RecurringRevenueEnded(
    recurring_id=PLAN, movement=moved(MovementKind.CHURN, "100", "0"), reason_code="price"
)
BACK = RecurringRevenueReactivated(
    recurring_id=PLAN, movement=moved(MovementKind.REACTIVATION, "0", "80")
)
VOIDED = RecurringRevenueVoided(recurring_id=PLAN)


def having(*events: RecurringEvent, account: Recording = OPEN) -> GivenStreams:
    return given_streams(account, BOOK.record([STARTED, *events]))


def starting(**changed: Any) -> Decision:
    terms = TERMS.model_copy(update=changed)
    return commands.start_recurring_revenue(ACME, PLAN, terms=terms, today=TODAY)


def changing(kind: MovementKind = MORE, to: Any = "150", on: date = MAY) -> Decision:
    to = to if isinstance(to, Money) else euro(to)
    return commands.change_recurring_revenue(ACME, PLAN, kind=kind, to=to, on=on, today=TODAY)


def ending(kind: MovementKind = MovementKind.CHURN, on: date = MAY) -> Decision:
    return commands.end_recurring_revenue(
        ACME, PLAN, kind=kind, reason_code="price", on=on, today=TODAY
    )


def resuming(monthly: Any = "80", on: date = MAY) -> Decision:
    monthly = monthly if isinstance(monthly, Money) else euro(monthly)
    return commands.reactivate_recurring_revenue(ACME, PLAN, monthly=monthly, on=on, today=TODAY)


def correcting(on: date = TODAY, reason: str = "typing error", **fields: Any) -> Decision:
    return commands.correct_recurring_revenue(
        ACME, PLAN, reason=reason, on=on, today=TODAY, **fields
    )


def voiding(on: date = TODAY, reason: str = "never signed") -> Decision:
    return commands.void_recurring_revenue(ACME, PLAN, reason=reason, on=on, today=TODAY)


STEPS: list[tuple[Any, OrderEvent, tuple[RecurringEvent, ...]]] = [
    (changing, EXPANDED, ()),
    (ending, ENDED, ()),
    (resuming, BACK, (ENDED,)),
    (voiding, VOIDED, ()),
]
EVERY_STEP = pytest.mark.parametrize(("asking", "event", "before"), STEPS)


def test_it_starts_once_in_an_open_account() -> None:
    given_streams(OPEN).when(starting()).then(BOOK.record([STARTED]))
    having().when(starting()).then()
    having(account=CLOSED).when(starting()).then()
    having().when(starting(product_line="parts")).then_refused("already-exists", str(PLAN))
    given_streams(CLOSED).when(starting()).then_refused("account-closed")
    given_streams().when(starting()).then_not_found("account")
    assert starting().target == BOOK


def test_it_starts_with_something_to_be_paid_up_to_today() -> None:
    given_streams(OPEN).when(starting(monthly=euro("0"))).then_refused("monthly-not-positive")
    given_streams(OPEN).when(starting(starts_on=TOMORROW)).then_refused("in-the-future")
    cent = STARTED.model_copy(update={"terms": TERMS.model_copy(update={"monthly": euro("0.01")})})
    given_streams(OPEN).when(starting(monthly=euro("0.01"))).then(BOOK.record([cent]))


def test_it_may_come_from_a_deal_of_the_account() -> None:
    by_deal = STARTED.model_copy(update={"terms": TERMS.model_copy(update={"deal_id": FIRST})})
    theirs = DEAL_OPENED.model_copy(update={"account_id": OTHER})

    given_streams(OPEN).when(starting(deal_id=FIRST)).then_not_found("deal")
    given_streams(OPEN, FIRST_DEAL.record([theirs])).when(starting(deal_id=FIRST)).then_not_found(
        "deal"
    )
    given_streams(OPEN, FIRST_DEAL.record([DEAL_OPENED])).when(starting(deal_id=FIRST)).then(
        BOOK.record([by_deal])
    )


@EVERY_STEP
def test_a_step_is_taken_once(
    asking: Any, event: OrderEvent, before: tuple[RecurringEvent, ...]
) -> None:
    having(*before).when(asking()).then(BOOK.record([event]))
    having(*before, event).when(asking()).then()  # type: ignore[arg-type]  # a recurring one
    given_streams(OPEN).when(asking()).then_not_found("recurring-revenue")
    given_streams(BOOK.record([STARTED, *before])).when(asking()).then_not_found("account")
    assert asking().target == BOOK


@EVERY_STEP
def test_a_merged_account_takes_no_step(
    asking: Any, event: OrderEvent, before: tuple[RecurringEvent, ...]
) -> None:
    merged = ACCOUNT_STREAM.record([OPENED, AccountMerged(into=OTHER)])

    assert event.NAME.startswith("recurring-revenue.")
    having(*before, account=merged).when(asking()).then_refused("account-merged")
    having(*before).when(asking(on=TOMORROW)).then_refused("in-the-future")


@pytest.mark.parametrize(
    ("asking", "before"),
    [
        (lambda on: changing(to="160", on=on), (EXPANDED,)),
        (ending, (EXPANDED,)),
        (resuming, (ENDED,)),
    ],
)
def test_movements_come_in_the_order_of_their_days(
    asking: Any, before: tuple[RecurringEvent, ...]
) -> None:
    having(*before).when(asking(on=EVE)).then_refused("before-the-last-movement", "2026-05-04")


def test_a_movement_may_be_of_the_day_of_the_last() -> None:
    more = RecurringRevenueChanged(recurring_id=PLAN, movement=moved(MORE, "150", "160"))

    having(EXPANDED).when(changing(to="160")).then(BOOK.record([more]))


@pytest.mark.parametrize(
    ("kind", "to"), [(MORE, "99"), (MORE, "100"), (DEARER, "99"), (LESS, "101"), (LESS, "100")]
)
def test_a_kind_says_whether_it_is_more_or_less(kind: MovementKind, to: str) -> None:
    having().when(changing(kind, to)).then_refused("kind-does-not-fit", f"no {kind}")


@pytest.mark.parametrize(("kind", "to"), [(MORE, "101"), (DEARER, "101"), (LESS, "99")])
def test_each_kind_of_change(kind: MovementKind, to: str) -> None:
    event = RecurringRevenueChanged(recurring_id=PLAN, movement=moved(kind, "100", to))

    having().when(changing(kind, to)).then(BOOK.record([event]))


def test_less_than_something_is_an_ending_and_another_currency_a_conversion() -> None:
    having().when(changing(LESS, "0")).then_refused("monthly-not-positive")
    having().when(changing(to=DOLLARS)).then_refused("currency-mismatch", "EUR, not in USD")
    having().when(changing(MovementKind.CHURN)).then_refused("not-a-change", "contraction")
    having().when(ending(MORE)).then_refused("not-an-ending", "churn, conversion")
    turned = RecurringRevenueEnded(
        recurring_id=PLAN, movement=moved(MovementKind.CONVERSION, "100", "0"), reason_code="price"
    )
    having().when(ending(MovementKind.CONVERSION)).then(BOOK.record([turned]))


def test_what_has_ended_is_reactivated_before_it_changes() -> None:
    having(ENDED).when(changing()).then_refused("recurring-ended", "2026-05-04")
    having(ENDED).when(ending(on=TODAY)).then_refused("recurring-ended")
    having().when(resuming()).then_refused("recurring-running", "100 EUR a month")
    having(ENDED).when(resuming("0")).then_refused("monthly-not-positive")
    having(ENDED).when(resuming(DOLLARS)).then_refused("currency-mismatch")
    having(ENDED, account=CLOSED).when(resuming()).then_refused("account-closed")


def test_what_never_was_takes_no_step() -> None:
    having(VOIDED).when(changing()).then_refused("recurring-voided")
    having(VOIDED).when(ending()).then_refused("recurring-voided")
    having(VOIDED).when(resuming()).then_refused("recurring-voided")
    having(VOIDED).when(correcting(monthly=euro("1"))).then_refused("recurring-voided")
    having().when(voiding(reason=" ")).then_refused("reason-required")


def corrected(was: Movement, **changed: Any) -> Recording:
    now = was.model_copy(update=changed)
    return BOOK.record([RecurringRevenueCorrected(recurring_id=PLAN, was=was, now=now)])


def test_the_latest_movement_is_corrected() -> None:
    first = moved(MovementKind.NEW, "0", "100", MARCH)

    having().when(correcting(monthly=euro("90"))).then(corrected(first, now=euro("90")))
    having().when(correcting(moved_on=EVE)).then(corrected(first, on=EVE))
    having(EXPANDED).when(correcting(moved_on=MARCH)).then(corrected(EXPANDED.movement, on=MARCH))
    having(ENDED).when(correcting(moved_on=TODAY)).then(corrected(ENDED.movement, on=TODAY))
    (event,) = corrected(first, now=euro("90")).events
    having(event).when(correcting(monthly=euro("90"))).then()  # type: ignore[arg-type]
    having(account=CLOSED).when(correcting(monthly=euro("90"))).then(
        corrected(first, now=euro("90"))
    )
    assert correcting(monthly=euro("90")).target == BOOK


def test_a_correction_is_held_to_what_holds_for_the_movement() -> None:
    having(EXPANDED).when(correcting(monthly=euro("99"))).then_refused("kind-does-not-fit")
    having(EXPANDED).when(correcting(moved_on=date(2026, 3, 1))).then_refused(
        "before-the-last-movement"
    )
    having().when(correcting(moved_on=TOMORROW)).then_refused("in-the-future")
    having().when(correcting(on=TOMORROW, moved_on=MAY)).then_refused("in-the-future")
    having().when(correcting(monthly=DOLLARS)).then_refused("currency-mismatch")
    having().when(correcting(monthly=euro("0"))).then_refused("monthly-not-positive")
    having(ENDED).when(correcting(monthly=euro("1"))).then_refused("nothing-paid-any-more")
    having().when(correcting(reason="")).then_refused("reason-required")
    given_streams(OPEN).when(correcting()).then_not_found("recurring-revenue")


def closing(*, churned: bool = True, on: date = MAY) -> Decision:
    return commands.close_account(
        ACME, churned=churned, reason_code="price", reason="so", on=on, today=TODAY
    )


def test_a_client_that_leaves_pays_no_longer() -> None:
    other = RecurringRevenueStarted(
        recurring_id=OTHER_PLAN, terms=TERMS.model_copy(update={"monthly": euro("7")})
    )
    other_ended = RecurringRevenueEnded(
        recurring_id=OTHER_PLAN, movement=moved(MovementKind.CHURN, "7", "0"), reason_code="price"
    )

    having(other).when(closing()).then(
        ACCOUNT_STREAM.record([LEFT]), BOOK.record([ENDED, other_ended])
    )
    having(ENDED, other, VOIDED).when(closing()).then(
        ACCOUNT_STREAM.record([LEFT]), BOOK.record([other_ended])
    )
    having(EXPANDED).when(closing(on=EVE)).then_refused("before-the-last-movement")
    ours = LEFT.model_copy(update={"churned": False})
    having().when(closing(churned=False)).then(ACCOUNT_STREAM.record([ours]))
    given_streams(OPEN).when(closing()).then(ACCOUNT_STREAM.record([LEFT]))
    reopened = ACCOUNT_STREAM.record([OPENED, LEFT, AccountReopened(reopened_on=MAY)])
    having(ENDED, account=reopened).when(resuming()).then(BOOK.record([BACK]))


DAYS = st.sampled_from([MARCH, MAY, TODAY])
AMOUNTS = st.sampled_from(["0", "50", "100", "150"])
KINDS = st.sampled_from(MovementKind)
ASKED = st.one_of(
    st.just(starting()),
    st.builds(changing, KINDS, AMOUNTS, DAYS),
    st.builds(ending, KINDS, DAYS),
    st.builds(resuming, AMOUNTS, DAYS),
    st.builds(lambda amount: correcting(monthly=euro(amount)), AMOUNTS),
    st.builds(lambda day: correcting(moved_on=day), DAYS),
    st.integers(0, 9).map(lambda n: voiding() if n == 0 else changing()),
)


@for_any(st.lists(ASKED, max_size=15), st.integers(0, 15))
def test_whatever_is_asked_the_movements_add_up(asked: list[Decision], cut: int) -> None:
    past: list[Recording] = [OPEN]
    for decision in asked:
        try:
            past = [*past, *decide(past, decision)]
        except (Refused, NotFound):
            continue
        assert [event for each in decide(past, decision) for event in each.events] == []
        book = states_of(past, [BOOK]).find(BOOK)
        for recurring in book.recurring.values() if book else ():
            movements = recurring.movements
            assert movements[0].was.amount == 0
            for earlier, later in pairwise(movements):
                assert (earlier.now, earlier.on <= later.on) == (later.was, True)
            for each in movements:
                assert (each.now.amount == 0) is (each.kind in ENDINGS)
                assert each.now.amount >= 0
            assert recurring.is_running is (movements[-1].now.amount > 0 and not recurring.voided)

    history = [event for each in past[1:] for event in each.events]
    state: OrderBook | None = None
    for half in (history[:cut], history[cut:]):
        for event in half:
            stored = type(event).model_validate_json(event.model_dump_json())
            state = ORDER_BOOK.evolve(state, stored)  # type: ignore[arg-type]  # the book's own
    assert state == states_of(past, [BOOK]).find(BOOK)
