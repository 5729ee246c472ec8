"""Recommendations over HTTP: to make them, and whether they were followed."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from domain import commands
from domain.recommendation import RecommendationStatus, RecommendationTerms
from projections.account_overview import find_account
from projections.recommendations import RECOMMENDATION_LIST, RecommendationRow

router = APIRouter(prefix="/accounts/{account_id}/recommendations", tags=["recommendations"])


class NewRecommendation(RecommendationTerms, Body):
    pass


class Acceptance(Body):
    pass


class Decline(Body):
    pass


@command(router, "")
async def make_recommendation(
    account_id: UUID, body: NewRecommendation, asked: CommandAsked
) -> Response:
    recommendation_id = asked.new_id()
    decision = commands.make_recommendation(
        account_id,
        recommendation_id,
        terms=only(body, RecommendationTerms),
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(
        decision, body, location=f"/accounts/{account_id}/recommendations/{recommendation_id}"
    )


@command(router, "/{recommendation_id}/acceptances")
async def take_recommendation(
    account_id: UUID, recommendation_id: UUID, body: Acceptance, asked: CommandAsked
) -> Response:
    decision = commands.take_recommendation(
        account_id, recommendation_id, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, "/{recommendation_id}/declines")
async def decline_recommendation(
    account_id: UUID, recommendation_id: UUID, body: Decline, asked: CommandAsked
) -> Response:
    decision = commands.decline_recommendation(
        account_id, recommendation_id, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("", responses=LIST_ANSWERS, response_model=Listed[RecommendationRow])
async def read_recommendations(
    account_id: UUID, paged: Paged, status: RecommendationStatus | None = None
) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    wanted = {"account_id": account_id, "status": status}
    return await paged.answer(RECOMMENDATION_LIST, RecommendationRow, wanted)


@router.get("/{recommendation_id}", responses=READ_ANSWERS, response_model=RecommendationRow)
async def read_recommendation(account_id: UUID, recommendation_id: UUID, view: Reading) -> Any:
    return await RECOMMENDATION_LIST.one(
        view.connection,
        view.tenant_id,
        account_id=account_id,
        recommendation_id=recommendation_id,
    )
