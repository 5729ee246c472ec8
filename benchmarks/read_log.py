"""What it costs a reader that the read is on record, by turns with a service that records nothing.

`python -m benchmarks.read_log [SECONDS]`: one service on a PostgreSQL of its own with fsync on.
Prints milliseconds (median, 95 %) of one reader and answers a second of 16, for a person's data
(committed before the answer) and for a list of accounts: noted, as it is; and committed before the
answer, as it might be. Exits with 1 if a read that was answered is not on record.
"""

import asyncio
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg
import uvicorn
from typing_extensions import override

from api.app import create_app
from benchmarks.load import Result, run_load
from domain.commands import register_party
from domain.party import Side
from ledger.api_keys import Role, create_key
from ledger.database import open_database
from ledger.ledger import Ledger, open_ledger
from ledger.migrate import migrate
from ledger.read_log import ReadEntry, ReadLog
from ledger.settings import Settings, load_settings
from ledger.tenants import DEFAULT_TENANT, create_tenant
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION
from tests.ledger.log import assert_log_is_whole
from tests.ledger.processes.setting import ACCOUNTS, DAY, command, opening

ROOT: Final = Path(__file__).parent.parent
MIGRATIONS: Final = (ROOT / "ledger" / "migrations", ROOT / "projections" / "migrations")
ADA: Final = UUID(int=99)
TURNS: Final = 3
CROWD: Final = 16


class Unrecorded(ReadLog):
    """Records nothing: what reads cost without a read log."""

    @override
    async def commit(self, entry: ReadEntry) -> None:
        return

    @override
    async def note(self, entry: ReadEntry) -> None:
        return


class Committed(ReadLog):
    """Commits lists before the answer too."""

    @override
    async def note(self, entry: ReadEntry) -> None:
        await self.commit(entry)


@dataclass(frozen=True)
class Variant:
    name: str
    path: str
    log: type[ReadLog]


VARIANTS: Final = (
    Variant("a person, unrecorded", f"/parties/{ADA}", Unrecorded),
    Variant("a person, committed", f"/parties/{ADA}", ReadLog),
    Variant("a list, unrecorded", "/accounts", Unrecorded),
    Variant("a list, noted", "/accounts", ReadLog),
    Variant("a list, committed", "/accounts", Committed),
)


def main(seconds: float) -> int:
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"TENURE_DATA_DIR": folder})
        database = open_database(settings)
        try:
            migrate(database.url, *MIGRATIONS)
            with psycopg.connect(database.url) as connection:
                create_tenant(connection, DEFAULT_TENANT, "Default")
                key = create_key(connection, DEFAULT_TENANT, Role.MANAGER, "benchmark")
            answered = asyncio.run(_measure(database.url, settings, key, seconds))
            recorded = assert_log_is_whole(database.url, f"{DEFAULT_TENANT}~reads")
        finally:
            database.stop()
    sys.stdout.write(f"{answered} reads answered, {recorded} on record\n")
    return 0 if answered == recorded else 1


async def _measure(url: str, settings: Settings, key: str, seconds: float) -> int:
    """Print a line for each variant; return how many reads must be on record."""
    alone: dict[str, list[float]] = {variant.name: [] for variant in VARIANTS}
    crowd: dict[str, list[float]] = {variant.name: [] for variant in VARIANTS}
    due = 0
    async with open_ledger(url, settings) as ledger:
        await _fill(ledger)
        for _ in range(TURNS):
            for variant in VARIANTS:
                async with _served(ledger, settings, variant.log) as port:
                    one = await _load(port, key, variant.path, 1, seconds)
                    many = await _load(port, key, variant.path, CROWD, seconds)
                alone[variant.name] += one.latencies
                crowd[variant.name].append(many.rate)
                if variant.log is not Unrecorded:
                    due += len(one.latencies) + len(many.latencies)
    for name, latencies in alone.items():
        result = Result(latencies=latencies)
        rate = sorted(crowd[name])[len(crowd[name]) // 2]
        sys.stdout.write(
            f"{name:<22} {result.percentile_ms(0.5):6.2f} ms  {result.percentile_ms(0.95):6.2f} ms"
            f"  {rate:7.0f} a second of {CROWD}\n"
        )
    return due


async def _fill(ledger: Ledger) -> None:
    ada = register_party(ADA, side=Side.OURS, name="Ada Lovelace", on=DAY, today=DAY)
    await ledger.writer.execute_many([command(ada), *map(opening, ACCOUNTS)])


@asynccontextmanager
async def _served(ledger: Ledger, settings: Settings, log: type[ReadLog]) -> AsyncIterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        async with (
            log(ledger.reads._writer, ledger.pool) as reads,  # noqa: SLF001  # turn about
            Engine(ledger.conninfo, ledger.types, EVERY_PROJECTION) as engine,
        ):
            app = create_app(replace(ledger, reads=reads), engine, settings)
            server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, ws="none"))
            serving = asyncio.create_task(server._serve([listener]))  # noqa: SLF001  # as tests do
            yield int(listener.getsockname()[1])
            server.should_exit = True
            await serving


async def _load(port: int, key: str, path: str, connections: int, seconds: float) -> Result:
    request = (
        f"GET {path} HTTP/1.1\r\nHost: benchmark\r\nAuthorization: Bearer {key}\r\n\r\n"
    ).encode("ascii")
    result = await asyncio.to_thread(
        run_load, port, lambda _: request, connections=connections, seconds=seconds
    )
    if result.unexpected:
        raise AssertionError(result.unexpected[0])
    return result


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 3.0))
