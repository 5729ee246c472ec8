"""How far a verification has come, on a terminal: a bar, the rate and the time that is left."""

import time
from types import TracebackType
from typing import Self

from cli.rebuild_progress import event_bar, pace_of


class VerifyProgress:
    """A bar on stderr; nothing where that is no terminal, since what comes out is a report."""

    def __init__(self) -> None:
        self._bar = event_bar(transient=True)
        self._task = self._bar.add_task("verifying", total=None, pace="")
        self._began_s = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._bar.stop()

    def advanced(self, events: int, total: int) -> None:
        """Show that so many events of the log's total were read."""
        pace = pace_of(events, max(total - events, 0), time.monotonic() - self._began_s)
        self._bar.update(self._task, completed=events, total=max(total, 1), pace=pace)
