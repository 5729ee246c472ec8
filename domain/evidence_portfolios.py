"""What a manager's portfolio contributes: the points that it holds, and those it can bear."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID

from domain.evidence import Contribution, Family, Measure, Occurrence, Question
from domain.policy import Capacity
from domain.portfolio import (
    PortfolioAccountReleased,
    PortfolioAccountReweighed,
    PortfolioAccountTaken,
    PortfolioCapacitySet,
    PortfolioClosed,
    PortfolioOpened,
)


class _Portfolio:
    """A portfolio at the end of a day."""

    def __init__(self) -> None:
        self.opened: Occurrence | None = None
        self.capacity: int | None = None
        self.held: dict[UUID, tuple[int, Occurrence]] = {}

    def follow(self, each: Occurrence) -> None:
        match each.event:
            case PortfolioOpened(capacity=points) | PortfolioCapacitySet(now=points):
                self.opened, self.capacity = each, points
            case (
                PortfolioAccountTaken(account_id=account_id, points=points)
                | PortfolioAccountReweighed(account_id=account_id, now=points)
            ):
                self.held[account_id] = points, each
            case PortfolioAccountReleased(account_id=account_id):
                self.held.pop(account_id, None)
            case PortfolioClosed():
                self.opened = None
            case _:
                pass


def _contribute(occurrences: Sequence[Occurrence], question: Question) -> Iterator[Contribution]:
    """Weigh a portfolio that is open at the end of the period; the policy says what it can bear."""
    closing, portfolio = question.closing, _Portfolio()
    for each in occurrences:
        if each.on <= closing:
            portfolio.follow(each)
    opened = portfolio.opened
    if opened is None:
        return
    capacity = portfolio.capacity
    if capacity is None:
        capacity = question.policies.in_force(Capacity, closing).policy.portfolio
    bears = Measure.POINTS_CAPACITY
    yield Contribution(bears, Decimal(capacity), closing, opened.position, opened.stream_id)
    for account_id, (points, each) in portfolio.held.items():
        yield Contribution(Measure.POINTS_HELD, Decimal(points), each.on, each.position, account_id)


PORTFOLIOS = Family(
    name="portfolios",
    events=(
        PortfolioOpened,
        PortfolioCapacitySet,
        PortfolioAccountTaken,
        PortfolioAccountReweighed,
        PortfolioAccountReleased,
        PortfolioClosed,
    ),
    contribute=_contribute,
)
