"""How deals end, over HTTP: won, lost, corrected, reversed, and taken up again."""

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from domain import commands
from domain.deal_terms import DealCorrection
from domain.money import Money
from domain.override import Override
from domain.words import Code, Name

router = APIRouter(tags=["deals"])

_DEAL = "/accounts/{account_id}/deals/{deal_id}"


class Win(Body):
    amount: Money | None = None
    override: Override | None = Field(
        None,
        description="whose word lets it be won without the contract that is asked for",
    )


class Loss(Body):
    reason_code: Code
    competitor: Name | None = None


class Correction(DealCorrection, Body):
    pass


class Reversal(Body):
    reason_code: Code


class Reopening(Body):
    pass


@command(router, f"{_DEAL}/wins")
async def win_deal(account_id: UUID, deal_id: UUID, body: Win, asked: CommandAsked) -> Response:
    decision = commands.win_deal(
        account_id,
        deal_id,
        amount=body.amount,
        override=body.override,
        on=body.on,
        today=today(),
    )
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


@command(router, f"{_DEAL}/reopenings")
async def reopen_deal(
    account_id: UUID, deal_id: UUID, body: Reopening, asked: CommandAsked
) -> Response:
    """Take up a deal again that was lost, or whose win was reversed."""
    decision = commands.reopen_deal(
        account_id, deal_id, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)
