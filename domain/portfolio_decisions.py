"""What may be decided about a portfolio: above all, that it never holds more than it can bear."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.known import begin
from domain.override import Override
from domain.policy import Capacity
from domain.policy_set import InForce
from domain.portfolio import (
    Held,
    OverCapacityAccepted,
    Portfolio,
    PortfolioAccountReleased,
    PortfolioAccountReweighed,
    PortfolioAccountTaken,
    PortfolioCapacitySet,
    PortfolioClosed,
    PortfolioEvent,
    PortfolioFocus,
    PortfolioFocusSet,
    PortfolioOpened,
    PortfolioTrainingLogged,
    Training,
)
from domain.reason import refuse_before
from domain.refusal import Refused
from domain.tier import Tier


def open_portfolio(
    portfolio: Portfolio | None,
    *,
    manager_id: UUID,
    capacity: int | None,
    focus: PortfolioFocus,
    on: date,
) -> Sequence[PortfolioEvent]:
    """Give a manager a portfolio, or again one after it was closed.

    Raises:
        Refused: `already-exists`, `before-the-portfolio-was-closed`.
    """
    event = PortfolioOpened(manager_id=manager_id, opened_on=on, capacity=capacity, focus=focus)
    if portfolio is None:
        return [event]
    if portfolio.closed_on is None:
        begun = PortfolioOpened(
            manager_id=manager_id,
            opened_on=portfolio.opened_on,
            capacity=portfolio.capacity,
            focus=portfolio.focus,
        )
        return begin("portfolio of", manager_id, begun, event)
    refuse_before(
        on,
        earliest=portfolio.closed_on,
        what=f"the closing of the portfolio, {portfolio.closed_on}",
        code="before-the-portfolio-was-closed",
    )
    return [event]


def set_capacity(
    portfolio: Portfolio, policy: InForce[Capacity], *, to: int | None, on: date
) -> Sequence[PortfolioEvent]:
    """Let the portfolio bear more or less from now on; None: what the policy says.

    Raises:
        Refused: `portfolio-closed`, `capacity-exceeded`.
    """
    refuse_closed_portfolio(portfolio)
    if to == portfolio.capacity:
        return []
    limit = (policy.policy.portfolio if to is None else to) + _accepted(portfolio, on)
    if portfolio.load > limit:
        raise Refused(
            "capacity-exceeded",
            f"the portfolio holds {portfolio.load} points, more than {limit}; "
            "release accounts or hand them on first",
        )
    return [PortfolioCapacitySet(was=portfolio.capacity, now=to)]


def set_focus(portfolio: Portfolio, *, to: PortfolioFocus) -> Sequence[PortfolioEvent]:
    """Let the manager be there for other territories and industries.

    Raises:
        Refused: `portfolio-closed`.
    """
    refuse_closed_portfolio(portfolio)
    return [] if to == portfolio.focus else [PortfolioFocusSet(was=portfolio.focus, now=to)]


def accept_over_capacity(
    portfolio: Portfolio, *, points: int, until: date, override: Override, on: date
) -> Sequence[PortfolioEvent]:
    """Let the portfolio hold so many points beyond its capacity, up to a day.

    Raises:
        Refused: `portfolio-closed`, `until-is-over`.
    """
    refuse_closed_portfolio(portfolio)
    accepted = OverCapacityAccepted(points=points, until=until, override=override)
    if accepted == portfolio.accepted:
        return []
    if until < on:
        raise Refused("until-is-over", f"{until} lies before {on}; give a day from then on")
    return [accepted]


def take(
    portfolio: Portfolio,
    policy: InForce[Capacity],
    *,
    account_id: UUID,
    tier: Tier,
    override: Override | None,
    on: date,
) -> Sequence[PortfolioEvent]:
    """Hold an account of this tier from now on; one that is held already is weighed anew.

    Raises:
        Refused: `portfolio-closed`, and without an override `capacity-exceeded`.
    """
    refuse_closed_portfolio(portfolio)
    points = policy.policy.points_of(tier)
    held = portfolio.held.get(account_id)
    if held == Held(tier, points):
        return []
    more = points - (0 if held is None else held.points)
    passed = _over_capacity(portfolio, policy, more, override, on)
    if held is None:
        return [
            PortfolioAccountTaken(
                account_id=account_id,
                tier=tier,
                points=points,
                policy_version=policy.version,
                override=passed,
            )
        ]
    return [
        PortfolioAccountReweighed(
            account_id=account_id,
            tier=tier,
            was=held.points,
            now=points,
            policy_version=policy.version,
            override=passed,
        )
    ]


def release(portfolio: Portfolio, *, account_id: UUID) -> Sequence[PortfolioEvent]:
    """Hold the account no longer; none is released that is not held."""
    held = portfolio.held.get(account_id)
    if held is None:
        return []
    return [PortfolioAccountReleased(account_id=account_id, points=held.points)]


def reweigh(portfolio: Portfolio, policy: InForce[Capacity]) -> Sequence[PortfolioEvent]:
    """Weigh every account by the policy in force, whatever the load comes to.

    Raises:
        Refused: `portfolio-closed`.
    """
    refuse_closed_portfolio(portfolio)
    return [
        PortfolioAccountReweighed(
            account_id=account_id,
            tier=held.tier,
            was=held.points,
            now=policy.policy.points_of(held.tier),
            policy_version=policy.version,
        )
        for account_id, held in sorted(portfolio.held.items())
        if held.points != policy.policy.points_of(held.tier)
    ]


def log_training(
    portfolio: Portfolio, *, training_id: UUID, training: Training, on: date
) -> Sequence[PortfolioEvent]:
    """Record what the manager learned.

    Raises:
        Refused: `already-exists`, `portfolio-closed`.
    """
    logged = PortfolioTrainingLogged(training_id=training_id, trained_on=on, training=training)
    events = begin("training", training_id, portfolio.trainings.get(training_id), logged)
    if events:
        refuse_closed_portfolio(portfolio)
    return events


def close_portfolio(portfolio: Portfolio, *, on: date) -> Sequence[PortfolioEvent]:
    """End a portfolio that holds nothing.

    Raises:
        Refused: `portfolio-not-empty`, `before-the-portfolio-was-opened`.
    """
    if portfolio.closed_on is not None:
        return []
    if portfolio.held:
        raise Refused(
            "portfolio-not-empty",
            f"the portfolio still holds {len(portfolio.held)} accounts; hand them on first",
        )
    refuse_before(
        on,
        earliest=portfolio.opened_on,
        what=f"the opening of the portfolio, {portfolio.opened_on}",
        code="before-the-portfolio-was-opened",
    )
    return [PortfolioClosed(closed_on=on)]


def refuse_closed_portfolio(portfolio: Portfolio) -> None:
    """Refuse what only an open portfolio can take.

    Raises:
        Refused: `portfolio-closed`.
    """
    if portfolio.closed_on is not None:
        raise Refused(
            "portfolio-closed",
            f"the portfolio of {portfolio.manager_id} was closed on {portfolio.closed_on}; "
            "open it again, or name another manager",
        )


def _over_capacity(
    portfolio: Portfolio,
    policy: InForce[Capacity],
    more: int,
    override: Override | None,
    on: date,
) -> Override | None:
    """Return the override if it is needed for so many points more, None if it is not.

    Raises:
        Refused: it is needed, and there is none.
    """
    limit = policy.policy.portfolio if portfolio.capacity is None else portfolio.capacity
    limit += _accepted(portfolio, on)
    if more <= 0 or portfolio.load + more <= limit:
        return None
    if override is None:
        raise Refused(
            "capacity-exceeded",
            f"the portfolio of {portfolio.manager_id} holds {portfolio.load} of {limit} points, "
            f"and {more} more are asked for; release accounts, name another manager, "
            "or name who lets the limit be passed",
        )
    return override


def _accepted(portfolio: Portfolio, on: date) -> int:
    accepted = portfolio.accepted
    return accepted.points if accepted is not None and on <= accepted.until else 0
