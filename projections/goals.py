"""Goals: what is to be reached, by when, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from domain.goal import (
    GOAL,
    Assessment,
    GoalAbandoned,
    GoalAchieved,
    GoalDrafted,
    GoalMissed,
    GoalReopened,
    GoalReviewed,
    GoalRevised,
    GoalSet,
    GoalState,
)
from domain.goal_terms import (
    Achievability,
    Aggregation,
    Band,
    Baseline,
    Direction,
    GoalDraft,
    GoalSide,
    Horizon,
    Metric,
    Relevance,
    SmartGoal,
)
from ledger.recorded import Recorded
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class GoalRow:
    """One goal as it stands; the columns of `projections.goal`."""

    goal_id: UUID
    account_id: UUID
    state: GoalState
    side: GoalSide
    supports_goal_id: UUID | None
    statement: str | None
    metric: str | None
    unit: str | None
    direction: Direction | None
    aggregation: Aggregation | None
    baseline: Decimal | None
    baseline_on: date | None
    target: Decimal | None
    band_low: Decimal | None
    band_high: Decimal | None
    achievability: str | None
    resources: str | None
    assessed_by: UUID | None
    realism: str | None
    need_id: UUID | None
    objective: str | None
    start_on: date | None
    due_on: date | None
    horizon: Horizon | None
    priority: int | None
    owner_id: UUID | None
    begun_on: date
    set_on: date | None
    ended_on: date | None
    final_value: Decimal | None
    end_reason_code: str | None
    revisions: int
    reviewed_on: date | None
    assessment: Assessment | None
    version: int
    position: int

    @property
    def terms(self) -> GoalDraft | SmartGoal:
        """The terms as the domain knows them: those of a draft where it was never set."""
        row = self
        given = {
            "side": row.side,
            "supports_goal_id": row.supports_goal_id,
            "statement": row.statement,
            "metric": row.metric
            and Metric.model_validate(
                {
                    "name": row.metric,
                    "unit": row.unit,
                    "direction": row.direction,
                    "aggregation": row.aggregation,
                }
            ),
            "baseline": row.baseline_on
            and Baseline.model_validate({"value": row.baseline, "on": row.baseline_on}),
            "target": row.target,
            "band": None
            if row.band_low is None
            else Band.model_validate({"low": row.band_low, "high": row.band_high}),
            "achievability": row.achievability
            and Achievability(
                basis=row.achievability, resources=row.resources, assessed_by=row.assessed_by
            ),
            "realism": row.realism,
            "relevance": Relevance(need_id=row.need_id, objective=row.objective),
            "start_on": row.start_on,
            "due_on": row.due_on,
            "horizon": row.horizon,
            "priority": row.priority,
            "owner_id": row.owner_id,
        }
        kind = GoalDraft if row.set_on is None else SmartGoal
        return kind.model_validate(given)


def evolve(row: GoalRow | None, entry: Recorded) -> GoalRow:
    """Fold one entry of a goal's stream into its row."""
    event = entry.event
    match event:
        case GoalDrafted(account_id=account_id, draft=draft):
            return _with(_begun(account_id, draft.side, GoalState.DRAFT, entry), draft)
        case GoalSet(account_id=account_id, goal=goal):
            row = row or _begun(account_id, goal.side, GoalState.ACTIVE, entry)
            row = replace(row, state=GoalState.ACTIVE, set_on=entry.envelope.effective_at)
            row = _with(row, goal)
        case _ if row is None:
            raise ValueError(f"{entry.envelope.name} stands before {GoalDrafted.NAME}")
        case _:
            row = _evolved(row, entry)
    return replace(row, version=entry.envelope.version, position=entry.position)


def _evolved(row: GoalRow, entry: Recorded) -> GoalRow:  # noqa: PLR0911 - one case an event
    match entry.event:
        case GoalRevised() as revised:
            return _with(replace(row, revisions=row.revisions + 1), revised.changes().items())
        case GoalReviewed(reviewed_on=day, assessment=assessment):
            return replace(row, reviewed_on=day, assessment=assessment)
        case GoalAchieved(achieved_on=day, final_value=value):
            return replace(row, state=GoalState.ACHIEVED, ended_on=day, final_value=value)
        case GoalMissed(missed_on=day, final_value=value):
            return replace(row, state=GoalState.MISSED, ended_on=day, final_value=value)
        case GoalAbandoned(abandoned_on=day, reason_code=code):
            return replace(row, state=GoalState.ABANDONED, ended_on=day, end_reason_code=code)
        case GoalReopened():
            state = GoalState.DRAFT if row.set_on is None else GoalState.ACTIVE
            return replace(row, state=state, ended_on=None, final_value=None, end_reason_code=None)
        case _:
            return row


def key_of(entry: Recorded) -> Key | None:
    envelope = entry.envelope
    return (envelope.stream_id,) if envelope.stream_type == GOAL.name else None


GOALS: Final = RowView(
    name="goals", table="goal", row=GoalRow, key=("goal_id",), key_of=key_of, evolve=evolve
)


def _begun(account_id: UUID, side: GoalSide, state: GoalState, entry: Recorded) -> GoalRow:
    nothing: dict[str, Any] = dict.fromkeys([field.name for field in fields(GoalRow)])
    known = {
        "goal_id": entry.envelope.stream_id,
        "account_id": account_id,
        "state": state,
        "side": side,
        "begun_on": entry.envelope.effective_at,
        "revisions": 0,
        "version": entry.envelope.version,
        "position": entry.position,
    }
    return GoalRow(**nothing | known)


def _with(row: GoalRow, terms: Iterable[tuple[str, Any]]) -> GoalRow:
    """Put terms into their columns: some have several."""
    columns: dict[str, Any] = {}
    for field, value in terms:
        match field:
            case "metric":
                same = ("unit", "direction", "aggregation")
                columns |= _spread(value, ("name", *same), ("metric", *same))
            case "baseline":
                columns |= _spread(value, ("value", "on"), ("baseline", "baseline_on"))
            case "band":
                columns |= _spread(value, ("low", "high"), ("band_low", "band_high"))
            case "achievability":
                about = ("resources", "assessed_by")
                columns |= _spread(value, ("basis", *about), ("achievability", *about))
            case "relevance":
                columns |= _spread(value, ("need_id", "objective"), ("need_id", "objective"))
            case _:
                columns[field] = value
    return replace(row, **columns)


def _spread(value: Any, parts: tuple[str, ...], columns: tuple[str, ...]) -> dict[str, Any]:
    return {
        column: None if value is None else getattr(value, part)
        for part, column in zip(parts, columns, strict=True)
    }
