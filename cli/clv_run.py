"""Carries a fit out: brings the figures level with the log, reads them, fits, records."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import uuid4

from api.business_day import BusinessDays, today
from cli.clv_progress import FitProgress
from domain.commands import record_lifetime_value_fit
from domain.lifetime_value_model import LifetimeValueFit
from ledger.command import Command, Receipt
from ledger.failure import CannotStart
from ledger.ledger import Ledger
from projections.engine import Engine
from projections.kpi_facts import KPI_FACTS
from projections.lifetime_value_fits import LIFETIME_VALUE_FITS, LifetimeValueFitRow, list_fits

ACTOR: Final = "tenure:clv-fit"


class NotKnownYet(Exception):
    """The position lies beyond the end of the log."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """Which orders to fit to; `until` None: up to today; `known_at` None: all that is known."""

    tenant_id: str
    currency: str
    until: date | None = None
    known_at: int | None = None
    on_behalf_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    fit: LifetimeValueFit
    receipt: Receipt


async def fit_and_record(ledger: Ledger, asked: Fitting, progress: FitProgress) -> Done:
    """Fit the models to a tenant's orders and record what came out.

    Raises:
        CannotStart: numpy or scipy is missing.
        NotFound: there is no such tenant.
        NotKnownYet: `known_at` lies beyond the end of the log.
        Refused: what `domain.lifetime_value_model` says.
        NoMaximum: no likeliest parameters were found.
    """
    fit_lifetime_value = load_fitting()
    head = await _level(ledger, asked.tenant_id, progress)
    known_at = head if asked.known_at is None else asked.known_at
    if known_at > head:
        raise NotKnownYet(f"position {known_at} lies beyond the end of the log, {head}")
    await BusinessDays(ledger.pool, ledger.types).use(asked.tenant_id)
    async with ledger.pool.connection() as connection:
        fit = await fit_lifetime_value(
            connection,
            asked.tenant_id,
            asked.currency,
            until=asked.until or today(),
            known_at=known_at,
            progress=progress,
        )
    outcome = await ledger.writer.execute(
        Command(
            tenant_id=asked.tenant_id,
            decision=record_lifetime_value_fit(fit=fit, today=today()),
            actor=ACTOR,
            effective_at=fit.last_on,  # it holds as of the day up to which it saw orders
            command_id=uuid4(),
            correlation_id=uuid4(),
            on_behalf_of=asked.on_behalf_of,
        )
    )
    return Done(fit, outcome.receipt)


async def fits_recorded(
    ledger: Ledger, tenant_id: str, currency: str | None
) -> list[LifetimeValueFitRow]:
    """Return the latest hundred fits of a tenant, those recorded last first.

    Raises:
        NotFound: there is no such tenant.
    """
    await _level(ledger, tenant_id)
    async with ledger.pool.connection() as connection:
        return list((await list_fits(connection, tenant_id, currency=currency)).rows)


async def _level(ledger: Ledger, tenant_id: str, progress: FitProgress | None = None) -> int:
    """Bring the views that are needed level with the log, whoever else does so, and say how far."""
    async with Engine(ledger.conninfo, ledger.types, (KPI_FACTS, LIFETIME_VALUE_FITS)) as engine:
        if progress is not None:
            engine.on_progress(progress.levelled)
        await engine.catch_up(tenant_id)
        return (await engine.freshness(tenant_id)).position


def load_fitting() -> Callable[..., Awaitable[LifetimeValueFit]]:
    """Load what fits: numpy and scipy take a second, and everything else does without them.

    Raises:
        CannotStart: one of them is missing.
    """
    try:
        from projections.lifetime_value_fitting import fit_lifetime_value  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        package = (missing.name or "one of them").split(".")[0]
        raise CannotStart(
            f"fitting needs numpy and scipy, and {package} is not installed; install the extra "
            "`clv` with `make venv`, or with `pip install -e '.[clv]'`"
        ) from missing
    return fit_lifetime_value
