"""Rows of a change history: moves, amounts and expected closes of deals, each on its own day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from domain.deal_terms import DealStage, DealStatus
from domain.external_reference import ForeignId
from domain.words import Code
from importers import cells, written_day, written_number
from importers.cells import Column, Values, read_cells
from importers.deal_steps import Change, DealRef, change_steps, nothing_more, outcome_step
from importers.failure import BadCell, BadRow, Held
from importers.identity import change_key_of, deal_id_of
from importers.mapped_table import MappedTable
from importers.rows import Row
from importers.source import Source
from importers.taking import Context, Links, Taken

_OUTCOMES: Final = (DealStatus.WON, DealStatus.LOST)


@dataclass
class History:
    """The changes of the deals of one run, for the file that has the deals themselves."""

    changes: dict[UUID, list[Change]] = field(default_factory=dict)
    told: set[UUID] = field(default_factory=set)
    """Deals whose row has been taken in this run: how they ended is told there."""

    def of(self, deal_id: UUID) -> Sequence[Change]:
        """Return the changes of a deal, in order; from now on its end is known from elsewhere."""
        self.told.add(deal_id)
        return self.changes.get(deal_id, ())


class DealChanges:
    """Records what changed in deals that are there: in the order of the days, each change once."""

    name = "deal-changes"
    columns: Sequence[Column] = (
        Column("change_id", cells.of_type(ForeignId)),
        Column("external_system", cells.of_type(Code)),
        Column("deal_external_id", cells.of_type(ForeignId), required=True),
        Column("changed_at", cells.moment, required=True),
        Column("stage", str),
        Column("amount", cells.amount),
        Column("expected_close_on", cells.day),
        Column("field", str),
        Column("new_value", str),
        Column("old_value", str),
    )
    columns_of_lines: Sequence[Column] = ()
    blame: Mapping[str, str] = {
        "in-the-future": "changed_at",
        "deal-closed": "deal_external_id",
        "account-closed": "deal_external_id",
        "negative-amount": "amount",
    }

    def __init__(self, history: History | None = None) -> None:
        self.history = history or History()

    def links(self, values: Values, system: str) -> Links:
        return Links(deals=[_deal_id(values, system)])

    def take(self, row: Row, values: Values, context: Context) -> Sequence[Taken]:
        deal_id = _deal_id(values, context.system)
        account_id = context.deals.get(deal_id)
        if account_id is None:
            what = "no deal has this id; import the deals along with their history, or before it"
            raise Held("deal_external_id", what, values["deal_external_id"])
        change = _change(row, values, context.system, context.sha256)
        if change is None:
            return ()
        ref = DealRef(account_id, deal_id, context.today)
        steps = [*change_steps(ref, change, context.origin)]
        outcome = outcome_step(ref, change, context.origin)
        if outcome is not None and deal_id not in self.history.told:
            steps.append(outcome)
        return steps or [Taken(nothing_more(ref), change.on)]


def read_history(
    table: MappedTable, source: Source, kind: DealChanges, system: str, origin: str | None
) -> None:
    """Read the whole of a history, so that deals can be opened as they were at first.

    Rows that cannot be read are passed over here: they are rejected when the file has its turn.
    """
    history = kind.history
    with source.path.open(encoding=source.encoding, newline=table.newline) as text:
        for row in table.rows(text):
            if row.broken or row.bad or row.left_out:
                continue
            try:
                values = read_cells(row.cells, kind.columns)
                change = _change(row, values, system, source.sha256)
            except (BadCell, BadRow):
                continue
            if change is not None:
                of_deal = history.changes.setdefault(_deal_id(values, system), [])
                of_deal.append(replace(change, origin=origin))
    for changes in history.changes.values():
        changes.sort(key=lambda change: change.at)


def _deal_id(values: Values, system: str) -> UUID:
    return deal_id_of(values.get("external_system") or system, values["deal_external_id"])


def _change(row: Row, values: Values, system: str, sha256: str) -> Change | None:
    """Read what changed; None where nothing did that we keep.

    Raises:
        BadCell: a value that cannot be read.
    """
    key = row.identity(sha256)
    if "change_id" in values:
        key = change_key_of(values.get("external_system") or system, values["change_id"])
    at: datetime = values["changed_at"]
    if "field" in values:
        return _field_change(key, at, values)
    stage, outcome = _stage_or_outcome("stage", values.get("stage"))
    change = Change(
        key=key,
        at=at,
        stage=stage,
        outcome=outcome,
        amount=values.get("amount"),
        expected_close_on=values.get("expected_close_on"),
    )
    said = (stage, outcome, change.amount, change.expected_close_on)
    return None if said == (None, None, None, None) else change


def _field_change(key: str, at: datetime, values: Values) -> Change | None:
    """Read a row that names one field, its old value and its new one."""
    new, old = values.get("new_value"), values.get("old_value")
    if new is None:
        return None
    match values["field"]:
        case "stage":
            stage, outcome = _stage_or_outcome("new_value", new)
            was, _ = _stage_or_outcome("old_value", old)
            return Change(key, at, stage=stage, outcome=outcome, was_stage=was)
        case "amount":
            before = None if old is None else _amount("old_value", old)
            return Change(key, at, amount=_amount("new_value", new), was_amount=before)
        case "expected_close_on":
            day = None if old is None else _day("old_value", old)
            return Change(
                key, at, expected_close_on=_day("new_value", new), was_expected_close_on=day
            )
        case _:
            return None


def _stage_or_outcome(column: str, said: str | None) -> tuple[DealStage | None, DealStatus | None]:
    if said is None:
        return None, None
    word = said.casefold()
    if word in _OUTCOMES:
        return None, DealStatus(word)
    try:
        return DealStage(word), None
    except ValueError:
        what = (
            f"is not one of {', '.join((*DealStage, *_OUTCOMES))}; "
            "say in a mapping of yours which of them it is"
        )
        raise BadCell(column, what, said) from None


def _amount(column: str, text: str) -> Decimal:
    try:
        return cells.amount(written_number.plain(text, "."))
    except ValueError as error:
        raise BadCell(column, str(error), text) from None


def _day(column: str, text: str) -> date:
    try:
        return written_day.moment(text, None, UTC).date()
    except ValueError as error:
        raise BadCell(column, str(error), text) from None
