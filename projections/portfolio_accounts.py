"""Which accounts each portfolio holds, and held: since when, until when, at how many points."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.portfolio import (
    PortfolioAccountReleased,
    PortfolioAccountReweighed,
    PortfolioAccountTaken,
)
from domain.tier import Tier
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class PortfolioAccountRow:
    """One account of a portfolio; the columns of `projections.portfolio_account`.

    `overridden_by`: on whose word it was taken, or made heavier, beyond the capacity.
    """

    portfolio_id: UUID
    account_id: UUID
    tier: Tier
    points: int
    policy_version: int
    taken_on: date
    released_on: date | None
    overridden_by: UUID | None
    position: int


def evolve(row: PortfolioAccountRow | None, entry: Recorded) -> PortfolioAccountRow:
    """Fold one entry into the row of its account."""
    event, day = entry.event, entry.envelope.effective_at
    if isinstance(event, PortfolioAccountTaken):
        return PortfolioAccountRow(
            portfolio_id=entry.envelope.stream_id,
            account_id=event.account_id,
            tier=event.tier,
            points=event.points,
            policy_version=event.policy_version,
            taken_on=day,
            released_on=None,
            overridden_by=event.override.approved_by if event.override else None,
            position=entry.position,
        )
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {PortfolioAccountTaken.NAME}")
    if isinstance(event, PortfolioAccountReweighed):
        row = replace(row, tier=event.tier, points=event.now, policy_version=event.policy_version)
        by = event.override.approved_by if event.override else row.overridden_by
        return replace(row, overridden_by=by, position=entry.position)
    return replace(row, released_on=day, position=entry.position)


def key_of(entry: Recorded) -> Key | None:
    match entry.event:
        case (
            PortfolioAccountTaken(account_id=account_id)
            | PortfolioAccountReweighed(account_id=account_id)
            | PortfolioAccountReleased(account_id=account_id)
        ):
            return entry.envelope.stream_id, account_id
        case _:
            return None


PORTFOLIO_ACCOUNTS: Final = RowView(
    name="portfolio-accounts",
    table="portfolio_account",
    row=PortfolioAccountRow,
    key=("portfolio_id", "account_id"),
    key_of=key_of,
    evolve=evolve,
)

PORTFOLIO_ACCOUNT_LIST: Final = RowList(
    PORTFOLIO_ACCOUNTS, kind="account", by="taken_on", id="account_id"
)
