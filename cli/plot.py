"""`tenure plot`: the history of a KPI as a picture."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.kpi_plot import plot as draw
from cli.kpi_view import (
    AccountName,
    AsOfOption,
    KnownAtOption,
    KpiName,
    PeriodOption,
    opened_view,
)
from projections.kpi_history import history


def plot(
    kpi: KpiName,
    account: AccountName,
    output: Annotated[
        Path, typer.Option("-o", "--output", dir_okay=False, help="the SVG file to write")
    ],
    period: PeriodOption = "lifetime",
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
) -> None:
    """Draw every value that a KPI of an account has had, each with the event that made it so."""
    drawn = asyncio.run(_drawn(kpi, account, period, as_of, known_at))
    try:
        output.write_text(drawn)
    except OSError as error:
        raise typer.BadParameter(f"{output} cannot be written: {error.strerror}") from error
    typer.echo(f"drawn in {output}")


async def _drawn(
    kpi: str, account: str, period: str, as_of: datetime | None, known_at: int | None
) -> str:
    async with opened_view(kpi, account, period, as_of, known_at) as view:
        page = await history(view.connection, view.types, view.asked, view.definition)
        asked = view.asked
        told = f"{asked.period}, as of {asked.as_of}, known at {asked.known_at}"
        return draw(
            f"{kpi} of {view.account_name}",
            f"{told}; a hollow point restates",
            page.changes,
            known_at=asked.known_at,
        )
