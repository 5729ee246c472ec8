"""A figure is told once; it may be withdrawn, or restated by one that names it, with a reason."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain import commands
from domain.account import ACCOUNT, AccountOpened
from domain.decision import Decision
from domain.profile import Profile
from domain.published_figure import (
    NOTHING_TOLD,
    PUBLISHED_FIGURE,
    FigurePublished,
    FigureScope,
    FigureScopeKind,
    FigureSubject,
    FigureWithdrawn,
    evolve,
    figure_id,
    published_figure_stream,
)
from tests.given import fold, given_streams

TODAY = date(2026, 6, 30)
ACME = UUID(int=1)
SCOPE = FigureScope(kind=FigureScopeKind.ACCOUNT, value=str(ACME))
SUBJECT = FigureSubject(kpi="revenue", scope=SCOPE, period="2026-05")
STREAM = published_figure_stream(SUBJECT)
OPENED = ACCOUNT.stream(ACME, account_id=ACME).record(
    [AccountOpened(opened_on=date(2026, 1, 1), profile=Profile(name="Acme"))]
)


def figure(known_at: int = 9, as_of: date = date(2026, 5, 31), **other: Any) -> FigurePublished:
    return FigurePublished.model_validate(
        {
            "figure_id": figure_id(SUBJECT, as_of=as_of, known_at=known_at),
            "subject": SUBJECT,
            "moment": {"as_of": as_of, "known_at": known_at, "known_root": "ab" * 32},
            "formula": {"version": 1, "hash": "cd" * 32},
            "values": [{"currency": "EUR", "value": "10", "shown": "10.00", "numerator": "10"}],
            "evidence": {"events": 2, "root": "ef" * 32, "members": 1},
            **other,
        }
    )


FIRST, LATER = figure(9), figure(12)
TOLD = STREAM.record([FIRST])


def publishing(published: FigurePublished, **other: Any) -> Decision:
    asked: dict[str, Any] = {
        "known_on": TODAY,
        "reason": "an invoice came late",
        "on": TODAY,
        "today": TODAY,
        **other,
    }
    return commands.publish_figure(published, **asked)


def withdrawing(figure_id: UUID, reason: str = "told too early") -> Decision:
    return commands.withdraw_figure(
        SUBJECT, figure_id=figure_id, reason=reason, on=TODAY, today=TODAY
    )


def test_a_figure_is_told_in_the_history_of_its_account_once() -> None:
    given_streams(OPENED).when(publishing(FIRST, reason="")).then(TOLD)
    given_streams(OPENED, TOLD).when(publishing(FIRST)).then()
    given_streams().when(publishing(FIRST)).then_not_found("account")
    assert STREAM.account_id == ACME


def test_a_figure_of_a_group_belongs_to_no_account() -> None:
    scope = FigureScope(kind=FigureScopeKind.TIER, value="key")
    subject = SUBJECT.model_copy(update={"scope": scope})
    of_group = figure(subject=subject)

    stream = published_figure_stream(subject)
    assert stream.account_id is None
    given_streams().when(publishing(of_group)).then(stream.record([of_group]))


def test_each_moment_has_a_figure_of_its_own() -> None:
    ids = {FIRST.figure_id, LATER.figure_id, figure(as_of=date(2026, 5, 30)).figure_id}

    assert len(ids) == 3


def test_one_figure_stands_at_a_time() -> None:
    restated = LATER.model_copy(update={"restates": FIRST.figure_id})

    given_streams(OPENED, TOLD).when(publishing(LATER)).then_refused(
        "figure-stands", str(FIRST.figure_id)
    )
    given_streams(OPENED, TOLD).when(publishing(restated)).then(STREAM.record([restated]))
    given_streams(OPENED, TOLD).when(publishing(restated, reason="")).then_refused(
        "reason-required"
    )
    figures = fold(PUBLISHED_FIGURE, FIRST, restated)
    assert figures.standing == restated.figure_id
    assert figures.find(FIRST.figure_id).restated_by == restated.figure_id


def test_only_what_stands_can_be_restated() -> None:
    restated = LATER.model_copy(update={"restates": FIRST.figure_id})
    past = STREAM.record([FIRST, restated])
    again = figure(15, restates=FIRST.figure_id)
    unknown = figure(15, restates=UUID(int=5))

    given_streams(OPENED, past).when(publishing(again)).then_refused("figure-not-standing")
    given_streams(OPENED, past).when(publishing(unknown)).then_not_found("figure")
    withdrawn = STREAM.record([FIRST, FigureWithdrawn(figure_id=FIRST.figure_id), LATER])
    given_streams(OPENED, withdrawn).when(publishing(again)).then_refused(
        "figure-stands", str(LATER.figure_id)
    )


def test_a_figure_is_withdrawn_with_a_reason_and_stays_so() -> None:
    withdrawn = FigureWithdrawn(figure_id=FIRST.figure_id)
    past = STREAM.record([FIRST, withdrawn])

    given_streams(TOLD).when(withdrawing(FIRST.figure_id)).then(STREAM.record([withdrawn]))
    given_streams(TOLD).when(withdrawing(FIRST.figure_id, "")).then_refused("reason-required")
    given_streams(TOLD).when(withdrawing(LATER.figure_id)).then_not_found("figure")
    given_streams(past).when(withdrawing(FIRST.figure_id)).then()
    given_streams(OPENED, past).when(publishing(FIRST)).then_refused("figure-withdrawn")
    given_streams(OPENED, past).when(publishing(LATER)).then(STREAM.record([LATER]))
    in_its_place = figure(15, restates=FIRST.figure_id)
    given_streams(OPENED, past).when(publishing(in_its_place)).then(STREAM.record([in_its_place]))


def test_what_was_restated_is_not_withdrawn() -> None:
    restated = LATER.model_copy(update={"restates": FIRST.figure_id})

    given_streams(STREAM.record([FIRST, restated])).when(withdrawing(FIRST.figure_id)).then_refused(
        "figure-not-standing", str(LATER.figure_id)
    )


@pytest.mark.parametrize(
    ("as_of", "known_on", "code"),
    [
        (date(2026, 7, 1), TODAY, "in-the-future"),
        (date(2026, 5, 31), date(2026, 5, 30), "as-of-not-known"),
    ],
)
def test_nothing_is_told_of_a_day_that_was_not_known(
    as_of: date, known_on: date, code: str
) -> None:
    asked = publishing(figure(as_of=as_of), known_on=known_on)

    given_streams(OPENED).when(asked).then_refused(code)


def test_history_loads_whatever_it_holds() -> None:
    assert evolve(None, FigureWithdrawn(figure_id=ACME)) == NOTHING_TOLD
    orphan = figure(15, restates=UUID(int=5))
    assert evolve(None, orphan).standing == orphan.figure_id
