"""How batches grow and shrink, and how the pace of views is told."""

from projections.batch_size import BatchSize
from projections.pace import Pace

SWIFT_S, SLOW_S, NEITHER_S = 0.01, 0.9, 0.4


def test_batches_grow_while_there_is_more_and_no_further_than_allowed() -> None:
    size, sizes = BatchSize(1_000), []
    for _ in range(5):
        size.took(size.entries, SWIFT_S)
        sizes.append(size.entries)

    assert sizes == [250, 500, 1_000, 1_000, 1_000]


def test_a_batch_that_was_not_full_or_not_swift_says_nothing() -> None:
    size = BatchSize(1_000)
    size.took(size.entries - 1, SWIFT_S)
    size.took(size.entries, NEITHER_S)

    assert size.entries == 125


def test_batches_shrink_when_they_are_slow_and_with_trouble_down_to_one() -> None:
    size = BatchSize(4)
    size.took(4, SLOW_S)
    after_slow = size.entries
    size.shrink()
    size.shrink()

    assert (after_slow, size.entries) == (2, 1)


def test_the_pace_is_what_came_within_the_last_ten_seconds() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    told = []
    for second, reached in ((0, 100), (5, 200), (9, 400), (9, 400), (14, 400), (30, 400)):
        now = float(second)
        pace.note("default", reached)
        told.append(pace.events_per_second("default"))

    assert told == [0, 10, 30, 30, 30, 0]
    assert pace.events_per_second("nobody") == 0
