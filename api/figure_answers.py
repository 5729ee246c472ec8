"""What is answered about published figures: in lists, one by one, and when they are replayed."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from domain.published_figure import (
    FigureEvidence,
    FigureFormula,
    FigureMoment,
    FigurePublished,
    FigureSubject,
    FigureValue,
)
from ledger.recorded import Recorded
from projections.figure_reckoning import Reckoned
from projections.figure_replay import Disagreement, FigureCheck
from projections.published_figures import PublishedFigureRow


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A published figure in a list; `told` has one line a currency, or why there is no value."""

    figure_id: UUID
    kpi: str
    scope: str
    of: str | None
    period: str
    as_of: date
    known_at: int
    told: tuple[str, ...]
    published_on: date
    stands: bool
    restates: UUID | None
    restated_by: UUID | None
    withdrawn_on: date | None
    position: int


class PublishedFigure(BaseModel):
    """What was told, as it stands in the log, and whether it still stands."""

    figure_id: UUID
    subject: FigureSubject
    moment: FigureMoment
    formula: FigureFormula
    values: list[FigureValue]
    evidence: FigureEvidence
    restates: UUID | None
    restated_by: UUID | None
    withdrawn_on: date | None
    stands: bool
    position: int
    leaf: str
    recorded_at: datetime
    published_on: date
    actor: str
    reason: str | None


class DisagreementShown(BaseModel):
    what: str
    expected: str = Field(description="what the log gives")
    actual: str = Field(description="what was published")


class FigureToday(BaseModel):
    """The figure of the same day, as it would be known at the log's end."""

    known_at: int
    values: list[FigureValue]
    evidence: FigureEvidence
    differs: bool


class Replay(BaseModel):
    """A figure reckoned again from the log: whether everything agrees, or the first that does not.

    `today` is what the same figure would be known to be now: a difference is no fault, but says
    that something was recorded since which counts in it.
    """

    figure_id: UUID
    position: int
    agrees: bool
    disagreement: DisagreementShown | None
    not_checked: list[str]
    values: list[FigureValue] | None
    evidence: FigureEvidence | None
    today: FigureToday | None


def line_shown(
    row: PublishedFigureRow, published: FigurePublished, later: UUID | None
) -> FigureLine:
    shared = {field.name for field in fields(FigureLine)} & {each.name for each in fields(row)}
    return FigureLine(
        **{name: getattr(row, name) for name in shared},
        of=row.scope_value,
        told=tuple(told(each) for each in published.values),
        stands=later is None and row.withdrawn_on is None,
        restated_by=later,
    )


def told(value: FigureValue) -> str:
    """Write a value as people read it, such as `1250.00 EUR`, or the reason why there is none."""
    if value.shown is None:
        return f"none: {value.no_data}" + (f" {value.currency}" if value.currency else "")
    return f"{value.shown:f} {value.currency or ''}".strip()


def figure_shown(
    row: PublishedFigureRow, entry: Recorded[FigurePublished], later: UUID | None
) -> PublishedFigure:
    """Return a figure as it was told; `later` is the one that has restated it."""
    event, envelope = entry.event, entry.envelope
    return PublishedFigure(
        figure_id=event.figure_id,
        subject=event.subject,
        moment=event.moment,
        formula=event.formula,
        values=list(event.values),
        evidence=event.evidence,
        restates=event.restates,
        restated_by=later,
        withdrawn_on=row.withdrawn_on,
        stands=later is None and row.withdrawn_on is None,
        position=entry.position,
        leaf=entry.leaf.hex(),
        recorded_at=envelope.recorded_at,
        published_on=envelope.effective_at,
        actor=envelope.actor,
        reason=envelope.reason,
    )


def replay_shown(check: FigureCheck, now: Reckoned | None, *, head: int) -> Replay:
    """Return what came of a replay, beside what the figure would be known to be at the end."""
    then, today = check.reckoned, None
    if then is not None and now is not None:
        today = FigureToday(
            known_at=head,
            values=list(now.values),
            evidence=now.evidence,
            differs=now.values != then.values,
        )
    return Replay(
        figure_id=check.figure_id,
        position=check.position,
        agrees=check.agrees,
        disagreement=_disagreement(check.disagreement),
        not_checked=list(check.not_checked),
        values=None if then is None else list(then.values),
        evidence=None if then is None else then.evidence,
        today=today,
    )


def _disagreement(found: Disagreement | None) -> DisagreementShown | None:
    if found is None:
        return None
    return DisagreementShown(what=found.what, expected=found.expected, actual=found.actual)
