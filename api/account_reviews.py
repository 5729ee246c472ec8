"""Reviews of accounts over HTTP."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AfterValidator, Field, StringConstraints
from typing_extensions import override

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from domain import commands
from domain.account_review import ReviewContent
from domain.period import parse
from projections.account_overview import find_account
from projections.account_reviews import REVIEW_LIST, ReviewRow, figure_in
from projections.page import Page

router = APIRouter(prefix="/accounts/{account_id}/reviews", tags=["reviews"])


def _readable(text: str) -> str:
    return str(parse(text))


class NewReview(ReviewContent, Body):
    period: Annotated[str, StringConstraints(max_length=40), AfterValidator(_readable)] = Field(
        description="2026-05, 2026-Q2, 2026, or ttm@2026-05-31 (the twelve months up to a day)"
    )


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure as the review saw it; a value of null: there was none."""

    kpi: str
    value: Decimal | None
    unit: str
    known_at: int

    @override
    def __str__(self) -> str:
        value = "-" if self.value is None else f"{self.value:f}"
        return f"{self.kpi} {value} {self.unit} @{self.known_at}"


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review of an account."""

    account_id: UUID
    review_id: UUID
    period: str
    findings: tuple[str, ...]
    figures: tuple[FigureView, ...]
    reviewed_on: date
    next_review_on: date | None
    position: int


@command(router, "")
async def review_account(account_id: UUID, body: NewReview, asked: CommandAsked) -> Response:
    review_id = asked.new_id()
    decision = commands.review_account(
        account_id,
        review_id,
        period=parse(body.period),
        content=only(body, ReviewContent),
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(
        decision, body, location=f"/accounts/{account_id}/reviews/{review_id}"
    )


@router.get("", responses=LIST_ANSWERS, response_model=Listed[ReviewView])
async def read_reviews(account_id: UUID, paged: Paged) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    page = await paged.read(REVIEW_LIST, {"account_id": account_id})
    return paged.show(Page([_view(row) for row in page.rows], page.next), ReviewView)


@router.get("/{review_id}", responses=READ_ANSWERS, response_model=ReviewView)
async def read_review(account_id: UUID, review_id: UUID, view: Reading) -> Any:
    row = await REVIEW_LIST.one(
        view.connection, view.tenant_id, account_id=account_id, review_id=review_id
    )
    return _view(row)


def _view(row: ReviewRow) -> ReviewView:
    figures = tuple(FigureView(**dict(figure_in(text))) for text in row.figures)
    return ReviewView(**(asdict(row) | {"figures": figures}))
