"""Signals over HTTP: to raise, assess and resolve them, and what is open or overdue."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from domain import commands
from domain.day import Day
from domain.signal import SignalAssessment, SignalKind, SignalOutcome, SignalTerms
from projections.account_overview import find_account
from projections.signals import SIGNAL_LIST, SignalRow, standing

router = APIRouter(tags=["signals"])

_SIGNALS = "/accounts/{account_id}/signals"
_SIGNAL = "/accounts/{account_id}/signals/{signal_id}"

IsOpen = Annotated[
    bool | None, Query(alias="open", description="true: not resolved yet; false: resolved")
]
OverdueAsOf = Annotated[
    Day | None, Query(description="due before this day, raised by then, and not resolved then")
]


class NewSignal(SignalTerms, Body):
    pass


class AssessedSignal(SignalAssessment, Body):
    pass


class Resolution(Body):
    outcome: SignalOutcome
    deal_id: UUID | None = None


@command(router, _SIGNALS)
async def raise_signal(account_id: UUID, body: NewSignal, asked: CommandAsked) -> Response:
    signal_id = asked.new_id()
    decision = commands.raise_signal(
        account_id, signal_id, terms=only(body, SignalTerms), on=body.on, today=today()
    )
    return await asked.carry_out(
        decision, body, location=f"/accounts/{account_id}/signals/{signal_id}"
    )


@command(router, f"{_SIGNAL}/assessments")
async def assess_signal(
    account_id: UUID, signal_id: UUID, body: AssessedSignal, asked: CommandAsked
) -> Response:
    decision = commands.assess_signal(
        account_id, signal_id, assessment=only(body, SignalAssessment), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_SIGNAL}/resolutions")
async def resolve_signal(
    account_id: UUID, signal_id: UUID, body: Resolution, asked: CommandAsked
) -> Response:
    decision = commands.resolve_signal(
        account_id,
        signal_id,
        outcome=body.outcome,
        deal_id=body.deal_id,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@router.get("/signals", responses=LIST_ANSWERS, response_model=Listed[SignalRow])
async def read_all_signals(
    paged: Paged,
    is_open: IsOpen = None,
    kind: SignalKind | None = None,
    overdue_as_of: OverdueAsOf = None,
) -> Any:
    beside = standing(is_open=is_open, overdue_as_of=overdue_as_of)
    return await paged.answer(SIGNAL_LIST, SignalRow, {"kind": kind}, beside)


@router.get(_SIGNALS, responses=LIST_ANSWERS, response_model=Listed[SignalRow])
async def read_signals(
    account_id: UUID,
    paged: Paged,
    is_open: IsOpen = None,
    kind: SignalKind | None = None,
    overdue_as_of: OverdueAsOf = None,
) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    beside = standing(is_open=is_open, overdue_as_of=overdue_as_of)
    wanted = {"account_id": account_id, "kind": kind}
    return await paged.answer(SIGNAL_LIST, SignalRow, wanted, beside)


@router.get(_SIGNAL, responses=READ_ANSWERS, response_model=SignalRow)
async def read_signal(account_id: UUID, signal_id: UUID, view: Reading) -> Any:
    return await SIGNAL_LIST.one(
        view.connection, view.tenant_id, account_id=account_id, signal_id=signal_id
    )
