"""A colleague who contributes to a plan, for how many hours a month, and what those are for."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.event import Event
from domain.override import Override
from domain.words import Label, Name

MonthlyHours = Annotated[int, Field(ge=0, le=744)]
"""Hours a month; the longest month has 744."""


class Contributor(BaseModel):
    """How a colleague contributes: `hours_per_month` is what he or she can give to the plan."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    department: Label
    role: Label
    working_agreement: Name | None = None
    hours_per_month: MonthlyHours


# Events: these names and fields are the stored format. Add; never rename or remove.


class PlanContributorAdded(Event):
    """Somebody contributes from now on; or contributes otherwise than before."""

    NAME: ClassVar[str] = "plan.contributor-added"
    party_id: UUID
    contributor: Contributor


class PlanContributorRemoved(Event):
    NAME: ClassVar[str] = "plan.contributor-removed"
    party_id: UUID


class PlanResourceAllocated(Event):
    """Hours a month of a contributor for a milestone, or (null) for the plan as a whole.

    0 hours release what was allocated. `override` is there where the hours exceed the capacity.
    """

    NAME: ClassVar[str] = "plan.resource-allocated"
    party_id: UUID
    milestone_id: UUID | None
    was: MonthlyHours
    now: MonthlyHours
    override: Override | None = None
