"""Fit scores: how well each account fitted the ideal customer profile, and when."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from domain.fit_score import FitScored
from domain.ideal_customer import CriterionGrade
from ledger.recorded import Recorded
from projections.page import where
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class FitScoreRow:
    """One score; the columns of `projections.fit_score`."""

    account_id: UUID
    fit_score_id: UUID
    scored_on: date
    total: Decimal
    band: str | None
    grades: tuple[str, ...]
    """Each as `key weight grade`."""
    policy_version: int
    position: int


def evolve(_: FitScoreRow | None, entry: Recorded) -> FitScoreRow:
    """Return the row that one entry makes."""
    event = entry.event
    if not isinstance(event, FitScored):
        raise ValueError(f"{entry.envelope.name} is not {FitScored.NAME}")  # noqa: TRY004
    return FitScoreRow(
        account_id=entry.envelope.stream_id,
        fit_score_id=event.fit_score_id,
        scored_on=event.scored_on,
        total=event.total,
        band=event.band,
        grades=tuple(f"{each.key} {each.weight} {each.grade}" for each in event.grades),
        policy_version=event.policy_version,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (entry.envelope.stream_id, event.fit_score_id) if isinstance(event, FitScored) else None


FIT_SCORES: Final = RowView(
    name="fit-scores",
    table="fit_score",
    row=FitScoreRow,
    key=("account_id", "fit_score_id"),
    key_of=key_of,
    evolve=evolve,
)
FIT_SCORE_LIST: Final = RowList(FIT_SCORES, "fit-score", by="scored_on", id="fit_score_id")

_LATEST: Final = (
    FIT_SCORES.select_from
    + where(["tenant_id = %s", "account_id = %s", "scored_on <= %s"])
    + SQL(" ORDER BY scored_on DESC, position DESC LIMIT 1")
)


async def latest_fit(
    connection: AsyncConnection[Any], tenant_id: str, account_id: UUID, *, as_of: date
) -> FitScoreRow | None:
    """Return the last score of a day and before, if there is one."""
    rows = await FIT_SCORES.select(connection, _LATEST, (tenant_id, account_id, as_of))
    return rows[0] if rows else None


def grade_in(text: str) -> CriterionGrade:
    """Read a grade as a row holds it."""
    key, weight, grade = text.split(" ")
    return CriterionGrade(key=key, weight=int(weight), grade=int(grade))
