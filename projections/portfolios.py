"""Portfolios: what each manager leads, how much that asks for, and what it can bear."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.portfolio import (
    PORTFOLIO,
    OverCapacityAccepted,
    PortfolioAccountReleased,
    PortfolioAccountReweighed,
    PortfolioAccountTaken,
    PortfolioCapacitySet,
    PortfolioClosed,
    PortfolioFocusSet,
    PortfolioOpened,
)
from ledger.recorded import Recorded
from projections.row_list import Condition, RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One portfolio as it stands; the columns of `projections.portfolio`.

    `load` is in points, as is `capacity` (None: what the policy says). `accepted_points` are borne
    beyond it up to `accepted_until`.
    """

    portfolio_id: UUID
    manager_id: UUID
    capacity: int | None
    load: int
    accounts: int
    territories: tuple[str, ...]
    industries: tuple[str, ...]
    accepted_points: int
    accepted_until: date | None
    opened_on: date
    closed_on: date | None
    version: int
    position: int


def evolve(row: PortfolioRow | None, entry: Recorded) -> PortfolioRow:
    """Fold one entry of a portfolio's stream into its row."""
    event = entry.event
    if isinstance(event, PortfolioOpened):
        return _opened(event, entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {PortfolioOpened.NAME}")
    return replace(_evolved(row, entry), version=entry.envelope.version, position=entry.position)


def _evolved(row: PortfolioRow, entry: Recorded) -> PortfolioRow:  # noqa: PLR0911 - one case an event
    match entry.event:
        case PortfolioCapacitySet(now=capacity):
            return replace(row, capacity=capacity)
        case PortfolioFocusSet(now=focus):
            return replace(row, territories=focus.territories, industries=focus.industries)
        case OverCapacityAccepted(points=points, until=until):
            return replace(row, accepted_points=points, accepted_until=until)
        case PortfolioAccountTaken(points=points):
            return replace(row, load=row.load + points, accounts=row.accounts + 1)
        case PortfolioAccountReweighed(was=was, now=now):
            return replace(row, load=row.load + now - was)
        case PortfolioAccountReleased(points=points):
            return replace(row, load=row.load - points, accounts=row.accounts - 1)
        case PortfolioClosed(closed_on=closed_on):
            return replace(row, closed_on=closed_on)
        case _:
            return row


def _opened(event: PortfolioOpened, entry: Recorded) -> PortfolioRow:
    return PortfolioRow(
        portfolio_id=entry.envelope.stream_id,
        manager_id=event.manager_id,
        capacity=event.capacity,
        load=0,
        accounts=0,
        territories=event.focus.territories,
        industries=event.focus.industries,
        accepted_points=0,
        accepted_until=None,
        opened_on=event.opened_on,
        closed_on=None,
        version=entry.envelope.version,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    envelope = entry.envelope
    return (envelope.stream_id,) if envelope.stream_type == PORTFOLIO.name else None


PORTFOLIOS: Final = RowView(
    name="portfolios",
    table="portfolio",
    row=PortfolioRow,
    key=("portfolio_id",),
    key_of=key_of,
    evolve=evolve,
)

PORTFOLIO_LIST: Final = RowList(PORTFOLIOS, kind="portfolio", by="opened_on", id="portfolio_id")


def standing(
    *,
    is_open: bool | None,
    over_capacity: bool | None,
    usual_capacity: int,
    as_of: date,
    industry: str | None,
    territory: str | None,
) -> Sequence[Condition]:
    """Ask for open or closed portfolios, and for those that hold too much on a day, or do not.

    `usual_capacity`: of a portfolio that has none of its own.
    """
    conditions: list[Condition] = []
    if is_open is not None:
        conditions.append((f"closed_on IS {'' if is_open else 'NOT '}NULL", []))
    if over_capacity is not None:
        limit = (
            "coalesce(capacity, %s::bigint) + "
            "CASE WHEN accepted_until >= %s::date THEN accepted_points ELSE 0 END"
        )
        sign = ">" if over_capacity else "<="
        conditions.append((f"load {sign} {limit}", [usual_capacity, as_of]))
    if industry is not None:
        conditions.append(("%s = ANY (industries)", [industry]))
    if territory is not None:
        conditions.append(("%s = ANY (territories)", [territory]))
    return conditions
