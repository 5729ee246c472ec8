"""Surveys: what was asked in which wave, and how many answered."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.refusal import NotFound
from domain.survey import (
    Instrument,
    SurveyAnswerCorrected,
    SurveyAnswered,
    SurveyAnswerVoided,
    SurveyClosed,
    SurveySent,
)
from ledger.recorded import Recorded
from projections.list_by_day import DayOrder, list_by_day
from projections.page import Page, where
from projections.row_view import Key, RowView


class SurveyStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One survey as it stands; the columns of `projections.survey`."""

    account_id: UUID
    relationship_id: UUID
    survey_id: UUID
    instrument: Instrument
    wave: str
    status: SurveyStatus
    sent_on: date
    closed_on: date | None
    recipients: tuple[UUID, ...]
    sent: int
    answered: int
    response_rate: Decimal
    position: int


@dataclass(frozen=True, slots=True)
class SurveyFilter:
    """What the surveys of a list have in common; None: it does not matter."""

    account_id: UUID | None = None
    relationship_id: UUID | None = None
    instrument: Instrument | None = None
    wave: str | None = None
    status: SurveyStatus | None = None


def evolve(row: SurveyRow | None, entry: Recorded) -> SurveyRow:
    """Fold one entry about a survey into its row."""
    event = entry.event
    if isinstance(event, SurveySent):
        return _sent(event, entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {SurveySent.NAME}")
    match event:
        case SurveyAnswered():
            row = _counted(row, row.answered + 1)
        case SurveyAnswerVoided():
            row = _counted(row, row.answered - 1)
        case SurveyClosed(closed_on=closed_on):
            row = replace(row, status=SurveyStatus.CLOSED, closed_on=closed_on)
        case _:
            return row
    return replace(row, position=entry.position)


def key_of(entry: Recorded) -> Key | None:
    match entry.event:
        case (
            SurveySent(survey_id=survey_id)
            | SurveyAnswered(survey_id=survey_id)
            | SurveyAnswerCorrected(survey_id=survey_id)
            | SurveyAnswerVoided(survey_id=survey_id)
            | SurveyClosed(survey_id=survey_id)
        ):
            return entry.envelope.stream_id, survey_id
        case _:
            return None


SURVEYS: Final = RowView(
    name="surveys",
    table="survey",
    row=SurveyRow,
    key=("relationship_id", "survey_id"),
    key_of=key_of,
    evolve=evolve,
)

_ONE: Final = SURVEYS.select_from + where(
    ["tenant_id = %s", "account_id = %s", "relationship_id = %s", "survey_id = %s"]
)
_NEWEST_FIRST: Final = DayOrder("sent_on", "survey_id")


async def find_survey(
    connection: AsyncConnection[Any],
    tenant_id: str,
    account_id: UUID,
    relationship_id: UUID,
    survey_id: UUID,
) -> SurveyRow:
    """Return one survey of a relationship.

    Raises:
        NotFound: there is no such survey, or the view does not hold it yet.
    """
    ids = (tenant_id, account_id, relationship_id, survey_id)
    rows = await SURVEYS.select(connection, _ONE, ids)
    if not rows:
        raise NotFound("survey", survey_id)
    return rows[0]


async def list_surveys(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    wanted: SurveyFilter,
    after: str | None = None,
    limit: int = 100,
) -> Page[SurveyRow]:
    """Return surveys, those sent last first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    columns = {name: getattr(wanted, name) for name in SurveyFilter.__dataclass_fields__}
    return await list_by_day(
        SURVEYS,
        connection,
        tenant_id,
        order=_NEWEST_FIRST,
        wanted=columns,
        after=after,
        limit=limit,
    )


def _sent(event: SurveySent, entry: Recorded) -> SurveyRow:
    account_id = entry.envelope.account_id
    if account_id is None:
        raise ValueError(f"{entry.envelope.name} belongs to no account")
    return SurveyRow(
        account_id=account_id,
        relationship_id=entry.envelope.stream_id,
        survey_id=event.survey_id,
        instrument=event.instrument,
        wave=event.wave,
        status=SurveyStatus.OPEN,
        sent_on=event.sent_on,
        closed_on=None,
        recipients=event.recipients,
        sent=len(event.recipients),
        answered=0,
        response_rate=Decimal("0.0"),
        position=entry.position,
    )


def _counted(row: SurveyRow, answered: int) -> SurveyRow:
    rate = Decimal(100 * answered) / row.sent
    rounded = rate.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return replace(row, answered=answered, response_rate=rounded)
