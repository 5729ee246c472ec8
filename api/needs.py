"""Needs over HTTP: to identify, revise, meet and withdraw them, and to propose solutions."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from domain import commands
from domain.horizon import Horizon
from domain.need import NeedRevision, NeedStatus, NeedTerms, SolutionTerms
from domain.words import Name
from projections.account_overview import find_account
from projections.needs import NEED_LIST, NeedRow
from projections.solutions import SOLUTION_LIST, SolutionRow

router = APIRouter(tags=["needs"])

_NEEDS = "/accounts/{account_id}/needs"
_NEED = "/accounts/{account_id}/needs/{need_id}"


class NewNeed(NeedTerms, Body):
    pass


class RevisedNeed(NeedRevision, Body):
    pass


class ProposedSolution(SolutionTerms, Body):
    pass


class Fulfilment(Body):
    evidence: Name


class Withdrawal(Body):
    pass


@command(router, _NEEDS)
async def identify_need(account_id: UUID, body: NewNeed, asked: CommandAsked) -> Response:
    need_id = asked.new_id()
    decision = commands.identify_need(
        account_id, need_id, terms=only(body, NeedTerms), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body, location=f"/accounts/{account_id}/needs/{need_id}")


@command(router, f"{_NEED}/revisions")
async def revise_need(
    account_id: UUID, need_id: UUID, body: RevisedNeed, asked: CommandAsked
) -> Response:
    decision = commands.revise_need(
        account_id, need_id, revision=only(body, NeedRevision), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_NEED}/solutions")
async def propose_solution(
    account_id: UUID, need_id: UUID, body: ProposedSolution, asked: CommandAsked
) -> Response:
    decision = commands.propose_solution(
        account_id,
        need_id,
        asked.new_id(),
        solution=only(body, SolutionTerms),
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_NEED}/fulfilments")
async def meet_need(
    account_id: UUID, need_id: UUID, body: Fulfilment, asked: CommandAsked
) -> Response:
    decision = commands.meet_need(
        account_id, need_id, evidence=body.evidence, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_NEED}/withdrawals")
async def withdraw_need(
    account_id: UUID, need_id: UUID, body: Withdrawal, asked: CommandAsked
) -> Response:
    decision = commands.withdraw_need(
        account_id, need_id, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("/needs", responses=LIST_ANSWERS, response_model=Listed[NeedRow])
async def read_all_needs(
    paged: Paged,
    status: NeedStatus | None = None,
    horizon: Horizon | None = None,
    priority: Annotated[int | None, Query(ge=1, le=5)] = None,
) -> Any:
    wanted = {"status": status, "horizon": horizon, "priority": priority}
    return await paged.answer(NEED_LIST, NeedRow, wanted)


@router.get(_NEEDS, responses=LIST_ANSWERS, response_model=Listed[NeedRow])
async def read_needs(
    account_id: UUID,
    paged: Paged,
    status: NeedStatus | None = None,
    horizon: Horizon | None = None,
) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    wanted = {"account_id": account_id, "status": status, "horizon": horizon}
    return await paged.answer(NEED_LIST, NeedRow, wanted)


@router.get(_NEED, responses=READ_ANSWERS, response_model=NeedRow)
async def read_need(account_id: UUID, need_id: UUID, view: Reading) -> Any:
    return await NEED_LIST.one(
        view.connection, view.tenant_id, account_id=account_id, need_id=need_id
    )


@router.get(f"{_NEED}/solutions", responses=LIST_ANSWERS, response_model=Listed[SolutionRow])
async def read_solutions(account_id: UUID, need_id: UUID, paged: Paged) -> Any:
    view, ids = paged.view, {"account_id": account_id, "need_id": need_id}
    await NEED_LIST.one(view.connection, view.tenant_id, **ids)
    return await paged.answer(SOLUTION_LIST, SolutionRow, ids)
