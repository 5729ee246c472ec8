"""Check-ins over HTTP: to plan, hold, miss, correct and void them, and what is due."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints
from typing_extensions import override

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.disclosed import disclosed
from api.reading import LIST_ANSWERS, READ_ANSWERS, After, Form, Limit, Listed, Reading, listed
from api.shown import Shown
from domain import commands
from domain.channel import Channel
from domain.check_in import (
    CheckInContent,
    CheckInCorrection,
    CheckInPlan,
    CheckInStatus,
    Purpose,
)
from domain.day import Day
from domain.words import PRINTED
from projections.check_ins import CheckInFilter, CheckInRow, find_check_in, list_check_ins
from projections.relationships import DueRow, find_relationship, list_due

router = APIRouter(tags=["check-ins"])

_RELATIONSHIP = "/accounts/{account_id}/relationships/{relationship_id}"
_CHECK_INS = f"{_RELATIONSHIP}/check-ins"
_CHECK_IN = f"{_CHECK_INS}/{{check_in_id}}"

PEOPLE_MAX = 100

Note = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=PRINTED)]
People = Annotated[tuple[UUID, ...], Field(max_length=PEOPLE_MAX)]


class NewPlannedCheckIn(CheckInPlan, Body):
    participants: People = ()
    internal_participants: People = ()


class NewCheckIn(CheckInContent, Body):
    """A check-in takes effect on its own day, so `held_on` stands for `effective_at`."""

    DAY_FIELD: ClassVar[str] = "held_on"

    held_on: Day | None = Field(None, description="the day it was held; today, if not given")
    participants: People = ()
    internal_participants: People = ()
    note: Note | None = Field(
        None, description="free text; kept encrypted beside the log, so that it can be forgotten"
    )

    @property
    @override
    def day(self) -> date | None:
        return self.held_on or self.effective_at


class CheckInRescheduling(Body):
    planned_on: Day


class CheckInCancellation(Body):
    pass


class CheckInMiss(Body):
    pass


class CorrectedCheckIn(CheckInCorrection, Body):
    """A field that is not given was right."""

    participants: People | None = None
    internal_participants: People | None = None
    note: Note | None = Field(None, description="stands in place of the note before")


class CheckInVoiding(Body):
    pass


@dataclass(frozen=True, slots=True)
class CheckInView(CheckInRow):
    """A check-in with its note."""

    note: Shown


@command(router, f"{_RELATIONSHIP}/planned-check-ins")
async def schedule_check_in(
    account_id: UUID, relationship_id: UUID, body: NewPlannedCheckIn, asked: CommandAsked
) -> Response:
    check_in_id = asked.new_id()
    decision = commands.schedule_check_in(
        account_id,
        relationship_id,
        check_in_id=check_in_id,
        plan=only(body, CheckInPlan),
        on=body.on,
        today=today(),
    )
    location = _location(account_id, relationship_id, check_in_id)
    return await asked.carry_out(decision, body, location=location)


@command(router, _CHECK_INS)
async def hold_check_in(
    account_id: UUID, relationship_id: UUID, body: NewCheckIn, asked: CommandAsked
) -> Response:
    """Record a check-in that was not planned."""
    check_in_id = asked.new_id()
    decision = commands.hold_check_in(
        account_id,
        relationship_id,
        check_in_id=check_in_id,
        content=only(body, CheckInContent),
        note=body.note,
        on=body.on,
        today=today(),
    )
    location = _location(account_id, relationship_id, check_in_id)
    return await asked.carry_out(decision, body, location=location)


@command(router, f"{_CHECK_IN}/holdings")
async def hold_planned_check_in(
    account_id: UUID,
    relationship_id: UUID,
    check_in_id: UUID,
    body: NewCheckIn,
    asked: CommandAsked,
) -> Response:
    """Record that a planned check-in was held."""
    decision = commands.hold_planned_check_in(
        account_id,
        relationship_id,
        check_in_id=check_in_id,
        content=only(body, CheckInContent),
        note=body.note,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_CHECK_IN}/reschedulings")
async def reschedule_check_in(
    account_id: UUID,
    relationship_id: UUID,
    check_in_id: UUID,
    body: CheckInRescheduling,
    asked: CommandAsked,
) -> Response:
    decision = commands.reschedule_check_in(
        account_id,
        relationship_id,
        check_in_id=check_in_id,
        to=body.planned_on,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_CHECK_IN}/cancellations")
async def cancel_check_in(
    account_id: UUID,
    relationship_id: UUID,
    check_in_id: UUID,
    body: CheckInCancellation,
    asked: CommandAsked,
) -> Response:
    decision = commands.cancel_check_in(
        account_id, relationship_id, check_in_id=check_in_id, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_CHECK_IN}/misses")
async def miss_check_in(
    account_id: UUID,
    relationship_id: UUID,
    check_in_id: UUID,
    body: CheckInMiss,
    asked: CommandAsked,
) -> Response:
    """Record that a planned check-in did not take place on its day."""
    decision = commands.miss_check_in(
        account_id, relationship_id, check_in_id=check_in_id, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_CHECK_IN}/corrections")
async def correct_check_in(
    account_id: UUID,
    relationship_id: UUID,
    check_in_id: UUID,
    body: CorrectedCheckIn,
    asked: CommandAsked,
) -> Response:
    decision = commands.correct_check_in(
        account_id,
        relationship_id,
        check_in_id=check_in_id,
        correction=only(body, CheckInCorrection),
        note=body.note,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_CHECK_IN}/voidings")
async def void_check_in(
    account_id: UUID,
    relationship_id: UUID,
    check_in_id: UUID,
    body: CheckInVoiding,
    asked: CommandAsked,
) -> Response:
    decision = commands.void_check_in(
        account_id,
        relationship_id,
        check_in_id=check_in_id,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@router.get("/check-ins", responses=LIST_ANSWERS, response_model=Listed[CheckInRow])
async def read_all_check_ins(  # noqa: PLR0913, PLR0917  # each is a filter of the list
    view: Reading,
    response: Response,
    form: Form,
    account_id: UUID | None = None,
    status: CheckInStatus | None = None,
    channel: Channel | None = None,
    purpose: Purpose | None = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    wanted = CheckInFilter(account_id, None, status, channel, purpose)
    page = await list_check_ins(
        view.connection, view.tenant_id, wanted=wanted, after=after, limit=limit
    )
    return listed(page, CheckInRow, response, form)


@router.get("/check-ins/due", responses=LIST_ANSWERS, response_model=Listed[DueRow])
async def read_due(  # each is a filter of the list
    view: Reading,
    response: Response,
    form: Form,
    as_of: Annotated[Day | None, Query(description="due on this day; today, if not given")] = None,
    account_id: UUID | None = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    """List the relationships whose next check-in is due or overdue, the longest due first."""
    page = await list_due(
        view.connection,
        view.tenant_id,
        as_of=as_of or today(),
        account_id=account_id,
        after=after,
        limit=limit,
    )
    return listed(page, DueRow, response, form)


@router.get(_CHECK_INS, responses=LIST_ANSWERS, response_model=Listed[CheckInRow])
async def read_check_ins(  # noqa: PLR0913, PLR0917  # each is a filter of the list
    account_id: UUID,
    relationship_id: UUID,
    view: Reading,
    response: Response,
    form: Form,
    status: CheckInStatus | None = None,
    channel: Channel | None = None,
    purpose: Purpose | None = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    await find_relationship(view.connection, view.tenant_id, account_id, relationship_id)
    wanted = CheckInFilter(account_id, relationship_id, status, channel, purpose)
    page = await list_check_ins(
        view.connection, view.tenant_id, wanted=wanted, after=after, limit=limit
    )
    return listed(page, CheckInRow, response, form)


@router.get(_CHECK_IN, responses=READ_ANSWERS, response_model=CheckInView)
async def read_check_in(
    account_id: UUID, relationship_id: UUID, check_in_id: UUID, view: Reading
) -> Any:
    ids = (account_id, relationship_id, check_in_id)
    row = await find_check_in(view.connection, view.tenant_id, *ids)
    note = await disclosed(view, "note", position=row.note_position)
    return CheckInView(**{each.name: getattr(row, each.name) for each in fields(row)}, note=note)


def _location(account_id: UUID, relationship_id: UUID, check_in_id: UUID) -> str:
    return f"/accounts/{account_id}/relationships/{relationship_id}/check-ins/{check_in_id}"
