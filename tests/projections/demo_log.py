"""The log of the demo company: two years of everything that can be recorded."""

from collections.abc import Sequence
from pathlib import Path

from psycopg import AsyncConnection

from cli import demo
from ledger.ledger import open_ledger
from ledger.migrate import runtime_conninfo
from ledger.reading import read_after
from ledger.recorded import Recorded
from ledger.settings import load_settings
from tests.projections.log import TENANT, TYPES


async def play_demo(url: str, data_dir: Path) -> Sequence[Recorded]:
    """Record the demo in an empty log, and return its entries."""
    async with open_ledger(url, load_settings({"TENURE_DATA_DIR": str(data_dir)})) as ledger:
        await demo.play(ledger)
    async with await AsyncConnection.connect(runtime_conninfo(url)) as connection:
        return await read_after(connection, TYPES, TENANT, position=0, limit=1_000_000)
