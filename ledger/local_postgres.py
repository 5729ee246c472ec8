"""A PostgreSQL of our own for one folder: made once, started when needed, adopted when it runs."""

import fcntl
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil
import psycopg
from psycopg.sql import SQL, Identifier

from ledger.failure import CannotStart
from ledger.postgres_programs import as_ordinary_user, find_binaries, major_version

__all__ = ["LocalPostgres", "find_binaries"]

OWNER: Final = "tenure_owner"
DATABASE: Final = "tenure"

_HOST: Final = "127.0.0.1"
_START_SECONDS_MAX: Final = 600
"""Recovery after a crash may take minutes; a server that fails is noticed at once all the same."""
_CONNECT_SECONDS_MAX: Final = 10
_ORPHANS_SECONDS_MAX: Final = 10
"""The children of a killed postmaster notice within moments, unless they are busy computing."""
_STARTS_MAX: Final = 3
"""A server found running may be about to end, and a free port may be taken before we have it."""
_DRAFT_PREFIX: Final = "initdb-"


class LocalPostgres:
    """`LocalPostgres(folder, binaries=find_binaries(settings)).start()` returns the owner's URL.

    Survives the kill of any of its parts at any moment: whatever was left half made is thrown
    away, whatever runs is adopted. Two programs that start it at once get the same server.
    """

    def __init__(
        self, folder: Path, *, binaries: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        # Resolved, because a server is known by the folder that it works in.
        self._folder = folder.resolve()
        self._data = self._folder / "data"
        self._log = self._folder / "log"
        self.binaries = binaries
        self._settings = {
            "listen_addresses": _HOST,
            "unix_socket_directories": "",
            **(settings or {}),
        }

    def start(self) -> str:
        """Make sure that the server runs, and return the URL of its database as the owner.

        Raises:
            CannotStart: PostgreSQL itself refuses to be made or started.
        """
        with self._locked() as lock:
            self._make(lock)
            self._check()
            for _ in range(_STARTS_MAX):
                if not self._is_there():
                    self._start()
                if url := self._ready_url():
                    return url
        raise CannotStart(
            f"the local PostgreSQL ends as soon as it has started; see {self._log}, "
            "or set DATABASE_URL to another server"
        )

    def stop(self) -> None:
        """Stop the server, if it runs; what has been committed stays."""
        with self._locked():
            if self.is_running():
                self._run("pg_ctl", "stop", "-D", str(self._data), "-m", "fast", "-w")

    def is_running(self) -> bool:
        return self._port() is not None

    def url(self) -> str | None:
        """Return the owner's URL; None while no server runs."""
        port = self._port()
        return None if port is None else f"{self._address(port)}/{DATABASE}"

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Hold the folder for this process alone; the lock dies with it."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self._folder / "lock").open("w")
        except OSError as error:
            raise CannotStart(
                f"{self._folder} cannot be written to ({error.strerror}); "
                "let TENURE_DATA_DIR name a folder that this user may write to"
            ) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Closed at the end, never unlocked: an initdb that outlives us keeps it.
            yield lock.fileno()

    def _make(self, lock: int) -> None:
        """Let initdb work in a draft, so that a killed one never looks like a cluster."""
        for draft in self._folder.glob(f"{_DRAFT_PREFIX}*"):
            shutil.rmtree(draft)
        if self._data.exists():
            return
        draft = self._folder / f"{_DRAFT_PREFIX}{secrets.token_hex(4)}"
        password = self._folder / "password"
        password.unlink(missing_ok=True)
        descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        self._run(
            "initdb",
            *("-D", str(draft), "-U", OWNER, "--pwfile", str(password)),
            *("-A", "scram-sha-256", "-E", "UTF8", "--locale", "C"),
            *(["--no-sync"] if self._settings.get("fsync") == "off" else []),
            keep=[lock],
        )
        draft.rename(self._data)

    def _check(self) -> None:
        """Tell in words what PostgreSQL would only write to its log."""
        if self._data.stat().st_uid != os.geteuid():
            raise CannotStart(
                f"{self._data} belongs to another user; start Tenure as that user, "
                "or let TENURE_DATA_DIR name another folder"
            )
        made_by, ours = int((self._data / "PG_VERSION").read_text()), major_version(self.binaries)
        if made_by != ours:
            raise CannotStart(
                f"{self._data} was made by PostgreSQL {made_by} and {self.binaries} is version "
                f"{ours}; let TENURE_POSTGRES_BIN name the programs of version {made_by}"
            )

    def _is_there(self) -> bool:
        """Wait for what a crash has left to end; say whether a server is there, ready or not."""
        deadline = time.monotonic() + _ORPHANS_SECONDS_MAX
        while not self.is_running():
            processes = [process for process in psutil.process_iter() if self._is_ours(process)]
            if not processes:
                return False
            if time.monotonic() > deadline:
                # Two servers over one folder would destroy it; a kill only costs a recovery.
                for process in processes:
                    process.kill()
            time.sleep(0.02)
        return True

    def _start(self) -> None:
        # PostgreSQL itself would take any living process of this number for its own postmaster.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        port = self._choose_port()
        options = " ".join(f"-c {name}='{value}'" for name, value in self._settings.items())
        self._log.unlink(missing_ok=True)
        try:
            self._run(
                "pg_ctl",
                *("start", "-D", str(self._data), "-l", str(self._log)),
                *("-w", "-t", str(_START_SECONDS_MAX), "-o", f"-p {port} {options}"),
            )
        except CannotStart:
            if _is_free(port):
                raise

    def _port(self) -> int | None:
        """Return the port of the server of this folder; a pid alone proves nothing: they recur."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            is_alive = self._is_ours(psutil.Process(int(lines[0])))
            return int(lines[3]) if is_alive else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.name() == "postgres" and Path(process.cwd()) == self._data
        except psutil.Error:
            return False

    def _choose_port(self) -> int:
        """Return the port of last time if it is free, else another, which is remembered."""
        remembered = self._folder / "port"
        text = remembered.read_text() if remembered.exists() else ""
        port = int(text) if text.isdecimal() else 0  # a kill may have left it empty
        if port == 0 or not _is_free(port):
            with socket.socket() as probe:
                probe.bind((_HOST, 0))
                port = int(probe.getsockname()[1])
            remembered.write_text(str(port))
        return port

    def _ready_url(self) -> str | None:
        """Wait until the server answers; None where it was about to end, and has."""
        deadline = time.monotonic() + _START_SECONDS_MAX
        while (port := self._port()) is not None:
            try:
                _create_database(f"{self._address(port)}/postgres")
                return f"{self._address(port)}/{DATABASE}"
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or "password" in str(error):
                    raise CannotStart(
                        f"the local PostgreSQL refuses us ({str(error).strip()}); "
                        f"stop the server of {self._data} and start again"
                    ) from error
                time.sleep(0.05)
        return None

    def _address(self, port: int) -> str:
        password = (self._folder / "password").read_text()
        return f"postgresql://{OWNER}:{password}@{_HOST}:{port}"

    def _run(self, program: str, *arguments: str, keep: Sequence[int] = ()) -> None:
        command = [*as_ordinary_user(), str(self.binaries / program), *arguments]
        environment = {n: v for n, v in os.environ.items() if not n.startswith(("PG", "LC_"))}
        done = subprocess.run(  # noqa: S603  # our own words, and no shell
            command,
            check=False,
            env={**environment, "LC_ALL": "C"},
            pass_fds=keep,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            log = self._log.read_text(errors="replace") if self._log.exists() else ""
            raise CannotStart(
                f"PostgreSQL's {program} failed: {_cause(log + done.stdout)}; mend that, let "
                "TENURE_DATA_DIR name another folder, or set DATABASE_URL to another server"
            )


def _create_database(address: str) -> None:
    with psycopg.connect(
        address, autocommit=True, connect_timeout=_CONNECT_SECONDS_MAX
    ) as connection:
        exists = connection.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,))
        if exists.fetchone() is None:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(DATABASE)))


def _cause(said: str) -> str:
    """Pick the line that names the cause; the last one only says that there was one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it said nothing"]
    named = [line for line in lines if re.search(r"\b(FATAL|PANIC|error|unshare):", line)]
    return (named or lines)[-1 if not named else 0]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As PostgreSQL does: connections of an earlier server that linger do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
        return True
