"""A moment of the past, on both axes: what had taken effect by a day, of what was known by then."""

from dataclasses import dataclass
from datetime import date

from ledger.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Moment:
    """What is looked back at: entries up to a position that had taken effect by a day."""

    known_at: int
    """A position: what was recorded later is not known."""
    as_of: date | None = None
    """A business day: what took effect later does not count. None: every day counts."""

    def holds(self, entry: Recorded) -> bool:
        if entry.position > self.known_at:
            return False
        return self.as_of is None or entry.envelope.effective_at <= self.as_of
