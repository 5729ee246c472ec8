"""What the engine asks of a projection: a name, its tables, and rows out of entries."""

from collections.abc import Sequence
from typing import Any, Final, Protocol

from psycopg import AsyncConnection

from ledger.recorded import Recorded
from ledger.strand import EVERY_LANE

_LANE_OF_WHOLE: Final = frozenset({0})


class Projection(Protocol):
    """Turns entries of the log into rows of its own tables.

    What it writes depends on the entries and its own rows alone: no clock, no look-ups elsewhere.
    """

    @property
    def name(self) -> str:
        """Under which its checkpoints are kept; chosen once."""

    @property
    def whole(self) -> bool:
        """Whether one row may hold what several accounts (or streams) did; chosen once.

        If so, it is fed all entries in the order of the log; else each lane goes its own pace.
        """

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

        Of each account (or stream) that is not parked every entry comes exactly once, in order,
        in whichever batches.
        """


def lanes_of(projection: Projection) -> frozenset[int]:
    """Return the lanes that have a checkpoint for this projection."""
    return _LANE_OF_WHOLE if projection.whole else EVERY_LANE
