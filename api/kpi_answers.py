"""What is answered about KPIs: figures, their history, and the evidence behind them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from fastapi import Response
from pydantic import BaseModel, Field

from api.kpi_plot import plot
from api.kpi_question import Moment
from domain.kpi_definition import Definition
from domain.period import Period
from projections.account_overview import find_account
from projections.kpi_answer import figures, figures_of_periods
from projections.kpi_evidence import Evidence, evidence
from projections.kpi_figure import Figure
from projections.kpi_history import Change, history
from projections.kpi_scope import Scope

_PLOTTED_MAX: Final = 500
"""A picture with more points than that tells nobody anything."""


class Whose(BaseModel):
    """Whose figures these are: `of` is an id or a word, empty for the whole tenant."""

    scope: str
    of: str
    period: str
    first: date
    until: date = Field(description="the first day that no longer belongs to the period")
    as_of: date
    known_at: int


class Figures(Whose):
    """KPIs in one period, as of a day, as known at a position."""

    figures: list[Figure]


class FigureHistory(Whose):
    """Every value that a figure has had, in the order of the positions that changed it."""

    kpi: str
    items: list[Change]
    next: int | None = Field(description="give it as `after` for the next page; null: the last")


class PeriodFigures(BaseModel):
    period: str
    first: date
    until: date
    figures: list[Figure]


class FigureSeries(BaseModel):
    """A KPI in one period after another, all as of one day, as known at one position."""

    scope: str
    of: str
    kpi: str
    as_of: date
    known_at: int
    items: list[PeriodFigures]


class FigureEvidence(Whose):
    """The figure, and the lines that it is made of."""

    kpi: str
    figures: list[Figure]
    items: list[Evidence]
    next: int | None = Field(description="give it as `after` for the next page; null: the last")


async def answer_figures(
    moment: Moment, scope: Scope, definitions: Sequence[Definition]
) -> Figures:
    view = moment.view
    types = view.service.ledger.types
    found = await figures(view.connection, types, moment.of(scope), definitions)
    return Figures(**_whose(moment, scope), figures=list(found))


async def answer_history(
    moment: Moment, scope: Scope, definition: Definition, after: int, limit: int
) -> FigureHistory:
    view = moment.view
    page = await history(
        view.connection,
        view.service.ledger.types,
        moment.of(scope),
        definition,
        after=after,
        limit=limit,
    )
    return FigureHistory(
        **_whose(moment, scope),
        kpi=definition.kpi.name,
        items=list(page.changes),
        next=page.next,
    )


async def answer_evidence(
    moment: Moment, scope: Scope, definition: Definition, after: int, limit: int
) -> FigureEvidence:
    view = moment.view
    types, asked = view.service.ledger.types, moment.of(scope)
    found = await figures(view.connection, types, asked, [definition])
    page = await evidence(view.connection, types, asked, definition, after=after, limit=limit)
    return FigureEvidence(
        **_whose(moment, scope),
        kpi=definition.kpi.name,
        figures=list(found),
        items=list(page.lines),
        next=page.next,
    )


async def answer_series(
    moment: Moment, scope: Scope, definition: Definition, periods: Sequence[Period]
) -> FigureSeries:
    view = moment.view
    types, asked = view.service.ledger.types, moment.of(scope)
    found = await figures_of_periods(view.connection, types, asked, periods, [definition])
    return FigureSeries(
        scope=scope.kind.value,
        of=scope.value,
        kpi=definition.kpi.name,
        as_of=moment.as_of,
        known_at=moment.known_at,
        items=[
            PeriodFigures(
                period=str(period), first=period.first, until=period.until, figures=list(of_period)
            )
            for period, of_period in zip(periods, found, strict=True)
        ],
    )


async def answer_plot(moment: Moment, scope: Scope, definition: Definition) -> Response:
    """Draw the history of a figure; of a very long one, the last changes are left out."""
    page = await answer_history(moment, scope, definition, 0, _PLOTTED_MAX)
    known_at = page.next or moment.known_at
    title = f"{definition.kpi.name} of {await _named(moment, scope)}"
    told = f"{moment.period}, as of {moment.as_of}, known at {known_at}; a hollow point restates"
    drawn = plot(title, told, page.items, known_at=known_at)
    return Response(drawn, media_type="image/svg+xml")


async def _named(moment: Moment, scope: Scope) -> str:
    view = moment.view
    if scope.account_id is None:
        return f"{scope.kind} {scope.value}".strip()
    found = await find_account(view.connection, view.tenant_id, scope.account_id)
    return found.name


def _whose(moment: Moment, scope: Scope) -> dict[str, Any]:
    period = moment.period
    return {
        "scope": scope.kind.value,
        "of": scope.value,
        "period": str(period),
        "first": period.first,
        "until": period.until,
        "as_of": moment.as_of,
        "known_at": moment.known_at,
    }
