"""Recurring revenue over HTTP: what is paid every month, each movement, any day."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field
from typing_extensions import override

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.moment import AsOf, KnownAt, moment_asked
from api.paging import PresentPaged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, PresentReading
from domain import commands
from domain.day import Day
from domain.money import Money
from domain.recurring_revenue import MovementKind, RecurringTerms
from domain.words import Code
from projections.account_overview import find_account
from projections.recurring_revenue import (
    MovementRow,
    RecurringFilter,
    RecurringRow,
    recurring_lines,
    recurring_movements,
)

router = APIRouter(tags=["recurring revenue"])

_LINES = "/accounts/{account_id}/recurring-revenue"
_LINE = "/accounts/{account_id}/recurring-revenue/{recurring_id}"

Wanted = Annotated[RecurringFilter, Depends()]


class NewRecurring(RecurringTerms, Body):
    """The day on which it starts is the day on which the command takes effect."""

    DAY_FIELD: ClassVar[str] = "starts_on"

    @property
    @override
    def day(self) -> date | None:
        return self.starts_on


class NewMonthly(Body):
    kind: MovementKind = Field(description="expansion, contraction or price-uplift")
    monthly: Money


class Ending(Body):
    kind: MovementKind = Field(description="churn or conversion")
    reason_code: Code


class Reactivation(Body):
    monthly: Money


class RecurringCorrection(Body):
    monthly: Money | None = None
    moved_on: Day | None = None


class Voiding(Body):
    pass


class RecurringHistory(BaseModel):
    """The movements of one line that count, as of a day, as known at a position."""

    account_id: UUID
    recurring_id: UUID
    as_of: date
    known_at: int
    items: list[MovementRow]


@command(router, _LINES)
async def start_recurring_revenue(
    account_id: UUID, body: NewRecurring, asked: CommandAsked
) -> Response:
    recurring_id = asked.new_id()
    decision = commands.start_recurring_revenue(
        account_id, recurring_id, terms=only(body, RecurringTerms), today=today()
    )
    location = f"/accounts/{account_id}/recurring-revenue/{recurring_id}/movements"
    return await asked.carry_out(decision, body, location=location)


@command(router, f"{_LINE}/changes")
async def change_recurring_revenue(
    account_id: UUID, recurring_id: UUID, body: NewMonthly, asked: CommandAsked
) -> Response:
    decision = commands.change_recurring_revenue(
        account_id, recurring_id, kind=body.kind, to=body.monthly, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_LINE}/endings")
async def end_recurring_revenue(
    account_id: UUID, recurring_id: UUID, body: Ending, asked: CommandAsked
) -> Response:
    decision = commands.end_recurring_revenue(
        account_id,
        recurring_id,
        kind=body.kind,
        reason_code=body.reason_code,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_LINE}/reactivations")
async def reactivate_recurring_revenue(
    account_id: UUID, recurring_id: UUID, body: Reactivation, asked: CommandAsked
) -> Response:
    decision = commands.reactivate_recurring_revenue(
        account_id, recurring_id, monthly=body.monthly, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_LINE}/corrections")
async def correct_recurring_revenue(
    account_id: UUID, recurring_id: UUID, body: RecurringCorrection, asked: CommandAsked
) -> Response:
    """Put right the amount or the day of the latest movement."""
    decision = commands.correct_recurring_revenue(
        account_id,
        recurring_id,
        monthly=body.monthly,
        moved_on=body.moved_on,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_LINE}/voidings")
async def void_recurring_revenue(
    account_id: UUID, recurring_id: UUID, body: Voiding, asked: CommandAsked
) -> Response:
    """Record that nothing of it ever was; what was paid and is not any more is ended instead."""
    decision = commands.void_recurring_revenue(
        account_id, recurring_id, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("/recurring-revenue", responses=LIST_ANSWERS, response_model=Listed[RecurringRow])
async def read_all_recurring_revenue(
    paged: PresentPaged, wanted: Wanted, as_of: AsOf = None, known_at: KnownAt = None
) -> Any:
    """Read what was paid every month on a day, over all accounts, those begun last first."""
    return await _read(paged, None, wanted, as_of, known_at)


@router.get(_LINES, responses=LIST_ANSWERS, response_model=Listed[RecurringRow])
async def read_recurring_revenue(
    account_id: UUID,
    paged: PresentPaged,
    wanted: Wanted,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    return await _read(paged, account_id, wanted, as_of, known_at)


@router.get(f"{_LINE}/movements", responses=READ_ANSWERS, response_model=RecurringHistory)
async def read_movements(
    account_id: UUID,
    recurring_id: UUID,
    view: PresentReading,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Any:
    """Read each movement that counts: what was corrected or voided since does not."""
    day, known = await moment_asked(view, as_of, known_at)
    movements = await recurring_movements(
        view.connection,
        view.tenant_id,
        account_id=account_id,
        recurring_id=recurring_id,
        as_of=day,
        known_at=known,
    )
    return RecurringHistory(
        account_id=account_id,
        recurring_id=recurring_id,
        as_of=day,
        known_at=known,
        items=list(movements),
    )


async def _read(
    paged: PresentPaged,
    account_id: UUID | None,
    wanted: RecurringFilter,
    as_of: date | None,
    known_at: str | None,
) -> Any:
    view = paged.view
    day, known = await moment_asked(view, as_of, known_at)
    page = await recurring_lines(
        view.connection,
        view.tenant_id,
        account_id=account_id,
        wanted=wanted,
        as_of=day,
        known_at=known,
        after=paged.after,
        limit=paged.limit,
    )
    return paged.show(page, RecurringRow)
