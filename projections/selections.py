"""Selections: whether each account is selected, on what factors, and with which fit."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from domain.account import AccountOpened
from domain.fit_score import FitScored
from domain.selection import (
    AccountDeselected,
    AccountSelected,
    SelectionEvent,
    SelectionFactors,
    SelectionOutcome,
    SelectionReviewed,
)
from ledger.recorded import Recorded
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class SelectionRow:
    """One account; the columns of `projections.selection`."""

    account_id: UUID
    selected: bool
    selected_on: date | None
    deselected_on: date | None
    reviewed_on: date | None
    review_outcome: SelectionOutcome | None
    approved_by: UUID | None
    fit: Decimal | None
    fit_band: str | None
    fit_scored_on: date | None
    fit_policy_version: int | None
    growth_potential: int | None
    long_term_profitability: int | None
    strategic_value: int | None
    competitive_intensity: int | None
    relationship_strength: int | None
    cost_to_serve: int | None
    position: int


def evolve(row: SelectionRow | None, entry: Recorded) -> SelectionRow:
    """Fold one entry about an account's selection into its row."""
    event = entry.event
    if isinstance(event, AccountOpened):
        return _begun(entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {AccountOpened.NAME}")
    row = replace(row, position=entry.position)
    match event:
        case FitScored():
            return _scored(row, event)
        case AccountSelected(selected_on=day, override=override):
            row = _with_factors(row, event.factors)
            return replace(
                row,
                selected=True,
                selected_on=day,
                deselected_on=None,
                reviewed_on=None,
                review_outcome=None,
                approved_by=None if override is None else override.approved_by,
            )
        case AccountDeselected(deselected_on=day):
            return replace(row, selected=False, deselected_on=day)
        case SelectionReviewed(reviewed_on=day, outcome=outcome, factors=factors):
            row = row if factors is None else _with_factors(row, factors)
            return replace(row, reviewed_on=day, review_outcome=outcome)
        case _:
            return row


def key_of(entry: Recorded) -> Key | None:
    about = isinstance(entry.event, AccountOpened | FitScored | SelectionEvent)
    return (entry.envelope.stream_id,) if about else None


SELECTIONS: Final = RowView(
    name="selections",
    table="selection",
    row=SelectionRow,
    key=("account_id",),
    key_of=key_of,
    evolve=evolve,
)


def _begun(entry: Recorded) -> SelectionRow:
    return SelectionRow(
        account_id=entry.envelope.stream_id,
        selected=False,
        selected_on=None,
        deselected_on=None,
        reviewed_on=None,
        review_outcome=None,
        approved_by=None,
        fit=None,
        fit_band=None,
        fit_scored_on=None,
        fit_policy_version=None,
        growth_potential=None,
        long_term_profitability=None,
        strategic_value=None,
        competitive_intensity=None,
        relationship_strength=None,
        cost_to_serve=None,
        position=entry.position,
    )


def _scored(row: SelectionRow, event: FitScored) -> SelectionRow:
    """Show the score, unless there is one of a later day."""
    if row.fit_scored_on is not None and row.fit_scored_on > event.scored_on:
        return row
    return replace(
        row,
        fit=event.total,
        fit_band=event.band,
        fit_scored_on=event.scored_on,
        fit_policy_version=event.policy_version,
    )


def _with_factors(row: SelectionRow, factors: SelectionFactors) -> SelectionRow:
    return replace(row, **dict(factors))
