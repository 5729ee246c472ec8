"""Several processes write and tail a log, killed and paused at random: nothing is lost or twice.

Meanwhile it is sealed (T14 of AUDIT 9): a checkpoint of a size seals the events up to that size.
"""

import asyncio
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from typing_extensions import override

from domain.aggregates import EVERY_AGGREGATE
from ledger.checkpoint import verify_checkpoint
from ledger.event_types import EventTypes
from ledger.migrate import runtime_conninfo
from ledger.note import VerifierKey
from ledger.parallel_replay import verify_stored
from ledger.sealer import Sealer
from ledger.signer import Signer
from ledger.stored_log import open_stored_log
from ledger.verification import Verdict, replay_rows
from tests.ledger.log import assert_log_is_whole
from tests.ledger.processes.setting import ACCOUNTS, opening, writer_on

pytestmark = pytest.mark.anyio

KILLS = 16
SECONDS_BETWEEN_KILLS = (0.05, 0.4)


class Child:
    """A program that prints what it has done, line by line, and may be killed and begun again."""

    def __init__(self, module: str, output: Path, *arguments: str) -> None:
        self._module, self.output, self._arguments = module, output, arguments
        self.lives = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> None:
        self.lives += 1
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module, *self._arguments, *more], stdout=output
            )

    def kill(self) -> None:
        assert self._process is not None
        assert self._process.poll() is None, "it ended by itself"
        self._process.kill()
        self._process.wait()

    def pause(self, seconds: float) -> None:
        """Let it stand still in the middle of whatever it does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self._process.send_signal(signal.SIGCONT)

    def lines(self) -> list[str]:
        """Return what it has printed; a line cut off by a kill does not count."""
        text = self.output.read_text() if self.output.exists() else ""
        return text[: text.rfind("\n") + 1].splitlines()

    def begin(self) -> None:
        raise NotImplementedError


class Writing(Child):
    @override
    def begin(self) -> None:
        """Go on with keys that it has not used before."""
        whole = "".join(f"{line}\n" for line in self.lines())
        self.output.write_text(whole)
        self.start(f"{self.output.stem}-{self.lives}")


class Reading(Child):
    @override
    def begin(self) -> None:
        """Go on after the last position that was printed whole, as a checkpoint would."""
        self.output.write_text("".join(f"{line}\n" for line in self.lines()))
        self.start((self.lines() or ["0"])[-1])


@contextmanager
def sealed_meanwhile(url: str, signer: Signer) -> Iterator[None]:
    """Sign a checkpoint every twentieth of a second, beside what the test waits for."""
    ended = threading.Event()

    async def seal() -> None:
        types = EventTypes(EVERY_AGGREGATE)
        async with Sealer(runtime_conninfo(url), types, signer, interval_s=0.05) as sealer:
            while not ended.is_set():
                sealer.wake("default", 0)
                await asyncio.sleep(0.05)

    thread = threading.Thread(target=asyncio.run, args=(seal(),))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def running(children: Sequence[Child]) -> Iterator[None]:
    for child in children:
        child.begin()
    try:
        yield
    finally:
        for child in children:
            child.kill()


async def test_no_reader_misses_or_repeats_a_position_and_no_acknowledged_event_is_lost(
    database_url: str, tmp_path: Path
) -> None:
    vault_file = tmp_path / "master.key"
    async with writer_on(database_url, vault_file) as writer:
        await writer.execute_many([opening(account_id) for account_id in ACCOUNTS])
    writers = [
        Writing("tests.ledger.processes.write", tmp_path / f"w{n}", database_url, str(vault_file))
        for n in range(8)
    ]
    signer = Signer(tmp_path / "signing")
    key = signer.create_key("tenure-1").named("tenure-1/default").verifier
    readers = [
        Reading("tests.ledger.processes.read", tmp_path / f"r{n}", database_url) for n in range(2)
    ]

    with running(readers):
        with sealed_meanwhile(database_url, signer), running(writers):
            _wait_until(lambda: all(child.lines() for child in [*writers, *readers]))
            _kill_at_random([*writers, *readers])
            _wait_until(lambda: sum(len(child.lines()) for child in writers) > KILLS)
        size = assert_log_is_whole(database_url)
        _wait_until(lambda: all(len(reader.lines()) >= size for reader in readers))

    assert_every_checkpoint_is_true(database_url, key)
    for reader in readers:
        assert [int(line) for line in reader.lines()] == list(range(1, size + 1))
    stored = _orders_by_position(database_url)
    acknowledged = [line.split() for child in writers for line in child.lines()]
    assert all(stored[int(position)] == order_id for position, order_id in acknowledged)
    assert len({order_id for _, order_id in acknowledged}) == len(acknowledged) > KILLS


def assert_every_checkpoint_is_true(url: str, key: VerifierKey) -> None:
    with open_stored_log(url, "default", [key.name]) as log:
        checkpoints = [verify_checkpoint(note, [key]) for note in log.notes()]
        replay = replay_rows(log, [each.size for each in checkpoints])
        report = verify_stored(log, url, [key], {})
    assert len(checkpoints) > 1
    assert {each.size: each.root for each in checkpoints} == replay.roots
    assert report.verdict is Verdict.VERIFIED


def _kill_at_random(children: Sequence[Child]) -> None:
    """Kill one child after another, and begin it again; let others stand still for a moment."""
    dice = random.Random(20261123)  # noqa: S311  # which process dies when is no secret
    for _ in range(KILLS):
        time.sleep(dice.uniform(*SECONDS_BETWEEN_KILLS))
        victim = dice.choice(children)
        dice.choice(children).pause(dice.uniform(0, 0.1))
        victim.kill()
        victim.begin()


def _orders_by_position(url: str) -> dict[int, str]:
    with psycopg.connect(url) as connection:
        return dict(
            connection.execute("SELECT position, data ->> 'order_id' FROM ledger.event_readable")
        )


def _wait_until(true: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)
