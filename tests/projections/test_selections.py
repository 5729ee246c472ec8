"""The views of fit, selection, hand-overs and tier grants, as rows and as tables."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.account import AccountClosed, AccountOpened, AccountTierChanged
from domain.event import Event
from domain.hand_over import HandOverStatus
from domain.ideal_customer import CriterionGrade
from domain.override import Override
from domain.policy import TierCriteria
from domain.profile import Profile
from domain.selection import AccountDeselected, SelectionOutcome
from domain.tier import Tier, TierCriterion
from domain.tier_review import REVIEWED, Shortfall, TierConditions
from ledger.migrate import runtime_conninfo
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION
from projections.fit_scores import FIT_SCORE_LIST, FIT_SCORES, grade_in, latest_fit
from projections.fit_scores import evolve as evolve_fit_score
from projections.hand_overs import HAND_OVER_LIST, HAND_OVERS, standing
from projections.page import BadCursor, encode_cursor
from projections.row_view import RowView
from projections.selection_list import (
    RankedBy,
    SelectionFilter,
    SelectionShown,
    list_selections,
)
from projections.selections import SELECTIONS
from projections.tier_grants import TIER_GRANTS
from projections.tier_grants import evolve as evolve_tier_grant
from projections.tier_review import TierQuestion, review_tiers
from tests.domain.hand_overs import (
    ACCEPTED,
    BRIEF,
    CANCELLED,
    COMPLETED,
    HAND_OVER,
    INITIATED,
    INTRODUCTION,
    PROMISE,
    RELATIONSHIP,
    RESUBMITTED,
    RETURNED,
)
from tests.domain.samples import ACME, ANNA, MARCH, MAY, OPENED, TODAY, uuid
from tests.domain.test_fit_scores import SCORED
from tests.domain.test_selection import DESELECTED, DROPPED, FACTORS, GROWN, KEPT, SELECTED
from tests.projections.log import TENANT, TYPES, Log
from tests.projections.rebuild import caught_up, rebuilt, rows

KEY = AccountTierChanged(was=Tier.PROSPECT, now=Tier.KEY, criteria=(TierCriterion.PRESTIGE,))
HISTORY: list[Event] = [
    OPENED,
    SCORED,
    SELECTED,
    KEPT,
    DROPPED,
    DESELECTED,
    KEY,
    INITIATED,
    RETURNED,
    RESUBMITTED,
    ACCEPTED,
    COMPLETED,
]
WRONG = [("fit", "x"), ("fit", "1e9"), ("fit", "NaN"), ("growth", "1")]
"""What no cursor of the order by fit holds."""
VIEWS: list[RowView[Any]] = [FIT_SCORES, SELECTIONS, HAND_OVERS, TIER_GRANTS]


def log_of(*events: Event, account_id: UUID = ACME, log: Log | None = None) -> Log:
    log = Log() if log is None else log
    for event in events:
        log.add(event, account_id=account_id, on=MAY)
    return log


def row_after(view: RowView[Any], *events: Event) -> Any:
    (row,) = view.fold({}, log_of(*events).entries).values()
    return row


def test_every_account_has_a_row_from_its_opening_on() -> None:
    row = row_after(SELECTIONS, OPENED)

    assert (row.account_id, row.selected, row.fit, row.growth_potential) == (
        ACME,
        False,
        None,
        None,
    )


def test_a_selection_shows_its_factors_and_its_fit() -> None:
    word = Override(approved_by=ANNA, reason="so")
    row = row_after(SELECTIONS, OPENED, SCORED, SELECTED.model_copy(update={"override": word}))

    assert (row.selected, row.selected_on, row.approved_by) == (True, MAY, ANNA)
    assert (row.fit, row.fit_band, row.fit_policy_version) == (Decimal("84.0"), "a", 1)
    assert {name: getattr(row, name) for name in dict(FACTORS)} == dict(FACTORS)


def test_a_score_of_an_earlier_day_does_not_take_the_place_of_a_later_one() -> None:
    earlier = SCORED.model_copy(
        update={"fit_score_id": uuid(52), "scored_on": MARCH, "total": Decimal(10)}
    )

    assert row_after(SELECTIONS, OPENED, SCORED, earlier).fit == Decimal("84.0")


def test_a_review_changes_factors_only_if_it_found_others() -> None:
    kept = row_after(SELECTIONS, OPENED, SELECTED, KEPT)
    dropped = row_after(SELECTIONS, OPENED, SELECTED, KEPT, DROPPED, DESELECTED)
    again = row_after(SELECTIONS, OPENED, SELECTED, DROPPED, DESELECTED, SELECTED)

    assert (kept.growth_potential, kept.reviewed_on, kept.review_outcome) == (
        GROWN.growth_potential,
        TODAY,
        SelectionOutcome.KEEP,
    )
    assert (dropped.growth_potential, dropped.selected, dropped.deselected_on) == (5, False, TODAY)
    assert dropped.review_outcome is SelectionOutcome.DROP
    assert (again.selected, again.deselected_on, again.review_outcome) == (True, None, None)


def test_a_hand_over_shows_where_it_stands() -> None:
    begun = row_after(HAND_OVERS, INITIATED)
    returned = row_after(HAND_OVERS, INITIATED, ACCEPTED, RETURNED)
    done = row_after(HAND_OVERS, INITIATED, RETURNED, RESUBMITTED, ACCEPTED, COMPLETED)
    cancelled = row_after(HAND_OVERS, INITIATED, CANCELLED)

    assert (begun.status, begun.notes, begun.open_commitment_ids) == (
        HandOverStatus.INITIATED,
        BRIEF.notes,
        (PROMISE,),
    )
    assert (returned.status, returned.gaps, returned.accepted_on, returned.returns) == (
        HandOverStatus.RETURNED,
        ("risks",),
        None,
        1,
    )
    assert (done.status, done.ended_on, done.risks, done.gaps) == (
        HandOverStatus.COMPLETED,
        TODAY,
        ("A new buyer in autumn",),
        (),
    )
    assert (done.relationship_id, done.check_in_id) == (RELATIONSHIP, INTRODUCTION)
    assert (cancelled.status, cancelled.ended_on) == (HandOverStatus.CANCELLED, TODAY)


def test_a_score_and_a_grant_are_rows_of_their_own() -> None:
    score, grant = row_after(FIT_SCORES, SCORED), row_after(TIER_GRANTS, OPENED, KEY)

    assert tuple(map(grade_in, score.grades)) == SCORED.grades
    assert grade_in("a-b 5 0") == CriterionGrade(key="a-b", weight=5, grade=0)
    assert (grant.tier, grant.criteria, grant.granted_on, grant.version) == (
        Tier.KEY,
        ("prestige",),
        MAY,
        "2",
    )


@pytest.mark.parametrize(("view", "event"), [(SELECTIONS, DESELECTED), (HAND_OVERS, ACCEPTED)])
def test_nothing_follows_what_has_not_begun(view: RowView[Any], event: Event) -> None:
    with pytest.raises(ValueError, match="stands before"):
        row_after(view, event)


@pytest.mark.parametrize("evolve", [evolve_fit_score, evolve_tier_grant])
def test_a_row_is_made_of_its_own_event_alone(evolve: Any) -> None:
    (entry,) = log_of(OPENED).entries

    with pytest.raises(ValueError, match=r"account\.opened is not"):
        evolve(None, entry)


@for_any(st.integers(0, len(HISTORY)))
def test_halves_fold_into_the_same_rows_as_the_whole(cut: int) -> None:
    entries = log_of(*HISTORY).entries

    for view in VIEWS:
        first = view.fold({}, entries[:cut])
        assert first | view.fold(first, entries[cut:]) == view.fold({}, entries)


@pytest.mark.anyio
async def test_a_rebuild_gives_the_same_rows(database_url: str) -> None:
    log = Log()
    url = runtime_conninfo(database_url)
    async with Engine(url, TYPES, EVERY_PROJECTION, batch_max=3, poll_s=0.02) as engine:
        for number in range(3):
            log_of(*HISTORY, account_id=uuid(500 + number), log=log)
            log.store(database_url)
            await engine.catch_up(TENANT)
    live = rows(database_url)

    assert await rebuilt(database_url) == live
    assert [len(live[name]) for name in ("fit_score", "selection", "hand_over", "tier_grant")] == [
        3,
        3,
        3,
        3,
    ]


def opened(name: str) -> AccountOpened:
    return AccountOpened(opened_on=MARCH, profile=Profile(name=name))


@pytest.mark.anyio
async def test_rows_are_read_as_of_a_day(database_url: str) -> None:
    later = SCORED.model_copy(update={"fit_score_id": uuid(52), "scored_on": TODAY})
    log = log_of(OPENED, SCORED, later, INITIATED)
    closed = AccountClosed(closed_on=MAY, churned=False, reason_code="double")
    other = INITIATED.model_copy(update={"hand_over_id": uuid(71)})
    log_of(opened("Gone"), other, closed, account_id=uuid(2), log=log)
    log.store(database_url)
    await caught_up(database_url)

    async with await psycopg.AsyncConnection.connect(runtime_conninfo(database_url)) as connection:
        scores = [
            await latest_fit(connection, TENANT, ACME, as_of=day) for day in (MARCH, MAY, TODAY)
        ]
        waiting, ended = [
            await HAND_OVER_LIST.page(
                connection, TENANT, {}, beside=standing(is_open=is_open, overdue_as_of=None)
            )
            for is_open in (True, False)
        ]
        listed = await FIT_SCORE_LIST.page(connection, TENANT, {"account_id": ACME})

    assert [score and score.fit_score_id for score in scores] == [
        None,
        SCORED.fit_score_id,
        uuid(52),
    ]
    assert [row.hand_over_id for row in waiting.rows] == [HAND_OVER]
    assert [row.hand_over_id for row in ended.rows] == [uuid(71)]
    assert list(listed.rows) == [scores[2], scores[1]]


@pytest.mark.anyio
async def test_many_ties_are_listed_once_each_page_by_page(database_url: str) -> None:
    log = Log()
    for number in range(25):
        fit = SCORED.model_copy(update={"total": Decimal(number % 3)})
        events = [opened("Same"), *([fit] if number % 4 else [])]
        log_of(*events, account_id=uuid(500 + number), log=log)
    log.store(database_url)
    await caught_up(database_url)

    async with await psycopg.AsyncConnection.connect(runtime_conninfo(database_url)) as connection:
        for by in RankedBy:
            whole = await list_selections(connection, TENANT, wanted=SelectionFilter(), by=by)
            found: list[SelectionShown] = []
            after = None
            while True:
                page = await list_selections(
                    connection, TENANT, wanted=SelectionFilter(), by=by, after=after, limit=4
                )
                found += page.rows
                after = page.next
                if after is None:
                    break
            assert found == list(whole.rows)
            assert len({row.account_id for row in found}) == 25
        for ranks in (
            "fit,1",
            "fit,1,2,3,4,x",
            "fit,1e9,2,3,4,5",
            "fit,NaN,2,3,4,5",
            "rank,1,2,3,4,5",
        ):
            with pytest.raises(BadCursor):
                await list_selections(
                    connection,
                    TENANT,
                    wanted=SelectionFilter(),
                    after=encode_cursor((ranks, uuid(1))),
                )


@pytest.mark.anyio
async def test_a_tier_review_goes_on_until_its_page_is_full(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.tier_review._BATCH", 2)
    log = Log()
    for number in range(9):
        criteria = (TierCriterion.PRESTIGE,) if number % 4 == 0 else (TierCriterion.GROWTH_AREA,)
        grant = KEY.model_copy(update={"criteria": criteria})
        log_of(opened(f"No {number}"), grant, account_id=uuid(500 + number), log=log)
    gone = AccountClosed(closed_on=TODAY, churned=True, reason_code="price")
    log_of(opened("No longer"), KEY, gone, account_id=uuid(600), log=log)
    log.store(database_url)
    await caught_up(database_url)
    question = TierQuestion(
        MAY,
        TierCriteria(),
        TierConditions(criteria=[TierCriterion.PRESTIGE]),
        REVIEWED,
        keeps=True,
    )

    async with await psycopg.AsyncConnection.connect(runtime_conninfo(database_url)) as connection:
        first = await review_tiers(connection, TENANT, question, limit=2)
        second = await review_tiers(connection, TENANT, question, after=first.next, limit=2)
        others = await review_tiers(connection, TENANT, replace(question, keeps=False), limit=100)
        after_it_left = await review_tiers(connection, TENANT, replace(question, as_of=TODAY))
        before = await review_tiers(connection, TENANT, replace(question, as_of=date(2026, 5, 3)))

    assert [row.name for row in first.rows] == ["No 0", "No 4"]
    assert [row.name for row in second.rows] == ["No 8", "No longer"]
    assert second.next is None
    assert {row.falls_short_of for row in others.rows} == {(Shortfall.CRITERIA,)}
    assert len(others.rows) == 6
    assert [row.name for row in after_it_left.rows] == ["No 0", "No 4", "No 8"]
    assert before.rows == []


def test_a_deselection_is_not_a_fit() -> None:
    entries = log_of(OPENED, AccountDeselected(deselected_on=TODAY)).entries

    assert FIT_SCORES.fold({}, entries) == {}
