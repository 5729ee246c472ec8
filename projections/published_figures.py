"""Published figures: each that was told, and whether it still stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.published_figure import PUBLISHED_FIGURE, FigurePublished, FigureWithdrawn
from ledger.event_types import EventTypes
from ledger.reading import read_entry
from ledger.recorded import Recorded
from projections.row_list import Condition, RowList
from projections.row_view import Key, RowView

_RESTATED_SQL: Final = """
    SELECT restates, figure_id FROM projections.published_figure
    WHERE tenant_id = %s AND restates = ANY (%s)
"""
_RECORDS_SQL: Final = """
    SELECT record FROM ledger.event WHERE tenant_id = %s AND position = ANY (%s)
"""


@dataclass(frozen=True, slots=True)
class PublishedFigureRow:
    """One figure; the columns of `projections.published_figure`. What it says is in the log."""

    figure_id: UUID
    kpi: str
    scope: str
    scope_value: str | None
    period: str
    as_of: date
    known_at: int
    published_on: date
    restates: UUID | None
    withdrawn_on: date | None
    version: int
    position: int
    """Of the event that published it."""


def evolve(row: PublishedFigureRow | None, entry: Recorded) -> PublishedFigureRow:
    """Fold one entry that concerns a figure into its row."""
    event, envelope = entry.event, entry.envelope
    if isinstance(event, FigurePublished):
        return PublishedFigureRow(
            figure_id=event.figure_id,
            kpi=event.subject.kpi,
            scope=event.subject.scope.kind.value,
            scope_value=event.subject.scope.value,
            period=event.subject.period,
            as_of=event.moment.as_of,
            known_at=event.moment.known_at,
            published_on=envelope.effective_at,
            restates=event.restates,
            withdrawn_on=None,
            version=envelope.version,
            position=entry.position,
        )
    if row is None:
        raise ValueError(f"{envelope.name} stands before {FigurePublished.NAME}")
    return replace(row, withdrawn_on=envelope.effective_at, version=envelope.version)


def key_of(entry: Recorded) -> Key | None:
    if entry.envelope.stream_type != PUBLISHED_FIGURE.name:
        return None
    event = entry.event
    return (event.figure_id,) if isinstance(event, FigurePublished | FigureWithdrawn) else None


PUBLISHED_FIGURES: Final = RowView(
    name="published-figures",
    table="published_figure",
    row=PublishedFigureRow,
    key=("figure_id",),
    key_of=key_of,
    evolve=evolve,
)
FIGURE_LIST: Final = RowList(PUBLISHED_FIGURES, "figure", by="published_on", id="figure_id")


def standing(*, stands: bool | None) -> Sequence[Condition]:
    """Ask for figures that stand: neither withdrawn nor restated (or those that do not)."""
    if stands is None:
        return []
    condition = """(withdrawn_on IS NULL AND NOT EXISTS (
        SELECT FROM projections.published_figure AS later
        WHERE later.tenant_id = published_figure.tenant_id
          AND later.restates = published_figure.figure_id))"""
    return [(condition if stands else f"NOT {condition}", ())]


async def restated_by(
    connection: AsyncConnection[Any], tenant_id: str, figure_ids: Sequence[UUID]
) -> Mapping[UUID, UUID]:
    """Return which of these figures was restated by which other one."""
    cursor = await connection.execute(_RESTATED_SQL, (tenant_id, list(figure_ids)))
    return {figure_id: later async for figure_id, later in cursor}


async def read_published(
    connection: AsyncConnection[Any],
    types: EventTypes,
    tenant_id: str,
    positions: Sequence[int],
) -> Mapping[int, Recorded[FigurePublished]]:
    """Read what was published at these positions, out of the records themselves."""
    parameters = (tenant_id, list(positions))
    cursor = await connection.execute(_RECORDS_SQL, parameters, binary=True)
    entries: list[Any] = [read_entry(types, record) async for (record,) in cursor]
    return {entry.position: entry for entry in entries}
