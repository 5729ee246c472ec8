"""How many entries are read at once: more while there is more, fewer when it takes long."""

from typing import Final

_FIRST: Final = 125
_SWIFT_S: Final = 0.25
_SLOW_S: Final = 0.5
"""A lease is renewed every second, and whoever waits for a position wants to see it move."""


class BatchSize:
    """Doubles after a full batch that was swift, halves after a slow one and after trouble.

    It begins small, so that the first rows after a start are there soon, and is full after three
    batches.
    """

    def __init__(self, entries_max: int) -> None:
        self._max = entries_max
        self.entries = min(_FIRST, entries_max)

    def took(self, entries: int, seconds: float) -> None:
        """Hear that a batch of so many entries was written within so many seconds."""
        if seconds > _SLOW_S:
            self.shrink()
        elif entries >= self.entries and seconds < _SWIFT_S:
            self.entries = min(self.entries * 2, self._max)

    def shrink(self) -> None:
        """Hear of trouble: a smaller transaction needs less, and is sooner done again."""
        self.entries = max(1, self.entries // 2)
