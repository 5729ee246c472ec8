"""`tenure demo`: the demo company alone, in an empty log; another seed makes up other clients."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from cli import demo
from cli.demo_company.book import SEED
from cli.logs import set_up_logging
from cli.serve import prepared_database
from ledger.ledger import Ledger, open_ledger
from ledger.settings import Settings, load_settings
from ledger.tenants import DEFAULT_TENANT

EXIT_NOT_EMPTY: Final = 2
_SIZE_SQL: Final = "SELECT size FROM ledger.log_head WHERE tenant_id = %s"


def play_demo(
    seed: Annotated[
        int, typer.Option(min=0, max=2**31, help="what makes up the book of clients")
    ] = SEED,
) -> None:
    """Record two years of a demo company, through the same commands that everyone uses.

    A log that somebody has begun is theirs: nothing is added to it. Exit code 2: the log is not
    empty; 3: Tenure cannot run.
    """
    settings = load_settings()
    set_up_logging(settings)
    with prepared_database(settings, keep_running=True) as url:
        size = asyncio.run(_play(url, settings, seed))
    if size is None:
        sys.stderr.write(
            "tenure: the log holds events already, and the demo is for an empty one; "
            "give another TENURE_DATA_DIR or database\n"
        )
        raise typer.Exit(EXIT_NOT_EMPTY)
    typer.echo(f"The log holds {size:,} events of the demo company, made up with the seed {seed}.")


async def play_once(ledger: Ledger, data_dir: Path, seed: int = SEED) -> bool:
    """Record the demo data in a log that is empty, or go on where that was cut short.

    A log that somebody has begun is theirs: nothing is ever added to it, and false is returned.
    """
    unfinished = data_dir / "demo-unfinished"
    if unfinished.exists():
        seed = int(unfinished.read_text() or SEED)
    elif await _size(ledger) > 0:
        return False
    unfinished.write_text(str(seed))
    await demo.play(ledger, seed)
    unfinished.unlink()
    return True


async def _play(url: str, settings: Settings, seed: int) -> int | None:
    async with open_ledger(url, settings) as ledger:
        played = await play_once(ledger, settings.data_dir, seed)
        return await _size(ledger) if played else None


async def _size(ledger: Ledger) -> int:
    async with ledger.pool.connection() as connection:
        row = await (await connection.execute(_SIZE_SQL, (DEFAULT_TENANT,))).fetchone()
    return 0 if row is None else int(row[0])
