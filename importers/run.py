"""Takes a file row by row: reads, looks up, decides and records, in large batches, in order."""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from hashlib import sha256
from itertools import islice
from typing import Any, Final, Protocol, TextIO
from uuid import UUID

from domain.external_reference import ExternalReference
from domain.refusal import NotFound, Refused
from importers.aside import Aside
from importers.failure import BadCell, BadRow, Held
from importers.identity import command_id_of, correlation_id_of
from importers.known import Known
from importers.ndjson_table import LINES
from importers.rejects import Rejects
from importers.request import Import, Listener
from importers.rows import Row
from importers.summary import Summary
from importers.taking import DIFFERS, Context, Taken, Values, read_cells
from ledger.command import Command, Idempotency, Outcome
from ledger.record import RecordTooLarge
from ledger.transaction import Answer

BATCH_ROWS: Final = 2_000
_AT_ONCE: Final = 2
"""Batches under way: while one is being committed, the next is read."""
_SLICE_ROWS: Final = 100
"""Between slices the writer has its turn: reading and committing share one thread."""
_SHOWN_CHARACTERS_MAX: Final = 80


class Recorder(Protocol):
    """The ledger's writer, or a rehearsal of it."""

    async def execute_many(self, commands: Sequence[Command]) -> list[Answer]: ...


@dataclass(slots=True)
class _Asked:
    """A row, and its commands or what keeps it from having any."""

    row: Row
    values: Values
    taken: Sequence[Taken] = ()
    bad: Sequence[BadCell] = ()


@dataclass(slots=True)
class _Batch:
    """Rows that are under way together, and the answers to those that could be asked for."""

    rows: Sequence[_Asked]
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
    settling = _Settling(asked, rejects, listener, aside)
    under_way: deque[_Batch] = deque()
    source, table = asked.source, asked.table
    try:
        with source.path.open(encoding=source.encoding, newline=table.newline) as text:
            for rows in _batches(table.rows(text)):
                under_way.append(await _send(asked, rows, text, recorder, known))
                if len(under_way) == _AT_ONCE:
                    settling.settle(await under_way[0].answers, under_way.popleft())
        while under_way:
            settling.settle(await under_way[0].answers, under_way.popleft())
    finally:
        await asyncio.gather(*(batch.answers for batch in under_way), return_exceptions=True)
    settling.summary.seconds = time.perf_counter() - started
    return settling.summary


def _batches(rows: Iterator[Row]) -> Iterable[Sequence[Row]]:
    while batch := list(islice(rows, BATCH_ROWS)):
        yield batch


async def _send(
    asked: Import, rows: Sequence[Row], text: TextIO, recorder: Recorder, known: Known
) -> _Batch:
    """Read a batch of rows, and hand their commands over without waiting for the answers."""
    read: list[_Asked] = []
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
    opened: Mapping[UUID, date] = {}
    if asks_opened:
        said = [each.values.get("account_id") for each in read]
        called = [account.id for each in named.values() for account in each]
        opened = await known.opened({*accounts.values(), *called, *filter(None, said)})
    context = Context(
        system=asked.system,
        sha256=asked.source.sha256,
        today=asked.today,
        accounts=accounts,
        named=named,
        deals=await known.deals(deals),
        opened=opened,
        origin=asked.origin,
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


def _read(asked: Import, row: Row) -> _Asked:
    if row.broken is not None:
        return _Asked(row, {}, bad=[row.broken])
    if row.left_out:
        return _Asked(row, {})
    if LINES in asked.ignored and row.lines:
        row = replace(row, lines=())
    unreadable = {cell.column for cell in row.bad} | asked.ignored
    columns = [column for column in asked.kind.columns if column.name not in unreadable]
    try:
        return _Asked(row, read_cells(row.cells, columns), bad=row.bad)
    except BadRow as bad:
        return _Asked(row, {}, bad=[*row.bad, *bad.cells])


def _take(asked: Import, each: _Asked, context: Context) -> None:
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
        reason=taken.reason,
        idempotency=_idempotency(taken),
    )


def _idempotency(taken: Taken) -> Idempotency | None:
    if taken.key is None:
        return None
    return Idempotency(f"import:{taken.key}", sha256(taken.key.encode()).digest())


class _Fate(Enum):
    RECORDED = auto()
    THERE = auto()
    DIFFERS = auto()
    REFUSED = auto()


class _Settling:
    """Counts the answers, and keeps the rows that were not taken."""

    def __init__(
        self, asked: Import, rejects: Rejects, listener: Listener, aside: Aside | None
    ) -> None:
        self._asked = asked
        self._rejects = rejects
        self._listener = listener
        self._aside = aside
        self.summary = Summary(
            file=asked.source.name,
            kind=asked.kind.name,
            form=asked.table.form,
            sha256=asked.source.sha256,
        )

    def settle(self, answers: Sequence[Answer], batch: _Batch) -> None:
        """Account for a batch of which every command has its answer.

        Raises:
            Exception: an answer that says nothing about its row: the ledger cannot go on.
        """
        given = iter(answers)
        for each in batch.rows:
            self.summary.read += 1
            if self._aside is not None:
                self._aside.add(each.row)
            if each.row.left_out or not (each.taken or each.bad):
                self.summary.left_out += 1
            elif not each.taken:
                self._reject(each.row, each.bad)
            else:
                self._account_for(each, [next(given) for _ in each.taken])
        self._listener.advanced(batch.bytes_read, self.summary)

    def _account_for(self, each: _Asked, answers: Sequence[Answer]) -> None:
        """Count the row: it is rejected if anything asked for on its behalf was refused."""
        fates = set()
        for taken, answer in zip(each.taken, answers, strict=True):
            fate = self._fate(taken, answer)
            if fate is _Fate.REFUSED and isinstance(answer, Exception):
                self._reject(each.row, [self._blamed(each.row, answer)])
                return
            fates.add(fate)
        if _Fate.RECORDED in fates:
            self.summary.accepted += 1
        else:
            self.summary.already_there += 1
            self.summary.differing += _Fate.DIFFERS in fates

    def _fate(self, taken: Taken, answer: Answer) -> "_Fate":
        """Tell what became of one thing asked for.

        Raises:
            Exception: the ledger cannot go on.
        """
        recorded = self._asked.recorded
        match answer:
            case Outcome(replayed=True):
                return _Fate.RECORDED if taken.key in recorded else _Fate.THERE
            case Outcome() if answer.receipt.position is None:
                return _Fate.THERE
            case Outcome():
                if taken.key is not None:
                    recorded.add(taken.key)
                return _Fate.RECORDED
            case Refused(code=code) if code == DIFFERS:
                return _Fate.DIFFERS
            case NotFound(kind="tenant"):
                raise answer
            case Refused() | NotFound() | RecordTooLarge():
                return _Fate.THERE if taken.of_another_row else _Fate.REFUSED
            case _:
                raise answer

    def _blamed(self, row: Row, answer: Exception) -> BadCell:
        """Find the cell that a refusal is about; failing that, it is about the row."""
        code = answer.code if isinstance(answer, Refused) else ""
        column = self._asked.kind.blame.get(code, "row")
        return BadCell(column, str(answer), row.cells.get(column, ""))

    def _reject(self, row: Row, bad: Sequence[BadCell]) -> None:
        self.summary.rejected += 1
        self.summary.held += any(isinstance(cell, Held) for cell in bad)
        complaints = [self._complaint(row, cell) for cell in bad]
        for complaint in complaints:
            self._listener.rejected(complaint)
        self._rejects.add(row, "; ".join(complaints))
        self.summary.rejects = self._rejects.path

    def _complaint(self, row: Row, cell: BadCell) -> str:
        """Write `file:line:column: what is wrong, value`."""
        line = cell.line or self._asked.table.line_of(row, cell.column)
        heading = self._asked.table.heading_of(cell.column)
        shown: Any = cell.value[:_SHOWN_CHARACTERS_MAX]
        if len(cell.value) > _SHOWN_CHARACTERS_MAX:
            shown += "..."
        return f"{self._asked.source.name}:{line}:{heading}: {cell.what}, {shown!r}"
