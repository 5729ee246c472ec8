"""Selection: that an account gets account management, on what factors, and whether it keeps it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Final, assert_never

from pydantic import BaseModel, ConfigDict, Field

from domain.event import Event
from domain.fit_score import FitScored
from domain.override import Override
from domain.percent import Percent
from domain.policy import IdealCustomerProfile
from domain.reason import refuse_before, require_reason
from domain.refusal import Refused

Level = Annotated[int, Field(ge=0, le=5)]
"""From 0, none, to 5, as much as can be."""

FactorLevel = Annotated[
    Level | None, Field(description="0 to 5; null: not known, which has to be said")
]


class SelectionFactors(BaseModel):
    """On what an account is selected: each is given, or said to be unknown (null).

    Growth, profitability, strategic value and strength speak for it; competition and the cost to
    serve it speak against it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    growth_potential: FactorLevel
    long_term_profitability: FactorLevel
    strategic_value: FactorLevel
    competitive_intensity: FactorLevel
    relationship_strength: FactorLevel
    cost_to_serve: FactorLevel


class SelectionOutcome(StrEnum):
    KEEP = "keep"
    DROP = "drop"


class SelectionGround(StrEnum):
    """What a review rests on: one of the factors, the fit, or what we can bear."""

    GROWTH_POTENTIAL = "growth-potential"
    LONG_TERM_PROFITABILITY = "long-term-profitability"
    STRATEGIC_VALUE = "strategic-value"
    COMPETITIVE_INTENSITY = "competitive-intensity"
    RELATIONSHIP_STRENGTH = "relationship-strength"
    COST_TO_SERVE = "cost-to-serve"
    FIT = "fit"
    CAPACITY = "capacity"


# Events: these names and fields are the stored format. Add; never rename or remove.


class AccountSelected(Event):
    """`fit` is the latest there was, `fit_minimum` what the policy of that version asked for.

    `override` is the word on which an account below the minimum was selected.
    """

    NAME: ClassVar[str] = "account.selected"
    selected_on: date
    factors: SelectionFactors
    fit: Percent | None
    fit_minimum: Percent
    policy_version: Annotated[int, Field(ge=0, le=1_000_000)]
    override: Override | None = None


class AccountDeselected(Event):
    NAME: ClassVar[str] = "account.deselected"
    deselected_on: date


class SelectionReviewed(Event):
    """A selected account was looked at again; `factors` are as they were found then, if anew."""

    NAME: ClassVar[str] = "account.selection-reviewed"
    reviewed_on: date
    outcome: SelectionOutcome
    grounds: tuple[SelectionGround, ...]
    factors: SelectionFactors | None = None


SelectionEvent = AccountSelected | AccountDeselected | SelectionReviewed
SELECTION_EVENTS: Final[tuple[type[SelectionEvent], ...]] = (
    AccountSelected,
    AccountDeselected,
    SelectionReviewed,
)


@dataclass(frozen=True, slots=True)
class Selection:
    """How the account was selected, if it is, and what was decided of that last."""

    selected: AccountSelected | None = None
    review: SelectionReviewed | None = None
    """The last one since the account was selected."""
    decided_on: date | None = None
    """The day of the last decision of any kind."""


NEVER_SELECTED: Final = Selection()


def evolve(selection: Selection, event: SelectionEvent) -> Selection:
    """Fold one event into the state. Never refuses: what happened, happened."""
    match event:
        case AccountSelected():
            return Selection(selected=event, decided_on=event.selected_on)
        case AccountDeselected():
            return replace(selection, selected=None, decided_on=event.deselected_on)
        case SelectionReviewed():
            return replace(selection, review=event, decided_on=event.reviewed_on)
        case _:
            assert_never(event)


def select(
    selection: Selection,
    fit: FitScored | None,
    policy: IdealCustomerProfile,
    *,
    policy_version: int,
    factors: SelectionFactors,
    override: Override | None,
    reason: str,
    on: date,
) -> Sequence[SelectionEvent]:
    """Give the account account management; `fit` is its latest score.

    Raises:
        Refused: `reason-required`, `already-selected`, `before-the-last-decision`, and
            `insufficient-data` or `fit-below-minimum` without an override.
    """
    require_reason(reason)
    too_low = fit is None or fit.total < policy.selection_minimum
    too_low = too_low and policy.selection_minimum > 0
    event = AccountSelected(
        selected_on=on,
        factors=factors,
        fit=None if fit is None else fit.total,
        fit_minimum=policy.selection_minimum,
        policy_version=policy_version,
        override=override if too_low else None,
    )
    standing = selection.selected
    if standing is not None:
        if (standing.selected_on, standing.factors) == (on, factors):
            return []
        raise Refused(
            "already-selected",
            f"the account has been selected since {standing.selected_on}; "
            "review that selection, or deselect the account first",
        )
    _refuse_before_last(selection, on)
    if too_low and override is None:
        raise _low(fit, policy)
    return [event]


def deselect(selection: Selection, *, reason: str, on: date) -> Sequence[SelectionEvent]:
    """Give the account no account management any more.

    Raises:
        Refused: `reason-required`, `not-selected`, `before-the-last-decision`.
    """
    require_reason(reason)
    if selection.selected is None and selection.decided_on == on:
        return []
    _require_selected(selection)
    _refuse_before_last(selection, on)
    return [AccountDeselected(deselected_on=on)]


def review_selection(
    selection: Selection,
    *,
    outcome: SelectionOutcome,
    grounds: Collection[SelectionGround],
    factors: SelectionFactors | None,
    reason: str,
    on: date,
) -> Sequence[SelectionEvent]:
    """Look at a selection again: keep the account, or drop it, which deselects it.

    Raises:
        Refused: `reason-required`, `grounds-required`, `not-selected`,
            `before-the-last-decision`.
    """
    require_reason(reason)
    if not grounds:
        raise Refused(
            "grounds-required",
            "a selection is kept or dropped on grounds; name at least one of "
            + ", ".join(SelectionGround),
        )
    reviewed = SelectionReviewed(
        reviewed_on=on,
        outcome=outcome,
        grounds=tuple(ground for ground in SelectionGround if ground in grounds),
        factors=factors,
    )
    if selection.review == reviewed:
        return []
    _require_selected(selection)
    _refuse_before_last(selection, on)
    if outcome is SelectionOutcome.DROP:
        return [reviewed, AccountDeselected(deselected_on=on)]
    return [reviewed]


def _require_selected(selection: Selection) -> None:
    if selection.selected is None:
        raise Refused("not-selected", "the account is not selected; select it first")


def _refuse_before_last(selection: Selection, on: date) -> None:
    if selection.decided_on is not None:
        refuse_before(
            on,
            earliest=selection.decided_on,
            what=f"what was last decided of its selection, on {selection.decided_on}",
            code="before-the-last-decision",
        )


def _low(fit: FitScored | None, policy: IdealCustomerProfile) -> Refused:
    minimum = policy.selection_minimum
    if fit is None:
        return Refused(
            "insufficient-data",
            f"accounts are selected from a fit of {minimum} on, and this one has none; "
            "score it first, or name who approves it and why",
        )
    return Refused(
        "fit-below-minimum",
        f"the account's fit of {fit.total} lies below {minimum}; "
        "improve it and score it anew, or name who approves it and why",
    )
