"""Mergers of accounts over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.command import Body, CommandAsked, today
from api.command_route import command
from domain import commands

router = APIRouter(prefix="/accounts/{account_id}/mergers", tags=["accounts"])


class Merger(Body):
    into: UUID


@command(router, "")
async def merge_account(account_id: UUID, body: Merger, asked: CommandAsked) -> Response:
    decision = commands.merge_account(
        account_id, into=body.into, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)
