"""The models of lifetime value as they were fitted to a tenant's orders: one stream a currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Final, Literal
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field

from domain.currency import Currency
from domain.day import Day
from domain.event import Aggregate, Event, Stream
from domain.reason import refuse_future
from domain.refusal import Refused

_NAMESPACE: Final = UUID("d3a6c1f4-8b52-4e0f-9c77-51e2b4a9f0d8")
"""Part of the stored form: chosen once, on 2026-11-28, never to change."""

REPEAT_CUSTOMERS_MIN: Final = 30
"""Below it seven parameters are a guess. Some 1,000 customers are advised (catalogue, 3.2)."""

PARAMETER_MIN, PARAMETER_MAX = 0.01, 10_000.0
"""Between these a parameter says something. Towards either end the likelihood goes on rising or
stays flat: the orders do not tell the customers apart, or hardly anyone is ever lost."""

_DIGITS: Final = 10


Estimate = Annotated[Decimal, Field(allow_inf_nan=False)]
"""A number that was estimated, kept to 10 figures."""


Count = Annotated[int, Field(ge=0, le=2**53 - 1)]


def estimate(value: float) -> Decimal:
    """Write a float down as it is to be stored."""
    return Decimal(f"{value:.{_DIGITS}g}")


class NoMaximum(Exception):
    """The search for the likeliest parameters came to no end."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PurchasingFit(_Part):
    """BG/NBD (`domain/purchasing.py`): its parameters, and the log-likelihood that they reach."""

    r: Estimate
    alpha: Estimate
    a: Estimate
    b: Estimate
    log_likelihood: Estimate


class SpendingFit(_Part):
    """Gamma-Gamma (`domain/spending.py`), fitted to the `customers` whose repeats were not free."""

    p: Estimate
    q: Estimate
    gamma: Estimate
    log_likelihood: Estimate
    customers: Count


class LifetimeValueFit(_Part):
    """Both models, and which orders they were fitted to.

    These are the orders in the currency whose days lie up to `last_on` (the first on `first_on`),
    as known at the position `known_at`. `correlation` is that of the number of repeat purchases and
    their mean amount. `algorithm` is the version of the program that fitted.
    """

    currency: Currency
    first_on: Day
    last_on: Day
    known_at: Count
    customers: Count
    repeat_customers: Count
    purchasing: PurchasingFit
    spending: SpendingFit
    correlation: Estimate
    time_unit: Literal["week"] = "week"
    algorithm: Annotated[int, Field(ge=1, le=1_000_000)]


# The name and the fields are the stored format. Add; never rename or remove.


class LifetimeValueModelFitted(Event):
    NAME: ClassVar[str] = "lifetime-value-model.fitted"
    fit: LifetimeValueFit


@dataclass(frozen=True, slots=True)
class LifetimeValueModel:
    """The latest fit in a currency."""

    latest: LifetimeValueFit


def evolve(_: LifetimeValueModel | None, event: LifetimeValueModelFitted) -> LifetimeValueModel:
    """Fold one event into the state. Never refuses: what happened, happened."""
    return LifetimeValueModel(event.fit)


LIFETIME_VALUE_MODEL: Aggregate[LifetimeValueModel, LifetimeValueModelFitted] = Aggregate(
    name="lifetime-value-model", events=(LifetimeValueModelFitted,), evolve=evolve
)


def lifetime_value_model_stream(
    currency: Currency,
) -> Stream[LifetimeValueModel, LifetimeValueModelFitted]:
    """Return the stream of a currency: amounts are never mixed, and so are models not."""
    return LIFETIME_VALUE_MODEL.stream(uuid5(_NAMESPACE, currency), account_id=None)


def record_fit(
    model: LifetimeValueModel | None, *, fit: LifetimeValueFit, today: date
) -> Sequence[LifetimeValueModelFitted]:
    """Record a fit, unless the latest one says the same.

    Raises:
        Refused: `in-the-future`, `window-reversed`, `too-few-repeat-customers`,
            `parameter-out-of-range`, `no-mean-amount`.
    """
    refuse_future(fit.last_on, today=today)
    if fit.first_on > fit.last_on:
        raise Refused(
            "window-reversed",
            f"the first order, of {fit.first_on}, lies after the window's end, {fit.last_on}",
        )
    _refuse_too_few(fit)
    _refuse_meaningless(fit)
    if model is not None and _says_the_same(model.latest, fit):
        return []
    return [LifetimeValueModelFitted(fit=fit)]


def refuse_too_few_customers(*, repeat: int, paying: int, currency: Currency) -> None:
    """Refuse to estimate seven parameters from next to nothing.

    `repeat` customers bought again, and `paying` ones among them paid for it.

    Raises:
        Refused: `too-few-repeat-customers`.
    """
    if min(repeat, paying) < REPEAT_CUSTOMERS_MIN:
        raise Refused(
            "too-few-repeat-customers",
            f"{min(repeat, paying)} customers have paid for a second purchase in {currency}; "
            f"a fit needs {REPEAT_CUSTOMERS_MIN} at least, and some 1,000 customers to be steady",
        )


def _refuse_too_few(fit: LifetimeValueFit) -> None:
    refuse_too_few_customers(
        repeat=fit.repeat_customers, paying=fit.spending.customers, currency=fit.currency
    )


def _refuse_meaningless(fit: LifetimeValueFit) -> None:
    purchasing, spending = fit.purchasing, fit.spending
    named = {
        "r": purchasing.r,
        "alpha": purchasing.alpha,
        "a": purchasing.a,
        "b": purchasing.b,
        "p": spending.p,
        "q": spending.q,
    }
    beyond = [f"{name} = {value}" for name, value in named.items() if not _tells(value)]
    if spending.gamma <= 0:
        beyond.append(f"gamma = {spending.gamma}")
    if beyond:
        raise Refused(
            "parameter-out-of-range",
            f"the orders do not tell what the model asks: {', '.join(beyond)} is out of range; "
            "fit a longer window, or one with more customers",
        )
    if spending.q <= 1:
        raise Refused(
            "no-mean-amount",
            f"with q = {spending.q} customers differ so much that they have no mean amount; "
            "look for amounts that are no purchases, or fit a longer window",
        )


def _tells(value: Decimal) -> bool:
    return PARAMETER_MIN < value < PARAMETER_MAX


def _says_the_same(before: LifetimeValueFit, now: LifetimeValueFit) -> bool:
    """Tell whether only the log has grown meanwhile, by what does not matter here."""
    return before.model_copy(update={"known_at": now.known_at}) == now
