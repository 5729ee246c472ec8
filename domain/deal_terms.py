"""What a deal is about: its kind, how far it has come, and what it is worth to both sides."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.day import Day
from domain.money import Money
from domain.percent import Percent
from domain.words import Label, Name


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

Ids = Annotated[tuple[UUID, ...], Field(max_length=100)]


class DealTerms(BaseModel):
    """What a deal is about when it is opened.

    `need_ids`, `goal_ids` and `signal_id` are those of the account that it serves and came from;
    `customer_value` is what the client gains by it. `recurring_monthly` is the part of the amount
    that comes back every month. Without a `probability` that of the stage counts, by the policy.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: DealKind
    name: Name
    amount: Money
    products: Products = ()
    expected_close_on: Day | None = None
    stage: DealStage = DealStage.PROSPECTING
    owner_id: UUID | None = None
    probability: Percent | None = None
    recurring_monthly: Money | None = None
    customer_value: Name | None = None
    need_ids: Ids = ()
    goal_ids: Ids = ()
    signal_id: UUID | None = None


class DealCorrection(BaseModel):
    """What was recorded wrongly of a deal, and should be; None: it was right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: DealKind | None = None
    amount: Money | None = None
    products: Products | None = None
    won_on: Day | None = None
