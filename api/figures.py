"""Published figures over HTTP: to tell and withdraw them, what was told, and how it is checked."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response
from psycopg import AsyncConnection
from pydantic import Field

from api.business_day import day_of
from api.command import Asked, Body, CommandAsked, today
from api.command_route import command
from api.figure_answers import (
    FigureLine,
    PublishedFigure,
    Replay,
    figure_shown,
    line_shown,
    replay_shown,
)
from api.paging import Paged
from api.problems import BeyondHead
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading, View
from api.validation import BadField
from domain import commands
from domain.day import Day
from domain.published_figure import (
    FigurePublished,
    FigureScopeKind,
    FigureSubject,
    KpiName,
    PeriodText,
)
from domain.refusal import Refused
from domain.words import PRINTED
from ledger.command import Receipt
from ledger.reading import log_head
from ledger.recorded import Recorded
from projections.figure_provenance import provenance
from projections.figure_publishing import (
    evidence_events,
    known_until,
    reckon_to_publish,
    replay_figure,
)
from projections.figure_subjects import closing_day, period_of, subject_of
from projections.page import Page
from projections.published_figures import (
    FIGURE_LIST,
    PublishedFigureRow,
    read_published,
    restated_by,
    standing,
)

router = APIRouter(prefix="/figures", tags=["figures"])

_WAIT_SECONDS_MAX: Final = 5.0

PROV_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The provenance, as W3C PROV-JSON",
        "content": {"application/json": {"schema": {"type": "object"}}},
    },
    409: {"description": "The log gives another figure than the one that was published"},
    **READ_ANSWERS,
}


class NewFigure(Body):
    """A figure is reckoned by Tenure from the log: nobody sends a value."""

    kpi: KpiName
    scope: FigureScopeKind = FigureScopeKind.TENANT
    of: Annotated[str, Field(max_length=255, pattern=PRINTED)] | None = Field(
        None, description="which account, manager, tier, ...: an id or a word; none for the tenant"
    )
    period: PeriodText
    as_of: Day | None = Field(
        None, description="what had taken effect by then; the period's last day, or today"
    )
    known_at: Annotated[int, Field(ge=1, le=2**53 - 1)] | None = Field(
        None, description="a position: what was recorded by then; all there is, if not given"
    )
    restates: UUID | None = Field(None, description="the figure whose place this one takes")


class FigureWithdrawal(Body):
    pass


@command(router, "")
async def publish_figure(body: NewFigure, asked: CommandAsked) -> Response:
    """Reckon a figure from the log, and put it on record with its evidence and formula."""
    period = period_of(body.period)
    subject = subject_of(body.kpi, body.scope, body.of, period)
    as_of = body.as_of or closing_day(period, body.on)
    if as_of > today():
        problem = f"has not come yet; give a day up to today, {today()}"
        raise BadField("as_of", problem, code="in-the-future")
    ledger, tenant_id = asked.service.ledger, asked.principal.tenant_id
    async with ledger.pool.connection() as connection:
        known_at = await _known_at(connection, tenant_id, body.known_at)
        published = await reckon_to_publish(
            connection,
            ledger.types,
            tenant_id,
            subject,
            as_of=as_of,
            known_at=known_at,
            restates=body.restates,
        )
        until = await known_until(connection, tenant_id, known_at)
    decision = commands.publish_figure(
        published,
        known_on=day_of(until) if until else today(),
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    location = f"/figures/{published.figure_id}"
    response = await asked.carry_out(decision, body, location=location)
    if "Idempotent-Replay" in response.headers:  # the log may have grown since the first sending
        await _locate(response, asked)
    return response


@command(router, "/{figure_id}/withdrawals")
async def withdraw_figure(figure_id: UUID, body: FigureWithdrawal, asked: CommandAsked) -> Response:
    """Say that a figure is no longer stood by; it stays on record."""
    row = await _fresh_row(asked, figure_id)
    subject = FigureSubject.model_validate(
        {
            "kpi": row.kpi,
            "scope": {"kind": row.scope, "value": row.scope_value},
            "period": row.period,
        }
    )
    decision = commands.withdraw_figure(
        subject, figure_id=figure_id, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("", responses=LIST_ANSWERS, response_model=Listed[FigureLine])
async def read_figures(  # each is a filter of the list
    paged: Paged,
    kpi: Annotated[str | None, Query(max_length=64)] = None,
    scope: FigureScopeKind | None = None,
    of: Annotated[str | None, Query(max_length=255, pattern=PRINTED)] = None,
    period: Annotated[str | None, Query(max_length=40, pattern=PRINTED)] = None,
    stands: bool | None = None,  # noqa: FBT001  # a filter of the list, given by name
) -> Any:
    """Read what was published, the latest first; restated and withdrawn figures among it."""
    view = paged.view
    wanted = {"kpi": kpi, "scope": scope, "scope_value": of, "period": period}
    page = await paged.read(FIGURE_LIST, wanted, standing(stands=stands))
    later = await restated_by(view.connection, view.tenant_id, [row.figure_id for row in page.rows])
    entries = await read_published(
        view.connection,
        view.service.ledger.types,
        view.tenant_id,
        [row.position for row in page.rows],
    )
    lines = [
        line_shown(row, entries[row.position].event, later.get(row.figure_id)) for row in page.rows
    ]
    return paged.show(Page(lines, page.next), FigureLine)


@router.get("/{figure_id}", responses=READ_ANSWERS, response_model=PublishedFigure)
async def read_figure(figure_id: UUID, view: Reading, response: Response) -> Any:
    row, entry = await _figure(view, figure_id)
    later = (await restated_by(view.connection, view.tenant_id, [figure_id])).get(figure_id)
    response.headers["ETag"] = f'"{row.version}"'
    return figure_shown(row, entry, later)


@router.get("/{figure_id}/replay", responses=READ_ANSWERS, response_model=Replay)
async def replay(figure_id: UUID, view: Reading) -> Any:
    """Reckon a figure again from the log's own records, then and now."""
    _, entry = await _figure(view, figure_id)
    types, head = view.service.ledger.types, view.position
    check, known = await replay_figure(view.connection, types, view.tenant_id, entry, head=head)
    now = None
    if check.reckoned is not None:
        as_of = entry.event.moment.as_of
        now = known.reckon(entry.event.subject, as_of=as_of, known_at=head)
    return replay_shown(check, now, head=head)


@router.get("/{figure_id}/prov", responses=PROV_ANSWERS, response_class=Response)
async def read_provenance(figure_id: UUID, view: Reading) -> Response:
    """Export where a figure comes from as W3C PROV-JSON; the same figure, the same bytes."""
    _, entry = await _figure(view, figure_id)
    types, head = view.service.ledger.types, view.position
    check, _ = await replay_figure(view.connection, types, view.tenant_id, entry, head=head)
    if check.reckoned is None or check.disagreement is not None:
        raise Refused(
            "figure-disagrees",
            f"the log gives another figure than {figure_id}; see /figures/{figure_id}/replay",
        )
    positions = check.reckoned.positions
    events = await evidence_events(view.connection, view.tenant_id, positions)
    return Response(provenance(entry, events), media_type="application/json")


async def _known_at(connection: AsyncConnection[Any], tenant_id: str, asked_for: int | None) -> int:
    """Return the position as known at which a figure is reckoned.

    Raises:
        BeyondHead: the log has not come to it.
        BadField: nothing was recorded yet.
    """
    head = await log_head(connection, tenant_id)
    size = 0 if head is None else head.size
    known_at = size if asked_for is None else asked_for
    if known_at > size:
        raise BeyondHead(f"position {known_at}", size)
    if known_at == 0:
        raise BadField("known_at", "nothing was recorded yet", code="nothing-known")
    return known_at


async def _locate(response: Response, asked: Asked) -> None:
    """Let the answer to a request that was sent again name the figure that was published then."""
    receipt = Receipt.model_validate_json(bytes(response.body))
    if receipt.position is not None:
        ledger, tenant_id = asked.service.ledger, asked.principal.tenant_id
        async with ledger.pool.connection() as connection:
            found = await read_published(connection, ledger.types, tenant_id, [receipt.position])
        response.headers["Location"] = f"/figures/{found[receipt.position].event.figure_id}"


async def _fresh_row(asked: Asked, figure_id: UUID) -> PublishedFigureRow:
    """Return the row of a figure, once the views hold all that is recorded.

    Raises:
        NotFound: there is no such figure.
    """
    service, tenant_id = asked.service, asked.principal.tenant_id
    async with service.ledger.pool.connection() as connection:
        head = await log_head(connection, tenant_id)
    size = 0 if head is None else head.size
    await service.views.wait_for(tenant_id, size, _WAIT_SECONDS_MAX)
    async with service.ledger.pool.connection() as connection:
        return await FIGURE_LIST.one(connection, tenant_id, figure_id=figure_id)


async def _figure(
    view: View, figure_id: UUID
) -> tuple[PublishedFigureRow, Recorded[FigurePublished]]:
    row = await FIGURE_LIST.one(view.connection, view.tenant_id, figure_id=figure_id)
    types = view.service.ledger.types
    entries = await read_published(view.connection, types, view.tenant_id, [row.position])
    return row, entries[row.position]
