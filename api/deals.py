"""Deals over HTTP: opened, and changed while they are open; their views."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from domain import commands
from domain.deal_terms import DealKind, DealStage, DealTerms, Products
from domain.money import Money
from domain.override import Override
from domain.percent import Percent
from projections.account_overview import find_account
from projections.deal_list import DEAL_LIST, DealFilter
from projections.deals import DealRow

router = APIRouter(tags=["deals"])

_DEALS = "/accounts/{account_id}/deals"
_DEAL = "/accounts/{account_id}/deals/{deal_id}"


KindOverride = Annotated[
    Override | None,
    Field(description="whose word lets it be of a kind that does not fit what was sold, and why"),
]

Wanted = Annotated[DealFilter, Depends()]


class NewDeal(DealTerms, Body):
    override: KindOverride = None


class Move(Body):
    stage: DealStage


class NewAmount(Body):
    amount: Money


class NewExpectedClose(Body):
    expected_close_on: date | None


class NewProducts(Body):
    products: Products


class NewProbability(Body):
    probability: Percent | None = Field(description="in percent; null: as likely as its stage says")


class NewOwner(Body):
    owner_id: UUID | None


class NewKind(Body):
    kind: DealKind
    override: KindOverride = None


@command(router, _DEALS)
async def open_deal(account_id: UUID, body: NewDeal, asked: CommandAsked) -> Response:
    """Open a deal; the signal that it came from, if one is named, is thereby converted."""
    decision = commands.open_deal(
        account_id,
        asked.new_id(),
        terms=only(body, DealTerms),
        override=body.override,
        on=body.on,
        today=today(),
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


@command(router, f"{_DEAL}/probability-revisions")
async def revise_deal_probability(
    account_id: UUID, deal_id: UUID, body: NewProbability, asked: CommandAsked
) -> Response:
    decision = commands.revise_deal_probability(
        account_id, deal_id, to=body.probability, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/owner-changes")
async def change_deal_owner(
    account_id: UUID, deal_id: UUID, body: NewOwner, asked: CommandAsked
) -> Response:
    decision = commands.change_deal_owner(
        account_id, deal_id, to=body.owner_id, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/currency-changes")
async def change_deal_currency(
    account_id: UUID, deal_id: UUID, body: NewAmount, asked: CommandAsked
) -> Response:
    """Expect the amount in another currency from now on; what was before stays as it is."""
    decision = commands.change_deal_currency(
        account_id, deal_id, to=body.amount, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/reclassifications")
async def reclassify_deal(
    account_id: UUID, deal_id: UUID, body: NewKind, asked: CommandAsked
) -> Response:
    """Take an open deal for another kind from now on; correct it if it was never of the old one."""
    decision = commands.reclassify_deal(
        account_id, deal_id, to=body.kind, override=body.override, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("/deals", responses=LIST_ANSWERS, response_model=Listed[DealRow])
async def read_all_deals(paged: Paged, wanted: Wanted) -> Any:
    """Read deals of all accounts, those opened last first."""
    return await paged.answer(DEAL_LIST, DealRow, wanted.equal, wanted.beside)


@router.get(_DEALS, responses=LIST_ANSWERS, response_model=Listed[DealRow])
async def read_deals(account_id: UUID, paged: Paged, wanted: Wanted) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    equal = {"account_id": account_id, **wanted.equal}
    return await paged.answer(DEAL_LIST, DealRow, equal, wanted.beside)


@router.get(_DEAL, responses=READ_ANSWERS, response_model=DealRow)
async def read_deal(account_id: UUID, deal_id: UUID, view: Reading, response: Response) -> Any:
    deal = await DEAL_LIST.one(
        view.connection, view.tenant_id, account_id=account_id, deal_id=deal_id
    )
    response.headers["ETag"] = f'"{deal.version}"'
    return deal
