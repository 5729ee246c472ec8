"""What facts add up to in blocks of positions: a tenant's figure of any month without its facts.

A fact is a line at its own position, and a contrary one at the position that takes it back. Lines
of one month, one block of positions and one currency are added up over all accounts. The sum up to
a position is that of the blocks before it, and of the lines in the block that it stands in. Blocks
begin at fixed positions, so that a rebuild adds up the same ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from psycopg import AsyncConnection

from projections.kpi_fact import Fact, Measure, Superseding
from projections.text_form import amount_array, plain_array, text_array

BLOCK: Final = 1_024
"""So many positions are added up together."""

_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """What one position adds to the sums of the month of `day`, as of `counts_from` and later."""

    day: date
    counts_from: date
    position: int
    currency: str
    order_amount: Decimal = _NOTHING
    refund_amount: Decimal = _NOTHING
    orders: int = 0
    orders_ever: int = 0


_ADD_SQL: Final = """
    INSERT INTO kpi_block AS block (tenant_id, month, block, currency, order_amount,
        refund_amount, orders, orders_ever, revenue_position, orders_position,
        latest_from)
    SELECT %s, * FROM unnest(%s::date[], %s::bigint[], %s::text[], %s::numeric[], %s::numeric[],
        %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::date[])
    ON CONFLICT (tenant_id, month, block, currency) DO UPDATE SET
        order_amount = block.order_amount + excluded.order_amount,
        refund_amount = block.refund_amount + excluded.refund_amount,
        orders = block.orders + excluded.orders,
        orders_ever = block.orders_ever + excluded.orders_ever,
        revenue_position = greatest(block.revenue_position, excluded.revenue_position),
        orders_position = greatest(block.orders_position, excluded.orders_position),
        latest_from = greatest(block.latest_from, excluded.latest_from)
"""


def lines_of(fact: Fact) -> Iterator[Line]:
    """Yield the line of a fact, and the contrary one if it has been taken back already."""
    yield _line(fact, fact.position, fact.effective_at, 1, ever=1)
    if fact.superseded is not None:
        yield taken_back(fact, fact.superseded)


def taken_back(fact: Fact, by: Superseding) -> Line:
    """Return the contrary line of a fact; it ever was, unless it was corrected."""
    ever = -1 if by.from_day is None else 0
    return _line(fact, by.position, by.from_day or fact.effective_at, -1, ever=ever)


async def add_lines(
    connection: AsyncConnection[Any], tenant_id: str, lines: Sequence[Line]
) -> None:
    """Add lines to the sums of their blocks, in one statement."""
    sums: dict[tuple[date, int, str], _Sum] = {}
    for line in lines:
        key = line.day.replace(day=1), block_of(line.position), line.currency
        sums.setdefault(key, _Sum()).add(line)
    if not sums:
        return
    ordered = sorted(sums.items())
    of_keys = list(zip(*[key for key, _ in ordered], strict=True))
    of_sums = [each for _, each in ordered]
    columns = (
        plain_array(of_keys[0]),
        plain_array(of_keys[1]),
        text_array(of_keys[2]),
        amount_array([each.order_amount for each in of_sums]),
        amount_array([each.refund_amount for each in of_sums]),
        plain_array([each.orders for each in of_sums]),
        plain_array([each.orders_ever for each in of_sums]),
        plain_array([each.revenue_position for each in of_sums]),
        plain_array([each.orders_position for each in of_sums]),
        plain_array([each.latest_from for each in of_sums]),
    )
    await connection.execute(_ADD_SQL, (tenant_id, *columns))


def block_of(position: int) -> int:
    return (position - 1) // BLOCK


class _Sum:
    def __init__(self) -> None:
        self.order_amount = self.refund_amount = _NOTHING
        self.orders = self.orders_ever = 0
        self.revenue_position: int | None = None
        self.orders_position: int | None = None
        self.latest_from = date.min

    def add(self, line: Line) -> None:
        self.order_amount += line.order_amount
        self.refund_amount += line.refund_amount
        self.orders += line.orders
        self.orders_ever += line.orders_ever
        if line.orders:
            self.orders_position = max(self.orders_position or 0, line.position)
        else:
            self.revenue_position = max(self.revenue_position or 0, line.position)
        self.latest_from = max(self.latest_from, line.counts_from, line.day)


def _line(fact: Fact, position: int, counts_from: date, sign: int, *, ever: int) -> Line:
    is_refund = fact.amount < 0
    amount = sign * fact.amount
    if fact.measure is Measure.ORDERS:
        return Line(
            fact.effective_at,
            counts_from,
            position,
            fact.currency,
            orders=sign,
            orders_ever=ever,
        )
    return Line(
        fact.effective_at,
        counts_from,
        position,
        fact.currency,
        order_amount=_NOTHING if is_refund else amount,
        refund_amount=-amount if is_refund else _NOTHING,
    )
