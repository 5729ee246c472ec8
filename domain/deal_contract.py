"""The contract of a deal: sent to be signed, signed, and perhaps void later."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.day import Day
from domain.event import Event
from domain.words import Code, Name

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

People = Annotated[tuple[UUID, ...], Field(max_length=100)]


class ContractDraft(BaseModel):
    """A contract that is sent to be signed: the document, and to whom it went."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Name
    sha256: Sha256
    to: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)]


class Contract(BaseModel):
    """A signed contract: its days, who signed, and the document it can be recognised by.

    `ends_on` is the last day of the term, or None where it runs on until someone ends it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    signed_on: Day
    starts_on: Day
    ends_on: Day | None = None
    document: Name
    sha256: Sha256
    signatories: People = ()


# Events: these names and fields are the stored format. Add; never rename or remove.


class DealContractSent(Event):
    NAME: ClassVar[str] = "deal.contract-sent"
    sent_on: Day
    document: Name
    sha256: Sha256
    to: People


class DealContractSigned(Event):
    NAME: ClassVar[str] = "deal.contract-signed"
    contract: Contract


class DealContractVoided(Event):
    """The contract holds no longer, from this day on; another one may be signed."""

    NAME: ClassVar[str] = "deal.contract-voided"
    voided_on: Day
    reason_code: Code
