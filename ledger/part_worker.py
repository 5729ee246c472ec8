"""A process that reads parts of a log: `python -m ledger.part_worker`, spoken to over its pipes.

The first line says where the log is (JSON); each further one asks for a part.
"""

import gc
import json
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from ledger.log_part import LogPart, NotClean, PartReader
from ledger.part_form import write_part
from ledger.record_texts import can_compare, read_texts

_ROWS_AT_ONCE: Final = 2_048


@dataclass(frozen=True, slots=True)
class Wanted:
    """The part that begins after so many events, and the sizes whose roots are wanted."""

    tenant_id: str
    before: int
    events: int
    sizes: list[int]


def read_part_of(connection: psycopg.Connection[Any], wanted: Wanted) -> LogPart:
    """Read a part, to its end or that of the log.

    Raises:
        NotClean: something is not as a writer leaves it.
    """
    reader = PartReader(wanted.before, wanted.sizes)
    end = wanted.before + wanted.events
    for first in range(wanted.before + 1, end + 1, _ROWS_AT_ONCE):
        last = min(first + _ROWS_AT_ONCE - 1, end)
        rows = read_texts(connection, wanted.tenant_id, first, last)
        reader.read(rows)
        if len(rows) < _ROWS_AT_ONCE:
            break
    return reader.end()


def open_snapshot(url: str, snapshot: str) -> psycopg.Connection[Any]:
    """Open a database to read, in the state that another transaction sees."""
    connection = psycopg.connect(url, connect_timeout=10)
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    connection.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'".encode())
    return connection


def main() -> None:
    """Answer until the asker hangs up."""
    gc.disable()  # nothing here points back at itself, and each row makes a dict
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    log = json.loads(asked.readline())
    with open_snapshot(log["url"], log["snapshot"]) as connection:
        is_comparable = can_compare(connection)
        for line in asked:
            part = None
            if is_comparable:
                with suppress(NotClean, psycopg.DataError):
                    part = read_part_of(connection, Wanted(**json.loads(line)))
            answers.write(write_part(part))
            answers.flush()


if __name__ == "__main__":
    main()
