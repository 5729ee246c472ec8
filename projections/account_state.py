"""An account as it stood at a moment: itself and everything that hangs on it, folded in memory.

The folds are those of the views, so that a state is what the lists show, item by item.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter

from domain.check_in import CheckInStatus
from domain.refusal import NotFound
from ledger.recorded import Recorded
from projections.account_overview import ACCOUNT_OVERVIEW, AccountOverview
from projections.check_ins import CHECK_INS, CheckInRow
from projections.every_projection import EVERY_PROJECTION
from projections.moment import Moment
from projections.past.own_days import standing_at
from projections.relationships import RELATIONSHIP_ROWS, RelationshipRow, RelationshipStatus
from projections.row_view import Key, RowView
from projections.streams import STREAMS

_HISTORIES: Final = frozenset({"account-changes", "deal-changes"})
"""Views that keep each change of what others show: a state is what the changes came to."""

VIEWS_OF_ACCOUNT: Final[tuple[RowView[Any], ...]] = (
    *[
        view
        for view in EVERY_PROJECTION
        if isinstance(view, RowView) and view.name not in _HISTORIES
    ],
    RELATIONSHIP_ROWS,
    CHECK_INS,
)
"""The views of rows that an account's own entries may make."""

_WRITERS: Final = {view.name: TypeAdapter[Any](view.row) for view in VIEWS_OF_ACCOUNT}

Rows = Mapping[Key, Any]


@dataclass(frozen=True, slots=True)
class AccountState:
    """What an account and all that hangs on it were at a moment.

    `rows` are by view and key. `left_out` says which views could not take which position, as live
    views park an account: from there on they know nothing of it.
    """

    account: AccountOverview
    moment: Moment
    entries: Sequence[Recorded]
    rows: Mapping[str, Rows]
    left_out: Sequence[tuple[str, int]]


def account_state(account_id: UUID, entries: Sequence[Recorded], moment: Moment) -> AccountState:
    """Fold an account's whole history up to a moment.

    Raises:
        NotFound: there was no account by then.
    """
    standing = standing_at(entries, moment)
    rows: dict[str, Rows] = {}
    left_out = []
    for view in VIEWS_OF_ACCOUNT:
        rows[view.name], failed_at = _folded(view, standing, by_day=moment.as_of is not None)
        if failed_at is not None:
            left_out.append((view.name, failed_at))
    rows[RELATIONSHIP_ROWS.name] = _following(
        rows[RELATIONSHIP_ROWS.name], rows[CHECK_INS.name].values()
    )
    accounts = list(rows[ACCOUNT_OVERVIEW.name].values())
    if not accounts:
        raise NotFound("account", account_id)
    return AccountState(accounts[0], moment, standing, rows, left_out)


def items_of(state: AccountState) -> dict[str, list[dict[str, Any]]]:
    """Return what hangs on the account, by view, in the order of what touched it last; as JSON."""
    return {
        view.name: [
            as_json(view, row)
            for row in sorted(state.rows[view.name].values(), key=lambda row: int(row.position))
        ]
        for view in VIEWS_OF_ACCOUNT
        if view is not ACCOUNT_OVERVIEW and state.rows[view.name]
    }


def as_json(view: RowView[Any], row: Any) -> dict[str, Any]:
    """Write a row as the lists write it."""
    written: dict[str, Any] = _WRITERS[view.name].dump_python(row, mode="json")
    return written


def _folded(
    view: RowView[Any], entries: Sequence[Recorded], *, by_day: bool
) -> tuple[Rows, int | None]:
    """Fold entries around those that fail (projections/past/left_out.py says which they are)."""
    streams = STREAMS.get(view.name)
    entries = [e for e in entries if streams is None or e.envelope.stream_type in streams]
    try:
        return view.fold({}, entries), None
    except Exception:  # noqa: BLE001 - whatever it is, the engine parks it too
        return _folded_around(view, entries, by_day=by_day)


def _folded_around(
    view: RowView[Any], entries: Sequence[Recorded], *, by_day: bool
) -> tuple[Rows, int | None]:
    rows: dict[Key, Any] = {}
    for entry in entries:
        try:
            rows |= view.fold(rows, [entry])
        except Exception:  # noqa: BLE001
            if not by_day:
                return rows, entry.position
    return rows, None


def _following(relationships: Rows, check_ins: Iterable[CheckInRow]) -> Rows:
    """Have relationships follow their check-ins, as `Relationships` does in SQL."""
    last: dict[Any, date] = {}
    for each in check_ins:
        if each.status is CheckInStatus.HELD and each.held_on is not None:
            before = last.get(each.relationship_id, each.held_on)
            last[each.relationship_id] = max(before, each.held_on)
    return {key: _follow(row, last.get(row.relationship_id)) for key, row in relationships.items()}


def _follow(row: RelationshipRow, last_on: date | None) -> RelationshipRow:
    due = None
    if row.status is RelationshipStatus.ACTIVE and row.cadence_every_days is not None:
        due = (last_on or row.started_on) + timedelta(days=row.cadence_every_days)
    return replace(row, last_check_in_on=last_on, next_due_on=due)
