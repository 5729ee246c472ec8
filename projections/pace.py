"""How fast views come forward."""

import time
from collections import deque
from collections.abc import Callable
from typing import Final

_WINDOW_S: Final = 10.0


class Pace:
    """Events a second, of each tenant, over the last ten seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, deque[tuple[float, int]]] = {}

    def note(self, tenant_id: str, reached: int) -> None:
        """Hear that every view of a tenant holds the events up to here."""
        seen = self._seen.setdefault(tenant_id, deque())
        if not seen or reached > seen[-1][1]:
            seen.append((self._clock(), reached))
        self._forget(seen)

    def events_per_second(self, tenant_id: str) -> float:
        """Return what came to be in every view, by the second; 0 where nothing is known."""
        seen = self._seen.get(tenant_id)
        if not seen:
            return 0.0
        self._forget(seen)
        return (seen[-1][1] - seen[0][1]) / _WINDOW_S

    def _forget(self, seen: deque[tuple[float, int]]) -> None:
        """Keep the last position from before the window: what comes after it was made within."""
        began = self._clock() - _WINDOW_S
        while len(seen) > 1 and seen[1][0] < began:
            seen.popleft()
