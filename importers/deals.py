"""Rows of deals: each opens one on its day, and wins or loses it on its own, as the row has it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from domain.deal_terms import DealKind, DealStage, DealStatus, DealTerms
from domain.decision import Decision
from domain.external_reference import ForeignId
from domain.money import Money
from domain.words import Code, Label, Name
from importers import cells
from importers.cells import Column, Values
from importers.deal_changes import History
from importers.deal_steps import (
    NOT_GIVEN,
    Change,
    DealRef,
    change_steps,
    lose_step,
    open_step,
    win_step,
)
from importers.failure import BadCell
from importers.identity import deal_id_at, deal_id_of
from importers.links import ACCOUNT_COLUMNS, account_links, account_of
from importers.owners import OWNER
from importers.owning import own_deal, register_owner
from importers.rows import Row
from importers.taking import HISTORY_STARTS_HERE, Context, Links, Taken

_STATUSES: Final = (DealStatus.OPEN, DealStatus.WON, DealStatus.LOST)
_label: Final = cells.of_type(Label)


def _products(text: str) -> tuple[str, ...]:
    """Read products with semicolons between."""
    return tuple(dict.fromkeys(_label(each.strip()) for each in text.split(";") if each.strip()))


class Deals:
    """Opens a deal for each row, moves it through its `history` if there is one, and ends it."""

    name = "deals"
    columns: Sequence[Column] = (
        Column("external_id", cells.of_type(ForeignId)),
        Column("external_system", cells.of_type(Code)),
        *ACCOUNT_COLUMNS,
        Column("name", cells.of_type(Name), required=True),
        Column("kind", cells.one_of(DealKind)),
        Column("amount", cells.amount, required=True),
        Column("currency", cells.currency, required=True),
        Column("products", _products),
        Column("opened_on", cells.day, required=True),
        Column("expected_close_on", cells.day),
        Column("stage", str),
        Column("status", str),
        Column("is_closed", cells.truth),
        Column("is_won", cells.truth),
        Column("closed_on", cells.day),
        Column("won_on", cells.day),
        Column("lost_on", cells.day),
        Column("lost_because", cells.of_type(Code)),
        Column(OWNER, cells.of_type(Name)),
    )
    columns_of_lines: Sequence[Column] = ()
    blame: Mapping[str, str] = {
        "in-the-future": "opened_on",
        "negative-amount": "amount",
        "account-closed": "account_name",
        "first-deal-is-new-business": "kind",
        "renewal-without-contract": "kind",
        "products-required": "products",
        "product-not-owned": "products",
        "product-already-owned": "products",
        "nothing-sold-yet": "kind",
        "party-not-ours": OWNER,
        "no-party": OWNER,
    }

    def __init__(self, history: History | None = None) -> None:
        self._history = history or History()

    def links(self, values: Values, system: str) -> Links:
        return account_links(values, system)

    def take(self, row: Row, values: Values, context: Context) -> Sequence[Taken]:
        account_id = account_of(values, context)
        if account_id is None:
            raise BadCell("account_name", "is missing: a deal belongs to an account", "")
        deal_id, opened_on = _deal_id(row, values, context), values["opened_on"]
        status = _status(values)
        ended_on = None if status is DealStatus.OPEN else _ended_on(values, status, context.today)
        now = _terms(values, status)
        changes = self._history.of(deal_id)
        ref = DealRef(account_id, deal_id, context.today)
        opening = open_step(
            ref,
            first=_at_first(now, changes),
            now=now,
            is_open=status is DealStatus.OPEN,
            on=opened_on,
        )
        starts = None if changes else HISTORY_STARTS_HERE
        steps = [Taken(opening, opened_on, _reason(context, starts))]
        owner = context.owners.find(values.get(OWNER))
        if owner is not None:
            reason = _reason(context, starts)
            steps += register_owner(owner, on=opened_on, today=context.today, reason=reason)
            steps.append(own_deal(ref, owner, on=opened_on, reason=reason))
        for change in changes:
            steps += [_for_another_row(step) for step in change_steps(ref, change, change.origin)]
        if ended_on is not None:
            steps.append(
                Taken(_ending(ref, status, now, values, ended_on), ended_on, context.origin)
            )
        return steps


def _for_another_row(step: Taken) -> Taken:
    return Taken(step.decision, step.effective_at, step.reason, step.key, of_another_row=True)


def _ending(ref: DealRef, status: DealStatus, now: DealTerms, values: Values, on: date) -> Decision:
    if status is DealStatus.WON:
        return win_step(ref, amount=now.amount, on=on)
    return lose_step(ref, reason_code=values.get("lost_because", NOT_GIVEN), on=on)


def _reason(context: Context, starts: str | None) -> str | None:
    if context.origin is None:
        return None
    return "; ".join(filter(None, (context.origin, starts)))


def _deal_id(row: Row, values: Values, context: Context) -> UUID:
    if "external_id" in values:
        return deal_id_of(values.get("external_system") or context.system, values["external_id"])
    return deal_id_at(row.identity(context.sha256))


def _status(values: Values) -> DealStatus:
    """Return whether the deal is open, won or lost, by its own column or by two boxes ticked."""
    if values.get("is_won"):
        return DealStatus.WON
    if "is_closed" in values:
        return DealStatus.LOST if values["is_closed"] else DealStatus.OPEN
    said = values.get("status", DealStatus.OPEN).casefold()
    if said not in _STATUSES:
        what = f"is not one of {', '.join(_STATUSES)}; say in a mapping of yours which of them"
        raise BadCell("status", what, values["status"])
    return DealStatus(said)


def _ended_on(values: Values, status: DealStatus, today: date) -> date:
    """Return the day of the win or loss.

    Raises:
        BadCell: it is not given, has not come yet, or lies before the opening.
    """
    own = "won_on" if status is DealStatus.WON else "lost_on"
    column = own if own in values else "closed_on"
    on: date | None = values.get(column)
    if on is None:
        raise BadCell("closed_on", f"is missing: the deal was {status} on some day", "")
    if on > today:
        raise BadCell(column, f"has not come yet, and the deal is {status}", str(on))
    if on < values["opened_on"]:
        what = f"lies before the day on which the deal was opened, {values['opened_on']}"
        raise BadCell(column, what, str(on))
    return on


def _terms(values: Values, status: DealStatus) -> DealTerms:
    try:
        return DealTerms(
            kind=values.get("kind", DealKind.NEW_BUSINESS),
            name=values["name"],
            amount=Money(amount=values["amount"], currency=values["currency"]),
            products=values.get("products", ()),
            expected_close_on=values.get("expected_close_on"),
            stage=_stage(values, status),
        )
    except ValidationError as error:  # each part was read before: only together they can be wrong
        raise BadCell("row", error.errors()[0]["msg"], values["name"]) from None


def _stage(values: Values, status: DealStatus) -> DealStage:
    """Return the stage; of a deal that has ended it says little, and is not insisted on."""
    said = values.get("stage")
    if said is None:
        return DealStage.PROSPECTING
    try:
        return DealStage(said.casefold())
    except ValueError:
        if status is not DealStatus.OPEN:
            return DealStage.PROSPECTING
    what = f"is not one of {', '.join(DealStage)}; say in a mapping of yours which of them it is"
    raise BadCell("stage", what, said)


def _at_first(now: DealTerms, changes: Sequence[Change]) -> DealTerms:
    """Return what the deal was about when it was opened, as far as its history tells."""
    stage = next((c.was_stage or c.stage for c in changes if c.was_stage or c.stage), now.stage)
    amount = _first(
        (c.was_amount, c.amount) for c in changes if (c.was_amount, c.amount) != (None, None)
    )
    close = _first(
        (c.was_expected_close_on, c.expected_close_on)
        for c in changes
        if (c.was_expected_close_on, c.expected_close_on) != (None, None)
    )
    update: dict[str, Any] = {"stage": stage}
    if amount is not None:
        update["amount"] = Money(amount=amount, currency=now.amount.currency)
    if close is not None:
        update["expected_close_on"] = close
    return now.model_copy(update=update)


def _first(pairs: Any) -> Any:
    """Return the value before the first change, or else the one it changed to."""
    was, became = next(iter(pairs), (None, None))
    return became if was is None else was
