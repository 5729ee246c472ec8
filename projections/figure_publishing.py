"""Reckons a figure that is to be published from the log, and replays one that was."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.policy_set import POLICIES
from domain.published_figure import (
    FigureMoment,
    FigurePublished,
    FigureSubject,
    figure_id,
)
from domain.refusal import Refused
from ledger.event_types import EventTypes
from ledger.reading import read_entry
from ledger.recorded import Recorded
from ledger.tiles import TreeBroken, read_root
from projections.figure_provenance import EvidenceEvent
from projections.figure_reckoning import KnownEvents, Needs, needs_of
from projections.figure_replay import FigureCheck, check_figure, formula_of, is_released

_FETCHED_AT_ONCE: Final = 500
_ENTRIES_SQL: Final = """
    SELECT record FROM ledger.event
    WHERE tenant_id = %(tenant_id)s AND position <= %(known_at)s AND name = ANY (%(names)s)
    ORDER BY position
"""
_ENTRIES_OF_ACCOUNTS_SQL: Final = """
    SELECT record FROM (
        SELECT position, record FROM ledger.event
        WHERE tenant_id = %(tenant_id)s AND position <= %(known_at)s AND name = ANY (%(names)s)
          AND account_id = ANY (%(accounts)s)
        UNION ALL
        SELECT position, record FROM ledger.event
        WHERE tenant_id = %(tenant_id)s AND position <= %(known_at)s AND stream_id = %(policies)s
    ) AS entry
    ORDER BY position
"""
_EVIDENCE_SQL: Final = """
    SELECT position, name, leaf, recorded_at, actor FROM ledger.event
    WHERE tenant_id = %s AND position = ANY (%s) ORDER BY position
"""
_NEXT_SQL: Final = """
    SELECT recorded_at FROM ledger.event WHERE tenant_id = %s AND position = %s
"""


async def reckon_to_publish(
    connection: AsyncConnection[Any],
    types: EventTypes,
    tenant_id: str,
    subject: FigureSubject,
    *,
    as_of: date,
    known_at: int,
    restates: UUID | None,
) -> FigurePublished:
    """Reckon a figure from the log's own records, as it is to be told.

    Raises:
        Refused: `formula-changed`.
    """
    formula = formula_of(subject.kpi)
    if not is_released(subject.kpi, formula):
        raise Refused(
            "formula-changed",
            f"the formula of {subject.kpi} is not the one released as version {formula.version}; "
            "raise its version, or run the program as it was released",
        )
    needs = needs_of([subject])
    known = await read_known(connection, types, tenant_id, needs, known_at=known_at)
    reckoned = known.reckon(subject, as_of=as_of, known_at=known_at)
    log_root = await read_root(connection, tenant_id, known_at)
    return FigurePublished(
        figure_id=figure_id(subject, as_of=as_of, known_at=known_at),
        subject=subject,
        moment=FigureMoment(as_of=as_of, known_at=known_at, known_root=log_root.hex()),
        formula=formula,
        values=reckoned.values,
        evidence=reckoned.evidence,
        restates=restates,
    )


async def replay_figure(
    connection: AsyncConnection[Any],
    types: EventTypes,
    tenant_id: str,
    entry: Recorded[FigurePublished],
    *,
    head: int,
) -> tuple[FigureCheck, KnownEvents]:
    """Replay one figure against the log; what is known up to `head` is returned beside it.

    Where the log's tree is broken, its root is not checked, which the answer says.
    """
    needs = needs_of([entry.event.subject])
    known = await read_known(connection, types, tenant_id, needs, known_at=head)
    known_at = entry.event.moment.known_at
    log_root = None
    if 0 < known_at <= head:
        with suppress(TreeBroken):
            log_root = await read_root(connection, tenant_id, known_at)
    return check_figure(entry, known, log_root), known


async def read_known(
    connection: AsyncConnection[Any],
    types: EventTypes,
    tenant_id: str,
    needs: Needs,
    *,
    known_at: int,
) -> KnownEvents:
    """Read what figures need, up to a position; in pieces, never all records at once."""
    parameters = {
        "tenant_id": tenant_id,
        "known_at": known_at,
        "names": sorted(needs.names),
        "accounts": _listed(needs.accounts),
        "policies": POLICIES.id,
    }
    query = _ENTRIES_SQL if needs.accounts is None else _ENTRIES_OF_ACCOUNTS_SQL
    known = KnownEvents(needs)
    async with connection.transaction(), connection.cursor("figure_entries", binary=True) as cursor:
        cursor.itersize = _FETCHED_AT_ONCE
        await cursor.execute(query, parameters)
        async for (record,) in cursor:
            known.read(read_entry(types, record))
    return known


async def known_until(
    connection: AsyncConnection[Any], tenant_id: str, known_at: int
) -> datetime | None:
    """Return when more than this became known; None: nothing has since."""
    cursor = await connection.execute(_NEXT_SQL, (tenant_id, known_at + 1))
    (recorded_at,) = await cursor.fetchone() or (None,)
    return recorded_at


async def evidence_events(
    connection: AsyncConnection[Any], tenant_id: str, positions: Sequence[int]
) -> Sequence[EvidenceEvent]:
    """Return the events at these positions, in their order, as provenance names them."""
    cursor = await connection.execute(_EVIDENCE_SQL, (tenant_id, list(positions)))
    return [EvidenceEvent(*row) async for row in cursor]


def _listed(accounts: Collection[UUID] | None) -> list[UUID]:
    return sorted(accounts or ())
