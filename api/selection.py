"""Fit and selection over HTTP: to score, select, review and deselect, and whom to look at first."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from api.command import Body, CommandAsked, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from domain import commands
from domain.day import Day
from domain.ideal_customer import CriterionGrade
from domain.override import Override
from domain.percent import Grade, Percent
from domain.policy import IdealCustomerProfile
from domain.selection import SelectionFactors, SelectionGround, SelectionOutcome
from domain.tier import Tier
from domain.words import PRINTED, Code
from projections.account_overview import find_account
from projections.fit_scores import FIT_SCORE_LIST, FitScoreRow, grade_in, latest_fit
from projections.policies import read_policies
from projections.selection_list import (
    RankedBy,
    SelectionFilter,
    SelectionShown,
    list_selections,
)

router = APIRouter(tags=["selection"])

_ACCOUNT = "/accounts/{account_id}"

Words = Annotated[str | None, Query(max_length=255, pattern=PRINTED)]


class NewFitScore(Body):
    judgements: dict[Code, Grade] = Field(
        default_factory=dict,
        max_length=100,
        description="your own grades, 0 to 100, by the key of each criterion that asks for one",
    )


class NewSelection(Body):
    factors: SelectionFactors
    override: Override | None = Field(
        None, description="whose word lets an account below the minimum fit be selected, and why"
    )


class Deselection(Body):
    pass


class SelectionReview(Body):
    outcome: SelectionOutcome
    grounds: tuple[SelectionGround, ...] = Field(max_length=20)
    factors: SelectionFactors | None = Field(None, description="as they are found now, if anew")


class FitScoreView(BaseModel):
    """A score: each criterion's weight and grade, and what they come to, from 0 to 100."""

    fit_score_id: UUID
    scored_on: date
    total: Percent
    band: Code | None
    grades: list[CriterionGrade]
    policy_version: int
    position: int


class FitView(BaseModel):
    """How well an account fits: its latest score of a day, and those before it."""

    account_id: UUID
    as_of: date
    latest: FitScoreView | None = Field(description="null: not scored by then")
    earlier: list[FitScoreView] = Field(description="the latest first, 100 at the most")
    policy_version: int = Field(description="in force on the day; 0: Tenure's own default")
    is_current: bool = Field(description="whether the latest score is by that version")


@command(router, f"{_ACCOUNT}/fit-scores")
async def score_fit(account_id: UUID, body: NewFitScore, asked: CommandAsked) -> Response:
    """Score the account by the ideal customer profile in force on the day."""
    fit_score_id = asked.new_id()
    decision = commands.score_fit(
        account_id, fit_score_id, judgements=body.judgements, on=body.on, today=today()
    )
    return await asked.carry_out(
        decision, body, location=f"/accounts/{account_id}/fit-scores/{fit_score_id}"
    )


@command(router, f"{_ACCOUNT}/selections")
async def select_account(account_id: UUID, body: NewSelection, asked: CommandAsked) -> Response:
    decision = commands.select_account(
        account_id,
        factors=body.factors,
        override=body.override,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_ACCOUNT}/deselections")
async def deselect_account(account_id: UUID, body: Deselection, asked: CommandAsked) -> Response:
    decision = commands.deselect_account(account_id, reason=body.reason, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@command(router, f"{_ACCOUNT}/selection-reviews")
async def review_selection(
    account_id: UUID, body: SelectionReview, asked: CommandAsked
) -> Response:
    """Look at a selection again; to drop the account deselects it."""
    decision = commands.review_selection(
        account_id,
        outcome=body.outcome,
        grounds=body.grounds,
        factors=body.factors,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@dataclass(frozen=True, slots=True)
class SelectionQuery:
    """Which accounts are looked for."""

    selected: bool | None = None
    scored: bool | None = None
    fit_at_least: Annotated[Percent | None, Query(description="from 0 to 100")] = None
    fit_band: Code | None = None
    tier: Tier | None = None
    manager_id: UUID | None = None
    industry: Words = None
    territory: Words = None
    not_reviewed_since: Annotated[
        Day | None, Query(description="selected, and last looked at before this day")
    ] = None

    def wanted(self) -> SelectionFilter:
        return SelectionFilter(
            selected=self.selected,
            scored=self.scored,
            fit_at_least=self.fit_at_least,
            fit_band=self.fit_band,
            tier=self.tier,
            manager_id=self.manager_id,
            industry=self.industry,
            territory=self.territory,
            not_reviewed_since=self.not_reviewed_since,
        )


@router.get("/selection", responses=LIST_ANSWERS, response_model=Listed[SelectionShown])
async def read_selection(
    paged: Paged,
    asked: Annotated[SelectionQuery, Depends()],
    by: Annotated[
        RankedBy, Query(description="what decides first; then the others")
    ] = RankedBy.FIT,
) -> Any:
    """Read the open accounts, those most worth our attention first; what is unknown comes last."""
    view = paged.view
    page = await list_selections(
        view.connection,
        view.tenant_id,
        wanted=asked.wanted(),
        by=by,
        after=paged.after,
        limit=paged.limit,
    )
    return paged.show(page, SelectionShown)


@router.get(f"{_ACCOUNT}/fit", responses=READ_ANSWERS, response_model=FitView)
async def read_fit(
    account_id: UUID,
    view: Reading,
    as_of: Annotated[Day | None, Query(description="today, if not given")] = None,
) -> Any:
    """Read the latest score of a day and those before; `fit-scores` lists all of them."""
    await find_account(view.connection, view.tenant_id, account_id)
    day = as_of or today()
    latest = await latest_fit(view.connection, view.tenant_id, account_id, as_of=day)
    page = await FIT_SCORE_LIST.page(
        view.connection,
        view.tenant_id,
        {"account_id": account_id},
        beside=[("scored_on <= %s", (day,))],
        limit=101,
    )
    types = view.service.ledger.types
    policies, _ = await read_policies(
        view.connection, types, view.tenant_id, known_at=view.position
    )
    version = policies.in_force(IdealCustomerProfile, day).version
    earlier = [row for row in page.rows if row != latest]
    return FitView(
        account_id=account_id,
        as_of=day,
        latest=None if latest is None else _shown(latest),
        earlier=[_shown(row) for row in earlier[:100]],
        policy_version=version,
        is_current=latest is not None and latest.policy_version == version,
    )


@router.get(f"{_ACCOUNT}/fit-scores", responses=LIST_ANSWERS, response_model=Listed[FitScoreRow])
async def read_fit_scores(account_id: UUID, paged: Paged) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    return await paged.answer(FIT_SCORE_LIST, FitScoreRow, {"account_id": account_id})


@router.get(
    f"{_ACCOUNT}/fit-scores/{{fit_score_id}}",
    responses=READ_ANSWERS,
    response_model=FitScoreView,
)
async def read_fit_score(account_id: UUID, fit_score_id: UUID, view: Reading) -> Any:
    return _shown(
        await FIT_SCORE_LIST.one(
            view.connection, view.tenant_id, account_id=account_id, fit_score_id=fit_score_id
        )
    )


def _shown(row: FitScoreRow) -> FitScoreView:
    return FitScoreView(
        fit_score_id=row.fit_score_id,
        scored_on=row.scored_on,
        total=row.total,
        band=row.band,
        grades=[grade_in(text) for text in row.grades],
        policy_version=row.policy_version,
        position=row.position,
    )
