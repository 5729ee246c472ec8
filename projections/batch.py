"""A batch of the log: read once, and read into events once, whoever of the projections asks."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from ledger.event_types import EventTypes
from ledger.reading import Unread, read_trusted_entry
from ledger.recorded import Recorded
from ledger.strand import EVERY_LANE, Strand, lane_of
from projections.fault import Fault

_EVERY: Final = frozenset(EVERY_LANE)


class Batch:
    """Entries in their order: all that were asked for between two positions."""

    def __init__(self, types: EventTypes, unread: Sequence[Unread]) -> None:
        self._types = types
        self._unread = unread
        self._entries: dict[int, Recorded] = {}
        self._chosen: dict[tuple[frozenset[int], frozenset[UUID]], Sequence[Recorded]] = {}

    def entries(
        self, lanes: Collection[int] = EVERY_LANE, *, without: Collection[UUID] = frozenset()
    ) -> Sequence[Recorded]:
        """Return the entries of these lanes, but for those of the strands `without`.

        Raises:
            Exception: a record cannot be read.
        """
        choice = (frozenset(lanes), frozenset(without))
        if choice not in self._chosen:
            self._chosen[choice] = [self._read(each) for each in self._of(*choice)]
        return self._chosen[choice]

    def readable(
        self, lanes: Collection[int] = EVERY_LANE, *, without: Collection[UUID] = frozenset()
    ) -> tuple[Sequence[Recorded], Sequence[Fault]]:
        """Return what `entries` would, each strand up to its first record that cannot be read."""
        entries: list[Recorded] = []
        faults: dict[Strand, Fault] = {}
        for each in self._of(frozenset(lanes), frozenset(without)):
            if each.strand in faults:
                continue
            try:
                entries.append(self._read(each))
            except Exception as error:  # noqa: BLE001 - whatever it is, the record is at fault
                faults[each.strand] = Fault(each.strand, each.position, error)
        return entries, list(faults.values())

    def _of(self, lanes: frozenset[int], without: frozenset[UUID]) -> Sequence[Unread]:
        if lanes == _EVERY and not without:
            return self._unread
        return [
            each
            for each in self._unread
            if each.strand_id not in without and lane_of(each.strand_id) in lanes
        ]

    def _read(self, unread: Unread) -> Recorded:
        entry = self._entries.get(unread.position)
        if entry is None:
            entry = self._entries[unread.position] = read_trusted_entry(self._types, unread.record)
        return entry
