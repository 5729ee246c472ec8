"""Deals over HTTP: every command about one, and their views."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.reading import LIST_ANSWERS, READ_ANSWERS, After, Form, Limit, Listed, Reading, listed
from domain import commands
from domain.deal_contract import Contract
from domain.deal_terms import DealCorrection, DealKind, DealStage, DealStatus, DealTerms, Products
from domain.money import Money
from domain.words import Code, Name
from projections.account_overview import find_account
from projections.deals import DealFilter, DealRow, find_deal, list_deals

router = APIRouter(tags=["deals"])

_DEALS = "/accounts/{account_id}/deals"
_DEAL = "/accounts/{account_id}/deals/{deal_id}"


class NewDeal(DealTerms, Body):
    pass


class Move(Body):
    stage: DealStage


class NewAmount(Body):
    amount: Money


class NewExpectedClose(Body):
    expected_close_on: date | None


class NewProducts(Body):
    products: Products


class ContractSignature(Contract, Body):
    pass


class Win(Body):
    amount: Money | None = None


class Loss(Body):
    reason_code: Code
    competitor: Name | None = None


class Correction(DealCorrection, Body):
    pass


class Reversal(Body):
    reason_code: Code


@command(router, _DEALS)
async def open_deal(account_id: UUID, body: NewDeal, asked: CommandAsked) -> Response:
    decision = commands.open_deal(
        account_id, asked.new_id(), terms=only(body, DealTerms), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body, location=f"/accounts/{account_id}/deals/{{id}}")


@command(router, f"{_DEAL}/moves")
async def move_deal(account_id: UUID, deal_id: UUID, body: Move, asked: CommandAsked) -> Response:
    decision = commands.move_deal(account_id, deal_id, to=body.stage, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/amount-revisions")
async def revise_deal_amount(
    account_id: UUID, deal_id: UUID, body: NewAmount, asked: CommandAsked
) -> Response:
    decision = commands.revise_deal_amount(
        account_id, deal_id, to=body.amount, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/expected-close-revisions")
async def revise_deal_expected_close(
    account_id: UUID, deal_id: UUID, body: NewExpectedClose, asked: CommandAsked
) -> Response:
    decision = commands.revise_deal_expected_close(
        account_id, deal_id, to=body.expected_close_on, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/products-revisions")
async def revise_deal_products(
    account_id: UUID, deal_id: UUID, body: NewProducts, asked: CommandAsked
) -> Response:
    decision = commands.revise_deal_products(
        account_id, deal_id, to=body.products, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/contract-signatures")
async def sign_contract(
    account_id: UUID, deal_id: UUID, body: ContractSignature, asked: CommandAsked
) -> Response:
    decision = commands.sign_contract(
        account_id, deal_id, contract=only(body, Contract), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/wins")
async def win_deal(account_id: UUID, deal_id: UUID, body: Win, asked: CommandAsked) -> Response:
    decision = commands.win_deal(account_id, deal_id, amount=body.amount, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/losses")
async def lose_deal(account_id: UUID, deal_id: UUID, body: Loss, asked: CommandAsked) -> Response:
    decision = commands.lose_deal(
        account_id,
        deal_id,
        reason_code=body.reason_code,
        competitor=body.competitor,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/corrections")
async def correct_deal(
    account_id: UUID, deal_id: UUID, body: Correction, asked: CommandAsked
) -> Response:
    decision = commands.correct_deal(
        account_id,
        deal_id,
        correction=only(body, DealCorrection),
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/reversals")
async def reverse_deal(
    account_id: UUID, deal_id: UUID, body: Reversal, asked: CommandAsked
) -> Response:
    decision = commands.reverse_deal(
        account_id,
        deal_id,
        reason_code=body.reason_code,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@router.get("/deals", responses=LIST_ANSWERS, response_model=Listed[DealRow])
async def read_all_deals(  # each is a filter of the list
    view: Reading,
    response: Response,
    form: Form,
    status: DealStatus | None = None,
    stage: DealStage | None = None,
    kind: DealKind | None = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    wanted = DealFilter(None, status, stage, kind)
    page = await list_deals(
        view.connection, view.tenant_id, wanted=wanted, after=after, limit=limit
    )
    return listed(page, DealRow, response, form)


@router.get(_DEALS, responses=LIST_ANSWERS, response_model=Listed[DealRow])
async def read_deals(  # noqa: PLR0913, PLR0917  # each is a filter of the list
    account_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    status: DealStatus | None = None,
    stage: DealStage | None = None,
    kind: DealKind | None = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    await find_account(view.connection, view.tenant_id, account_id)
    wanted = DealFilter(account_id, status, stage, kind)
    page = await list_deals(
        view.connection, view.tenant_id, wanted=wanted, after=after, limit=limit
    )
    return listed(page, DealRow, response, form)


@router.get(_DEAL, responses=READ_ANSWERS, response_model=DealRow)
async def read_deal(account_id: UUID, deal_id: UUID, view: Reading, response: Response) -> Any:
    deal = await find_deal(view.connection, view.tenant_id, account_id, deal_id)
    response.headers["ETag"] = f'"{deal.version}"'
    return deal
