"""Check-ins that bring something, people who decide, and promises that are kept."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.commitment import CommitmentStatus, CommittedBy
from domain.kpi import NO_FLAGS, Flag, NoData
from domain.kpi_engagement import (
    DECISION_ROLES,
    DecisionMaker,
    DueCommitment,
    HeldCheckIn,
    check_in_quality,
    commitments_kept,
    decision_maker_coverage,
)
from domain.period import month_of
from domain.stakeholder import BuyingRole
from tests.domain.samples import uuid

FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)
BEFORE, AFTER = FIRST - timedelta(days=1), LAST + timedelta(days=1)
MAY = month_of(FIRST)
US, THEM = CommittedBy.US, CommittedBy.THEM
KEPT, BROKEN, RELEASED = (
    CommitmentStatus.KEPT,
    CommitmentStatus.BROKEN,
    CommitmentStatus.RELEASED,
)


def quality(*check_ins: HeldCheckIn, as_of: date = LAST) -> Any:
    return check_in_quality(check_ins, period=MAY, as_of=as_of)


@pytest.mark.parametrize("brought", ["needs", "commitments", "solutions"])
def test_a_good_check_in_brings_something_and_meets_somebody_who_decides(brought: str) -> None:
    something: dict[str, Any] = {brought: 1}
    found = quality(
        HeldCheckIn(FIRST, decision_makers=2, **something),
        HeldCheckIn(LAST, **something),
        HeldCheckIn(LAST, decision_makers=1),
        HeldCheckIn(LAST),
    )

    assert (found.both.exact, found.both.numerator, found.both.denominator) == (25, 1, 4)
    assert (found.with_substance.exact, found.with_decision_makers.exact) == (50, 50)
    assert found.both.flags == NO_FLAGS


def test_only_check_ins_of_the_period_count_and_only_once_held() -> None:
    others = [HeldCheckIn(BEFORE, needs=1), HeldCheckIn(AFTER, needs=1)]

    assert quality(HeldCheckIn(FIRST), *others, as_of=AFTER).with_substance.exact == 0
    early = quality(HeldCheckIn(FIRST), HeldCheckIn(LAST, needs=1), as_of=FIRST)
    assert (early.with_substance.exact, early.with_substance.flags) == (0, {Flag.PARTIAL})


def test_without_a_check_in_there_is_no_quality() -> None:
    with pytest.raises(NoData, match="no check-in was held") as unknown:
        quality(HeldCheckIn(BEFORE))

    assert unknown.value.reason_code == "no-check-ins"


def coverage(*days: tuple[date, ...], as_of: date = LAST) -> Any:
    people = [DecisionMaker(uuid(number), met_on) for number, met_on in enumerate(days)]
    return decision_maker_coverage(people, period=MAY, as_of=as_of)


def test_who_decides_is_covered_by_a_check_in_in_the_period() -> None:
    found = coverage((BEFORE, FIRST), (LAST,), (BEFORE, AFTER), ())

    assert (found.exact, found.numerator, found.denominator, found.count) == (50, 2, 4, 4)
    assert found.flags == NO_FLAGS
    early = coverage((FIRST,), (LAST,), as_of=FIRST)
    assert (early.exact, early.flags) == (50, {Flag.PARTIAL})


def test_not_to_know_who_decides_is_no_coverage_of_zero() -> None:
    with pytest.raises(NoData, match="nobody is known who decides") as unknown:
        coverage()

    assert unknown.value.reason_code == "no-decision-makers"
    assert coverage(()).exact == 0


def test_who_says_yes_and_who_pays_decide() -> None:
    assert {BuyingRole.DECISION_MAKER, BuyingRole.ECONOMIC_BUYER} == DECISION_ROLES


def promise(
    due_on: date = LAST,
    status: CommitmentStatus = CommitmentStatus.OPEN,
    settled_on: date | None = None,
    by: CommittedBy = US,
) -> DueCommitment:
    return DueCommitment(by, due_on, status, settled_on)


def kept(*promises: DueCommitment, by: CommittedBy = US, as_of: date = AFTER) -> Any:
    return commitments_kept(promises, by=by, period=MAY, as_of=as_of)


def test_promises_kept_in_time_are_a_share_of_those_due() -> None:
    found = kept(
        promise(FIRST, KEPT, BEFORE),
        promise(LAST, KEPT, LAST),
        promise(FIRST, KEPT, LAST),
        promise(FIRST, BROKEN, BEFORE),
        promise(LAST),
    )

    assert (found.exact, found.numerator, found.denominator, found.count) == (40, 2, 5, 5)
    assert (found.apart, found.flags) == (0, NO_FLAGS)


def test_ours_and_theirs_are_told_apart() -> None:
    both = [promise(LAST, KEPT, LAST), promise(by=THEM)]

    assert (kept(*both).exact, kept(*both, by=THEM).exact) == (100, 0)


def test_a_promise_belongs_to_the_period_of_its_due_day() -> None:
    others = [promise(BEFORE), promise(AFTER, KEPT, LAST)]

    with pytest.raises(NoData, match="no commitment was due") as unknown:
        kept(*others)
    assert unknown.value.reason_code == "nothing-due"


def test_a_promise_is_not_due_until_its_day_is_over_or_it_is_settled() -> None:
    assert kept(promise(FIRST), promise(LAST), as_of=LAST).denominator == 1
    assert kept(promise(FIRST), promise(LAST, KEPT, LAST), as_of=LAST).exact == 50
    assert (
        kept(promise(FIRST), promise(LAST, KEPT, FIRST), as_of=FIRST + timedelta(days=2)).exact == 0
    )
    assert kept(promise(FIRST, BROKEN, FIRST), as_of=FIRST).flags == {Flag.PARTIAL}


def test_what_is_settled_later_is_not_settled_yet() -> None:
    late = promise(LAST, KEPT, AFTER)

    assert kept(promise(FIRST), late, as_of=LAST).denominator == 1
    assert kept(late, as_of=AFTER).exact == 0


def test_a_promise_released_in_time_was_never_due() -> None:
    found = kept(promise(LAST, RELEASED, LAST), promise(LAST, RELEASED, AFTER))

    assert (found.exact, found.count, found.apart) == (0, 1, 1)
