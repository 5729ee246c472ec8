"""Which goals and milestones of an account compete for the same people and days."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from uuid import UUID

from domain.goal_terms import Horizon


class ConflictKind(StrEnum):
    """What is wanted twice: somebody's days, a department's days, or more hours than there are."""

    OWNER = "owner"
    DEPARTMENT = "department"
    CAPACITY = "capacity"


class DemandKind(StrEnum):
    GOAL = "goal"
    MILESTONE = "milestone"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Demand:
    """An open goal or milestone: whom it takes, until when, for the short or the long run."""

    kind: DemandKind
    id: UUID
    name: str
    due_on: date
    horizon: Horizon
    owner_id: UUID | None
    department: str | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """The hours a month of one contributor in one plan that runs on the day asked about.

    `is_own`: the plan is of the account asked about, and not of another that shares the colleague.
    """

    plan_id: UUID
    plan_title: str
    last_on: date
    horizon: Horizon
    party_id: UUID
    hours_per_month: int
    hours_allocated: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two demands that compete, the one that is due first first.

    `is_short_against_long`: one is for the short run, the other for the long. Where hours are
    short, the demands are plans, `hours_allocated` is the sum over all plans, and a plan that
    alone asks too much stands against itself.
    """

    kind: ConflictKind
    first_kind: DemandKind
    first_id: UUID
    first_name: str
    first_due_on: date
    second_kind: DemandKind
    second_id: UUID
    second_name: str
    second_due_on: date
    is_short_against_long: bool
    party_id: UUID | None = None
    department: str | None = None
    hours_allocated: int | None = None
    hours_per_month: int | None = None


def conflicts(
    demands: Sequence[Demand], contributions: Sequence[Contribution], *, window_days: int
) -> Sequence[Conflict]:
    """Pair what competes, in the order of the first due day.

    Two open goals or milestones compete when they have the same owner, or the same department, and
    are due at most `window_days` apart. Two plans compete for a contributor when the hours
    allocated in all plans together exceed the greatest capacity that he or she has stated in any;
    one of the two plans is the account's own.
    """
    found = [*_same_people(demands, window_days), *_over_capacity(contributions)]
    return sorted(found, key=order_of)


def order_of(conflict: Conflict) -> tuple[str, UUID]:
    """Return what no two conflicts of an account have in common, and lists are in the order of."""
    about = conflict.party_id or conflict.department or ""
    text = f"{conflict.first_due_on} {conflict.first_id} {conflict.kind} {about}"
    return text, conflict.second_id


def _same_people(demands: Iterable[Demand], window_days: int) -> Iterator[Conflict]:
    by_owner: dict[UUID, list[Demand]] = defaultdict(list)
    by_department: dict[str, list[Demand]] = defaultdict(list)
    for demand in sorted(demands, key=lambda each: (each.due_on, each.id)):
        if demand.owner_id is not None:
            by_owner[demand.owner_id].append(demand)
        if demand.department is not None:
            by_department[demand.department].append(demand)
    for party_id, same in by_owner.items():
        for first, second in _within(same, window_days):
            yield _between(ConflictKind.OWNER, first, second, party_id=party_id)
    for department, same in by_department.items():
        for first, second in _within(same, window_days):
            yield _between(ConflictKind.DEPARTMENT, first, second, department=department)


def _within(demands: Sequence[Demand], window_days: int) -> Iterator[tuple[Demand, Demand]]:
    """Pair demands in the order of their due days, as far as they are close to each other."""
    for index, first in enumerate(demands):
        for second in demands[index + 1 :]:
            if (second.due_on - first.due_on).days > window_days:
                break
            yield first, second


def _between(
    kind: ConflictKind,
    first: Demand,
    second: Demand,
    *,
    party_id: UUID | None = None,
    department: str | None = None,
) -> Conflict:
    return Conflict(
        kind=kind,
        first_kind=first.kind,
        first_id=first.id,
        first_name=first.name,
        first_due_on=first.due_on,
        second_kind=second.kind,
        second_id=second.id,
        second_name=second.name,
        second_due_on=second.due_on,
        is_short_against_long=first.horizon is not second.horizon,
        party_id=party_id,
        department=department,
    )


def _over_capacity(contributions: Iterable[Contribution]) -> Iterator[Conflict]:
    by_party: dict[UUID, list[Contribution]] = defaultdict(list)
    for each in contributions:
        by_party[each.party_id].append(each)
    for party_id, parts in by_party.items():
        allocated = sum(part.hours_allocated for part in parts)
        capacity = max(part.hours_per_month for part in parts)
        if allocated <= capacity:
            continue
        asking = sorted(
            [part for part in parts if part.hours_allocated],
            key=lambda part: (part.last_on, part.plan_id),
        )
        pairs = list(combinations(asking, 2)) or [(asking[0], asking[0])]
        for first, second in pairs:
            if not (first.is_own or second.is_own):
                continue
            yield Conflict(
                kind=ConflictKind.CAPACITY,
                first_kind=DemandKind.PLAN,
                first_id=first.plan_id,
                first_name=first.plan_title,
                first_due_on=first.last_on,
                second_kind=DemandKind.PLAN,
                second_id=second.plan_id,
                second_name=second.plan_title,
                second_due_on=second.last_on,
                is_short_against_long=first.horizon is not second.horizon,
                party_id=party_id,
                hours_allocated=allocated,
                hours_per_month=capacity,
            )
