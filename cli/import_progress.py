"""How far an import is, on stderr: a bar for people, plain lines where stderr is piped."""

import sys
import time
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from importers.source import Source
from importers.summary import Summary

_SHOWN_MAX: Final = 20
"""Complaints that are printed; all of them stand in the rejects file."""
_LINE_SECONDS: Final = 5.0


class Progress:
    """Shows the share of the file that is committed, the rate and the time left."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._console = Console(stderr=True, highlight=False, markup=False)
        self._started = self._last_line = time.monotonic()
        self._complaints = 0
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                TextColumn("{task.fields[rate]:,.0f} rows/s"),
                TimeRemainingColumn(),
                console=self._console,
            )
            self._task = self._bar.add_task(
                self._source.name, total=max(1, self._source.size_bytes), rate=0
            )
            self._bar.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        if self._complaints > _SHOWN_MAX:
            self._say(f"... and {self._complaints - _SHOWN_MAX:,} more: see the rejects file")

    def rejected(self, complaint: str) -> None:
        self._complaints += 1
        if self._complaints <= _SHOWN_MAX:
            self._say(complaint)

    def advanced(self, bytes_read: int, so_far: Summary) -> None:
        now = time.monotonic()
        seconds = max(now - self._started, 1e-3)
        rate = so_far.read / seconds
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=bytes_read, rate=rate)
        elif now - self._last_line >= _LINE_SECONDS:
            self._last_line = now
            share = bytes_read / max(1, self._source.size_bytes)
            left = seconds / share - seconds if share else 0.0
            self._say(
                f"{self._source.name}: {so_far.read:,} rows, {share:.0%}, {rate:,.0f} rows/s, "
                f"about {left:.0f} s left"
            )

    def _say(self, line: str) -> None:
        """Print a line as it is: wrapped by nobody, so that programs can read it too."""
        if self._bar is not None:
            self._console.print(line, soft_wrap=True)
        else:
            sys.stderr.write(line + "\n")
