"""What is known of a company: its names, industry, territory, country and size."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.country import Country
from domain.money import Money
from domain.words import Code, Label, Name

EmployeeCount = Annotated[int, Field(ge=0, le=1_000_000_000)]
"""How many people work there."""


class Industry(BaseModel):
    """An industry in the words of a classification, or of one's own.

    `scheme` names the classification (`nace`, `naics`, `isic` ...) that `code` belongs to; a plain
    label has neither.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: Label
    scheme: Code | None = None
    code: Label | None = None


class AnnualRevenue(BaseModel):
    """What the company turned over in one business year."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Money
    year: Annotated[int, Field(ge=1000, le=9999)]


class Profile(BaseModel):
    """All that is known of the company; None: not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    legal_name: Name | None = None
    industry: Industry | None = None
    territory: Label | None = None
    country: Country | None = None
    employees: EmployeeCount | None = None
    annual_revenue: AnnualRevenue | None = None
    parent_account_id: UUID | None = None

    def revised(self, revision: "ProfileRevision") -> "Profile":
        """Return the profile with the given fields put in."""
        given = {field: getattr(revision, field) for field in revision.model_fields_set}
        return Profile.model_validate(dict(self) | given)


class ProfileRevision(BaseModel):
    """New values for some fields: a field that is not given stays; null makes it unknown again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name | None = None
    legal_name: Name | None = None
    industry: Industry | None = None
    territory: Label | None = None
    country: Country | None = None
    employees: EmployeeCount | None = None
    annual_revenue: AnnualRevenue | None = None
    parent_account_id: UUID | None = None
