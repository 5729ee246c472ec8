"""What the engine asks of a projection: a name, its tables, and rows out of entries."""

from collections.abc import Sequence
from typing import Any, Protocol

from psycopg import AsyncConnection

from ledger.recorded import Recorded


class Projection(Protocol):
    """Turns entries of the log into rows of its own tables.

    What it writes depends on the entries and its own rows alone: no clock, no look-ups elsewhere.
    """

    @property
    def name(self) -> str:
        """Under which its checkpoint is kept; chosen once."""

    @property
    def tables(self) -> Sequence[str]:
        """The tables that it writes, and nobody else does; without a schema."""

    @property
    def version(self) -> int:
        """Of its code, from 1: one more whenever the same entries make other rows than before.

        Rows of an earlier version are kept, and said to be outdated, until the view is rebuilt.
        """

    async def apply(
        self, connection: AsyncConnection[Any], tenant_id: str, entries: Sequence[Recorded]
    ) -> None:
        """Write what these entries change, in the open transaction, in a handful of statements.

        The entries follow one another without a gap, and each comes exactly once.
        """
