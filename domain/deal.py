"""A deal: one piece of business to be won with an account, from prospecting to won or lost."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID

from immutables import Map
from pydantic import Field

from domain.change import Change
from domain.day import Day
from domain.deal_contract import (
    Contract,
    DealContractSent,
    DealContractSigned,
    DealContractVoided,
)
from domain.deal_negotiation import DealProposalPresented, DealTermsNegotiated
from domain.deal_terms import DealKind, DealStage, DealStatus, Ids, Products
from domain.event import Aggregate, Event
from domain.money import Money
from domain.override import Override
from domain.percent import Percent
from domain.words import Code, Name

# Events: these names and fields are the stored format. Add; never rename or remove.


class DealOpened(Event):
    """`override` is the word on which a deal was opened that does not fit what was sold so far."""

    NAME: ClassVar[str] = "deal.opened"
    account_id: UUID
    opened_on: date
    kind: DealKind
    name: Name
    amount: Money
    products: Products = ()
    expected_close_on: Day | None = None
    stage: DealStage
    owner_id: UUID | None = None
    probability: Percent | None = None
    recurring_monthly: Money | None = None
    customer_value: Name | None = None
    need_ids: Ids = ()
    goal_ids: Ids = ()
    signal_id: UUID | None = None
    override: Override | None = None


class DealMoved(Event):
    NAME: ClassVar[str] = "deal.moved"
    was: DealStage
    now: DealStage


class DealAmountRevised(Event):
    NAME: ClassVar[str] = "deal.amount-revised"
    was: Money
    now: Money


class DealExpectedCloseRevised(Event):
    NAME: ClassVar[str] = "deal.expected-close-revised"
    was: date | None
    now: date | None


class DealProductsRevised(Event):
    NAME: ClassVar[str] = "deal.products-revised"
    was: Products
    now: Products


class DealProbabilityRevised(Event):
    NAME: ClassVar[str] = "deal.probability-revised"
    was: Percent | None
    now: Percent | None


class DealOwnerChanged(Event):
    NAME: ClassVar[str] = "deal.owner-changed"
    was: UUID | None
    now: UUID | None


class DealReclassified(Event):
    """It turned out to be of another kind; until this day it was rightly taken for the old one."""

    NAME: ClassVar[str] = "deal.reclassified"
    was: DealKind
    now: DealKind
    override: Override | None = None


class DealCurrencyChanged(Event):
    NAME: ClassVar[str] = "deal.currency-changed"
    was: Money
    now: Money


class DealWon(Event):
    """`contract_signed` tells whether it was by then; null in events from before it was asked.

    `override` is the word on which a deal was won without the contract that the policy of this
    version asks for.
    """

    NAME: ClassVar[str] = "deal.won"
    won_on: Day
    amount: Money
    contract_signed: bool | None = None
    policy_version: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    override: Override | None = None


class DealLost(Event):
    NAME: ClassVar[str] = "deal.lost"
    reason_code: Code
    competitor: Name | None = None
    lost_on: Day | None = None


class DealCorrected(Event):
    """What was recorded wrongly, also of a deal that is won or lost; restates it from its own day.

    `won_on` and `amount` are those of the win where the deal is won.
    """

    NAME: ClassVar[str] = "deal.corrected"
    kind: Change[DealKind] | None = None
    amount: Change[Money] | None = None
    products: Change[Products] | None = None
    won_on: Change[date] | None = None


class DealReversed(Event):
    """A win that did not last: it counts until this day, and no longer."""

    NAME: ClassVar[str] = "deal.reversed"
    reason_code: Code
    reversed_on: Day | None = None


class DealReopened(Event):
    """A deal that was lost, or whose win was reversed, is open again from this day on."""

    NAME: ClassVar[str] = "deal.reopened"
    was: DealStatus


DealEvent = (
    DealOpened
    | DealMoved
    | DealAmountRevised
    | DealExpectedCloseRevised
    | DealProductsRevised
    | DealProbabilityRevised
    | DealOwnerChanged
    | DealReclassified
    | DealCurrencyChanged
    | DealProposalPresented
    | DealTermsNegotiated
    | DealContractSent
    | DealContractSigned
    | DealContractVoided
    | DealWon
    | DealLost
    | DealCorrected
    | DealReversed
    | DealReopened
)

NO_PROPOSALS: Final[Map[UUID, DealProposalPresented]] = Map()
NO_NEGOTIATIONS: Final[Map[UUID, DealTermsNegotiated]] = Map()


@dataclass(frozen=True, slots=True)
class Deal:
    """What decisions about a deal need to remember; `ended_on`: the day it was closed last."""

    account_id: UUID
    opened_on: date
    kind: DealKind
    amount: Money
    products: Products
    expected_close_on: Day | None
    stage: DealStage
    owner_id: UUID | None = None
    probability: Decimal | None = None
    status: DealStatus = DealStatus.OPEN
    won_on: Day | None = None
    ended_on: date | None = None
    sent: DealContractSent | None = None
    contract: Contract | None = None
    voided: DealContractVoided | None = None
    proposals: Map[UUID, DealProposalPresented] = NO_PROPOSALS
    negotiations: Map[UUID, DealTermsNegotiated] = NO_NEGOTIATIONS


def evolve(deal: Deal | None, event: DealEvent) -> Deal:  # noqa: C901, PLR0911, PLR0912
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, DealOpened):
        return _opened(event)
    if deal is None:
        raise ValueError(f"{event.NAME} stands before {DealOpened.NAME}")
    match event:
        case DealMoved():
            return replace(deal, stage=event.now)
        case DealAmountRevised() | DealCurrencyChanged():
            return replace(deal, amount=event.now)
        case DealExpectedCloseRevised():
            return replace(deal, expected_close_on=event.now)
        case DealProductsRevised():
            return replace(deal, products=event.now)
        case DealProbabilityRevised():
            return replace(deal, probability=event.now)
        case DealOwnerChanged():
            return replace(deal, owner_id=event.now)
        case DealReclassified():
            return replace(deal, kind=event.now)
        case DealProposalPresented():
            return replace(deal, proposals=deal.proposals.set(event.proposal_id, event))
        case DealTermsNegotiated():
            return replace(deal, negotiations=deal.negotiations.set(event.negotiation_id, event))
        case DealContractSent():
            return replace(deal, sent=event, voided=None)
        case DealContractSigned():
            return replace(deal, contract=event.contract, voided=None)
        case DealContractVoided():
            return replace(deal, sent=None, contract=None, voided=event)
        case DealWon():
            return replace(
                deal,
                status=DealStatus.WON,
                amount=event.amount,
                won_on=event.won_on,
                ended_on=event.won_on,
            )
        case DealLost():
            return replace(deal, status=DealStatus.LOST, ended_on=event.lost_on)
        case DealCorrected():
            return _corrected(deal, event)
        case DealReversed():
            return replace(deal, status=DealStatus.REVERSED, ended_on=event.reversed_on)
        case DealReopened():
            return replace(deal, status=DealStatus.OPEN, won_on=None)
        case _:
            assert_never(event)


def _opened(event: DealOpened) -> Deal:
    return Deal(
        account_id=event.account_id,
        opened_on=event.opened_on,
        kind=event.kind,
        amount=event.amount,
        products=event.products,
        expected_close_on=event.expected_close_on,
        stage=event.stage,
        owner_id=event.owner_id,
        probability=event.probability,
    )


def _corrected(deal: Deal, event: DealCorrected) -> Deal:
    won_on = event.won_on.now if event.won_on else deal.won_on
    return replace(
        deal,
        kind=event.kind.now if event.kind else deal.kind,
        amount=event.amount.now if event.amount else deal.amount,
        products=event.products.now if event.products else deal.products,
        won_on=won_on,
        ended_on=won_on if event.won_on else deal.ended_on,
    )


DEAL: Aggregate[Deal, DealEvent] = Aggregate(
    name="deal",
    events=(
        DealOpened,
        DealMoved,
        DealAmountRevised,
        DealExpectedCloseRevised,
        DealProductsRevised,
        DealProbabilityRevised,
        DealOwnerChanged,
        DealReclassified,
        DealCurrencyChanged,
        DealProposalPresented,
        DealTermsNegotiated,
        DealContractSent,
        DealContractSigned,
        DealContractVoided,
        DealWon,
        DealLost,
        DealCorrected,
        DealReversed,
        DealReopened,
    ),
    evolve=evolve,
)
