"""Puts the lines of an order, each a row of its file, together into one order."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from importers.failure import BadCell
from importers.rows import ORIGIN, Row


def grouped(rows: Iterable[Row], column: str) -> Iterator[Row]:
    """Yield an order for all rows that have the same value in the column, where the first stands.

    Rows without such a value, or that cannot be read at all, stay as they are.
    """
    orders: dict[str, list[Row]] = {}
    for row in rows:
        value = row.cells.get(column)
        orders.setdefault(f"={value}" if value else f"#{row.number}", []).append(row)
    for lines in orders.values():
        yield lines[0] if lines[0].broken or lines[0].left_out else _order(lines)


def _order(rows: list[Row]) -> Row:
    """Make one row; its amount is the sum of its lines, unless it has one of its own."""
    first = rows[0]
    bad = [cell for row in rows for cell in row.bad]
    for row in rows[1:]:
        bad += _differing(first, row)
    lines = [line for row in rows for line in row.lines]
    cells = dict(first.cells)
    if "amount" not in cells and not bad:
        cells["amount"] = f"{sum((_amount(line.get('amount')) for line in lines), Decimal(0)):f}"
    return replace(
        first,
        cells=cells,
        lines=lines,
        bad=bad,
        aside=[aside for row in rows for aside in row.aside],
        more=[row.original for row in rows[1:]],
    )


def _differing(first: Row, row: Row) -> Iterator[BadCell]:
    for column in first.cells.keys() | row.cells.keys():
        value = row.cells.get(column, "")
        if column != ORIGIN and value != first.cells.get(column, ""):
            what = f"is not that of the order's first line, {first.line}"
            yield BadCell(column, what, value, line=row.line)


def _amount(text: str | None) -> Decimal:
    """Read a line's amount; one that is missing is complained of by the line itself."""
    try:
        return Decimal(text or 0)
    except InvalidOperation:
        return Decimal(0)
