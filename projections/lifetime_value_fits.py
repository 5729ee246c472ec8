"""The models of lifetime value that were fitted: one row a fit, named by its position."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.sql import SQL

from domain.lifetime_value_model import LifetimeValueModelFitted
from domain.purchasing import Purchasing
from domain.refusal import NotFound
from domain.spending import Spending
from ledger.recorded import Recorded
from projections.page import BadCursor, Page, decode_cursor, page_of, where
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class LifetimeValueFitRow:
    """One fit; the columns of `projections.lifetime_value_fit`."""

    position: int
    currency: str
    first_on: date
    last_on: date
    known_at: int
    customers: int
    repeat_customers: int
    paying_repeat_customers: int
    r: Decimal
    alpha: Decimal
    a: Decimal
    b: Decimal
    purchasing_log_likelihood: Decimal
    p: Decimal
    q: Decimal
    gamma: Decimal
    spending_log_likelihood: Decimal
    correlation: Decimal
    algorithm: int

    @property
    def purchasing(self) -> Purchasing:
        return Purchasing(float(self.r), float(self.alpha), float(self.a), float(self.b))

    @property
    def spending(self) -> Spending:
        return Spending(float(self.p), float(self.q), float(self.gamma))


def evolve(_: LifetimeValueFitRow | None, entry: Recorded) -> LifetimeValueFitRow:
    """Write a fit down as a row; it is never changed."""
    event = entry.event
    if not isinstance(event, LifetimeValueModelFitted):
        raise TypeError(f"{entry.envelope.name} is no fit")
    fit = event.fit
    return LifetimeValueFitRow(
        position=entry.position,
        currency=fit.currency,
        first_on=fit.first_on,
        last_on=fit.last_on,
        known_at=fit.known_at,
        customers=fit.customers,
        repeat_customers=fit.repeat_customers,
        paying_repeat_customers=fit.spending.customers,
        r=fit.purchasing.r,
        alpha=fit.purchasing.alpha,
        a=fit.purchasing.a,
        b=fit.purchasing.b,
        purchasing_log_likelihood=fit.purchasing.log_likelihood,
        p=fit.spending.p,
        q=fit.spending.q,
        gamma=fit.spending.gamma,
        spending_log_likelihood=fit.spending.log_likelihood,
        correlation=fit.correlation,
        algorithm=fit.algorithm,
    )


def key_of(entry: Recorded) -> Key | None:
    return (entry.position,) if isinstance(entry.event, LifetimeValueModelFitted) else None


LIFETIME_VALUE_FITS: Final = RowView(
    name="lifetime-value-fits",
    table="lifetime_value_fit",
    row=LifetimeValueFitRow,
    key=("position",),
    key_of=key_of,
    evolve=evolve,
)

_NEWEST_FIRST: Final = SQL(" ORDER BY position DESC LIMIT %s")
_LATEST_WINDOW: Final = SQL(" ORDER BY last_on DESC, position DESC LIMIT 1")


class NoFit(NotFound):
    """Nothing was fitted yet that a figure of this day may rest on."""

    def __init__(self, currency: str, as_of: date, known_at: int) -> None:
        super().__init__("lifetime-value-fit", currency)
        ask = f"`tenure clv fit --currency {currency} --until {as_of}`"
        message = (
            f"no fit to orders in {currency} up to {as_of} is known at position {known_at}; make "
            f"one with {ask}, or name a later one with `fit`"
        )
        self.args = (message,)


async def list_fits(
    connection: AsyncConnection[Any],
    tenant_id: str,
    *,
    currency: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page[LifetimeValueFitRow]:
    """Return fits, those recorded last first, `limit` at the most.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    conditions, parameters = ["tenant_id = %s"], [tenant_id]
    if currency is not None:
        conditions.append("currency = %s")
        parameters.append(currency)
    if after is not None:
        conditions.append("position < %s::bigint")
        parameters.append(str(_position_in(after)))
    query = LIFETIME_VALUE_FITS.select_from + where(conditions) + _NEWEST_FIRST
    rows = await LIFETIME_VALUE_FITS.select(connection, query, (*parameters, limit + 1))
    return page_of(rows, limit, lambda row: (row.position,))


async def find_fit(
    connection: AsyncConnection[Any], tenant_id: str, position: int
) -> LifetimeValueFitRow:
    """Return the fit that was recorded at a position.

    Raises:
        NotFound: none was.
    """
    conditions = where(["tenant_id = %s", "position = %s"])
    query = LIFETIME_VALUE_FITS.select_from + conditions
    rows = await LIFETIME_VALUE_FITS.select(connection, query, (tenant_id, position))
    if not rows:
        raise NotFound("lifetime-value-fit", str(position))
    return rows[0]


async def fit_in_force(
    connection: AsyncConnection[Any], tenant_id: str, currency: str, *, as_of: date, known_at: int
) -> LifetimeValueFitRow:
    """Return the fit that holds on a day, as known at a position.

    It is the one whose window ends last by then, so that no figure of a past day rests on later
    orders; of two with the same end, the one recorded last.

    Raises:
        NoFit: there is none.
    """
    conditions = ["tenant_id = %s", "currency = %s", "last_on <= %s", "position <= %s"]
    query = LIFETIME_VALUE_FITS.select_from + where(conditions) + _LATEST_WINDOW
    asked = (tenant_id, currency, as_of, known_at)
    rows = await LIFETIME_VALUE_FITS.select(connection, query, asked)
    if not rows:
        raise NoFit(currency, as_of, known_at)
    return rows[0]


def _position_in(cursor: str) -> int:
    match decode_cursor(cursor):
        case [text] if text.isascii() and text.isdecimal() and len(text) <= len(str(2**62)):
            return int(text)
        case _:
            raise BadCursor
