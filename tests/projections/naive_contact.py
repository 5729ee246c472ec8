"""What naive readers make of check-ins and goals; beside `naive_account.py`."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from tests.projections.naive_account import (
    DECIDING,
    NOTHING,
    Asked,
    Entries,
    Share,
    by_day,
    named,
    role_on,
    stakeholders,
)

_A_DAY = timedelta(days=1)


@dataclass
class Held:
    on: date
    participants: tuple[UUID, ...]
    has_substance: bool
    line: UUID


def held(entries: Entries) -> list[Held]:
    """Return every check-in as it was corrected, but for those that never were."""
    found: dict[UUID, dict[str, Any]] = {}
    fields = ("held_on", "participants", "need_ids", "solutions_presented")
    for each in entries:
        event: Any = each.event
        match each.envelope.name:
            case "relationship.check-in-held":
                found[event.check_in_id] = {name: getattr(event, name) for name in fields} | {
                    "line": each.envelope.stream_id
                }
            case "relationship.check-in-corrected":
                changes = {n: getattr(event, n).now for n in fields if getattr(event, n)}
                found[event.check_in_id] |= changes
            case "relationship.check-in-voided":
                del found[event.check_in_id]
            case _:
                pass
    return [
        Held(
            each["held_on"],
            each["participants"],
            bool(each["need_ids"] or each["solutions_presented"]),
            each["line"],
        )
        for each in found.values()
    ]


def quality(entries: Entries, asked: Asked) -> Share:
    """Count check-ins with a need, a solution or a promise, and with somebody who decides."""
    counting = [each for each in held(entries) if asked.has(each.on)]
    good = 0
    for each in counting:
        promised = any(
            e.envelope.stream_id == each.line and e.event.made_on == each.on  # type: ignore[attr-defined]
            for e in by_day(entries, asked.as_of)
            if e.envelope.name == "relationship.commitment-made"
        )
        decides = any(
            role_on(entries, each.line, party, each.on) in DECIDING for party in each.participants
        )
        good += decides and (each.has_substance or promised)
    return Fraction(good), Fraction(len(counting))


def _lines(entries: Entries) -> dict[UUID, tuple[Any, list[Any]]]:
    """Return how each relationship began, and everything in it."""
    return {
        each.envelope.stream_id: (
            each.event,
            [e for e in entries if e.envelope.stream_id == each.envelope.stream_id],
        )
        for each in entries
        if each.envelope.name == "relationship.started"
    }


def _ended_on(of_line: Entries, day: date) -> date:
    ends = named(by_day(of_line, day), "relationship.ended")
    return ends[0].ended_on if ends else date.max


def coverage(entries: Entries, asked: Asked) -> Share:
    """Count those who decide at the end, and who of them was met in the period."""
    day, met, deciding = asked.last, 0, 0
    for line, party in stakeholders(entries):
        start, of_line = _lines(entries)[line]
        going_on = start.started_on <= day < _ended_on(of_line, day)
        if not going_on or role_on(entries, line, party, day) not in DECIDING:
            continue
        deciding += 1
        met += any(
            party in each.participants and each.line == line and asked.has(each.on)
            for each in held(entries)
        )
    return Fraction(met), Fraction(deciding)


def adherence(entries: Entries, asked: Asked) -> Share:
    met = due = 0
    for line, (start, of_line) in _lines(entries).items():
        end = min(asked.as_of, _ended_on(of_line, asked.as_of))
        days = [each.on for each in held(entries) if each.line == line]
        anchors = sorted({start.started_on, *(d for d in days if start.started_on < d <= end)})
        changes = _changes(start, of_line, asked.as_of)
        for anchor, following in zip(anchors, [*anchors[1:], None], strict=True):
            for on, in_time in _due_days(anchor, following, changes, end):
                if on in asked.period:
                    due += 1
                    met += in_time
    return Fraction(met), Fraction(due)


def _changes(start: Any, of_line: Entries, as_of: date) -> list[tuple[date, Any]]:
    """Return every cadence in the order of days: the first at the start, none before it."""
    later = [
        (max(each.envelope.effective_at, start.started_on), each.event.now)  # type: ignore[attr-defined]
        for each in by_day(of_line, as_of)
        if each.envelope.name == "relationship.cadence-set"
    ]
    return [(start.started_on, start.cadence), *later]


def _due_days(
    since: date, following: date | None, changes: list[tuple[date, Any]], end: date
) -> list[tuple[date, bool]]:
    """Say which days were due from a check-in until the next, and which of them were met in time.

    A missed day falls due again when the cadence's days have passed once more. What is still within
    its grace at the end is left out.
    """
    found: list[tuple[date, bool]] = []
    last = end if following is None else following
    due, grace = _next_due(since, changes, last)
    while due is not None and due <= last:
        grace_ends = due + timedelta(days=grace)
        if following is not None and following <= grace_ends:
            return [*found, (due, True)]
        if end > grace_ends:
            found.append((due, False))
        due, grace = _next_due(due, changes, last)
    if following is not None and due is not None and due <= end and not found:
        found.append((due, True))  # the next one came early
    return found


def _next_due(since: date, changes: list[tuple[date, Any]], last: date) -> tuple[date | None, int]:
    """Live through the days after one until the next due day, or the last; None: there is none.

    A change of cadence moves what is due, though not to before the change; after a time without
    any, the days count from the change.
    """
    rhythm = [cadence for on, cadence in changes if on <= since][-1]
    counted_from, day = since, since
    due = None if rhythm is None else since + timedelta(days=rhythm.every_days)
    while day < last and (due is None or day < due):
        day += _A_DAY
        for cadence in [cadence for on, cadence in changes if on == day]:
            counted_from, rhythm = day if due is None else counted_from, cadence
            every = None if cadence is None else timedelta(days=cadence.every_days)
            due = None if every is None else max(counted_from + every, day)
    return due, 0 if rhythm is None else rhythm.grace_days


def _goals(entries: Entries, as_of: date) -> list[dict[str, Any]]:
    """Return every goal that was set by a day, as it stood at the end of it."""
    goals = []
    for beginning in by_day(entries, as_of):
        if beginning.envelope.name != "goal.set":
            continue
        stream = beginning.envelope.stream_id
        of_goal = [e for e in entries if e.envelope.stream_id == stream]
        goal: dict[str, Any] = {"state": "active", "ended_on": None}
        goal |= dict(beginning.event.goal)  # type: ignore[attr-defined]
        for each in by_day(of_goal, as_of):
            event: Any = each.event
            match each.envelope.name.removeprefix("goal."):
                case "revised":
                    goal |= event.changes()
                case "achieved" | "missed" | "abandoned" as state:
                    goal |= {"state": state, "ended_on": each.envelope.effective_at}
                case "reopened":
                    goal |= {"state": "active", "ended_on": None}
                case _:
                    pass
        goal["measured"] = _measured(of_goal)
        goals.append(goal)
    return [goal for goal in goals if goal["state"] != "abandoned"]


def _measured(of_goal: Entries) -> list[tuple[date, Fraction]]:
    """Return the measurements as they were corrected, in the order in which they were recorded."""
    found: dict[UUID, tuple[date, Fraction]] = {}
    for each in of_goal:
        event: Any = each.event
        if each.envelope.name == "goal.progress-measured":
            found[event.measurement_id] = (event.measured_on, Fraction(event.value))
        if each.envelope.name == "goal.measurement-corrected":
            found[event.measurement_id] = (event.now.measured_on, Fraction(event.now.value))
    return list(found.values())


def attainment(entries: Entries, asked: Asked) -> Share:
    achieved = due = 0
    for goal in _goals(entries, asked.as_of):
        is_open = goal["state"] == "active"
        if asked.has(goal["due_on"]) and not (is_open and goal["due_on"] >= asked.as_of):
            due += 1
            achieved += goal["state"] == "achieved"
    return Fraction(achieved), Fraction(due)


def mean_progress(entries: Entries, asked: Asked) -> Share:
    """Add up the progress of the goals worked on in the period, at the end of it."""
    total, number = NOTHING
    for goal in _goals(entries, asked.as_of):
        ended_on = goal["ended_on"] or date.max
        if goal["start_on"] > asked.last or ended_on < asked.period.first:
            continue
        known = [(on, value) for on, value in goal["measured"] if on <= asked.last]
        if known:
            total, number = total + max(_done(goal, known), Fraction(0)), number + 1
    return total, number


def _done(goal: dict[str, Any], known: list[tuple[date, Fraction]]) -> Fraction:
    values = [value for _, value in known]
    if goal["band"] is not None:
        inside = sum(goal["band"].low <= value <= goal["band"].high for value in values)
        return Fraction(100 * inside, len(values))
    latest = max(on for on, _ in known)
    last = [value for on, value in known if on == latest][-1]
    whole = sum(values, Fraction())
    current = {"last": last, "sum": whole, "mean": whole / len(values)}
    was, aim = Fraction(goal["baseline"].value), Fraction(goal["target"])
    return 100 * (current[goal["metric"].aggregation] - was) / (aim - was)
