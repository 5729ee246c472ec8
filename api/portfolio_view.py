"""How a portfolio is shown: its load beside what it can bear on a day."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from uuid import UUID

from api.reading import View
from domain.policy import Capacity
from domain.policy_set import InForce
from projections.policies import read_policies
from projections.portfolios import PortfolioRow

_TENTH: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class PortfolioView:
    """A portfolio; points and, as `load_percent`, the load in percent of the capacity.

    `load_percent` is null at a capacity of 0. `policy_version` is that of the policy on capacity,
    which says what a portfolio bears that has no capacity of its own.
    """

    manager_id: UUID
    load: int
    capacity: int
    capacity_is_own: bool
    load_percent: Decimal | None
    over_capacity: bool
    accounts: int
    territories: tuple[str, ...]
    industries: tuple[str, ...]
    accepted_points: int
    accepted_until: date | None
    opened_on: date
    closed_on: date | None
    policy_version: int
    as_of: date
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class CapacityPolicy:
    """The policy on capacity that is in force on a day."""

    held: InForce[Capacity]
    day: date

    @property
    def usual_capacity(self) -> int:
        return self.held.policy.portfolio

    def view(self, row: PortfolioRow) -> PortfolioView:
        capacity = self.usual_capacity if row.capacity is None else row.capacity
        accepted = row.accepted_until is not None and self.day <= row.accepted_until
        limit = capacity + (row.accepted_points if accepted else 0)
        return PortfolioView(
            manager_id=row.manager_id,
            load=row.load,
            capacity=capacity,
            capacity_is_own=row.capacity is not None,
            load_percent=_percent(row.load, capacity),
            over_capacity=row.load > limit,
            accounts=row.accounts,
            territories=row.territories,
            industries=row.industries,
            accepted_points=row.accepted_points,
            accepted_until=row.accepted_until,
            opened_on=row.opened_on,
            closed_on=row.closed_on,
            policy_version=self.held.version,
            as_of=self.day,
            version=row.version,
            position=row.position,
        )


async def viewed(view: View, day: date) -> CapacityPolicy:
    """Read the policy on capacity of the day."""
    policies, _ = await read_policies(
        view.connection, view.service.ledger.types, view.tenant_id, known_at=view.position
    )
    return CapacityPolicy(policies.in_force(Capacity, day), day)


def _percent(load: int, capacity: int) -> Decimal | None:
    if capacity == 0:
        return None
    return (Decimal(100) * load / capacity).quantize(_TENTH, ROUND_HALF_UP)
