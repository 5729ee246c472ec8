"""The garbage collector, told that almost nothing here is a cycle."""

import gc
from typing import Final

_THRESHOLDS: Final = (500_000, 10, 1_000)


def collect_rarely() -> None:
    """Never look again at what stands by now, and seldom at what comes.

    Looking as often as by default cost a tenth of the time of `tenure serve` and half of that of
    `tenure import` (benchmarks/, 2026-11-23).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
