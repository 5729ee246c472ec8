"""What is parked: accounts (or streams) whose entries a projection leaves out, and since which."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import args_row

from ledger.strand import Strand, StrandKind
from projections.fault import Fault

_TEXT_LENGTH_MAX: Final = 2_000

_STRANDS_SQL: Final = """
    SELECT projection, strand_id FROM parked WHERE tenant_id = %s AND projection = ANY(%s)
"""
_PARK_SQL: Final = """
    INSERT INTO parked
        (tenant_id, projection, strand_id, strand_kind, position, error_class, error_text)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
COLUMNS: Final = """
    projection, strand_kind, strand_id, position, error_class, error_text, attempts, parked_at,
    tried_at
"""
_LIST_SQL: Final = f"""
    SELECT {COLUMNS} FROM projections.parked WHERE tenant_id = %s ORDER BY projection, position
"""  # noqa: S608 - our own constant
_COUNT_SQL: Final = """
    SELECT projection, count(*) FROM projections.parked WHERE tenant_id = %s
    GROUP BY projection ORDER BY projection
"""
_OF_ACCOUNT_SQL: Final = """
    SELECT projection, position FROM projections.parked
    WHERE tenant_id = %s AND strand_id = %s ORDER BY projection
"""
_STRANDS_COUNT_SQL: Final = """
    SELECT count(DISTINCT strand_id) FROM projections.parked WHERE tenant_id = %s
"""


@dataclass(frozen=True, slots=True)
class Parked:
    """An account (a stream, where there is no account) that a projection has parked.

    `position`: the first of its events that the rows do not hold, which is the one at fault.
    `attempts`: how often that event has been tried.
    """

    projection: str
    strand_kind: StrandKind
    strand_id: UUID
    position: int
    error_class: str
    error_text: str
    attempts: int
    parked_at: datetime
    tried_at: datetime

    @property
    def strand(self) -> Strand:
        return Strand(self.strand_kind, self.strand_id)

    @staticmethod
    def from_columns(projection: str, strand_kind: str, *others: Any) -> "Parked":
        return Parked(projection, StrandKind(strand_kind), *others)


async def parked_strands(
    connection: AsyncConnection[Any], tenant_id: str, names: Collection[str]
) -> Mapping[str, frozenset[UUID]]:
    """Return whose entries each projection leaves out; a projection that takes all is not named.

    True for as long as the caller holds the locks of the checkpoints (checkpoint.py).
    """
    cursor = await connection.execute(_STRANDS_SQL, (tenant_id, list(names)))
    strands: dict[str, set[UUID]] = {}
    async for name, strand_id in cursor:
        strands.setdefault(name, set()).add(strand_id)
    return {name: frozenset(ids) for name, ids in strands.items()}


async def park(
    connection: AsyncConnection[Any], tenant_id: str, projection: str, faults: Iterable[Fault]
) -> None:
    """Leave out the entries of these strands from the event at fault on."""
    for fault in faults:
        strand = fault.strand
        place = (tenant_id, projection, strand.id, strand.kind, fault.position)
        await connection.execute(_PARK_SQL, (*place, *said(fault.error)))


def said(error: Exception) -> tuple[str, str]:
    """Return the class of an error, and its text as a database can store it."""
    text = str(error).replace("\0", "\ufffd").encode(errors="replace").decode()
    return type(error).__name__, text[:_TEXT_LENGTH_MAX]


async def list_parked(connection: AsyncConnection[Any], tenant_id: str) -> Sequence[Parked]:
    """Return all that is parked, in the order of projections and positions."""
    async with connection.cursor(row_factory=args_row(Parked.from_columns)) as cursor:
        await cursor.execute(_LIST_SQL, (tenant_id,))
        return await cursor.fetchall()


async def parked_counts(connection: AsyncConnection[Any], tenant_id: str) -> Mapping[str, int]:
    """Return how many accounts and streams each projection has parked, where any."""
    cursor = await connection.execute(_COUNT_SQL, (tenant_id,))
    return dict([row async for row in cursor])


async def parked_of_account(
    connection: AsyncConnection[Any], tenant_id: str, account_id: UUID
) -> Sequence[tuple[str, int]]:
    """Return which projections have parked an account, each with the event at fault."""
    cursor = await connection.execute(_OF_ACCOUNT_SQL, (tenant_id, account_id))
    return await cursor.fetchall()


async def parked_altogether(connection: AsyncConnection[Any], tenant_id: str) -> int:
    """Return how many accounts and streams some projection has parked."""
    row = await (await connection.execute(_STRANDS_COUNT_SQL, (tenant_id,))).fetchone()
    return int(row[0]) if row else 0
