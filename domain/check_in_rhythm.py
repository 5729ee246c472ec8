"""The rhythm of check-ins: on which days one was due, and which check-in came in time for it.

A check-in is due so many days after the last one, or after the relationship began. One that is held
by then, or within the days of grace, has met it, and the next is due that many days after it was
held. A day that passes unmet stays missed, and the next is due as many days later, until somebody
is in touch again. A new cadence holds from its own day on: what it makes due earlier than that is
due on that day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, from which day on; None: not at all. `position`: of the event that says so."""

    from_day: date
    every_days: int | None
    grace_days: int
    position: int


@dataclass(frozen=True, slots=True)
class Held:
    """A check-in, and the position of the event that says so."""

    on: date
    position: int


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day on which a check-in was due. `met_by`: position of the check-in that came in time."""

    due_on: date
    position: int
    """Of the event that made it due: the check-in before, or the cadence."""
    met_by: int | None


def due_days(
    started_on: date, rhythms: Sequence[Rhythm], held: Sequence[Held], *, until: date
) -> Sequence[DueDay]:
    """Return every day that was met, and every one whose grace had passed by the end of `until`.

    `rhythms` stand in the order in which they were recorded, `held` in that of their days. A day
    that is still within its grace is not decided yet, so it is not there.
    """
    return _Walk(started_on).through(sorted(rhythms, key=lambda each: each.from_day), held, until)


class _Walk:
    def __init__(self, started_on: date) -> None:
        self._anchor = started_on
        self._rhythm: Rhythm | None = None
        self._due: date | None = None
        self._position = 0
        self._days: list[DueDay] = []

    def through(
        self, rhythms: Sequence[Rhythm], held: Sequence[Held], until: date
    ) -> Sequence[DueDay]:
        """Walk along the days: on one and the same day a new cadence comes before a check-in."""
        steps: list[tuple[date, int, Rhythm | Held]] = [
            *[(each.from_day, 0, each) for each in rhythms],
            *[(each.on, 1, each) for each in held],
        ]
        for day, _, step in sorted(steps, key=lambda each: each[:2]):
            if day > until:
                break
            self._miss_before(day)
            if isinstance(step, Rhythm):
                self._beat(step)
            else:
                self._hold(step)
        self._miss_before(until + timedelta(days=1))
        return self._days

    def _miss_before(self, day: date) -> None:
        """Note every day as missed whose grace passed before `day`."""
        while self._rhythm is not None and self._due is not None and self._rhythm.every_days:
            if self._due + timedelta(days=self._rhythm.grace_days) >= day:
                return
            self._days.append(DueDay(self._due, self._position, None))
            self._due += timedelta(days=self._rhythm.every_days)

    def _beat(self, rhythm: Rhythm) -> None:
        self._rhythm, self._position = rhythm, rhythm.position
        if rhythm.every_days is None:
            self._due = None
            return
        due = self._anchor + timedelta(days=rhythm.every_days)
        self._due = max(due, rhythm.from_day)

    def _hold(self, held: Held) -> None:
        if self._due is not None:
            missed = (
                self._days
                and self._days[-1].met_by is None
                and self._days[-1].due_on > self._anchor
            )
            if not missed:
                self._days.append(DueDay(self._due, self._position, held.position))
        self._anchor, self._position = held.on, held.position
        every_days = self._rhythm.every_days if self._rhythm else None
        self._due = None if every_days is None else held.on + timedelta(days=every_days)
