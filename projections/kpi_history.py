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
from psycopg.sql import SQL

from domain.evidence_portfolios import PORTFOLIOS
from domain.kpi_definition import Definition, Reckoning
from domain.policy_set import POLICIES
from ledger.event_types import EventTypes
from projections.kpi_answer import figures
from projections.kpi_asked import Asked, members, order_question, question_of
from projections.kpi_figure import Figure, figure
from projections.kpi_orders import order_history
from projections.kpi_restatement import restating
from projections.kpi_scope import ScopeKind

_POSITION_AT_SQL: Final = "SELECT projections.position_at(%s, %s)"

# Where a figure may have changed: an event that contributes, an order, who belongs to the group, or
# a policy.
_CANDIDATES_SQL: Final = """
    SELECT position, event.recorded_at FROM (
        SELECT position FROM projections.kpi_entry
        WHERE tenant_id = %(tenant_id)s AND name = ANY (%(names)s) {of_subjects}
        UNION
        SELECT position FROM projections.kpi_fact
        WHERE %(orders)s AND tenant_id = %(tenant_id)s AND effective_at < %(until)s {of_accounts}
        UNION
        SELECT superseded_by FROM projections.kpi_fact
        WHERE %(orders)s AND tenant_id = %(tenant_id)s AND effective_at < %(until)s {of_accounts}
          AND superseded_by IS NOT NULL
        UNION
        SELECT position FROM projections.account_change
        WHERE %(grouped)s AND tenant_id = %(tenant_id)s
        UNION
        SELECT position FROM ledger.event
        WHERE %(by_policy)s AND tenant_id = %(tenant_id)s AND stream_id = %(policies)s
    ) AS candidate
    JOIN ledger.event AS event USING (position)
    WHERE event.tenant_id = %(tenant_id)s
      AND position > %(after)s AND position <= %(known_at)s
    ORDER BY position LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that a position of the log made what it then was.

    `event` is the name of the event at that position; `restates` tells whether it took back what
    was known before, or was late.
    """

    recorded_at: datetime
    figure: Figure
    event: str = ""
    restates: bool = False


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
    if is_sum and asked.scope.kind is ScopeKind.ACCOUNT:
        page = await _history_of_sums(connection, types, asked, definition, after, limit)
    else:
        page = await _history_by_position(connection, types, asked, definition, after, limit)
    events = await restating(
        connection,
        asked.tenant_id,
        [each.figure.position or 0 for each in page.changes],
        account_id=asked.scope.account_id,
        after=after,
    )
    return replace(
        page,
        changes=[
            replace(each, event=name, restates=restates)
            for each in page.changes
            for name, restates in [events[each.figure.position or 0]]
        ],
    )


async def _history_by_position(
    connection: AsyncConnection[Any],
    types: EventTypes,
    asked: Asked,
    definition: Definition,
    after: int,
    limit: int,
) -> HistoryPage:
    """Reckon the figure anew at each position where it may have changed."""
    positions = await _candidates(connection, asked, definition, after, limit + 1)
    latest = await _contents_at(connection, types, asked, definition, after)
    changes: list[Change] = []
    for position, recorded_at in positions[:limit]:
        at = replace(asked, known_at=position)
        for each in await _figures_at(connection, types, at, definition, latest):
            content = _content(each)
            if latest.get(each.currency) != content:
                latest[each.currency] = content
                changes.append(Change(recorded_at, replace(each, position=position)))
    following = positions[limit - 1][0] if len(positions) > limit else None
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
    latest: dict[str | None, object] = {}
    changes: list[Change] = []
    async for currency, position, recorded_at, sums in order_history(
        connection, order_question(asked, accounts)
    ):
        needed = {measure: sums[measure] for measure in definition.measures}
        given = Reckoning(question, needed, currency)
        now = figure(definition, given, position=position)
        if latest.get(currency) != _content(now):
            latest[currency] = _content(now)
            if position > after:
                changes.append(Change(recorded_at, now))
    return _cut(changes, limit)


def _cut(changes: Sequence[Change], limit: int) -> HistoryPage:
    """Keep whole positions; there is one change a currency at each."""
    if len(changes) <= limit:
        return HistoryPage(changes, None)
    last = changes[limit - 1].figure.position
    following = changes[limit].figure.position
    kept = changes[:limit]
    if last == following:
        kept = [each for each in kept if each.figure.position != last]
    return HistoryPage(kept, kept[-1].figure.position)


async def _candidates(
    connection: AsyncConnection[Any],
    asked: Asked,
    definition: Definition,
    after: int,
    limit: int,
) -> Sequence[tuple[int, datetime]]:
    is_one = asked.scope.kind is ScopeKind.ACCOUNT
    names = {event.NAME for family in definition.families for event in family.events}
    of_portfolios = PORTFOLIOS in definition.families
    query = SQL(_CANDIDATES_SQL).format(
        of_subjects=SQL("AND subject_id = %(account_id)s" if is_one and not of_portfolios else ""),
        of_accounts=SQL("AND account_id = %(account_id)s" if is_one else ""),
    )
    parameters = {
        "tenant_id": asked.tenant_id,
        "names": sorted(names),
        "orders": definition.orders or definition.by_account,
        "until": asked.period.until,
        "account_id": asked.scope.account_id,
        "grouped": asked.scope.kind not in {ScopeKind.ACCOUNT, ScopeKind.TENANT},
        "by_policy": definition.policy is not None,
        "policies": POLICIES.id,
        "after": after,
        "known_at": asked.known_at,
        "limit": limit,
    }
    cursor = await connection.execute(query, parameters)
    return [(position, recorded_at) async for position, recorded_at in cursor]


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
