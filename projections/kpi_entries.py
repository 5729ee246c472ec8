"""Where the events stand that figures are made of: an index into the log, by account and name."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg import AsyncConnection

from domain.kpi_definitions import EVERY_FAMILY
from ledger.recorded import Recorded

NAMES: Final = frozenset(event.NAME for family in EVERY_FAMILY for event in family.events)
"""The names of all events that contribute to any figure."""

_COPY_SQL: Final = """
    COPY kpi_entry (tenant_id, subject_id, name, position) FROM STDIN
"""


class KpiEntries:
    """One row for each event that contributes: of its account, or of its portfolio."""

    name: Final = "kpi-entries"
    tables: Final = ("kpi_entry",)
    version: Final = 1
    whole: Final = False

    async def apply(
        self, connection: AsyncConnection[Any], tenant_id: str, entries: Sequence[Recorded]
    ) -> None:
        block = "".join(
            [
                f"{tenant_id}\t{e.account_id or e.stream_id}\t{e.name}\t{e.position}\n"
                for e in [entry.envelope for entry in entries]
                if e.name in NAMES
            ]
        )
        if block:
            async with connection.cursor().copy(_COPY_SQL) as copy:
                await copy.write(block)


KPI_ENTRIES: Final = KpiEntries()
