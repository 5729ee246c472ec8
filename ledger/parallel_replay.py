"""Replays a stored log with every core; row by row and strictly where anything is amiss."""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, Final

from ledger.joined_log import JoinedLog
from ledger.log_part import PART_EVENTS, LogPart, NotClean
from ledger.note import VerifierKey
from ledger.part_form import read_part
from ledger.part_worker import Wanted, read_part_of
from ledger.record_texts import can_compare
from ledger.replayed_log import ReplayedLog
from ledger.seal_state import Sealed
from ledger.stored_log import StoredLog
from ledger.verification import Report, replay_rows, verify_log
from ledger.witness_policy import Policy

ROOT: Final = Path(__file__).parent.parent
_WORKERS_MAX: Final = 8
_SNAPSHOT_SQL: Final = "SELECT pg_export_snapshot()"

Progress = Callable[[int, int], None]
"""Is told how many events of how many were read."""


def verify_stored(
    log: StoredLog,
    url: str,
    keys: Sequence[VerifierKey],
    state: Mapping[str, Sealed],
    *,
    policy: Policy | None = None,
    now: datetime | None = None,
    progress: Progress = lambda _read, _total: None,
) -> Report:
    """Verify all that a database holds of a log (`ledger.verification.verify_log`).

    Raises:
        psycopg.Error: the database cannot be read.
    """
    return verify_log(
        log,
        keys,
        state,
        policy=policy,
        now=now,
        signed_at=log.signed_at(),
        replay=lambda sizes: replay_stored(log, url, sizes, progress),
    )


def replay_stored(
    log: StoredLog,
    url: str,
    roots_wanted: Collection[int],
    progress: Progress,
    *,
    part_events: int = PART_EVENTS,
) -> JoinedLog | ReplayedLog:
    """Replay a log in parts of so many events, 256 or more, and compare what is stored of its tree.

    Raises:
        psycopg.Error: the database cannot be read.
    """
    last = log.last_position()
    joined = JoinedLog(frozenset(roots_wanted), part_events)
    try:
        for part in _parts(log, url, range(0, last, part_events), roots_wanted):
            joined.add(part)
            progress(joined.size, last)
        tree = log.tree()
        joined.check_tree(tree.size, tree.frontier, tree.tiles)
    except NotClean:
        return replay_rows(log, roots_wanted, lambda size: progress(size, last))
    return joined


def _parts(
    log: StoredLog, url: str, befores: range, roots_wanted: Collection[int]
) -> Iterator[LogPart]:
    """Yield the parts in their order."""

    def near(before: int) -> list[int]:
        """Return the sizes whose roots, or whose events around them, lie in a part."""
        return [size for size in sizes if before <= size <= before + befores.step]

    sizes = sorted(roots_wanted)
    if len(befores) < 2 or _worker_count() < 2:  # noqa: PLR2004  # one is read right here
        if not can_compare(log.connection):
            raise NotClean
        for before in befores:
            wanted = Wanted(log.tenant_id, before, befores.step, near(before))
            yield read_part_of(log.connection, wanted)
        return
    row = log.connection.execute(_SNAPSHOT_SQL).fetchone()
    setting = {"url": url, "snapshot": row[0] if row else ""}
    count = min(_worker_count(), len(befores))
    with _workers(setting, count) as free, ThreadPoolExecutor(count) as threads:
        asked: deque[Future[LogPart | None]] = deque()
        rest = iter(befores)

        def ask_further() -> None:
            for before in rest:
                wanted = Wanted(log.tenant_id, before, befores.step, near(before))
                asked.append(threads.submit(_ask, free, wanted))
                if len(asked) >= 2 * count:  # no more than that lies about in memory
                    return

        ask_further()
        while asked:
            part = asked.popleft().result()
            ask_further()
            if part is None:
                asked.clear()
                raise NotClean
            yield part


def _worker_count() -> int:
    return min(_WORKERS_MAX, len(os.sched_getaffinity(0)))


@contextmanager
def _workers(setting: dict[str, Any], count: int) -> Iterator["SimpleQueue[_Pipes]"]:
    """Give processes that are free to be asked; they end with what they are needed for."""
    command = [sys.executable, "-m", "ledger.part_worker"]
    workers = [
        subprocess.Popen(  # noqa: S603  # ourselves
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(count)
    ]
    free: SimpleQueue[_Pipes] = SimpleQueue()
    try:
        for worker in workers:
            assert worker.stdin is not None  # noqa: S101  # for mypy: it was asked for
            assert worker.stdout is not None  # noqa: S101  # as above
            worker.stdin.write(json.dumps(setting).encode() + b"\n")
            free.put((worker.stdin, worker.stdout))
        yield free
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()


_Pipes = tuple[IO[bytes], IO[bytes]]


def _ask(free: "SimpleQueue[_Pipes]", wanted: Wanted) -> LogPart | None:
    """Have a part read by whoever is free; None: it is not clean, or its reader has died."""
    pipes = free.get()
    try:
        questions, answers = pipes
        questions.write(json.dumps(asdict(wanted)).encode() + b"\n")
        questions.flush()
        line = answers.readline()
        return read_part(line, answers.read) if line else None
    except OSError:
        return None
    finally:
        free.put(pipes)
