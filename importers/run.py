"""Takes a file row by row: reads, looks up, decides and records, in large batches, in order."""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import Final, Protocol, TextIO
from uuid import UUID

from domain.external_reference import ExternalReference
from importers.aside import Aside
from importers.cells import read_cells
from importers.failure import BadCell, BadRow
from importers.identity import command_id_of, correlation_id_of
from importers.known import Known
from importers.ndjson_table import LINES
from importers.rejects import Rejects
from importers.request import Import, Listener
from importers.rows import Row
from importers.settling import Asked, Settling
from importers.summary import Summary
from importers.taking import Context, Taken
from ledger.command import Command, Idempotency
from ledger.transaction import Answer

BATCH_ROWS: Final = 2_000
_AT_ONCE: Final = 2
"""Batches under way: while one is being committed, the next is read."""
_SLICE_ROWS: Final = 100
"""Between slices the writer has its turn: reading and committing share one thread."""


class Recorder(Protocol):
    """The ledger's writer, or a rehearsal of it."""

    async def execute_many(self, commands: Sequence[Command]) -> list[Answer]: ...


@dataclass(slots=True)
class _Batch:
    """Rows that are under way together, and the answers to those that could be asked for."""

    rows: Sequence[Asked]
    answers: "asyncio.Task[list[Answer]]"
    bytes_read: int


async def run(
    asked: Import,
    recorder: Recorder,
    known: Known,
    rejects: Rejects,
    listener: Listener,
    aside: Aside | None = None,
) -> Summary:
    """Import the file.

    Raises:
        Exception: the ledger could not go on; what was recorded stays, and the same file can be
            imported again.
    """
    started = time.perf_counter()
    settling = Settling(asked, rejects, listener, aside)
    under_way: deque[_Batch] = deque()
    source, table = asked.source, asked.table
    try:
        with source.path.open(encoding=source.encoding, newline=table.newline) as text:
            for rows in _batches(table.rows(text)):
                under_way.append(await _send(asked, rows, text, recorder, known))
                if len(under_way) == _AT_ONCE:
                    _settle(settling, await under_way[0].answers, under_way.popleft())
        while under_way:
            _settle(settling, await under_way[0].answers, under_way.popleft())
    finally:
        await asyncio.gather(*(batch.answers for batch in under_way), return_exceptions=True)
    settling.summary.seconds = time.perf_counter() - started
    return settling.summary


def _settle(settling: Settling, answers: Sequence[Answer], batch: _Batch) -> None:
    settling.settle(answers, batch.rows, bytes_read=batch.bytes_read)


def _batches(rows: Iterator[Row]) -> Iterable[Sequence[Row]]:
    while batch := list(islice(rows, BATCH_ROWS)):
        yield batch


async def _send(
    asked: Import, rows: Sequence[Row], text: TextIO, recorder: Recorder, known: Known
) -> _Batch:
    """Read a batch of rows, and hand their commands over without waiting for the answers."""
    read: list[Asked] = []
    references, names, deals = dict[ExternalReference, None](), set[str](), set[UUID]()
    asks_opened = False
    for row in rows:
        each = _read(asked, row)
        read.append(each)
        if not each.bad and not row.left_out:
            links = asked.kind.links(each.values, asked.system)
            references |= dict.fromkeys(links.references)
            names.update(links.names)
            deals.update(links.deals)
            asks_opened = asks_opened or links.opened
        if len(read) % _SLICE_ROWS == 0:
            await asyncio.sleep(0)
    accounts, named = await known.accounts(references), await known.named(names)
    of_deals = await known.deals(deals)
    opened: Mapping[UUID, date] = {}
    if asks_opened:
        said = [each.values.get("account_id") for each in read]
        called = [account.id for each in named.values() for account in each]
        linked = {*accounts.values(), *of_deals.values(), *called, *filter(None, said)}
        opened = await known.opened(linked)
    context = Context(
        system=asked.system,
        sha256=asked.source.sha256,
        today=asked.today,
        accounts=accounts,
        named=named,
        deals=of_deals,
        opened=opened,
        origin=asked.origin,
        owners=asked.owners,
    )
    commands: list[Command] = []
    for number, each in enumerate(read, 1):
        if not each.bad and not each.row.left_out:
            _take(asked, each, context)
        commands += [_command(asked, each.row, taken) for taken in each.taken]
        if number % _SLICE_ROWS == 0:
            await asyncio.sleep(0)
    answers = asyncio.create_task(recorder.execute_many(commands))
    return _Batch(read, answers, text.buffer.tell())


def _read(asked: Import, row: Row) -> Asked:
    if row.broken is not None:
        return Asked(row, {}, bad=[row.broken])
    if row.left_out:
        return Asked(row, {})
    if LINES in asked.ignored and row.lines:
        row = replace(row, lines=())
    unreadable = {cell.column for cell in row.bad} | asked.ignored
    columns = [column for column in asked.kind.columns if column.name not in unreadable]
    try:
        return Asked(row, read_cells(row.cells, columns), bad=row.bad)
    except BadRow as bad:
        return Asked(row, {}, bad=[*row.bad, *bad.cells])


def _take(asked: Import, each: Asked, context: Context) -> None:
    try:
        each.taken = asked.kind.take(each.row, each.values, context)
    except BadCell as bad:
        each.bad = [bad]


def _command(asked: Import, row: Row, taken: Taken) -> Command:
    file_hash = asked.source.sha256
    return Command(
        tenant_id=asked.tenant_id,
        decision=taken.decision,
        actor=f"import:{file_hash[:16]}",
        effective_at=taken.effective_at,
        command_id=command_id_of(f"{file_hash}:{row.number}"),
        correlation_id=correlation_id_of(file_hash),
        on_behalf_of=asked.on_behalf_of,
        reason=taken.reason or asked.reason,
        idempotency=_idempotency(taken),
    )


def _idempotency(taken: Taken) -> Idempotency | None:
    if taken.key is None:
        return None
    return Idempotency(f"import:{taken.key}", sha256(taken.key.encode()).digest())
