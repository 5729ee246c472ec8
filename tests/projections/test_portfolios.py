"""Portfolios: entries in, rows out."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.event import Event
from domain.override import Override
from domain.portfolio import (
    OverCapacityAccepted,
    PortfolioAccountReleased,
    PortfolioAccountReweighed,
    PortfolioAccountTaken,
    PortfolioCapacitySet,
    PortfolioClosed,
    PortfolioFocus,
    PortfolioFocusSet,
    PortfolioOpened,
    PortfolioTrainingLogged,
    Training,
    portfolio_id,
)
from domain.tier import Tier
from projections.portfolio_accounts import PORTFOLIO_ACCOUNTS
from projections.portfolio_trainings import PORTFOLIO_TRAININGS
from projections.portfolios import PORTFOLIOS
from projections.row_view import RowView
from tests.projections.log import Log

ANNA, ACME = UUID(int=1), UUID(int=2)
MAY = date(2026, 5, 4)
OPENED = PortfolioOpened(manager_id=ANNA, opened_on=MAY, capacity=9)
TAKEN = PortfolioAccountTaken(account_id=ACME, tier=Tier.SALES, points=1, policy_version=0)
WORD = Override(approved_by=ANNA, reason="so")
HEAVIER = PortfolioAccountReweighed(
    account_id=ACME, tier=Tier.KEY, was=1, now=3, policy_version=2, override=WORD
)
RELEASED = PortfolioAccountReleased(account_id=ACME, points=3)
TRAINED = PortfolioTrainingLogged(
    training_id=ACME, trained_on=MAY, training=Training(title="Talking", hours=3)
)


def rows(view: RowView[Any], *events: Event) -> Any:
    log = Log()
    for event in events:
        log.add(event, account_id=None, stream_id=portfolio_id(ANNA), on=MAY)
    return view.fold({}, log.entries)


def row(view: RowView[Any], *events: Event) -> Any:
    (only,) = rows(view, *events).values()
    return only


def test_the_load_is_that_of_the_accounts_held() -> None:
    for events, load, accounts in (
        ([OPENED], 0, 0),
        ([OPENED, TAKEN], 1, 1),
        ([OPENED, TAKEN, HEAVIER], 3, 1),
        ([OPENED, TAKEN, HEAVIER, RELEASED], 0, 0),
    ):
        found = row(PORTFOLIOS, *events)
        assert (found.load, found.accounts, found.version) == (load, accounts, len(events))


def test_a_portfolio_shows_what_it_can_bear_and_is_there_for() -> None:
    found = row(
        PORTFOLIOS,
        OPENED,
        PortfolioCapacitySet(was=9, now=None),
        PortfolioFocusSet(was=PortfolioFocus(), now=PortfolioFocus(territories=("North",))),
        OverCapacityAccepted(points=2, until=MAY, override=WORD),
        TRAINED,
        PortfolioClosed(closed_on=MAY),
    )

    assert (found.capacity, found.territories, found.industries) == (None, ("North",), ())
    assert (found.accepted_points, found.accepted_until, found.closed_on) == (2, MAY, MAY)


def test_an_account_of_a_portfolio_shows_why_it_weighs_what() -> None:
    found = row(PORTFOLIO_ACCOUNTS, OPENED, TAKEN, HEAVIER)

    assert (found.tier, found.points, found.policy_version) == (Tier.KEY, 3, 2)
    assert (found.overridden_by, found.released_on) == (ANNA, None)
    assert row(PORTFOLIO_ACCOUNTS, OPENED, TAKEN, HEAVIER, RELEASED).released_on == MAY
    again = row(PORTFOLIO_ACCOUNTS, OPENED, TAKEN, HEAVIER, RELEASED, TAKEN)
    assert (again.released_on, again.points, again.overridden_by) == (None, 1, None)


def test_a_training_is_a_row() -> None:
    found = row(PORTFOLIO_TRAININGS, OPENED, TRAINED)

    assert (found.title, found.hours, found.trained_on) == ("Talking", 3, MAY)
    with pytest.raises(ValueError, match="is not a first"):
        rows(PORTFOLIO_TRAININGS, TRAINED, TRAINED)


@pytest.mark.parametrize(("view", "event"), [(PORTFOLIOS, TAKEN), (PORTFOLIO_ACCOUNTS, RELEASED)])
def test_nothing_stands_before_its_beginning(view: RowView[Any], event: Event) -> None:
    with pytest.raises(ValueError, match="stands before"):
        rows(view, event)
