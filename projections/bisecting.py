"""Applies entries around those that a projection cannot take, and says which these are."""

from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection

from ledger.recorded import Recorded
from ledger.strand import Strand, strand_of
from projections.fault import Fault, TooManyParked, is_the_events
from projections.projection import Projection


async def apply_around(
    connection: AsyncConnection[Any],
    projection: Projection,
    tenant_id: str,
    entries: Sequence[Recorded],
    *,
    faults_max: int,
) -> Sequence[Fault]:
    """Apply entries, of each strand those before its first that fails; return these.

    What fails is halved until the event at fault stands alone: one in a thousand costs ten
    savepoints and what two thousand entries cost. All in the open transaction.

    Raises:
        TooManyParked: more than `faults_max` fail.
        Exception: what fails for another reason than an event.
    """
    faults: dict[Strand, Fault] = {}
    waiting = [entries]
    while waiting:
        part = [entry for entry in waiting.pop() if _strand(entry) not in faults]
        if not part:
            continue
        try:
            async with connection.transaction():
                await projection.apply(connection, tenant_id, part)
        except Exception as error:
            if connection.closed or not is_the_events(error):
                raise
            if len(part) > 1:
                half = len(part) // 2
                waiting += [part[half:], part[:half]]
                continue
            if len(faults) == faults_max:
                raise TooManyParked(projection.name, error) from error
            faults[_strand(part[0])] = Fault(_strand(part[0]), part[0].position, error)
    return list(faults.values())


def _strand(entry: Recorded) -> Strand:
    return strand_of(entry.envelope.account_id, entry.envelope.stream_id)
