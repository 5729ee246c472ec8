"""Holds what is derived in a bag against its records: tables, streams, and the set of files."""

from contextlib import ExitStack
from typing import Any, BinaryIO

from ledger.bag import Bag
from ledger.bag_layout import (
    EVENT_NAME,
    PAYLOAD,
    STREAMS,
    BagBroken,
    csv_of,
    further_files,
    needed_files,
)
from ledger.bag_tables import STREAMS_HEADING, Columns, Tables, row
from ledger.canonical import NotCanonical
from ledger.record import read_record
from ledger.recorded import Envelope


def check_contents(bag: Bag) -> int:
    """Make every table anew, and compare it to the byte; return how many there are.

    Raises:
        BagBroken: one is not what the records say, or a file is missing, or one too many.
    """
    columns, streams = _read(bag)
    _check_files(bag, columns)
    _check_streams(bag, streams)
    tables = Tables(columns)
    with ExitStack() as stack:
        files: dict[str, BinaryIO] = {}
        for table, heading in tables.headings():
            files[table] = stack.enter_context(bag.files.open(csv_of(table)))
            _expect(files[table], heading, table, None)
        for record in bag.records():
            position, rows = tables.rows(record)
            for table, octets in rows:
                _expect(files[table], octets, table, position)
        for table, file in files.items():
            if file.read(1):
                raise BagBroken(f"{csv_of(table)} has more rows than there are records")
    return len(files) + 1


Streams = dict[str, tuple[str, int, int, int]]
"""Type, first and last version, and number of records, by id."""


def _read(bag: Bag) -> tuple[Columns, Streams]:
    columns, streams = Columns(), Streams()
    for record in bag.records():
        envelope, data = _read_record(record)
        if envelope.tenant_id != bag.scope.tenant_id:
            raise BagBroken(f"of another tenant, {envelope.tenant_id}", position=envelope.position)
        if not EVENT_NAME.fullmatch(envelope.name):
            detail = f"{envelope.name[:80]!r} is no name of an event"
            raise BagBroken(detail, position=envelope.position)
        columns.read(envelope.name, data)
        stream, version = str(envelope.stream_id), envelope.version
        kind, first, _, count = streams.get(stream, (envelope.stream_type, version, version, 0))
        streams[stream] = kind, first, version, count + 1
    return columns, streams


def _read_record(record: bytes) -> tuple[Envelope, dict[str, Any]]:
    try:
        return read_record(record)
    except NotCanonical as error:
        raise BagBroken(f"the bytes are no record: {error}") from error


def _check_files(bag: Bag, columns: Columns) -> None:
    payload = {name for name in bag.files.files if name.startswith(PAYLOAD)}
    needed = needed_files(columns.paths, of_accounts=bag.scope.of_accounts)
    for name in sorted(needed - payload):
        raise BagBroken(f"{name} is missing")
    for name in sorted(payload - needed - further_files(columns.paths)):
        raise BagBroken(f"{name} has no place in this bag")


def _check_streams(bag: Bag, streams: Streams) -> None:
    with bag.files.open(STREAMS) as file:
        expected = [STREAMS_HEADING, *((stream, *streams[stream]) for stream in sorted(streams))]
        for values in expected:
            octets = row(values)
            if file.read(len(octets)) != octets:
                stream = str(values[0]) if values is not STREAMS_HEADING else None
                raise BagBroken(f"{STREAMS} is not what the records say", stream=stream)
        if file.read(1):
            raise BagBroken(f"{STREAMS} has more rows than there are streams")


def _expect(file: BinaryIO, expected: bytes, table: str, position: int | None) -> None:
    if file.read(len(expected)) != expected:
        detail = f"{csv_of(table)} is not what the record says"
        raise BagBroken(detail, position=position)
