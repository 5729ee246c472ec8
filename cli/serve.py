"""`tenure serve`: the API, the writer and the views, in one process, until it is told to stop."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import psycopg
import uvicorn
from typing_extensions import override

from api.app import create_app
from cli.logs import set_up_logging
from ledger.collector import collect_rarely
from ledger.database import open_database
from ledger.erasing import erase_again
from ledger.erasure_register import ErasureRegister
from ledger.failure import CannotStart
from ledger.ledger import Ledger, open_ledger, signing_folder
from ledger.migrate import migrate
from ledger.sealer import Sealer
from ledger.sealing import ensure_key
from ledger.settings import Settings, load_settings
from ledger.signer import Signer
from ledger.tenants import DEFAULT_TENANT, create_tenant
from projections.engine_process import EngineProcess
from projections.every_projection import EVERY_PROJECTION
from projections.versions import note_versions

ROOT: Final = Path(__file__).parent.parent
MIGRATIONS: Final = (ROOT / "ledger" / "migrations", ROOT / "projections" / "migrations")

_ENGINE: Final = (sys.executable, "-m", "cli.engine")
_STOP_SECONDS_MAX: Final = 10
_KEEP_ALIVE_SECONDS: Final = 65
"""Longer than a load balancer's usual minute, so that it is never us who hang up on a request."""
_BACKLOG: Final = 2_048

Ready = Callable[[Ledger], Awaitable[None]]


def serve() -> None:
    """Serve the API of a database: that of DATABASE_URL, or a local one."""
    settings = load_settings()
    set_up_logging(settings)
    with listening(settings) as listener, prepared_database(settings) as url:
        serve_until_stopped(url, settings, listener)


def serve_until_stopped(
    url: str,
    settings: Settings,
    listener: socket.socket,
    *,
    first: Ready | None = None,
    then: Ready | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; answer what has been asked, and return.

    `first` is done before requests are answered, `then` as soon as they are.
    """
    config = uvicorn.Config(
        "",
        http="httptools",
        ws="none",
        lifespan="off",  # what the application works with is opened and closed here
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS_MAX,
    )
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(url, settings, _Server(config), listener, first, then))


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """Take the port before anything else is started: two services on one port help nobody.

    Raises:
        CannotStart: it is taken, or not ours to take.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
            listener.listen(_BACKLOG)
        except OSError as error:
            raise CannotStart(
                f"port {settings.port} of {settings.host} cannot be used ({error.strerror}); stop "
                "the program that uses it, or set TENURE_PORT (or TENURE_HOST) to another"
            ) from error
        yield listener


@contextmanager
def prepared_database(settings: Settings, *, keep_running: bool = False) -> Iterator[str]:
    """Give the owner's URL of a migrated database with a tenant; then stop what runs for us alone.

    `keep_running`: a local server that was running before is left so.
    """
    with _sigterm_as_ctrl_c():
        database = open_database(settings)
        try:
            migrate(database.url, *MIGRATIONS)
            with psycopg.connect(database.url) as connection:
                create_tenant(connection, DEFAULT_TENANT, "Default")
                note_versions(connection, EVERY_PROJECTION)
            yield database.url
        finally:
            if not keep_running:
                database.stop()


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them anew, before the writer has stopped."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Stop gracefully; asked a second time, at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


async def _serve(
    url: str,
    settings: Settings,
    server: _Server,
    listener: socket.socket,
    first: Ready | None,
    then: Ready | None,
) -> None:
    names = [projection.name for projection in EVERY_PROJECTION]
    async with (
        open_ledger(url, settings) as ledger,
        EngineProcess(_ENGINE, ledger.conninfo, ledger.pool, names) as engine,
        sealing(ledger, settings) as sealer,
    ):
        ledger.writer.on_commit(engine.wake)
        if sealer is not None:
            ledger.writer.on_commit(sealer.wake)
            ledger.reads.on_commit(sealer.wake)
        if first is not None:
            await first(ledger)
        erased_again = await erase_again(ledger, ErasureRegister.of(settings))
        server.config.app = app = create_app(ledger, engine, settings, sealer)
        app.state.service.metrics.erased_again.set(erased_again.total)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.stop)
        collect_rarely()
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        if then is not None:
            await _started(server, serving)
            await then(ledger)
        await serving
        await ledger.reads.flush()  # so that the sealer seals the last of it


@asynccontextmanager
async def sealing(ledger: Ledger, settings: Settings) -> AsyncIterator[Sealer | None]:
    """Seal the log while it is served; a key is made where nothing was ever sealed."""
    if settings.sealing == "off":
        yield None
        return
    signer = Signer(signing_folder(settings))
    async with ledger.pool.connection() as connection:
        await ensure_key(connection, signer)
    async with Sealer(
        ledger.conninfo, ledger.types, signer, interval_s=settings.seal_seconds
    ) as sealer:
        yield sealer


async def _started(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    while not server.started and not serving.done():  # noqa: ASYNC110  # uvicorn tells in no other way
        await asyncio.sleep(0.01)


@contextmanager
def _sigterm_as_ctrl_c() -> Iterator[None]:
    """Let SIGTERM unwind the program as Ctrl-C does, so that it stops what it has started."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
