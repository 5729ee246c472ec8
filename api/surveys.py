"""Surveys over HTTP: to send and close them, what was answered, and how many did."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints
from typing_extensions import override

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.disclosed import disclosed
from api.reading import LIST_ANSWERS, READ_ANSWERS, After, Form, Limit, Listed, Reading, listed
from api.shown import Shown
from domain import commands
from domain.day import Day
from domain.survey import AnswerCorrection, Instrument, Score, SurveyTerms
from domain.words import PRINTED
from projections.relationships import find_relationship
from projections.survey_answers import AnswerRow, find_answer, list_answers
from projections.surveys import SurveyFilter, SurveyRow, SurveyStatus, find_survey, list_surveys

router = APIRouter(tags=["surveys"])

_SURVEYS = "/accounts/{account_id}/relationships/{relationship_id}/surveys"
_SURVEY = f"{_SURVEYS}/{{survey_id}}"
_ANSWER = f"{_SURVEY}/answers/{{answer_id}}"

Wave = Annotated[str | None, Query(max_length=120, pattern=PRINTED)]
Comment = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=PRINTED)]


class NewSurvey(SurveyTerms, Body):
    recipients: tuple[UUID, ...] = Field(max_length=500)


class NewAnswer(Body):
    """An answer takes effect on its own day, so `responded_on` stands for `effective_at`."""

    DAY_FIELD: ClassVar[str] = "responded_on"

    score: Score
    responded_on: Day | None = Field(None, description="the day it was given; today, if not given")
    party_id: UUID | None = Field(None, description="who answered; anonymous, if not given")
    comment: Comment | None = Field(
        None, description="free text; kept encrypted beside the log, so that it can be forgotten"
    )

    @property
    @override
    def day(self) -> date | None:
        return self.responded_on or self.effective_at


class CorrectedAnswer(AnswerCorrection, Body):
    comment: Comment | None = Field(None, description="stands in place of the comment before")


class AnswerVoiding(Body):
    pass


class SurveyClosure(Body):
    pass


@dataclass(frozen=True, slots=True)
class AnswerView(AnswerRow):
    """An answer with its comment."""

    comment: Shown


@command(router, _SURVEYS)
async def send_survey(
    account_id: UUID, relationship_id: UUID, body: NewSurvey, asked: CommandAsked
) -> Response:
    survey_id = asked.new_id()
    decision = commands.send_survey(
        account_id,
        relationship_id,
        survey_id=survey_id,
        terms=only(body, SurveyTerms),
        on=body.on,
        today=today(),
    )
    location = f"/accounts/{account_id}/relationships/{relationship_id}/surveys/{survey_id}"
    return await asked.carry_out(decision, body, location=location)


@command(router, f"{_SURVEY}/answers")
async def answer_survey(
    account_id: UUID, relationship_id: UUID, survey_id: UUID, body: NewAnswer, asked: CommandAsked
) -> Response:
    answer_id = asked.new_id()
    decision = commands.answer_survey(
        account_id,
        relationship_id,
        survey_id=survey_id,
        answer_id=answer_id,
        score=body.score,
        party_id=body.party_id,
        comment=body.comment,
        on=body.on,
        today=today(),
    )
    survey = f"/accounts/{account_id}/relationships/{relationship_id}/surveys/{survey_id}"
    return await asked.carry_out(decision, body, location=f"{survey}/answers/{answer_id}")


@command(router, f"{_ANSWER}/corrections")
async def correct_answer(  # an answer is found by the ids it stands under
    account_id: UUID,
    relationship_id: UUID,
    survey_id: UUID,
    answer_id: UUID,
    body: CorrectedAnswer,
    asked: CommandAsked,
) -> Response:
    decision = commands.correct_answer(
        account_id,
        relationship_id,
        survey_id=survey_id,
        answer_id=answer_id,
        correction=only(body, AnswerCorrection),
        comment=body.comment,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_ANSWER}/voidings")
async def void_answer(  # an answer is found by the ids it stands under
    account_id: UUID,
    relationship_id: UUID,
    survey_id: UUID,
    answer_id: UUID,
    body: AnswerVoiding,
    asked: CommandAsked,
) -> Response:
    decision = commands.void_answer(
        account_id,
        relationship_id,
        survey_id=survey_id,
        answer_id=answer_id,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_SURVEY}/closures")
async def close_survey(
    account_id: UUID,
    relationship_id: UUID,
    survey_id: UUID,
    body: SurveyClosure,
    asked: CommandAsked,
) -> Response:
    """Take no more answers."""
    decision = commands.close_survey(
        account_id, relationship_id, survey_id=survey_id, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("/surveys", responses=LIST_ANSWERS, response_model=Listed[SurveyRow])
async def read_all_surveys(  # noqa: PLR0913, PLR0917  # each is a filter of the list
    view: Reading,
    response: Response,
    form: Form,
    account_id: UUID | None = None,
    instrument: Instrument | None = None,
    wave: Wave = None,
    status: SurveyStatus | None = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    wanted = SurveyFilter(account_id, None, instrument, wave, status)
    page = await list_surveys(
        view.connection, view.tenant_id, wanted=wanted, after=after, limit=limit
    )
    return listed(page, SurveyRow, response, form)


@router.get(_SURVEYS, responses=LIST_ANSWERS, response_model=Listed[SurveyRow])
async def read_surveys(  # noqa: PLR0913, PLR0917  # each is a filter of the list
    account_id: UUID,
    relationship_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    instrument: Instrument | None = None,
    wave: Wave = None,
    status: SurveyStatus | None = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    await find_relationship(view.connection, view.tenant_id, account_id, relationship_id)
    wanted = SurveyFilter(account_id, relationship_id, instrument, wave, status)
    page = await list_surveys(
        view.connection, view.tenant_id, wanted=wanted, after=after, limit=limit
    )
    return listed(page, SurveyRow, response, form)


@router.get(_SURVEY, responses=READ_ANSWERS, response_model=SurveyRow)
async def read_survey(
    account_id: UUID, relationship_id: UUID, survey_id: UUID, view: Reading
) -> Any:
    ids = (account_id, relationship_id, survey_id)
    return await find_survey(view.connection, view.tenant_id, *ids)


@router.get(f"{_SURVEY}/answers", responses=LIST_ANSWERS, response_model=Listed[AnswerRow])
async def read_answers(  # each is a filter of the list
    account_id: UUID,
    relationship_id: UUID,
    survey_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    ids = (account_id, relationship_id, survey_id)
    await find_survey(view.connection, view.tenant_id, *ids)
    page = await list_answers(
        view.connection, view.tenant_id, relationship_id, survey_id, after=after, limit=limit
    )
    return listed(page, AnswerRow, response, form)


@router.get(_ANSWER, responses=READ_ANSWERS, response_model=AnswerView)
async def read_answer(
    account_id: UUID, relationship_id: UUID, survey_id: UUID, answer_id: UUID, view: Reading
) -> Any:
    ids = (account_id, relationship_id, survey_id, answer_id)
    row = await find_answer(view.connection, view.tenant_id, *ids)
    comment = await disclosed(view, "comment", position=row.comment_position)
    known = {each.name: getattr(row, each.name) for each in fields(row)}
    return AnswerView(**known, comment=comment)
