"""Lifetime value over HTTP: what an account is expected to be worth, and the fits behind it.

Fits are made by `tenure clv fit`, not by a request: they take as long as there are customers, and
need packages that a service can do without (ADR 0032).
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from api.moment import AsOf, KnownAt, moment_asked
from api.reading import (
    LIST_ANSWERS,
    READ_ANSWERS,
    After,
    Form,
    Limit,
    Listed,
    PresentReading,
    Reading,
    View,
    listed,
)
from api.validation import BadField
from domain.currency import Currency
from domain.purchase_history import PurchaseHistory
from projections.account_overview import find_account
from projections.lifetime_value import PurchasesExpected, PurchasesSeen, account_value
from projections.lifetime_value_fits import (
    LifetimeValueFitRow,
    find_fit,
    fit_in_force,
    list_fits,
)
from projections.purchases import histories_of_account

router = APIRouter(tags=["lifetime value"])

Months = Annotated[int, Query(ge=1, le=120, description="how many months ahead")]
Discount = Annotated[
    Decimal,
    Query(
        ge=0,
        le=1,
        max_digits=7,
        decimal_places=6,
        description="by which share a coming month's money counts less, for each month: "
        "0.01 is one percent a month, 12.7 % a year",
    ),
]
CurrencyAsked = Annotated[
    Currency | None, Query(description="needed where the account has bought in several")
]
FitAsked = Annotated[
    int | None,
    Query(
        ge=1,
        le=2**62,
        description="the position of a fit; if not given, the one whose orders end last by `as_of`",
    ),
]


class LifetimeValueFigure(BaseModel):
    """What an account is expected to be worth, reckoned from its orders by the fit at `fit`.

    All amounts are in `currency`.

    Without an order in the currency there is no figure: `seen` and `expected` are null, and
    `no_data` says why. `cautions` are codes: `population-mean-amount`, `bought-since-the-fit`,
    `few-customers`, `amount-goes-with-frequency`.
    """

    account_id: UUID
    currency: str
    as_of: date
    known_at: int
    months: int
    monthly_discount: Decimal
    fit: int = Field(description="the position of the fit in the log")
    fit_first_on: date
    fit_last_on: date
    fit_customers: int
    seen: PurchasesSeen | None
    expected: PurchasesExpected | None
    no_data: str | None
    cautions: list[str]


@router.get(
    "/lifetime-value-fits", responses=LIST_ANSWERS, response_model=Listed[LifetimeValueFitRow]
)
async def read_fits(
    view: Reading,
    response: Response,
    form: Form,
    currency: Annotated[Currency | None, Query(description="only those in this currency")] = None,
    after: After = None,
    limit: Limit = 100,
) -> Any:
    page = await list_fits(
        view.connection, view.tenant_id, currency=currency, after=after, limit=limit
    )
    return listed(page, LifetimeValueFitRow, response, form)


@router.get(
    "/lifetime-value-fits/{position}", responses=READ_ANSWERS, response_model=LifetimeValueFitRow
)
async def read_fit(position: Annotated[int, Path(ge=1, le=2**62)], view: Reading) -> Any:
    return await find_fit(view.connection, view.tenant_id, position)


@router.get(
    "/accounts/{account_id}/lifetime-value",
    responses=READ_ANSWERS,
    response_model=LifetimeValueFigure,
)
async def read_lifetime_value(
    account_id: UUID,
    view: PresentReading,
    months: Months = 12,
    discount: Discount = Decimal("0.01"),
    currency: CurrencyAsked = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    fit: FitAsked = None,
) -> Any:
    await find_account(view.connection, view.tenant_id, account_id)
    day, known = await moment_asked(view, as_of, known_at)
    histories = await histories_of_account(
        view.connection, view.tenant_id, account_id, as_of=day, known_at=known
    )
    named = None if fit is None else await _named(view, fit, currency)
    wanted = currency or (named.currency if named else _only_currency(histories))
    used = named or await fit_in_force(
        view.connection, view.tenant_id, wanted, as_of=day, known_at=known
    )
    history = histories.get(wanted)
    value = None
    if history is not None:
        value = account_value(used, history, as_of=day, months=months, monthly_discount=discount)
    return LifetimeValueFigure(
        account_id=account_id,
        currency=wanted,
        as_of=day,
        known_at=known,
        months=months,
        monthly_discount=discount,
        fit=used.position,
        fit_first_on=used.first_on,
        fit_last_on=used.last_on,
        fit_customers=used.customers,
        seen=value.seen if value else None,
        expected=value.expected if value else None,
        no_data=None if value else "no-orders",
        cautions=value.cautions if value else [],
    )


async def _named(view: View, position: int, currency: str | None) -> LifetimeValueFitRow:
    """Return the fit that was asked for, which must be of the currency that was asked for."""
    found = await find_fit(view.connection, view.tenant_id, position)
    if currency is not None and found.currency != currency:
        problem = f"is a fit to orders in {found.currency}, not in {currency}"
        raise BadField("fit", problem, place="query", code="fit-of-another-currency")
    return found


def _only_currency(histories: dict[str, PurchaseHistory]) -> str:
    if len(histories) == 1:
        return next(iter(histories))
    bought_in = ", ".join(sorted(histories)) or "none"
    problem = f"is needed: the account has bought in {bought_in}"
    raise BadField("currency", problem, place="query", code="currency-required")
