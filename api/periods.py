"""Periods over HTTP: to close them and open them again, and what is closed."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.command import Body, CommandAsked, today
from api.command_route import command
from api.reading import READ_ANSWERS, Reading
from api.security import MAY_ADMINISTER, require_role
from api.validation import BadField
from domain import commands, period
from domain.period import Period
from domain.period_closing import CLOSED_PERIODS, ClosingPeriod, PeriodClosed, PeriodReopened
from ledger.reading import read_stream
from projections.period_closings import closings_of

router = APIRouter(prefix="/periods", tags=["periods"])

PeriodToClose = Annotated[
    ClosingPeriod, Field(description="a month (2026-05), a quarter (2026-Q2) or a year (2026)")
]


class PeriodBody(Body):
    period: PeriodToClose

    @property
    def which(self) -> Period:
        """Return the period.

        Raises:
            BadField: the calendar has none of this name.
        """
        try:
            return period.parse(self.period)
        except ValueError as error:
            raise BadField("period", str(error), code="unknown-period") from error


class ClosedPeriod(BaseModel):
    """A closing that holds: the days before `until` which no earlier one covers."""

    period: str
    until: date = Field(description="the first day that this closing leaves open")
    closed_on: date


class PeriodChange(BaseModel):
    """A closing or a reopening: what, of which days, when, by whom and why."""

    position: int
    recorded_at: datetime
    event: str
    period: str
    first: date
    until: date = Field(description="the first day that is not concerned any more")
    effective_at: date
    actor: str
    reason: str | None
    command_id: UUID


class Periods(BaseModel):
    """What is closed, as known at a position, and how that came about."""

    known_at: int
    open_from: date | None = Field(
        description="the first day that is open; null: nothing was ever closed"
    )
    items: list[ClosedPeriod]
    history: list[PeriodChange]


@command(router, "/closings")
async def close_period(body: PeriodBody, asked: CommandAsked) -> Response:
    """Close a month, a quarter or a year that is over; what counts in it later needs a reason."""
    require_role(asked.principal, MAY_ADMINISTER)
    decision = commands.close_period(
        period=body.which, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body, location="/periods")


@command(router, "/reopenings")
async def reopen_period(body: PeriodBody, asked: CommandAsked) -> Response:
    """Open the period that was closed last again."""
    require_role(asked.principal, MAY_ADMINISTER)
    decision = commands.reopen_period(
        period=body.which, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body, location="/periods")


@router.get("", responses=READ_ANSWERS, response_model=Periods)
async def read_periods(
    view: Reading,
    response: Response,
) -> Any:
    """Read which periods are closed, with every closing and reopening."""
    types = view.service.ledger.types
    entries = await read_stream(view.connection, types, view.tenant_id, CLOSED_PERIODS.id)
    known = [
        entry
        for entry in entries
        if entry.position <= view.position and entry.envelope.effective_at <= view.day
    ]
    closings = closings_of(known)
    closed = closings.before(view.position + 1)
    response.headers["ETag"] = f'"{len(known)}"'
    return Periods(
        known_at=view.position,
        open_from=closed.until if closed.closings else None,
        items=[
            ClosedPeriod(period=each.period, until=each.until, closed_on=each.closed_on)
            for each in closed.closings
        ],
        history=[
            PeriodChange(
                position=each.position,
                recorded_at=each.envelope.recorded_at,
                event=each.envelope.name,
                period=each.event.period,
                first=each.event.first,
                until=each.event.until,
                effective_at=each.envelope.effective_at,
                actor=each.envelope.actor,
                reason=each.envelope.reason,
                command_id=each.envelope.command_id,
            )
            for each in known
            if isinstance(each.event, PeriodClosed | PeriodReopened)
        ],
    )
