"""KPI history: every value that a figure has had, and the position of the log that made it so.

Nothing is stored but the facts and where the events stand: a figure is a sum over them, its history
what that sum was at each position, its evidence the lines of the sum. So none of them can disagree
with the others.

`as_of` is a day: what took effect later does not count. `known_at` is a position of the log: what
was recorded later is not known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from psycopg import AsyncConnection

from domain.kpi_definition import Definition, Reckoning
from ledger.event_types import EventTypes
from projections.kpi_answer import figures
from projections.kpi_asked import Asked, members, order_question, question_of
from projections.kpi_candidates import Candidate, candidates
from projections.kpi_figure import Figure, figure
from projections.kpi_orders import order_history
from projections.kpi_scope import ScopeKind
from projections.page import whole_positions
from projections.period_closings import restatements

_POSITION_AT_SQL: Final = "SELECT projections.position_at(%s, %s)"


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that a position of the log made what it then was.

    `event` is the name of the event at that position; `restates` tells whether it took back what
    was known before, or was late. `restated_period` is the closed period that it counts in, if it
    was recorded after the close.
    """

    recorded_at: datetime
    figure: Figure
    event: str
    restates: bool
    restated_period: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Changes in the order of their positions; `next`: go on after it; None: that was all."""

    changes: Sequence[Change]
    next: int | None


async def position_at(connection: AsyncConnection[Any], tenant_id: str, instant: datetime) -> int:
    """Return the last position recorded by an instant: what was known then; 0: nothing."""
    cursor = await connection.execute(_POSITION_AT_SQL, (tenant_id, instant))
    (position,) = await cursor.fetchone() or (0,)
    return int(position)


async def history(
    connection: AsyncConnection[Any],
    types: EventTypes,
    asked: Asked,
    definition: Definition,
    *,
    after: int = 0,
    limit: int = 1_000,
) -> HistoryPage:
    """Return the values that a figure has had up to `asked.known_at`, and what made each of them.

    A change of what it is made of counts, also where the value happens to stay the same. `limit`
    positions are looked at, so that a page may hold fewer changes, or none.
    """
    is_sum = definition.orders and not definition.families and definition.policy is None
    tell = _history_by_position
    if is_sum and asked.scope.kind is ScopeKind.ACCOUNT:
        tell = _history_of_sums
    page = await tell(connection, types, asked, definition, after, limit)
    return replace(page, changes=await _flagged(connection, types, asked, page.changes))


async def _flagged(
    connection: AsyncConnection[Any], types: EventTypes, asked: Asked, changes: Sequence[Change]
) -> Sequence[Change]:
    """Say of each change whether it counts in a period that had been closed."""
    positions = [each.figure.position or 0 for each in changes]
    late = await restatements(connection, types, asked.tenant_id, positions)
    return [
        replace(each, restates=True, restated_period=late[position]) if position in late else each
        for each, position in zip(changes, positions, strict=True)
    ]


async def _history_by_position(
    connection: AsyncConnection[Any],
    types: EventTypes,
    asked: Asked,
    definition: Definition,
    after: int,
    limit: int,
) -> HistoryPage:
    """Reckon the figure anew at each position where it may have changed."""
    found = await candidates(connection, asked, definition, after=after, limit=limit + 1)
    latest = await _contents_at(connection, types, asked, definition, after)
    changes: list[Change] = []
    for candidate in found[:limit]:
        at = replace(asked, known_at=candidate.position)
        for each in await _figures_at(connection, types, at, definition, latest):
            content = _content(each)
            if latest.get(each.currency) != content:
                latest[each.currency] = content
                changes.append(_change(candidate, each))
    following = found[limit - 1].position if len(found) > limit else None
    return HistoryPage(changes, following)


async def _figures_at(
    connection: AsyncConnection[Any],
    types: EventTypes,
    at: Asked,
    definition: Definition,
    latest: Mapping[str | None, object],
) -> Sequence[Figure]:
    """Return the figures at a position, and those of currencies that there is none in any more."""
    found = await figures(connection, types, at, [definition])
    known = {each.currency for each in found}
    gone = sorted(currency for currency in latest if currency and currency not in known)
    if not gone:
        return found
    question = await question_of(connection, types, at)
    nothing = [Reckoning(question, currency=currency) for currency in gone]
    in_some = [each for each in found if each.currency is not None]
    return in_some + [figure(definition, each, position=None) for each in nothing]


async def _history_of_sums(
    connection: AsyncConnection[Any],
    types: EventTypes,
    asked: Asked,
    definition: Definition,
    after: int,
    limit: int,
) -> HistoryPage:
    """Run along the sums once: each position adds to what was there before."""
    question = await question_of(connection, types, asked)
    accounts = await members(connection, asked, question)
    known = {
        each.position: each for each in await candidates(connection, asked, definition, after=after)
    }
    latest: dict[str | None, object] = {}
    changes: list[Change] = []
    async for currency, position, sums in order_history(
        connection, order_question(asked, accounts)
    ):
        needed = {measure: sums[measure] for measure in definition.measures}
        now = figure(definition, Reckoning(question, needed, currency), position=position)
        if latest.get(currency) != _content(now):
            latest[currency] = _content(now)
            if position > after:
                changes.append(_change(known[position], now))
    return HistoryPage(*whole_positions(changes, limit, lambda each: each.figure.position or 0))


def _change(candidate: Candidate, figure: Figure) -> Change:
    at = replace(figure, position=candidate.position)
    return Change(candidate.recorded_at, at, candidate.event, candidate.restates)


async def _contents_at(
    connection: AsyncConnection[Any],
    types: EventTypes,
    asked: Asked,
    definition: Definition,
    position: int,
) -> dict[str | None, object]:
    """Return what the page before ended with; nothing was known before the log began."""
    if position == 0:
        return {}
    before = replace(asked, known_at=position)
    found = await figures(connection, types, before, [definition])
    return {each.currency: _content(each) for each in found}


def _content(figure: Figure) -> object:
    return (
        figure.value,
        figure.no_data,
        figure.numerator,
        figure.denominator,
        figure.policy_version,
        figure.parts,
    )
