"""What a portfolio holds, and what it can bear, in points."""

from datetime import date
from typing import Any

from domain.evidence import Measure
from domain.evidence_portfolios import PORTFOLIOS
from domain.figure import Figure
from domain.kpi import PORTFOLIO_LOAD, Flag
from domain.period import LIFETIME, month_of
from domain.policy import Capacity
from domain.policy_set import NO_POLICIES, PolicyPublished, evolve
from domain.portfolio import (
    NO_FOCUS,
    PortfolioAccountReleased,
    PortfolioAccountReweighed,
    PortfolioAccountTaken,
    PortfolioCapacitySet,
    PortfolioClosed,
    PortfolioFocusSet,
    PortfolioOpened,
    portfolio_id,
)
from domain.tier import Tier
from tests.domain.histories import History
from tests.domain.samples import ACME, ANNA, OTHER

OPENED_ON, LATER = date(2026, 1, 5), date(2026, 6, 10)
YEAR_END = date(2026, 12, 31)
PORTFOLIO = portfolio_id(ANNA)


def portfolio(capacity: int | None = 10) -> History:
    history = History()
    opened = PortfolioOpened(manager_id=ANNA, opened_on=OPENED_ON, capacity=capacity)
    history.add(opened, OPENED_ON, PORTFOLIO)
    return history


def take(history: History, account: Any = ACME, points: int = 3, on: date = OPENED_ON) -> int:
    taken = PortfolioAccountTaken(
        account_id=account, tier=Tier.KEY, points=points, policy_version=0
    )
    return history.add(taken, on, PORTFOLIO)


def load(history: History, as_of: date = YEAR_END, known_at: int = 10**9) -> str:
    return history.shown(PORTFOLIO_LOAD, LIFETIME, as_of, known_at=known_at)


def test_the_load_divides_the_points_held_by_the_capacity() -> None:
    history = portfolio()
    take(history)
    take(history, OTHER, 5)

    assert load(history) == "80.0"


def test_an_empty_portfolio_is_at_zero_and_none_at_all_is_no_data() -> None:
    assert load(portfolio()) == "0.0"
    assert load(portfolio(), date(2026, 1, 4)) == "no-capacity"


def test_without_a_capacity_of_its_own_the_policy_of_the_day_says_it() -> None:
    history = portfolio(None)
    take(history, points=15)
    published = PolicyPublished(version=1, effective_from=LATER, policy=Capacity(portfolio=15))
    policies = evolve(NO_POLICIES, published)

    assert load(history) == "50.0"
    found = history.figure(PORTFOLIO_LOAD, LIFETIME, YEAR_END, policies=policies)
    earlier = history.figure(PORTFOLIO_LOAD, month_of(OPENED_ON), YEAR_END, policies=policies)
    assert isinstance(found, Figure)
    assert isinstance(earlier, Figure)
    assert (int(found.shown), int(earlier.shown)) == (100, 50)


def test_more_than_can_be_borne_is_flagged() -> None:
    history = portfolio(2)
    take(history)

    found = history.figure(PORTFOLIO_LOAD, LIFETIME, YEAR_END)

    assert isinstance(found, Figure)
    assert (int(found.shown), set(found.flags)) == (150, {Flag.OVER_CAPACITY})


def test_a_capacity_that_is_set_anew_holds_from_its_own_day() -> None:
    history = portfolio()
    take(history)
    changed = history.add(PortfolioCapacitySet(was=10, now=6), LATER, PORTFOLIO)

    assert load(history) == "50.0"
    assert load(history, date(2026, 6, 9)) == "30.0"
    assert load(history, known_at=changed - 1) == "30.0"


def test_an_account_that_is_reweighed_asks_for_its_new_points_from_that_day() -> None:
    history = portfolio()
    take(history)
    reweighed = PortfolioAccountReweighed(
        account_id=ACME, tier=Tier.STRATEGIC, was=3, now=5, policy_version=0
    )
    position = history.add(reweighed, LATER, PORTFOLIO)

    assert load(history) == "50.0"
    assert load(history, date(2026, 6, 9)) == "30.0"
    found = history.contributions(PORTFOLIOS, LIFETIME, YEAR_END)
    held = [each for each in found if each.measure is Measure.POINTS_HELD]
    assert [(each.position, each.subject) for each in held] == [(position, ACME)]


def test_an_account_that_is_released_asks_for_nothing_from_that_day() -> None:
    history = portfolio()
    take(history)
    history.add(PortfolioAccountReleased(account_id=ACME, points=3), LATER, PORTFOLIO)

    assert load(history) == "0.0"
    assert load(history, date(2026, 6, 9)) == "30.0"


def test_a_portfolio_that_is_closed_bears_nothing() -> None:
    history = portfolio()
    take(history)
    history.add(PortfolioClosed(closed_on=LATER), LATER, PORTFOLIO)

    assert load(history) == "no-capacity"
    assert load(history, date(2026, 6, 9)) == "30.0"


def test_what_says_nothing_of_points_is_passed_over() -> None:
    history = portfolio()
    history.add(PortfolioFocusSet(was=NO_FOCUS, now=NO_FOCUS), LATER, PORTFOLIO)

    assert load(history) == "0.0"
