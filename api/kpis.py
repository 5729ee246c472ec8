"""KPIs over HTTP: figures of accounts and of groups, how they came about, and what made them."""

from typing import Any, Final

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.kpi_answers import (
    FigureEvidence,
    FigureHistory,
    Figures,
    FigureSeries,
    answer_evidence,
    answer_figures,
    answer_history,
    answer_plot,
    answer_series,
)
from api.kpi_question import (
    AccountScope,
    After,
    GroupScope,
    KpiNames,
    Limit,
    MomentAsked,
    Periods,
    kpi_asked,
    kpis_asked,
)
from api.reading import READ_ANSWERS, PresentReading
from domain.kpi_definition import Definition
from domain.kpi_definitions import EVERY_DEFINITION
from domain.order_book import OrderCancelled, OrderCorrected, OrderPlaced, OrderRefunded
from domain.policy_set import kind_of

router = APIRouter(tags=["KPIs"])
_of_account = APIRouter(prefix="/accounts/{account_id}/kpis")

PLOT_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "A picture",
        "content": {"image/svg+xml": {"schema": {"type": "string"}}},
    },
    **READ_ANSWERS,
}
_OF_ORDERS: Final = frozenset(
    event.NAME for event in (OrderPlaced, OrderCorrected, OrderCancelled, OrderRefunded)
)


class KpiDefinition(BaseModel):
    """A KPI: its formula's version, its unit, the measures in it, and the events behind them."""

    kpi: str
    formula: str
    formula_version: int
    unit: str
    by_currency: bool
    groups_only: bool
    measures: list[str]
    events: list[str]
    policy: str | None


class KpiDefinitions(BaseModel):
    items: list[KpiDefinition]


@router.get("/kpi-definitions", responses=READ_ANSWERS, response_model=KpiDefinitions)
async def read_definitions(_: PresentReading) -> Any:
    """Tell which KPIs there are, and what each of them is made of."""
    return KpiDefinitions(items=[_defined(each) for each in EVERY_DEFINITION])


@_of_account.get("", responses=READ_ANSWERS, response_model=Figures)
async def read_account_figures(
    moment: MomentAsked,
    scope: AccountScope,
    kpi: KpiNames = [],  # noqa: B006  # FastAPI copies it
) -> Any:
    return await answer_figures(moment, scope, kpis_asked(kpi, scope))


@_of_account.get("/{kpi}/history", responses=READ_ANSWERS, response_model=FigureHistory)
async def read_account_history(
    kpi: str, moment: MomentAsked, scope: AccountScope, after: After = 0, limit: Limit = 1_000
) -> Any:
    return await answer_history(moment, scope, kpi_asked(kpi, scope), after, limit)


@_of_account.get("/{kpi}/evidence", responses=READ_ANSWERS, response_model=FigureEvidence)
async def read_account_evidence(
    kpi: str, moment: MomentAsked, scope: AccountScope, after: After = 0, limit: Limit = 1_000
) -> Any:
    return await answer_evidence(moment, scope, kpi_asked(kpi, scope), after, limit)


@_of_account.get("/{kpi}/series", responses=READ_ANSWERS, response_model=FigureSeries)
async def read_account_series(
    kpi: str, moment: MomentAsked, scope: AccountScope, wanted: Periods
) -> Any:
    """Reckon the KPI of one month, quarter or year after another; `period` is of no account."""
    return await answer_series(moment, scope, kpi_asked(kpi, scope), wanted)


@_of_account.get("/{kpi}/history.svg", responses=PLOT_ANSWERS, response_class=Response)
async def plot_account_history(kpi: str, moment: MomentAsked, scope: AccountScope) -> Response:
    """Draw every value that the figure has had; each point carries the position behind it."""
    return await answer_plot(moment, scope, kpi_asked(kpi, scope))


@router.get("/kpis", responses=READ_ANSWERS, response_model=Figures)
async def read_group_figures(
    moment: MomentAsked,
    scope: GroupScope,
    kpi: KpiNames = [],  # noqa: B006
) -> Any:
    """Reckon the figures of a manager's portfolio, a tier, a segment, or of the whole tenant.

    Who belongs to the group is asked for the last day that counts, as known at the same position.
    """
    return await answer_figures(moment, scope, kpis_asked(kpi, scope))


@router.get("/kpis/{kpi}/history", responses=READ_ANSWERS, response_model=FigureHistory)
async def read_group_history(
    kpi: str, moment: MomentAsked, scope: GroupScope, after: After = 0, limit: Limit = 100
) -> Any:
    return await answer_history(moment, scope, kpi_asked(kpi, scope), after, limit)


@router.get("/kpis/{kpi}/evidence", responses=READ_ANSWERS, response_model=FigureEvidence)
async def read_group_evidence(
    kpi: str, moment: MomentAsked, scope: GroupScope, after: After = 0, limit: Limit = 1_000
) -> Any:
    return await answer_evidence(moment, scope, kpi_asked(kpi, scope), after, limit)


@router.get("/kpis/{kpi}/series", responses=READ_ANSWERS, response_model=FigureSeries)
async def read_group_series(
    kpi: str, moment: MomentAsked, scope: GroupScope, wanted: Periods
) -> Any:
    """Reckon the KPI of one month, quarter or year after another; `period` is of no account."""
    return await answer_series(moment, scope, kpi_asked(kpi, scope), wanted)


@router.get("/kpis/{kpi}/history.svg", responses=PLOT_ANSWERS, response_class=Response)
async def plot_group_history(kpi: str, moment: MomentAsked, scope: GroupScope) -> Response:
    return await answer_plot(moment, scope, kpi_asked(kpi, scope))


def _defined(definition: Definition) -> KpiDefinition:
    names = {event.NAME for family in definition.families for event in family.events}
    if definition.orders or definition.by_account:
        names |= _OF_ORDERS
    return KpiDefinition(
        kpi=definition.kpi.name,
        formula=definition.formula,
        formula_version=definition.kpi.formula_version,
        unit=definition.kpi.unit.value,
        by_currency=definition.by_currency,
        groups_only=definition.groups_only,
        measures=[measure.value for measure in definition.measures],
        events=sorted(names),
        policy=None if definition.policy is None else kind_of(definition.policy).value,
    )


router.include_router(_of_account)
