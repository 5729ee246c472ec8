"""Fits the models of lifetime value to a tenant's orders in one currency."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, Protocol

from psycopg import AsyncConnection

from domain.lifetime_value_model import (
    LifetimeValueFit,
    PurchasingFit,
    SpendingFit,
    estimate,
    refuse_too_few_customers,
)
from domain.purchase_history import PurchaseHistory
from projections.maximum_likelihood import (
    Amounts,
    Histories,
    correlation,
    fit_purchasing,
    fit_spending,
)
from projections.purchases import customers

ALGORITHM: Final = 1
"""Rises with every change that makes the same orders give other parameters."""

_TOLD_EVERY: Final = 1_000


class Progress(Protocol):
    """Hears how far a fit is."""

    def read(self, customers: int) -> None:
        """Hear that the orders of so many customers have been read."""

    def stepped(self, model: str, steps: int, log_likelihood: float) -> None:
        """Hear that the parameters of a model have come so far."""


async def fit_lifetime_value(
    connection: AsyncConnection[Any],
    tenant_id: str,
    currency: str,
    *,
    until: date,
    known_at: int,
    progress: Progress,
) -> LifetimeValueFit:
    """Fit both models to the orders up to and with a day, as known at a position.

    The views must hold that position.

    Raises:
        Refused: `too-few-repeat-customers`.
        NoMaximum: no likeliest parameters were found.
    """
    histories: list[PurchaseHistory] = []
    first_on = until
    read = customers(connection, tenant_id, currency, as_of=until, known_at=known_at)
    async for first, history in read:
        histories.append(history)
        first_on = min(first_on, first)
        if len(histories) % _TOLD_EVERY == 0:
            progress.read(len(histories))
    progress.read(len(histories))
    return fit_to(
        histories,
        currency=currency,
        first_on=first_on,
        last_on=until,
        known_at=known_at,
        progress=progress,
    )


def fit_to(
    histories: Sequence[PurchaseHistory],
    *,
    currency: str,
    first_on: date,
    last_on: date,
    known_at: int,
    progress: Progress,
) -> LifetimeValueFit:
    """Fit both models to histories.

    Raises:
        Refused: `too-few-repeat-customers`.
        NoMaximum: no likeliest parameters were found.
    """
    repeated = [each for each in histories if each.repeats]
    paying = [each for each in repeated if each.repeat_amount]
    refuse_too_few_customers(repeat=len(repeated), paying=len(paying), currency=currency)
    amounts = Amounts.of(paying)
    purchasing = fit_purchasing(Histories.of(histories), progress.stepped)
    spending = fit_spending(amounts, progress.stepped)
    r, alpha, a, b = map(estimate, purchasing.parameters)
    p, q, gamma = map(estimate, spending.parameters)
    return LifetimeValueFit(
        currency=currency,
        first_on=first_on,
        last_on=last_on,
        known_at=known_at,
        customers=len(histories),
        repeat_customers=len(repeated),
        purchasing=PurchasingFit(
            r=r, alpha=alpha, a=a, b=b, log_likelihood=estimate(purchasing.log_likelihood)
        ),
        spending=SpendingFit(
            p=p,
            q=q,
            gamma=gamma,
            log_likelihood=estimate(spending.log_likelihood),
            customers=len(paying),
        ),
        correlation=estimate(correlation(amounts)),
        algorithm=ALGORITHM,
    )
