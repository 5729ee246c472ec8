"""What is different of an account between two moments, and which events made it so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ledger.recorded import Recorded
from projections.account_state import VIEWS_OF_ACCOUNT, AccountState, as_json
from projections.row_view import RowView

_BOOKKEEPING: Final = frozenset({"position", "version"})
"""Columns that move with every event: they say where a row stands, and nothing of the account."""


class DifferenceKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One item that is another at the later moment; `columns` have their values (from, to).

    `entries` are those that concern it and count at one of the moments only.
    """

    view: str
    key: Mapping[str, Any]
    kind: DifferenceKind
    columns: Mapping[str, tuple[Any, Any]]
    entries: Sequence[Recorded]


def account_diff(before: AccountState, after: AccountState) -> Sequence[Difference]:
    """Return what differs, view by view, in the order of the first event behind it."""
    there = {entry.position: entry for entry in (*before.entries, *after.entries)}
    once = {e.position for e in before.entries} ^ {e.position for e in after.entries}
    between = [there[position] for position in sorted(once)]
    return [
        difference
        for view in VIEWS_OF_ACCOUNT
        for difference in sorted(_of_view(view, before, after, between), key=_first_position)
    ]


def _of_view(
    view: RowView[Any], before: AccountState, after: AccountState, between: Sequence[Recorded]
) -> Iterator[Difference]:
    was, now = before.rows[view.name], after.rows[view.name]
    for key in dict.fromkeys((*was, *now)):
        old, new = was.get(key), now.get(key)
        columns = _columns(view, old, new)
        if columns:
            yield Difference(
                view.name,
                {name: as_json(view, new or old)[name] for name in view.key},
                _kind(old, new),
                columns,
                [entry for entry in between if view.key_of(entry) == key],
            )


def _columns(view: RowView[Any], old: Any, new: Any) -> Mapping[str, tuple[Any, Any]]:
    was = {} if old is None else as_json(view, old)
    now = {} if new is None else as_json(view, new)
    return {
        name: (was.get(name), now.get(name))
        for name in dict.fromkeys((*was, *now))
        if name not in _BOOKKEEPING and was.get(name) != now.get(name)
    }


def _kind(old: Any, new: Any) -> DifferenceKind:
    if old is None:
        return DifferenceKind.ADDED
    return DifferenceKind.REMOVED if new is None else DifferenceKind.CHANGED


def _first_position(difference: Difference) -> int:
    return difference.entries[0].position if difference.entries else 0
