"""Orders over HTTP: to place, correct, cancel and refund them, and their views."""

from dataclasses import fields
from datetime import date
from typing import Any, ClassVar, Final
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field
from typing_extensions import override

from api.command import Body, CommandAsked, today
from api.command_route import command
from api.reading import LIST_ANSWERS, READ_ANSWERS, After, Form, Limit, Listed, Reading, listed
from domain import commands
from domain.day import Day
from domain.money import Money
from domain.order_book import OrderContent, OrderLine
from domain.words import Label
from projections.account_overview import find_account
from projections.orders import OrderRow, OrderStatus, find_order, list_orders

router = APIRouter(prefix="/accounts/{account_id}/orders", tags=["orders"])


class _Content(Body):
    """An order takes effect on its own day, so `ordered_on` stands for `effective_at`."""

    DAY_FIELD: ClassVar[str] = "ordered_on"

    ordered_on: Day | None = Field(None, description="the day of the order; today, if not given")
    amount: Money = Field(description="net of the discount, without tax")
    discount: Money | None = None
    tax: Money | None = None
    lines: tuple[OrderLine, ...] = Field((), max_length=500)
    number: Label | None = Field(None, description="the reference that the client knows it by")
    deal_id: UUID | None = None

    @property
    @override
    def day(self) -> date | None:
        return self.ordered_on or self.effective_at

    def content(self) -> OrderContent:
        return OrderContent(ordered_on=self.on, **{name: getattr(self, name) for name in _SAME})


_SAME: Final = [field.name for field in fields(OrderContent) if field.name != "ordered_on"]


class NewOrder(_Content):
    order_id: UUID | None = Field(
        None, description="an id of your own, so that it is safe to retry"
    )


class OrderCorrection(_Content):
    pass


class Cancellation(Body):
    pass


class NewRefund(Body):
    amount: Money
    refund_id: UUID | None = Field(
        None, description="an id of your own, so that it is safe to retry"
    )


@command(router, "")
async def place_order(account_id: UUID, body: NewOrder, asked: CommandAsked) -> Response:
    order_id = body.order_id or asked.new_id()
    decision = commands.place_order(
        account_id, order_id=order_id, content=body.content(), today=today()
    )
    return await asked.carry_out(
        decision, body, location=f"/accounts/{account_id}/orders/{order_id}"
    )


@command(router, "/{order_id}/corrections")
async def correct_order(
    account_id: UUID, order_id: UUID, body: OrderCorrection, asked: CommandAsked
) -> Response:
    decision = commands.correct_order(
        account_id,
        order_id=order_id,
        content=body.content(),
        reason=body.reason,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, "/{order_id}/cancellations")
async def cancel_order(
    account_id: UUID, order_id: UUID, body: Cancellation, asked: CommandAsked
) -> Response:
    decision = commands.cancel_order(account_id, order_id=order_id, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@command(router, "/{order_id}/refunds")
async def refund_order(
    account_id: UUID, order_id: UUID, body: NewRefund, asked: CommandAsked
) -> Response:
    decision = commands.refund_order(
        account_id,
        order_id=order_id,
        refund_id=body.refund_id or asked.new_id(),
        amount=body.amount,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@router.get("", responses=LIST_ANSWERS, response_model=Listed[OrderRow])
async def read_orders(  # each is a filter of the list
    account_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    status: OrderStatus | None = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    await find_account(view.connection, view.tenant_id, account_id)
    page = await list_orders(
        view.connection, view.tenant_id, account_id, status=status, after=after, limit=limit
    )
    return listed(page, OrderRow, response, form)


@router.get("/{order_id}", responses=READ_ANSWERS, response_model=OrderRow)
async def read_order(account_id: UUID, order_id: UUID, view: Reading) -> Any:
    return await find_order(view.connection, view.tenant_id, account_id, order_id)
