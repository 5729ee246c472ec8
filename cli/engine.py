"""The program of the engine's process; `tenure serve` starts it, and talks to it in lines."""

import asyncio
import json
import sys
from typing import Any

from cli.logs import set_up_logging
from domain.aggregates import EVERY_AGGREGATE
from ledger.collector import collect_rarely
from ledger.event_types import EventTypes
from ledger.settings import load_settings
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION


def main() -> None:
    """Keep the views level until the standard input ends, with whoever holds its other end."""
    set_up_logging(load_settings())
    asyncio.run(_run())


async def _run() -> None:
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    conninfo = json.loads(await lines.readline())["conninfo"]
    async with Engine(conninfo, EventTypes(EVERY_AGGREGATE), EVERY_PROJECTION) as engine:
        engine.on_progress(_Reporter(engine).report)
        collect_rarely()
        hear = {"wake": engine.wake, "hurry": engine.hurry}
        while line := await lines.readline():
            for what, told in json.loads(line).items():
                hear[what](*told)


class _Reporter:
    """Tells the parent what has changed, and nothing twice."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._told: dict[str, Any] = {}

    def report(self, tenant_id: str, reached: int) -> None:
        engine = self._engine
        news = {
            "reached": {tenant_id: reached},
            "holes": engine.holes,
            "troubles": [(t.tenant_id, t.projection, t.position) for t in engine.troubles],
        }
        if news != self._told:
            self._told = news
            sys.stdout.write(json.dumps(news) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
