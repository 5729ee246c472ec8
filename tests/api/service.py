"""`tenure serve` in a process of its own, to be spoken to over HTTP and to be killed."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[2]
READY_SECONDS_MAX = 60


class Service:
    """Serves one database on one port, again and again."""

    def __init__(self, database_url: str, data_dir: Path, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._log = data_dir / "log"
        self._environment = os.environ | {
            "DATABASE_URL": database_url,
            "TENURE_DATA_DIR": str(data_dir),
            "TENURE_PORT": str(port),
            **settings,
        }

    @contextmanager
    def running(self, until: str = "/readyz") -> Iterator[subprocess.Popen[bytes]]:
        """Start it, give it once it is ready (or `until` is answered), and end it if nobody has."""
        command = [sys.executable, "-m", "cli.main", "serve"]
        with (
            self._log.open("a") as log,
            subprocess.Popen(command, cwd=ROOT, env=self._environment, stderr=log) as process,
        ):
            try:
                self._wait_until_ready(process, until)
                yield process
            finally:
                process.terminate()

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]", path: str) -> None:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if httpx2.get(f"{self.url}{path}").status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the service did not start: {self._log.read_text()[-2_000:]}")
