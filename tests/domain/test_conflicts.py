"""Which goals, milestones and plans compete for the same people and days."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.conflict import (
    Conflict,
    ConflictKind,
    Contribution,
    Demand,
    DemandKind,
    conflicts,
    order_of,
)
from domain.goal_terms import Horizon
from tests.domain.samples import ANNA, BEN, MAY, uuid


def demand(number: int, **changed: Any) -> Demand:
    fields: dict[str, Any] = {
        "kind": DemandKind.GOAL,
        "id": uuid(number),
        "name": f"Goal {number}",
        "due_on": MAY,
        "horizon": Horizon.SHORT,
        "owner_id": ANNA,
        "department": None,
    }
    return Demand(**fields | changed)


def contribution(number: int, allocated: int, **changed: Any) -> Contribution:
    fields: dict[str, Any] = {
        "plan_id": uuid(number),
        "plan_title": f"Plan {number}",
        "last_on": MAY,
        "horizon": Horizon.SHORT,
        "party_id": BEN,
        "hours_per_month": 20,
        "hours_allocated": allocated,
        "is_own": True,
    }
    return Contribution(**fields | changed)


def pairs(found: Any) -> list[tuple[ConflictKind, UUID, UUID]]:
    return [(each.kind, each.first_id, each.second_id) for each in found]


def test_two_with_the_same_owner_compete_when_due_close_to_each_other() -> None:
    late = demand(2, due_on=MAY + timedelta(days=14), horizon=Horizon.LONG)

    (found,) = conflicts([late, demand(1)], [], window_days=14)

    assert found == Conflict(
        kind=ConflictKind.OWNER,
        first_kind=DemandKind.GOAL,
        first_id=uuid(1),
        first_name="Goal 1",
        first_due_on=MAY,
        second_kind=DemandKind.GOAL,
        second_id=uuid(2),
        second_name="Goal 2",
        second_due_on=MAY + timedelta(days=14),
        is_short_against_long=True,
        party_id=ANNA,
    )
    assert conflicts([demand(1), late], [], window_days=13) == []


def test_a_department_is_wanted_twice_too_and_nobody_is_nobody() -> None:
    same = [demand(number, owner_id=None, department="marketing") for number in (1, 2)]
    nobodys = [demand(number, owner_id=None) for number in (3, 4)]

    found = conflicts([*same, *nobodys], [], window_days=0)

    assert pairs(found) == [(ConflictKind.DEPARTMENT, uuid(1), uuid(2))]
    assert found[0].department == "marketing"


def test_hours_beyond_the_greatest_capacity_stated_are_too_many() -> None:
    one, two = contribution(1, 15), contribution(2, 5, hours_per_month=10)

    assert conflicts([], [one, two], window_days=0) == []
    more = contribution(2, 6, hours_per_month=10, horizon=Horizon.LONG)
    (found,) = conflicts([], [one, more], window_days=0)
    assert pairs([found]) == [(ConflictKind.CAPACITY, uuid(1), uuid(2))]
    assert (found.hours_allocated, found.hours_per_month) == (21, 20)
    assert found.is_short_against_long


def test_a_plan_that_alone_asks_too_much_stands_against_itself() -> None:
    found = conflicts([], [contribution(1, 21), contribution(2, 0)], window_days=0)

    assert pairs(found) == [(ConflictKind.CAPACITY, uuid(1), uuid(1))]


def test_plans_of_other_accounts_are_left_to_those() -> None:
    own = contribution(1, 1)
    others = [contribution(number, 15, is_own=False) for number in (2, 3)]

    found = conflicts([], [own, *others], window_days=0)

    assert pairs(found) == [
        (ConflictKind.CAPACITY, uuid(1), uuid(2)),
        (ConflictKind.CAPACITY, uuid(1), uuid(3)),
    ]


DEMANDS = st.lists(
    st.builds(
        demand,
        st.integers(1, 10_000),
        due_on=st.integers(0, 40).map(lambda days: MAY + timedelta(days=days)),
        owner_id=st.sampled_from([ANNA, BEN, None]),
        department=st.sampled_from(["marketing", "sales", None]),
    ),
    max_size=12,
    unique_by=lambda each: each.id,
)


@for_any(DEMANDS, st.integers(0, 20))
def test_every_pair_that_competes_is_found_once(demands: list[Demand], window_days: int) -> None:
    found = conflicts(demands, [], window_days=window_days)

    expected = 0
    for index, one in enumerate(demands):
        for two in demands[index + 1 :]:
            if abs((one.due_on - two.due_on).days) <= window_days:
                expected += one.owner_id is not None and one.owner_id == two.owner_id
                expected += one.department is not None and one.department == two.department
    assert len(found) == len({order_of(each) for each in found}) == expected
    assert list(found) == sorted(found, key=order_of)
    assert all(each.first_due_on <= each.second_due_on for each in found)
