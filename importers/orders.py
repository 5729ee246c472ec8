"""Rows of orders: each places one, on its own day, in an account that another system names."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final
from uuid import UUID

from domain.commands import place_order
from domain.external_reference import ExternalReference, ForeignId
from domain.money import Money
from domain.order_book import OrderContent, OrderLine
from domain.words import Code, Label
from importers import cells
from importers.cells import Column, Values, read_cells
from importers.failure import BadCell, BadRow
from importers.identity import order_id_at, order_id_of
from importers.rows import Row
from importers.taking import Context, Links, Taken

_LINE_COLUMNS: Final = ("product", "quantity", "product_line")


class Orders:
    """Places an order for each row; the same row of the same file is placed once."""

    name = "orders"
    columns = (
        Column("account_external_id", cells.of_type(ForeignId), required=True),
        Column("external_system", cells.of_type(Code)),
        Column("order_id", cells.of_type(ForeignId)),
        Column("ordered_on", cells.day, required=True),
        Column("amount", cells.amount, required=True),
        Column("currency", cells.currency, required=True),
        Column("discount", cells.amount),
        Column("tax", cells.amount),
        Column("number", cells.of_type(Label)),
        Column("product", cells.of_type(Label)),
        Column("quantity", cells.amount),
        Column("product_line", cells.of_type(Label)),
    )
    columns_of_lines: Sequence[Column] = (
        Column("product", cells.of_type(Label), required=True),
        Column("quantity", cells.amount, required=True),
        Column("amount", cells.amount, required=True),
        Column("product_line", cells.of_type(Label)),
    )
    blame: Mapping[str, str] = {
        "in-the-future": "ordered_on",
        "negative-amount": "amount",
        "negative-quantity": "quantity",
        "lines-do-not-add-up": "lines",
        "order-id-taken": "order_id",
        "account-closed": "account_external_id",
    }

    def links(self, values: Values, system: str) -> Links:
        return Links(references=(_reference(values, system),))

    def take(self, row: Row, values: Values, context: Context) -> Sequence[Taken]:
        reference = _reference(values, context.system)
        account_id = context.accounts.get(reference)
        if account_id is None:
            what = f"no account has this id of the system {reference.system}"
            raise BadCell("account_external_id", what, reference.id)
        amount = Money(amount=values["amount"], currency=values["currency"])
        content = OrderContent(
            ordered_on=values["ordered_on"],
            amount=amount,
            discount=_money(values, "discount"),
            tax=_money(values, "tax"),
            lines=_lines(row, values, amount),
            number=values.get("number"),
        )
        decision = place_order(
            account_id,
            order_id=_order_id(row, values, context),
            content=content,
            today=context.today,
        )
        return (Taken(decision, content.ordered_on),)


def _reference(values: Values, system: str) -> ExternalReference:
    return _named(values.get("external_system") or system, values["account_external_id"])


@lru_cache(maxsize=10_000)  # a row is looked at twice, a batch later
def _named(system: str, id_: str) -> ExternalReference:
    return ExternalReference(system=system, id=id_)


def _order_id(row: Row, values: Values, context: Context) -> UUID:
    if "order_id" in values:
        return order_id_of(values.get("external_system") or context.system, values["order_id"])
    return order_id_at(row.identity(context.sha256))


def _money(values: Values, column: str) -> Money | None:
    if column not in values:
        return None
    return Money(amount=values[column], currency=values["currency"])


def _lines(row: Row, values: Values, amount: Money) -> tuple[OrderLine, ...]:
    """Return the lines listed; else the one line that a row of a single product is."""
    given = [column for column in _LINE_COLUMNS if column in values]
    if row.lines:
        if given:
            raise BadCell(
                given[0], "stands beside lines; give one of the two", str(values[given[0]])
            )
        return tuple(_line(number, each, values) for number, each in enumerate(row.lines, 1))
    if not given:
        return ()
    for column in ("product", "quantity"):
        if column not in values:
            raise BadCell(column, f"is missing beside {' and '.join(given)}", "")
    return (_order_line(values, amount),)


def _line(number: int, texts: Mapping[str, str], values: Values) -> OrderLine:
    known = {column.name for column in Orders.columns_of_lines}
    unknown = next((name for name in texts if name not in known), None)
    if unknown is not None:
        raise BadCell(f"lines[{number}].{unknown}", "is not a known column", texts[unknown])
    try:
        line = read_cells(texts, Orders.columns_of_lines)
    except BadRow as bad:
        first = bad.cells[0]
        raise BadCell(f"lines[{number}].{first.column}", first.what, first.value) from None
    return _order_line(line, Money(amount=line["amount"], currency=values["currency"]))


def _order_line(line: Values, amount: Money) -> OrderLine:
    return OrderLine(
        product=line["product"],
        quantity=line["quantity"],
        amount=amount,
        product_line=line.get("product_line"),
    )
