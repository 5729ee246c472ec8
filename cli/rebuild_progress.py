"""How far a rebuild is, on stderr: a bar for people, plain lines where stderr is piped."""

import sys
import time
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar

_LINE_SECONDS: Final = 5.0


class RebuildProgress:
    """Shows the share of the events that the views hold, the rate and the time left."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._bar = event_bar()
        self._task = self._bar.add_task(what, total=None, pace="")
        self._began_s = self._last_line_s = time.monotonic()
        self._first: int | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._bar.stop()

    def advanced(self, events: int, total: int) -> None:
        """Show that the views hold so many events of the logs' total."""
        now_s = time.monotonic()
        if self._first is None:  # what an earlier run has built says nothing of this one's rate
            self._first, self._began_s = events, now_s
        pace = pace_of(events - self._first, total - events, now_s - self._began_s)
        self._bar.update(self._task, completed=events, total=max(total, 1), pace=pace)
        if self._bar.disable and now_s - self._last_line_s >= _LINE_SECONDS:
            self._last_line_s = now_s
            sys.stderr.write(f"{self._what}: {events:,} of {total:,} events, {pace}\n")


def event_bar(*, transient: bool = False) -> Bar:
    """Make a bar for events, with their pace; on stderr, and only where that is a terminal."""
    console = Console(stderr=True, highlight=False, markup=False)
    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[pace]}"),
        console=console,
        disable=not console.is_terminal,
        transient=transient,
    )


def pace_of(events: int, left: int, seconds: float) -> str:
    """Say how fast it goes and how long it will take at that rate."""
    if events <= 0 or seconds <= 0:
        return ""
    rate = events / seconds
    minutes, rest = divmod(round(left / rate), 60)
    return f"{rate:,.0f} events/s, {minutes}:{rest:02} left"
