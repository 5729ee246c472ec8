"""Customers at the opening and lost, active and key ones: of one account, so 0 or 1 each."""

from datetime import date

from domain.account import (
    AccountClosed,
    AccountManagerAssigned,
    AccountOpened,
    AccountReopened,
    AccountTierChanged,
)
from domain.account_merge import AccountMerged
from domain.evidence import Measure
from domain.evidence_accounts import ACCOUNTS
from domain.kpi import KEY_ACCOUNT_SHARE, LOGO_CHURN
from domain.manager import ManagerRole
from domain.period import LIFETIME, Period, month_of
from domain.profile import Profile
from domain.tier import Tier
from tests.domain.histories import History
from tests.domain.samples import ACME, ANNA, OTHER

OPENED_ON, SALES_ON = date(2026, 1, 5), date(2026, 2, 1)
MAY, JUNE, JULY = (month_of(date(2026, month, 1)) for month in (5, 6, 7))
YEAR_END = date(2026, 12, 31)

OPENING, LOST = Measure.CUSTOMERS_AT_OPENING, Measure.CUSTOMERS_LOST
ACTIVE, KEY = Measure.ACTIVE_ACCOUNTS, Measure.KEY_ACCOUNTS


def customer(tier: Tier = Tier.SALES) -> History:
    history = History()
    history.add(AccountOpened(opened_on=OPENED_ON, profile=Profile(name="Acme")), OPENED_ON)
    raise_to(history, tier, SALES_ON)
    return history


def raise_to(history: History, tier: Tier, on: date) -> int:
    return history.add(AccountTierChanged(was=Tier.PROSPECT, now=tier), on)


def close(history: History, on: date, *, churned: bool = True) -> int:
    return history.add(AccountClosed(closed_on=on, churned=churned, reason_code="price"), on)


def found(
    history: History, period: Period = JUNE, as_of: date = YEAR_END, known_at: int = 10**9
) -> set[Measure]:
    sums = history.sums(ACCOUNTS, period, as_of, known_at=known_at)
    assert set(sums.values()) <= {1}
    return set(sums)


def test_an_open_account_above_prospect_is_a_customer() -> None:
    assert found(customer()) == {OPENING, ACTIVE}


def test_a_prospect_is_none() -> None:
    history = History()
    history.add(AccountOpened(opened_on=OPENED_ON, profile=Profile(name="Acme")), OPENED_ON)

    assert found(history) == set()


def test_key_and_strategic_accounts_are_key_ones() -> None:
    for tier in (Tier.KEY, Tier.STRATEGIC):
        assert found(customer(tier)) == {OPENING, ACTIVE, KEY}


def test_a_customer_won_within_the_period_was_none_at_its_opening() -> None:
    history = customer()

    assert found(history, month_of(SALES_ON)) == {ACTIVE}


def test_who_left_in_the_period_is_lost_in_it_and_no_customer_later() -> None:
    history = customer()
    close(history, date(2026, 6, 10))

    assert found(history) == {OPENING, LOST}
    assert found(history, JULY) == set()
    assert history.shown(LOGO_CHURN, JUNE, YEAR_END) == "100.0"
    assert history.shown(LOGO_CHURN, JULY, YEAR_END) == "no-customers"


def test_who_leaves_later_is_still_there_as_of_the_day_before_and_before_it_was_known() -> None:
    history = customer()
    left = close(history, date(2026, 6, 10))

    assert found(history, as_of=date(2026, 6, 9)) == {OPENING, ACTIVE}
    assert found(history, known_at=left - 1) == {OPENING, ACTIVE}
    assert found(history, MAY) == {OPENING, ACTIVE}


def test_whom_we_let_go_has_not_churned() -> None:
    history = customer()
    close(history, date(2026, 6, 10), churned=False)

    assert found(history) == {OPENING}
    assert history.shown(LOGO_CHURN, JUNE, YEAR_END) == "0.0"


def test_who_comes_back_within_the_period_is_not_lost_at_its_end() -> None:
    history = customer()
    close(history, date(2026, 6, 10))
    history.add(AccountReopened(reopened_on=date(2026, 6, 20)), date(2026, 6, 20))

    assert found(history) == {OPENING, ACTIVE}
    assert found(history, as_of=date(2026, 6, 19)) == {OPENING, LOST}


def test_a_customer_that_was_merged_into_another_is_no_longer_one_and_not_lost() -> None:
    history = customer()
    history.add(AccountMerged(into=OTHER), date(2026, 6, 10))

    assert found(history) == {OPENING}


def test_a_lifetime_has_no_opening() -> None:
    history = customer(Tier.KEY)

    assert found(history, LIFETIME) == {ACTIVE, KEY}
    assert found(history, LIFETIME, as_of=date(2026, 1, 10)) == set()


def test_a_change_of_tier_that_is_recorded_late_holds_from_its_own_day() -> None:
    history = customer()
    raise_to(history, Tier.STRATEGIC, date(2026, 7, 10))
    late = raise_to(history, Tier.KEY, date(2026, 6, 10))

    assert KEY in found(history)
    assert KEY not in found(history, as_of=date(2026, 6, 9))
    assert KEY not in found(history, known_at=late - 1)
    contributions = history.contributions(ACCOUNTS, JULY, YEAR_END)
    assert {each.position for each in contributions if each.measure is KEY} == {late}


def test_the_key_account_share_divides_key_ones_by_all_that_are_active() -> None:
    history = customer(Tier.KEY)

    assert history.shown(KEY_ACCOUNT_SHARE, JUNE, YEAR_END) == "100.0"
    assert customer().shown(KEY_ACCOUNT_SHARE, JUNE, YEAR_END) == "0.0"
    assert History().shown(KEY_ACCOUNT_SHARE, JUNE, YEAR_END) == "no-customers"


def test_what_changes_nothing_of_its_standing_is_passed_over() -> None:
    history = customer()
    assigned = AccountManagerAssigned(party_id=ANNA, role=ManagerRole.ACCOUNT_MANAGER, primary=True)
    history.add(assigned, date(2026, 6, 3))

    assert {each.position for each in history.contributions(ACCOUNTS, JUNE, YEAR_END)} == {2}
    assert {each.subject for each in history.contributions(ACCOUNTS, JUNE, YEAR_END)} == {ACME}
