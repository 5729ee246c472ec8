"""Feeds one tenant's projections: a batch is read once, and rows and checkpoints move together."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from psycopg import AsyncConnection

from ledger.event_types import EventTypes
from ledger.reading import HoleInLog, read_after
from projections.checkpoint import Overtaken, Standing, move
from projections.projection import Projection

_PAUSE_S: Final = 0.05
_PAUSE_MAX_S: Final = 5.0

log = structlog.get_logger()


@dataclass
class Trouble:
    """A projection that failed and is fed alone, in batches that shrink to the event at fault."""

    tenant_id: str
    projection: str
    position: int
    """Of the first event that it could not take."""
    error: Exception
    batch_max: int
    failures_alone: int = 0
    """How often it failed with a single event; 0 while the one at fault is still looked for."""
    resting_until: float = 0.0
    """On the monotonic clock."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Projections that stand at one position and are fed together, up to where others stand."""

    projections: Sequence[Projection]
    position: int
    until: int
    batch_max: int


class Feeder:
    """Keeps what is known of projections that fail; everything else stands in the checkpoints."""

    def __init__(
        self, types: EventTypes, projections: Sequence[Projection], *, batch_max: int
    ) -> None:
        self._types = types
        self._projections = {projection.name: projection for projection in projections}
        self._batch_max = batch_max
        self._troubles: dict[tuple[str, str], Trouble] = {}

    @property
    def troubles(self) -> Sequence[Trouble]:
        return list(self._troubles.values())

    async def feed(self, connection: AsyncConnection[Any], standing: Standing) -> bool:
        """Feed each projection that is not level one batch; tell whether any has come further.

        `standing` is kept up to date. A projection that fails rests for a while, and no event is
        ever skipped.

        Raises:
            HoleInLog: the log is not whole.
            psycopg.Error: the connection is lost.
        """
        moved = False
        for group in self._groups(standing):
            try:
                await self._advance(connection, standing, group)
            except Overtaken:
                pass  # whoever was first has moved it: what comes next stands in the checkpoints
            except HoleInLog:
                raise
            except Exception as error:
                if connection.closed:
                    raise
                self._fail(standing.tenant_id, group, error)
                continue
            moved = True
        return moved

    def _groups(self, standing: Standing) -> Sequence[_Group]:
        """Put together what stands at one position, those furthest behind first."""
        together: dict[int, list[Projection]] = {}
        groups: list[_Group] = []
        for name, position in standing.positions.items():
            if position == standing.head:
                continue
            if position > standing.head:
                raise HoleInLog(
                    f"{name} has read {standing.tenant_id} up to position {position}, "
                    f"but the log ends at {standing.head}"
                )
            trouble = self._troubles.get((standing.tenant_id, name))
            if trouble is None:
                together.setdefault(position, []).append(self._projections[name])
            elif trouble.resting_until <= time.monotonic():
                alone = [self._projections[name]]
                groups.append(_Group(alone, position, standing.head, trouble.batch_max))
        ends = [*sorted(together)[1:], standing.head]
        for position, end in zip(sorted(together), ends, strict=False):
            groups.append(_Group(together[position], position, end, self._batch_max))
        return groups

    async def _advance(
        self, connection: AsyncConnection[Any], standing: Standing, group: _Group
    ) -> None:
        tenant_id = standing.tenant_id
        entries = await read_after(
            connection,
            self._types,
            tenant_id,
            position=group.position,
            limit=min(group.batch_max, group.until - group.position),
        )
        if not entries:
            raise HoleInLog(f"position {group.position + 1} of {tenant_id} is missing")
        names = [projection.name for projection in group.projections]
        reached = entries[-1].position
        async with connection.transaction():
            await move(connection, tenant_id, names, was=group.position, now=reached)
            for projection in group.projections:
                try:
                    await projection.apply(connection, tenant_id, entries)
                except Exception as error:
                    error.add_note(projection.name)
                    raise
        for name in names:
            standing.positions[name] = reached
            self._recover(tenant_id, name)

    def _fail(self, tenant_id: str, group: _Group, error: Exception) -> None:
        """Halve what the group is fed until the event at fault stands alone, then wait longer.

        Only the projection that failed is set apart; all of them, where reading itself failed.
        """
        names = [projection.name for projection in group.projections]
        guilty = [name for name in names if name in getattr(error, "__notes__", ())] or names
        for name in guilty:
            trouble = self._troubles.get((tenant_id, name))
            if trouble is None:
                trouble = Trouble(tenant_id, name, 0, error, group.batch_max)
                self._troubles[tenant_id, name] = trouble
            trouble.position, trouble.error = group.position + 1, error
            is_alone = min(trouble.batch_max, group.until - group.position) == 1
            trouble.batch_max = max(1, min(trouble.batch_max, group.until - group.position) // 2)
            if is_alone:
                pause_s = min(_PAUSE_S * 2**trouble.failures_alone, _PAUSE_MAX_S)
                trouble.failures_alone = min(trouble.failures_alone + 1, 20)
                trouble.resting_until = time.monotonic() + pause_s
                log.error(
                    "projection failed",
                    tenant=tenant_id,
                    projection=name,
                    position=trouble.position,
                    retry_in_s=pause_s,
                    exc_info=error,
                )

    def _recover(self, tenant_id: str, name: str) -> None:
        """Feed more again after a success, and together with the others once all is well."""
        trouble = self._troubles.get((tenant_id, name))
        if trouble is None:
            return
        trouble.failures_alone = 0
        trouble.batch_max *= 2
        if trouble.batch_max >= self._batch_max:
            del self._troubles[tenant_id, name]
