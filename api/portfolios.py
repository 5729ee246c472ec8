"""Portfolios over HTTP: whom each manager looks after, and how much of that one can bear."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.moment import AsOf, day_asked
from api.paging import Paged
from api.portfolio_view import PortfolioView, viewed
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from domain import commands
from domain.day import Day
from domain.manager import ManagerRole
from domain.override import Override
from domain.portfolio import Points, PortfolioFocus, Training, portfolio_id
from domain.refusal import NotFound
from domain.words import PRINTED
from projections.page import Page
from projections.portfolio_accounts import PORTFOLIO_ACCOUNT_LIST, PortfolioAccountRow
from projections.portfolio_trainings import PORTFOLIO_TRAINING_LIST, PortfolioTrainingRow
from projections.portfolios import PORTFOLIO_LIST, PortfolioRow, standing

router = APIRouter(tags=["portfolios"])

_PORTFOLIO = "/portfolios/{manager_id}"

AccountIds = Annotated[tuple[UUID, ...], Field(max_length=1_000)]
CapacityOverride = Annotated[
    Override | None, Field(description="whose word lets the capacity be passed, and why")
]
Words = Annotated[str | None, Query(max_length=120, pattern=PRINTED)]


class NewPortfolio(Body):
    manager_id: UUID
    capacity: Points | None = Field(None, description="in points; null: what the policy says")
    focus: PortfolioFocus = PortfolioFocus()
    account_ids: AccountIds = Field((), description="what the manager leads already")
    override: CapacityOverride = None


class NewCapacity(Body):
    capacity: Points | None = Field(description="in points; null: what the policy says")


class NewFocus(PortfolioFocus, Body):
    pass


class OverCapacity(Body):
    points: Points = Field(description="how many are borne beyond the capacity")
    until: Day = Field(description="the last day on which they are")
    override: Override


class Reweighing(Body):
    pass


class NewTraining(Training, Body):
    pass


class Transfer(Body):
    to_manager_id: UUID
    role: ManagerRole = ManagerRole.ACCOUNT_MANAGER
    account_ids: AccountIds | None = Field(None, description="null: all that the portfolio holds")
    override: CapacityOverride = None


class Closing(Body):
    pass


@command(router, "/portfolios")
async def open_portfolio(body: NewPortfolio, asked: CommandAsked) -> Response:
    decision = commands.open_portfolio(
        body.manager_id,
        capacity=body.capacity,
        focus=body.focus,
        account_ids=body.account_ids,
        override=body.override,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body, location=f"/portfolios/{body.manager_id}")


@command(router, f"{_PORTFOLIO}/capacity-changes")
async def set_portfolio_capacity(
    manager_id: UUID, body: NewCapacity, asked: CommandAsked
) -> Response:
    decision = commands.set_portfolio_capacity(
        manager_id, to=body.capacity, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_PORTFOLIO}/focus-changes")
async def set_portfolio_focus(manager_id: UUID, body: NewFocus, asked: CommandAsked) -> Response:
    decision = commands.set_portfolio_focus(
        manager_id, to=only(body, PortfolioFocus), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_PORTFOLIO}/over-capacity-acceptances")
async def accept_over_capacity(
    manager_id: UUID, body: OverCapacity, asked: CommandAsked
) -> Response:
    """Let the portfolio hold so many points beyond its capacity, up to a day."""
    decision = commands.accept_over_capacity(
        manager_id,
        points=body.points,
        until=body.until,
        override=body.override,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_PORTFOLIO}/reweighings")
async def reweigh_portfolio(manager_id: UUID, body: Reweighing, asked: CommandAsked) -> Response:
    """Weigh the accounts by the policy on capacity that is in force on the day."""
    decision = commands.reweigh_portfolio(manager_id, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@command(router, f"{_PORTFOLIO}/trainings")
async def log_training(manager_id: UUID, body: NewTraining, asked: CommandAsked) -> Response:
    decision = commands.log_training(
        manager_id, asked.new_id(), training=only(body, Training), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_PORTFOLIO}/transfers")
async def transfer_accounts(manager_id: UUID, body: Transfer, asked: CommandAsked) -> Response:
    """Let another manager lead these accounts; all of them go over, or none."""
    decision = commands.transfer_accounts(
        manager_id,
        to_manager_id=body.to_manager_id,
        role=body.role,
        account_ids=body.account_ids,
        override=body.override,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_PORTFOLIO}/closures")
async def close_portfolio(manager_id: UUID, body: Closing, asked: CommandAsked) -> Response:
    decision = commands.close_portfolio(manager_id, on=body.on, today=today())
    return await asked.carry_out(decision, body)


@router.get("/portfolios", responses=LIST_ANSWERS, response_model=Listed[PortfolioView])
async def read_portfolios(  # each is a filter of the list
    paged: Paged,
    as_of: AsOf = None,
    is_open: Annotated[bool | None, Query(alias="open")] = None,
    over_capacity: bool | None = None,  # noqa: FBT001  # a filter of the list, given by name
    industry: Words = None,
    territory: Words = None,
) -> Any:
    """Read portfolios with their load; the capacity is that of the day's policy, if not set."""
    day = day_asked(as_of)
    policy = await viewed(paged.view, day)
    beside = standing(
        is_open=is_open,
        over_capacity=over_capacity,
        usual_capacity=policy.usual_capacity,
        as_of=day,
        industry=industry,
        territory=territory,
    )
    page = await paged.read(PORTFOLIO_LIST, {}, beside)
    rows = [policy.view(row) for row in page.rows]
    return paged.show(Page(rows, page.next), PortfolioView)


@router.get(_PORTFOLIO, responses=READ_ANSWERS, response_model=PortfolioView)
async def read_portfolio(
    manager_id: UUID, view: Reading, response: Response, as_of: AsOf = None
) -> Any:
    row = await _find(view, manager_id)
    response.headers["ETag"] = f'"{row.version}"'
    return (await viewed(view, day_asked(as_of))).view(row)


@router.get(
    f"{_PORTFOLIO}/accounts", responses=LIST_ANSWERS, response_model=Listed[PortfolioAccountRow]
)
async def read_portfolio_accounts(
    manager_id: UUID,
    paged: Paged,
    released: Annotated[bool, Query(description="also those that it held before")] = False,  # noqa: FBT002
) -> Any:
    """Read the accounts of a portfolio, those taken last first."""
    row = await _find(paged.view, manager_id)
    beside = () if released else (("released_on IS NULL", ()),)
    wanted = {"portfolio_id": row.portfolio_id}
    return await paged.answer(PORTFOLIO_ACCOUNT_LIST, PortfolioAccountRow, wanted, beside)


@router.get(
    f"{_PORTFOLIO}/trainings", responses=LIST_ANSWERS, response_model=Listed[PortfolioTrainingRow]
)
async def read_trainings(manager_id: UUID, paged: Paged) -> Any:
    row = await _find(paged.view, manager_id)
    wanted = {"portfolio_id": row.portfolio_id}
    return await paged.answer(PORTFOLIO_TRAINING_LIST, PortfolioTrainingRow, wanted)


async def _find(view: Reading, manager_id: UUID) -> PortfolioRow:
    try:
        return await PORTFOLIO_LIST.one(
            view.connection, view.tenant_id, portfolio_id=portfolio_id(manager_id)
        )
    except NotFound:
        raise NotFound("portfolio", manager_id) from None
