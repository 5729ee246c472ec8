"""Commitments due, and those kept in time: ours and theirs."""

from datetime import date
from uuid import UUID

import pytest

from domain.commitment import (
    CommitmentBroken,
    CommitmentKept,
    CommitmentMade,
    CommitmentReleased,
    CommitmentRescheduled,
    CommitmentTerms,
    CommittedBy,
)
from domain.evidence import Measure
from domain.evidence_commitments import COMMITMENTS
from domain.kpi import COMMITMENTS_KEPT_BY_THEM, COMMITMENTS_KEPT_BY_US
from domain.period import month_of
from domain.relationship import RelationshipStarted
from tests.domain.histories import History
from tests.domain.relationship_samples import LINE
from tests.domain.samples import ACME, uuid

MADE_ON, DUE_ON = date(2026, 5, 1), date(2026, 6, 10)
MAY, JUNE, JULY = (month_of(date(2026, month, 1)) for month in (5, 6, 7))
YEAR_END = date(2026, 12, 31)
PROMISE = uuid(500)


def promised(by: CommittedBy = CommittedBy.US, due_on: date = DUE_ON) -> History:
    history = History()
    make(history, PROMISE, by, due_on)
    return history


def make(history: History, id_: UUID, by: CommittedBy, due_on: date) -> int:
    terms = CommitmentTerms(by=by, text="Send the manual", due_on=due_on)
    made = CommitmentMade(commitment_id=id_, made_on=MADE_ON, terms=terms)
    return history.add(made, MADE_ON, LINE)


def keep(history: History, on: date, id_: UUID = PROMISE) -> int:
    return history.add(CommitmentKept(commitment_id=id_, kept_on=on), on, LINE)


def release(history: History, on: date) -> int:
    return history.add(CommitmentReleased(commitment_id=PROMISE, released_on=on), on, LINE)


def put_off(history: History, to: date, on: date) -> int:
    moved = CommitmentRescheduled(commitment_id=PROMISE, was=DUE_ON, now=to)
    return history.add(moved, on, LINE)


def ours(history: History, as_of: date = YEAR_END, known_at: int = 10**9) -> str:
    return history.shown(COMMITMENTS_KEPT_BY_US, JUNE, as_of, known_at=known_at)


def test_a_promise_kept_by_its_due_day_is_kept_in_time() -> None:
    history = promised()
    keep(history, DUE_ON)

    assert ours(history) == "100.0"


def test_a_promise_kept_a_day_later_is_not() -> None:
    history = promised()
    kept = keep(history, date(2026, 6, 11))

    assert ours(history) == "0.0"
    assert ours(history, known_at=kept - 1) == "0.0"


@pytest.mark.parametrize(
    ("as_of", "shown"),
    [(date(2026, 6, 9), "no-commitments-due"), (DUE_ON, "no-commitments-due"), (YEAR_END, "0.0")],
)
def test_an_open_promise_is_due_once_its_day_is_over(as_of: date, shown: str) -> None:
    assert ours(promised(), as_of=as_of) == shown


def test_a_promise_kept_early_counts_on_its_due_day_not_before() -> None:
    history = promised()
    keep(history, date(2026, 5, 20))

    assert ours(history, as_of=date(2026, 6, 9)) == "no-commitments-due"
    assert ours(history, as_of=DUE_ON) == "100.0"
    assert history.shown(COMMITMENTS_KEPT_BY_US, MAY, YEAR_END) == "no-commitments-due"


def test_a_promise_that_is_kept_later_is_still_open_as_of_the_days_before() -> None:
    history = promised(due_on=date(2026, 6, 20))
    keep(history, date(2026, 6, 18))

    assert ours(history, as_of=date(2026, 6, 20)) == "100.0"
    assert ours(history, as_of=date(2026, 6, 17)) == "no-commitments-due"


def test_a_broken_promise_counts_as_due_on_its_day() -> None:
    history = promised()
    broken = CommitmentBroken(commitment_id=PROMISE, broken_on=date(2026, 6, 2))
    history.add(broken, date(2026, 6, 2), LINE)

    assert ours(history, as_of=DUE_ON) == "0.0"
    assert ours(history, as_of=date(2026, 6, 5)) == "no-commitments-due"


def test_a_promise_released_by_its_due_day_counts_nowhere() -> None:
    history = promised()
    released = release(history, DUE_ON)

    assert ours(history) == "no-commitments-due"
    assert ours(history, known_at=released - 1) == "0.0"


def test_a_release_after_the_due_day_comes_too_late() -> None:
    history = promised()
    release(history, date(2026, 6, 11))

    assert ours(history) == "0.0"


def test_a_release_holds_from_its_own_day() -> None:
    history = promised(due_on=date(2026, 6, 20))
    release(history, date(2026, 6, 18))

    assert ours(history, as_of=date(2026, 6, 17)) == "no-commitments-due"
    assert ours(history, as_of=date(2026, 6, 30)) == "no-commitments-due"


def test_a_promise_put_off_is_due_on_its_new_day_from_the_day_of_the_agreement() -> None:
    history = promised()
    moved = put_off(history, date(2026, 7, 10), date(2026, 6, 15))
    keep(history, date(2026, 7, 9))

    assert ours(history, as_of=date(2026, 6, 14)) == "0.0"
    assert ours(history, as_of=date(2026, 6, 15)) == "no-commitments-due"
    assert history.shown(COMMITMENTS_KEPT_BY_US, JULY, YEAR_END) == "100.0"
    assert ours(history, as_of=date(2026, 6, 30), known_at=moved - 1) == "0.0"


def test_what_they_promised_stands_apart_from_what_we_did() -> None:
    history = promised(CommittedBy.THEM)
    make(history, uuid(501), CommittedBy.US, DUE_ON)
    keep(history, DUE_ON, uuid(501))

    assert ours(history) == "100.0"
    assert history.shown(COMMITMENTS_KEPT_BY_THEM, JUNE, YEAR_END) == "0.0"
    assert history.sums(COMMITMENTS, JUNE, YEAR_END) == {
        Measure.OUR_COMMITMENTS_DUE: 1,
        Measure.OUR_COMMITMENTS_KEPT: 1,
        Measure.THEIR_COMMITMENTS_DUE: 1,
    }


def test_what_is_no_commitment_is_passed_over() -> None:
    history = promised()
    history.add(RelationshipStarted(account_id=ACME, started_on=MADE_ON), MADE_ON, LINE)

    assert ours(history) == "0.0"


def test_evidence_names_the_event_that_settled_it() -> None:
    history = promised()
    kept = keep(history, DUE_ON)

    found = history.contributions(COMMITMENTS, JUNE, YEAR_END)

    assert {(each.position, each.on, each.subject) for each in found} == {(kept, DUE_ON, PROMISE)}
