"""KPIs over HTTP: figures, how they came about, and the events behind them."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.moment import AsOf, KnownAt, day_asked, position_asked
from api.reading import READ_ANSWERS, Reading
from api.validation import BadField
from domain import period as periods
from domain.kpi import EVERY_KPI, Kpi
from domain.period import Period
from domain.refusal import NotFound
from projections.account_overview import find_account
from projections.kpi_figure import Figure, kpi_named
from projections.kpi_history import Change, Evidence, evidence, figures, history

router = APIRouter(prefix="/accounts/{account_id}/kpis", tags=["KPIs"])

PeriodText = Annotated[
    str,
    Query(
        max_length=40,
        description="2026-05, 2026-Q2, 2026, ttm@2026-05-31 (the twelve months up to a day), "
        "or lifetime",
    ),
]


class Figures(BaseModel):
    """The KPIs of an account in one period, as of a day, as known at a position."""

    account_id: UUID
    period: str
    first: date
    until: date
    as_of: date
    known_at: int
    figures: list[Figure]


class FigureHistory(BaseModel):
    """Every value that a figure has had, in the order of the positions that changed it."""

    account_id: UUID
    kpi: str
    period: str
    as_of: date
    items: list[Change]


class FigureEvidence(BaseModel):
    """The figure, and the lines that it is the sum of."""

    account_id: UUID
    kpi: str
    period: str
    as_of: date
    known_at: int
    figures: list[Figure]
    items: list[Evidence]


@router.get("", responses=READ_ANSWERS, response_model=Figures)
async def read_figures(
    account_id: UUID,
    view: Reading,
    period: PeriodText = "lifetime",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Any:
    await find_account(view.connection, view.tenant_id, account_id)
    wanted, day, known = _period(period), day_asked(as_of), await position_asked(view, known_at)
    found = await figures(
        view.connection, view.tenant_id, account_id, wanted, as_of=day, known_at=known
    )
    return Figures(
        account_id=account_id,
        period=str(wanted),
        first=wanted.first,
        until=wanted.until,
        as_of=day,
        known_at=known,
        figures=list(found),
    )


@router.get("/{kpi}/history", responses=READ_ANSWERS, response_model=FigureHistory)
async def read_history(
    account_id: UUID, kpi: str, view: Reading, period: PeriodText = "lifetime", as_of: AsOf = None
) -> Any:
    asked = _kpi(kpi)
    await find_account(view.connection, view.tenant_id, account_id)
    wanted, day = _period(period), day_asked(as_of)
    changes = await history(view.connection, view.tenant_id, account_id, asked, wanted, as_of=day)
    return FigureHistory(
        account_id=account_id, kpi=kpi, period=str(wanted), as_of=day, items=list(changes)
    )


@router.get("/{kpi}/evidence", responses=READ_ANSWERS, response_model=FigureEvidence)
async def read_evidence(  # each is a part of the question
    account_id: UUID,
    kpi: str,
    view: Reading,
    period: PeriodText = "lifetime",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Any:
    asked = _kpi(kpi)
    await find_account(view.connection, view.tenant_id, account_id)
    wanted, day, known = _period(period), day_asked(as_of), await position_asked(view, known_at)
    question = (view.connection, view.tenant_id, account_id)
    found = await figures(*question, wanted, as_of=day, known_at=known)
    lines = await evidence(*question, asked, wanted, as_of=day, known_at=known)
    return FigureEvidence(
        account_id=account_id,
        kpi=kpi,
        period=str(wanted),
        as_of=day,
        known_at=known,
        figures=[figure for figure in found if figure.kpi == kpi],
        items=list(lines),
    )


def _kpi(name: str) -> Kpi:
    kpi = kpi_named(name)
    if kpi is None:
        there_are = ", ".join(known.name for known in EVERY_KPI)
        raise NotFound("kpi", f"{name}; there are {there_are}")
    return kpi


def _period(text: str) -> Period:
    try:
        return periods.parse(text)
    except ValueError as error:
        raise BadField("period", str(error), place="query", code="bad-period") from error
