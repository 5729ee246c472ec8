"""What is answered about KPIs: figures, their history, and the evidence behind them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from api.kpi_question import Moment
from domain.kpi_definition import Definition
from projections.kpi_answer import figures
from projections.kpi_evidence import Evidence, evidence
from projections.kpi_figure import Figure
from projections.kpi_history import Change, history
from projections.kpi_scope import Scope


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
