"""A deal: one piece of business to be won with an account, from prospecting to won or lost."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, assert_never
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from domain.change import Change
from domain.day import Day
from domain.event import Aggregate, Event
from domain.money import Money
from domain.words import Code, Label, Name


class DealKind(StrEnum):
    """New business; the same again; more, or a higher version, of it; a product not yet owned."""

    NEW_BUSINESS = "new-business"
    RENEWAL = "renewal"
    UPSELL = "upsell"
    CROSS_SELL = "cross-sell"


class DealStage(StrEnum):
    PROSPECTING = "prospecting"
    QUALIFICATION = "qualification"
    PROPOSAL = "proposal"
    NEGOTIATION = "negotiation"


class DealStatus(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"
    REVERSED = "reversed"


Products = tuple[Label, ...]


class DealTerms(BaseModel):
    """What a deal is about when it is opened."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: DealKind
    name: Name
    amount: Money
    products: Products = ()
    expected_close_on: Day | None = None
    stage: DealStage = DealStage.PROSPECTING


class DealCorrection(BaseModel):
    """What was recorded wrongly of a deal, and should be; None: it was right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: DealKind | None = None
    amount: Money | None = None
    products: Products | None = None
    won_on: Day | None = None


class Contract(BaseModel):
    """A signed contract: its days, and the document it can be recognised by.

    `ends_on` is the last day of the term, or None where it runs on until someone ends it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    signed_on: Day
    starts_on: Day
    ends_on: Day | None = None
    document: Name
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


# Events: these names and fields are the stored format. Add; never rename or remove.


class DealOpened(Event):
    NAME: ClassVar[str] = "deal.opened"
    account_id: UUID
    opened_on: date
    kind: DealKind
    name: Name
    amount: Money
    products: Products = ()
    expected_close_on: Day | None = None
    stage: DealStage


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


class DealContractSigned(Event):
    NAME: ClassVar[str] = "deal.contract-signed"
    contract: Contract


class DealWon(Event):
    NAME: ClassVar[str] = "deal.won"
    won_on: Day
    amount: Money


class DealLost(Event):
    NAME: ClassVar[str] = "deal.lost"
    reason_code: Code
    competitor: Name | None = None


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


DealEvent = (
    DealOpened
    | DealMoved
    | DealAmountRevised
    | DealExpectedCloseRevised
    | DealProductsRevised
    | DealContractSigned
    | DealWon
    | DealLost
    | DealCorrected
    | DealReversed
)


@dataclass(frozen=True, slots=True)
class Deal:
    """What decisions about a deal need to remember."""

    account_id: UUID
    opened_on: date
    kind: DealKind
    amount: Money
    products: Products
    expected_close_on: Day | None
    stage: DealStage
    status: DealStatus = DealStatus.OPEN
    won_on: Day | None = None
    contract: Contract | None = None


def evolve(deal: Deal | None, event: DealEvent) -> Deal:  # noqa: C901, PLR0911 - one case an event
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, DealOpened):
        return Deal(
            account_id=event.account_id,
            opened_on=event.opened_on,
            kind=event.kind,
            amount=event.amount,
            products=event.products,
            expected_close_on=event.expected_close_on,
            stage=event.stage,
        )
    if deal is None:
        raise ValueError(f"{event.NAME} stands before {DealOpened.NAME}")
    match event:
        case DealMoved():
            return replace(deal, stage=event.now)
        case DealAmountRevised():
            return replace(deal, amount=event.now)
        case DealExpectedCloseRevised():
            return replace(deal, expected_close_on=event.now)
        case DealProductsRevised():
            return replace(deal, products=event.now)
        case DealContractSigned():
            return replace(deal, contract=event.contract)
        case DealWon():
            return replace(deal, status=DealStatus.WON, amount=event.amount, won_on=event.won_on)
        case DealLost():
            return replace(deal, status=DealStatus.LOST)
        case DealCorrected():
            return replace(
                deal,
                kind=event.kind.now if event.kind else deal.kind,
                amount=event.amount.now if event.amount else deal.amount,
                products=event.products.now if event.products else deal.products,
                won_on=event.won_on.now if event.won_on else deal.won_on,
            )
        case DealReversed():
            return replace(deal, status=DealStatus.REVERSED)
        case _:
            assert_never(event)


DEAL: Aggregate[Deal, DealEvent] = Aggregate(
    name="deal",
    events=(
        DealOpened,
        DealMoved,
        DealAmountRevised,
        DealExpectedCloseRevised,
        DealProductsRevised,
        DealContractSigned,
        DealWon,
        DealLost,
        DealCorrected,
        DealReversed,
    ),
    evolve=evolve,
)
