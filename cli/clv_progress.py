"""How far a fit is, on stderr: a bar for people, plain lines where stderr is piped."""

import sys
import time
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

_LINE_SECONDS: Final = 5.0


class FitProgress:
    """Shows how many customers have been read, then how likely the parameters have become.

    Nobody knows beforehand how many there will be of either, so the bar only shows that it lives.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._console = Console(stderr=True, highlight=False, markup=False)
        self._last_line = time.monotonic()
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                TimeElapsedColumn(),
                console=self._console,
            )
            self._task = self._bar.add_task(f"{self._title}: reading", total=None)
            self._bar.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def levelled(self, _: str, position: int) -> None:
        self._show(f"{self._title}: figures up to position {position:,} of the log")

    def read(self, customers: int) -> None:
        self._show(f"{self._title}: {customers:,} customers read")

    def stepped(self, model: str, steps: int, log_likelihood: float) -> None:
        self._show(
            f"{self._title}: fitting {model}, step {steps}, log-likelihood {log_likelihood:,.2f}"
        )

    def _show(self, text: str) -> None:
        now = time.monotonic()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=text)
        elif now - self._last_line >= _LINE_SECONDS:
            self._last_line = now
            sys.stderr.write(text + "\n")
