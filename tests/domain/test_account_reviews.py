from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain import commands
from domain.account_review import AccountReviewed, ReviewContent, ReviewedFigure
from domain.decision import Decision
from domain.event import Recording
from domain.period import LIFETIME, Period, parse
from tests.domain.samples import ACCOUNT_STREAM, ACME, MAY, OPENED, TODAY, uuid
from tests.given import given_streams

REVIEW = uuid(51)
QUARTER = parse("2026-Q1")
FIGURES = (
    ReviewedFigure(kpi="revenue", value=Decimal("1200.50"), unit="EUR", known_at=7),
    ReviewedFigure(kpi="average-order-value", value=None, unit="EUR", known_at=7),
)
REVIEWED = AccountReviewed(
    review_id=REVIEW,
    period="2026-Q1",
    findings=("Orders came late",),
    figures=FIGURES,
    next_review_on=TODAY,
)


def having(*events: Any) -> Recording:
    return ACCOUNT_STREAM.record([OPENED, *events])


def reviewing(period: Period = QUARTER, on: date = MAY, **fields: Any) -> Decision:
    content = ReviewContent(
        findings=("Orders came late",), figures=FIGURES, next_review_on=TODAY
    ).model_copy(update=fields)
    return commands.review_account(ACME, REVIEW, period=period, content=content, on=on, today=TODAY)


def test_an_account_is_reviewed_once() -> None:
    given_streams(having()).when(reviewing()).then(ACCOUNT_STREAM.record([REVIEWED]))
    given_streams(having(REVIEWED)).when(reviewing()).then()
    given_streams(having(REVIEWED)).when(reviewing(findings=())).then_refused("already-exists")


@pytest.mark.parametrize("period", [parse("2026-05"), parse("ttm@2026-05-04"), LIFETIME])
def test_a_period_is_reviewed_when_it_is_over(period: Period) -> None:
    given_streams(having()).when(reviewing(period)).then_refused("period-not-over")


def test_a_period_is_over_on_the_day_after_its_last() -> None:
    given_streams(having()).when(reviewing(parse("ttm@2026-05-03"))).then(
        ACCOUNT_STREAM.record([REVIEWED.model_copy(update={"period": "ttm@2026-05-03"})])
    )


def test_the_next_review_comes_later() -> None:
    given_streams(having()).when(reviewing(next_review_on=MAY)).then_refused(
        "next-review-not-later"
    )
    given_streams(having()).when(reviewing(next_review_on=None)).then(
        ACCOUNT_STREAM.record([REVIEWED.model_copy(update={"next_review_on": None})])
    )


def test_a_review_rests_upon_figures_that_there_are() -> None:
    unknown = ReviewedFigure(kpi="luck", value=None, unit="points", known_at=0)

    given_streams(having()).when(reviewing(figures=(unknown,))).then_not_found("kpi")


def test_a_figure_is_known_at_a_position() -> None:
    with pytest.raises(ValidationError, match="known_at"):
        ReviewedFigure(kpi="revenue", value=None, unit="EUR", known_at=2**53)
