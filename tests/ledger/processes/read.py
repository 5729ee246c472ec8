"""Tail the log from a position on, without end, and print every position that is read.

`python -m tests.ledger.processes.read URL FROM`
"""

import asyncio
import sys

from psycopg import AsyncConnection

from domain.aggregates import EVERY_AGGREGATE
from ledger.event_types import EventTypes
from ledger.migrate import runtime_conninfo
from ledger.reading import read_after


async def main(url: str, position: int) -> None:
    types = EventTypes(EVERY_AGGREGATE)
    async with await AsyncConnection.connect(runtime_conninfo(url), autocommit=True) as connection:
        while True:
            entries = await read_after(connection, types, "default", position=position, limit=100)
            for entry in entries:
                print(entry.position, flush=True)
                position = entry.position
            if not entries:
                await asyncio.sleep(0.005)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
