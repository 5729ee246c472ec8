"""Learnings over HTTP, and those that concern one account."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from api.validation import BadField
from domain import commands
from domain.learning import LearningTerms, LearningTopic
from domain.words import PRINTED
from projections.account_overview import find_account
from projections.learnings import LEARNING_LIST, LearningRow, standing, that_concern

router = APIRouter(tags=["learnings"])


class NewLearning(LearningTerms, Body):
    pass


class LearningWithdrawal(Body):
    pass


@command(router, "/learnings")
async def log_learning(body: NewLearning, asked: CommandAsked) -> Response:
    if body.learned_on > today():
        problem = f"has not come yet; give a day up to today, {today()}"
        raise BadField("learned_on", problem, code="in-the-future")
    decision = commands.log_learning(
        asked.new_id(), terms=only(body, LearningTerms), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body, location="/learnings/{id}")


@command(router, "/learnings/{learning_id}/withdrawals")
async def withdraw_learning(
    learning_id: UUID, body: LearningWithdrawal, asked: CommandAsked
) -> Response:
    decision = commands.withdraw_learning(
        learning_id, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("/learnings", responses=LIST_ANSWERS, response_model=Listed[LearningRow])
async def read_learnings(
    paged: Paged,
    industry: Annotated[str | None, Query(max_length=120, pattern=PRINTED)] = None,
    topic: LearningTopic | None = None,
    learned_by: UUID | None = None,
    withdrawn: bool | None = None,  # noqa: FBT001  # a filter of the list, given by name
) -> Any:
    wanted = {"industry": industry, "topic": topic, "learned_by": learned_by}
    return await paged.answer(LEARNING_LIST, LearningRow, wanted, standing(withdrawn=withdrawn))


@router.get("/learnings/{learning_id}", responses=READ_ANSWERS, response_model=LearningRow)
async def read_learning(learning_id: UUID, view: Reading, response: Response) -> Any:
    row = await LEARNING_LIST.one(view.connection, view.tenant_id, learning_id=learning_id)
    response.headers["ETag"] = f'"{row.version}"'
    return row


@router.get(
    "/accounts/{account_id}/industry-notes",
    responses=LIST_ANSWERS,
    response_model=Listed[LearningRow],
)
async def read_industry_notes(account_id: UUID, paged: Paged) -> Any:
    """Read what holds for the account's industry, and what was learned of the account itself."""
    account = await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    beside = that_concern(account_id, account.industry)
    return await paged.answer(LEARNING_LIST, LearningRow, {}, beside)
