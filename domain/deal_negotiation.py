"""How a deal is talked over: what was proposed for which value, and what was agreed on."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.day import Day
from domain.event import Event
from domain.money import Money
from domain.words import Label, Name


class ProposalTerms(BaseModel):
    """What was proposed: what it is worth to the client, for how much, in which document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer_value: Name
    amount: Money | None = None
    document_id: UUID | None = None


class NegotiationTerms(BaseModel):
    """Where both sides stand on one term of the contract, such as the payment or the notice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    term: Label
    ours: Name
    theirs: Name
    agreed: bool = False


# Events: these names and fields are the stored format. Add; never rename or remove.


class DealProposalPresented(Event):
    NAME: ClassVar[str] = "deal.proposal-presented"
    proposal_id: UUID
    presented_on: Day
    customer_value: Name
    amount: Money | None = None
    document_id: UUID | None = None


class DealTermsNegotiated(Event):
    """`round` counts, from 1, how often this term was talked over."""

    NAME: ClassVar[str] = "deal.terms-negotiated"
    negotiation_id: UUID
    negotiated_on: Day
    round: Annotated[int, Field(ge=1, le=1_000_000)]
    term: Label
    ours: Name
    theirs: Name
    agreed: bool
