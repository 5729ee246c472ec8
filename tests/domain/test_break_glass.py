"""Break-glass: access for a while, to no more than was asked for, looked at by somebody else."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.break_glass import (
    BREAK_GLASS,
    BreakGlass,
    BreakGlassClosed,
    BreakGlassOpened,
    BreakGlassReviewed,
    ScopeKind,
    Verdict,
    close_break_glass,
    evolve,
    open_break_glass,
    review_break_glass,
)
from domain.decision import Decision
from tests.given import fold, given_streams

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=31)
ACCESS, ACME, ADA = UUID(int=9), UUID(int=1), UUID(int=2)
AUDITOR, ADMIN, OTHER = "key:auditor", "key:admin", "key:other"

OPENED = BreakGlassOpened(
    holder=AUDITOR,
    opened_by=ADMIN,
    scope=ScopeKind.ACCOUNT,
    scope_id=ACME,
    ends_at=NOW + timedelta(minutes=30),
)
CLOSED = BreakGlassClosed(closed_by=AUDITOR)
REVIEWED = BreakGlassReviewed(reviewed_by=OTHER, verdict=Verdict.JUSTIFIED)
STREAM = BREAK_GLASS.stream(ACCESS, account_id=ACME)
PAST = STREAM.record([OPENED])


def opening(**other: Any) -> Decision:
    asked: dict[str, Any] = {
        "holder": AUDITOR,
        "opened_by": ADMIN,
        "scope": ScopeKind.ACCOUNT,
        "scope_id": ACME,
        "minutes": 30,
        "reason": "a complaint",
        "now": NOW,
    }
    return open_break_glass(ACCESS, **{**asked, **other})


def closing(now: datetime = NOW) -> Decision:
    return close_break_glass(ACCESS, ACME, closed_by=AUDITOR, now=now)


def reviewing(now: datetime = LATER, **other: Any) -> Decision:
    asked = {"reviewed_by": OTHER, "verdict": Verdict.JUSTIFIED, "reason": "as agreed", **other}
    return review_break_glass(ACCESS, ACME, now=now, **asked)


def test_access_ends_after_the_minutes_that_were_asked_for() -> None:
    given_streams().when(opening()).then(STREAM.record([OPENED]))
    given_streams(PAST).when(opening()).then_refused("already-exists")
    access = fold(BREAK_GLASS, OPENED)
    assert access.is_open(OPENED.ends_at - timedelta(microseconds=1))
    assert not access.is_open(OPENED.ends_at)


@pytest.mark.parametrize("minutes", [0, -1, 241])
def test_access_has_a_longest_time(minutes: int) -> None:
    given_streams().when(opening(minutes=minutes)).then_refused("break-glass-too-long")


def test_access_needs_a_reason() -> None:
    given_streams().when(opening(reason=" ")).then_refused("reason-required")


def test_a_scope_says_which_one_unless_it_is_everything() -> None:
    given_streams().when(opening(scope_id=None)).then_refused("scope-id-required")
    everything = opening(scope=ScopeKind.EVERYTHING)
    given_streams().when(everything).then_refused("scope-id-not-wanted")
    stream = BREAK_GLASS.stream(ACCESS, account_id=None)
    all_of_it = OPENED.model_copy(update={"scope": ScopeKind.EVERYTHING, "scope_id": None})
    given_streams().when(opening(scope=ScopeKind.EVERYTHING, scope_id=None)).then(
        stream.record([all_of_it])
    )


@pytest.mark.parametrize(
    ("scope", "scope_id", "subject", "account_id", "covered"),
    [
        (ScopeKind.EVERYTHING, None, ADA, None, True),
        (ScopeKind.ACCOUNT, ACME, ADA, ACME, True),
        (ScopeKind.ACCOUNT, ACME, ADA, UUID(int=5), False),
        (ScopeKind.ACCOUNT, ACME, ACME, None, False),
        (ScopeKind.PERSON, ADA, ADA, ACME, True),
        (ScopeKind.PERSON, ADA, UUID(int=5), ACME, False),
    ],
)
def test_access_covers_its_scope_and_no_more(
    scope: ScopeKind,
    scope_id: UUID | None,
    subject: UUID,
    account_id: UUID | None,
    *,
    covered: bool,
) -> None:
    access = BreakGlass(AUDITOR, ADMIN, scope, scope_id, LATER)

    assert access.covers(subject=subject, account_id=account_id) is covered


def test_access_is_given_back_once() -> None:
    given_streams(PAST).when(closing()).then(STREAM.record([CLOSED]))
    given_streams(STREAM.record([OPENED, CLOSED])).when(closing()).then()
    given_streams(PAST).when(closing(now=LATER)).then()
    given_streams().when(closing()).then_not_found("break-glass")
    assert not fold(BREAK_GLASS, OPENED, CLOSED).is_open(NOW)


def test_somebody_else_reviews_it_once_it_has_ended() -> None:
    given_streams(PAST).when(reviewing()).then(STREAM.record([REVIEWED]))
    closed = STREAM.record([OPENED, CLOSED])
    given_streams(closed).when(reviewing(now=NOW)).then(STREAM.record([REVIEWED]))
    given_streams(PAST).when(reviewing(now=NOW)).then_refused("access-still-open")


@pytest.mark.parametrize("reviewer", [AUDITOR, ADMIN])
def test_who_had_or_gave_access_does_not_review_it(reviewer: str) -> None:
    given_streams(PAST).when(reviewing(reviewed_by=reviewer)).then_refused("reviews-own-access")


def test_a_review_has_a_reason_and_stands() -> None:
    given_streams(PAST).when(reviewing(reason="")).then_refused("reason-required")
    reviewed = STREAM.record([OPENED, REVIEWED])
    given_streams(reviewed).when(reviewing()).then()
    given_streams(reviewed).when(reviewing(verdict=Verdict.NOT_JUSTIFIED)).then_refused(
        "already-reviewed"
    )
    assert fold(BREAK_GLASS, OPENED, REVIEWED).verdict is Verdict.JUSTIFIED


def test_nothing_comes_before_access_is_opened() -> None:
    with pytest.raises(AssertionError, match="opens it"):
        evolve(None, CLOSED)
