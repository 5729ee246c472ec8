"""One PostgreSQL for all workers of a test run: the operator's, or a local one that never leaks."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.local_postgres import LocalPostgres, find_binaries
from ledger.settings import load_settings

DURABLE_NOT = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Tests of crashes kill programs and servers, never the machine: the page cache outlives them."""
MEMORY = Path("/dev/shm")  # noqa: S108  # a run's folder in it is its owner's alone
MEMORY_BYTES_MIN = 6 * 2**30
ROOMY = {"max_connections": "300", "shared_buffers": "128MB", "max_wal_size": "2GB"}


def server_of(folder: Path) -> LocalPostgres:
    binaries = find_binaries(load_settings(os.environ))
    return LocalPostgres(folder, binaries=binaries, settings=DURABLE_NOT | ROOMY)


@pytest.fixture(scope="session")
def cluster_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a server where tests may create databases and roles."""
    given = load_settings(os.environ).database_url
    if given is not None:
        yield given.get_secret_value()
        return
    base = tmp_path_factory.getbasetemp()
    folder = _folder_of(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)
    folder.mkdir(exist_ok=True, mode=0o700)
    with (folder / "users").open("w") as users:
        # The kernel takes this lock back however we end; while a janitor has it, we wait.
        fcntl.flock(users, fcntl.LOCK_SH)
        url = server_of(folder).start()
        _hire_janitor(folder)
        yield url.rpartition("/")[0] + "/postgres"


def _folder_of(run: Path) -> Path:
    """Name the folder of the server of one test run: in memory, if there is room for it.

    A database of many tables is many files, and every test has its own: on a disk that was busy,
    each took half a second to make, in memory a twentieth of one (2026-11-28).
    """
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES_MIN:
        return MEMORY / f"tenure-tests-{sha256(str(run).encode()).hexdigest()[:16]}"
    return run / "cluster"


def _hire_janitor(folder: Path) -> None:
    """Leave a program behind that outlives a killed test run; it belongs to nobody's group."""
    in_background = '"$@" </dev/null >/dev/null 2>&1 &'
    subprocess.run(
        ["/bin/sh", "-c", in_background, "sh", sys.executable, "-m", "tests.cluster", str(folder)],
        check=True,
        cwd=Path(__file__).parent.parent,
        start_new_session=True,
    )


def stop_when_unused(folder: Path) -> None:
    """Wait until the last worker has ended, stop the server, and free the memory it stood in."""
    with (folder / "users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        server_of(folder).stop()
    if folder.is_relative_to(MEMORY):
        shutil.rmtree(folder)


if __name__ == "__main__":
    stop_when_unused(Path(sys.argv[1]))
