"""Answers to surveys: the scores, and whose they are; what was said beside them stands outside."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.refusal import NotFound
from domain.survey import SurveyAnswerCorrected, SurveyAnswered, SurveyAnswerVoided
from ledger.recorded import Recorded
from projections.list_by_day import DayOrder, list_by_day
from projections.page import Page, where
from projections.row_view import Key, RowView


class AnswerStatus(StrEnum):
    COUNTED = "counted"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer as it stands; the columns of `projections.survey_answer`."""

    account_id: UUID
    relationship_id: UUID
    survey_id: UUID
    answer_id: UUID
    party_id: UUID | None
    score: int
    responded_on: date
    status: AnswerStatus
    comment_position: int | None
    position: int


def evolve(row: AnswerRow | None, entry: Recorded) -> AnswerRow:
    """Fold one entry about an answer into its row."""
    event = entry.event
    if isinstance(event, SurveyAnswered):
        return _given(event, entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {SurveyAnswered.NAME}")
    match event:
        case SurveyAnswerCorrected():
            row = replace(
                row,
                score=event.score.now if event.score else row.score,
                responded_on=event.responded_on.now if event.responded_on else row.responded_on,
                comment_position=row.comment_position if event.comment is None else entry.position,
            )
        case SurveyAnswerVoided():
            row = replace(row, status=AnswerStatus.VOID)
        case _:
            return row
    return replace(row, position=entry.position)


def key_of(entry: Recorded) -> Key | None:
    match entry.event:
        case (
            SurveyAnswered(survey_id=survey_id, answer_id=answer_id)
            | SurveyAnswerCorrected(survey_id=survey_id, answer_id=answer_id)
            | SurveyAnswerVoided(survey_id=survey_id, answer_id=answer_id)
        ):
            return entry.envelope.stream_id, survey_id, answer_id
        case _:
            return None


SURVEY_ANSWERS: Final = RowView(
    name="survey-answers",
    table="survey_answer",
    row=AnswerRow,
    key=("relationship_id", "survey_id", "answer_id"),
    key_of=key_of,
    evolve=evolve,
)

_ONE: Final = SURVEY_ANSWERS.select_from + where(
    [
        "tenant_id = %s",
        "account_id = %s",
        "relationship_id = %s",
        "survey_id = %s",
        "answer_id = %s",
    ]
)
_NEWEST_FIRST: Final = DayOrder("responded_on", "answer_id")


async def find_answer(  # an answer is found by the ids it stands under
    connection: AsyncConnection[Any],
    tenant_id: str,
    account_id: UUID,
    relationship_id: UUID,
    survey_id: UUID,
    answer_id: UUID,
) -> AnswerRow:
    """Return one answer to a survey.

    Raises:
        NotFound: there is no such answer, or the view does not hold it yet.
    """
    ids = (tenant_id, account_id, relationship_id, survey_id, answer_id)
    rows = await SURVEY_ANSWERS.select(connection, _ONE, ids)
    if not rows:
        raise NotFound("answer", answer_id)
    return rows[0]


async def list_answers(
    connection: AsyncConnection[Any],
    tenant_id: str,
    relationship_id: UUID,
    survey_id: UUID,
    *,
    after: str | None = None,
    limit: int = 100,
) -> Page[AnswerRow]:
    """Return the answers to a survey, the latest first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    return await list_by_day(
        SURVEY_ANSWERS,
        connection,
        tenant_id,
        order=_NEWEST_FIRST,
        wanted={"relationship_id": relationship_id, "survey_id": survey_id},
        after=after,
        limit=limit,
    )


def _given(event: SurveyAnswered, entry: Recorded) -> AnswerRow:
    account_id = entry.envelope.account_id
    if account_id is None:
        raise ValueError(f"{entry.envelope.name} belongs to no account")
    return AnswerRow(
        account_id=account_id,
        relationship_id=entry.envelope.stream_id,
        survey_id=event.survey_id,
        answer_id=event.answer_id,
        party_id=event.party_id,
        score=event.score,
        responded_on=event.responded_on,
        status=AnswerStatus.COUNTED,
        comment_position=None if event.comment is None else entry.position,
        position=entry.position,
    )
