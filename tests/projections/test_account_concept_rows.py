"""The views of an account's concepts as tables: built anew, read back, listed as of a day."""

from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.event import Event
from domain.profile import AnnualRevenue, Industry, Profile
from domain.refusal import NotFound
from domain.signal import SignalOutcome, SignalResolved
from projections.account_overview import ACCOUNT_OVERVIEW, AccountStatus
from projections.account_reviews import REVIEW_LIST, REVIEWS
from projections.attributes import ATTRIBUTES
from projections.completeness import profile_of
from projections.documents import DOCUMENTS
from projections.inquiries import INQUIRIES
from projections.learnings import LEARNINGS
from projections.needs import NEED_LIST, NEEDS
from projections.notes import NOTES
from projections.preferences import PREFERENCE_LIST, PREFERENCES
from projections.recommendations import RECOMMENDATIONS
from projections.row_view import RowView
from projections.signals import SIGNAL_LIST, SIGNALS, standing
from projections.solutions import SOLUTIONS
from tests.projections.concepts import (
    ACME,
    FOLLOWING,
    JUNE,
    MARCH,
    MAY,
    ONE,
    OTHER,
    SIGNAL,
    TWO,
    log_of,
    row_after,
    whole_log,
)
from tests.projections.connections import projecting
from tests.projections.log import TENANT, Log, euro
from tests.projections.rebuild import caught_up, rebuilt

FILLED = (
    "account_overview",
    "account_review",
    "attribute",
    "closed_information_gap",
    "document",
    "expectation",
    "inquiry",
    "learning",
    "need",
    "note",
    "preference",
    "purchase_reason",
    "recommendation",
    "signal",
    "solution",
)
"""The tables that the log of `whole_log` has rows for."""


def test_a_merged_account_is_seen_to_be() -> None:
    row = ACCOUNT_OVERVIEW.fold({}, whole_log().entries)[(ACME,)]

    assert (row.status, row.merged_into) == (AccountStatus.MERGED, OTHER)


def test_the_overview_holds_the_whole_profile() -> None:
    profile = Profile(
        name="Acme",
        legal_name="Acme Ltd",
        industry=Industry(label="Construction", scheme="nace", code="F"),
        territory="North",
        country="DE",
        employees=5,
        annual_revenue=AnnualRevenue(amount=euro("1000"), year=2025),
        parent_account_id=OTHER,
    )
    for known in (profile, Profile(name="Acme")):
        log = Log()
        log.open(ACME)
        opened = log.entries[0].event.model_copy(update={"profile": known})
        row = ACCOUNT_OVERVIEW.fold({}, [replace(log.entries[0], event=opened)])[(ACME,)]

        assert profile_of(row) == known


@pytest.mark.parametrize(
    ("view", "event"),
    [
        (NEEDS, FOLLOWING[0]),
        (SIGNALS, FOLLOWING[3]),
        (DOCUMENTS, FOLLOWING[5]),
        (NOTES, FOLLOWING[6]),
        (RECOMMENDATIONS, FOLLOWING[7]),
        (INQUIRIES, FOLLOWING[8]),
    ],
)
def test_nothing_follows_what_has_not_begun(view: RowView[Any], event: Event) -> None:
    with pytest.raises(ValueError, match="stands before"):
        row_after(view, event)


@for_any(st.integers(0, 30))
def test_halves_fold_into_the_same_rows_as_the_whole(cut: int) -> None:
    entries = whole_log().entries
    views: list[RowView[Any]] = [
        NEEDS,
        SOLUTIONS,
        SIGNALS,
        DOCUMENTS,
        NOTES,
        PREFERENCES,
        ATTRIBUTES,
        RECOMMENDATIONS,
        INQUIRIES,
        LEARNINGS,
    ]

    for view in views:
        first = view.fold({}, entries[:cut])
        assert first | view.fold(first, entries[cut:]) == view.fold({}, entries)


@pytest.mark.anyio
async def test_a_rebuild_gives_the_same_rows(database_url: str) -> None:
    log = whole_log()
    log.store(database_url)

    live = await caught_up(database_url)

    assert all(live[table] for table in FILLED)
    assert await rebuilt(database_url) == live


@pytest.mark.anyio
async def test_rows_are_read_as_they_were_written(database_url: str) -> None:
    log = whole_log()
    log.store(database_url)
    await caught_up(database_url)
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        need = await NEED_LIST.one(connection, TENANT, account_id=ACME, need_id=ONE)
        review = await REVIEW_LIST.one(connection, TENANT, account_id=ACME, review_id=ONE)
        preferences = await PREFERENCE_LIST.page(connection, TENANT, {"key": "contact"})

        assert need == NEEDS.fold({}, log.entries)[(ACME, ONE)]
        assert review == REVIEWS.fold({}, log.entries)[(ACME, ONE)]
        assert preferences.rows == list(PREFERENCES.fold({}, log.entries).values())
        with pytest.raises(NotFound, match=str(TWO)):
            await NEED_LIST.one(connection, TENANT, account_id=ACME, need_id=TWO)


@pytest.mark.anyio
async def test_a_signal_is_overdue_from_the_day_after_it_was_due_until_resolved(
    database_url: str,
) -> None:
    log = log_of(SIGNAL, on=MARCH)
    log.add(SignalResolved(signal_id=ONE, outcome=SignalOutcome.EXPIRED), account_id=ACME, on=JUNE)
    async with projecting(database_url) as connection:
        await SIGNALS.apply(connection, TENANT, log.entries)

        async def is_overdue(day: date) -> bool:
            beside = standing(is_open=None, overdue_as_of=day)
            page = await SIGNAL_LIST.page(connection, TENANT, {}, beside=beside)
            return bool(page.rows)

        days = [date(2026, 3, 1), MAY, date(2026, 5, 5), date(2026, 5, 31), JUNE]
        assert [await is_overdue(day) for day in days] == [False, False, True, True, False]
