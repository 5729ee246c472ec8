"""The policies a tenant may set: each a small document of one kind, with the house's defaults."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.currency import Currency
from domain.day import Day
from domain.deal_terms import DealKind, DealStage
from domain.ideal_customer import FitBand, FitCriterion
from domain.percent import Percent, Weight
from domain.tier import Tier, TierCriterion
from domain.words import Code, Label

Days = Annotated[int, Field(ge=0, le=3_660)]
Points = Annotated[int, Field(ge=0, le=1_000_000)]


class PolicyKind(StrEnum):
    IDEAL_CUSTOMER_PROFILE = "ideal-customer-profile"
    TIER_CRITERIA = "tier-criteria"
    CADENCE = "cadence"
    CAPACITY = "capacity"
    HEALTH_WEIGHTS = "health-weights"
    GOALS = "goals"
    COMMITMENTS = "commitments"
    GROSS_MARGIN = "gross-margin"
    BUSINESS_CALENDAR = "business-calendar"
    CURRENCIES = "currencies"
    DEALS = "deals"
    INFORMATION_REQUIREMENTS = "information-requirements"
    TAXONOMIES = "taxonomies"
    ATTRIBUTES = "attributes"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IdealCustomerProfile(_Part):
    """Which companies are worth the most attention: criteria whose weights total 100, and bands.

    Without criteria (the default) nothing can be scored. `selection_minimum`: the fit below which
    an account is selected only on somebody's word.
    """

    KIND: ClassVar[PolicyKind] = PolicyKind.IDEAL_CUSTOMER_PROFILE
    kind: Literal[PolicyKind.IDEAL_CUSTOMER_PROFILE] = PolicyKind.IDEAL_CUSTOMER_PROFILE
    criteria: tuple[FitCriterion, ...] = ()
    bands: tuple[FitBand, ...] = ()
    selection_minimum: Percent = Decimal(0)


class TierRequirement(_Part):
    """The criteria that count for a tier, and how many of them an account has to meet."""

    tier: Tier
    criteria: tuple[TierCriterion, ...] = tuple(TierCriterion)
    at_least: Annotated[int, Field(ge=0, le=len(TierCriterion))] = 1


class TierCriteria(_Part):
    """What an account must meet for its tier, and how many may be key or strategic at all.

    `key_share_max`: key and strategic accounts in percent of all that are above prospect; None: no
    limit.
    """

    KIND: ClassVar[PolicyKind] = PolicyKind.TIER_CRITERIA
    kind: Literal[PolicyKind.TIER_CRITERIA] = PolicyKind.TIER_CRITERIA
    requirements: tuple[TierRequirement, ...] = (
        TierRequirement(tier=Tier.KEY),
        TierRequirement(tier=Tier.STRATEGIC),
    )
    key_share_max: Percent | None = None

    def requirement(self, tier: Tier) -> TierRequirement | None:
        return next((entry for entry in self.requirements if entry.tier is tier), None)


class TierCadence(_Part):
    """How many days may pass between two check-ins, and how many more without reproach."""

    tier: Tier
    every_days: Annotated[int, Field(ge=1, le=3_660)]
    grace_days: Days = 0


class Cadence(_Part):
    """The rhythm of check-ins by tier; a tier without an entry has none."""

    KIND: ClassVar[PolicyKind] = PolicyKind.CADENCE
    kind: Literal[PolicyKind.CADENCE] = PolicyKind.CADENCE
    tiers: tuple[TierCadence, ...] = (
        TierCadence(tier=Tier.SALES, every_days=90),
        TierCadence(tier=Tier.KEY, every_days=30),
        TierCadence(tier=Tier.STRATEGIC, every_days=14),
    )

    def of(self, tier: Tier) -> TierCadence | None:
        return next((entry for entry in self.tiers if entry.tier is tier), None)


class TierPoints(_Part):
    tier: Tier
    points: Points


class Capacity(_Part):
    """What an account of each tier asks of its manager, and what a manager can bear, in points."""

    KIND: ClassVar[PolicyKind] = PolicyKind.CAPACITY
    kind: Literal[PolicyKind.CAPACITY] = PolicyKind.CAPACITY
    tiers: tuple[TierPoints, ...] = (
        TierPoints(tier=Tier.SALES, points=1),
        TierPoints(tier=Tier.KEY, points=3),
        TierPoints(tier=Tier.STRATEGIC, points=5),
    )
    portfolio: Points = 30

    def points_of(self, tier: Tier) -> int:
        return next((entry.points for entry in self.tiers if entry.tier is tier), 0)


class HealthWeights(_Part):
    """How much each part counts for an account's health; together 100."""

    KIND: ClassVar[PolicyKind] = PolicyKind.HEALTH_WEIGHTS
    kind: Literal[PolicyKind.HEALTH_WEIGHTS] = PolicyKind.HEALTH_WEIGHTS
    satisfaction: Weight = 30
    cadence: Weight = 20
    goals: Weight = 20
    revenue_trend: Weight = 20
    risks: Weight = 10


class Goals(_Part):
    """How far a goal may lag behind the calendar, in percent points, before it is at risk, or off.

    `measuring_grace_days`: how long after its end a goal still takes measurements.
    """

    KIND: ClassVar[PolicyKind] = PolicyKind.GOALS
    kind: Literal[PolicyKind.GOALS] = PolicyKind.GOALS
    at_risk_beyond: Percent = Decimal(10)
    off_track_beyond: Percent = Decimal(25)
    measuring_grace_days: Days = 30


class Commitments(_Part):
    """From how much effort on, in hours, a commitment of ours must be confirmed by those who do it.

    None: never.
    """

    KIND: ClassVar[PolicyKind] = PolicyKind.COMMITMENTS
    kind: Literal[PolicyKind.COMMITMENTS] = PolicyKind.COMMITMENTS
    unconfirmed_hours_max: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class GrossMargin(_Part):
    """The share of revenue that is left after the cost of what was sold; None: not known."""

    KIND: ClassVar[PolicyKind] = PolicyKind.GROSS_MARGIN
    kind: Literal[PolicyKind.GROSS_MARGIN] = PolicyKind.GROSS_MARGIN
    margin: Percent | None = None


class Weekday(StrEnum):
    """In the order of ISO 8601."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class BusinessCalendar(_Part):
    """Where the business day begins and ends, and on which days nobody works.

    `time_zone` is a name of the IANA time zone database.
    """

    KIND: ClassVar[PolicyKind] = PolicyKind.BUSINESS_CALENDAR
    kind: Literal[PolicyKind.BUSINESS_CALENDAR] = PolicyKind.BUSINESS_CALENDAR
    time_zone: Annotated[str, Field(max_length=64)] = "UTC"
    weekend: tuple[Weekday, ...] = (Weekday.SATURDAY, Weekday.SUNDAY)
    holidays: tuple[Day, ...] = ()
    fiscal_year_begins_in: Annotated[int, Field(ge=1, le=12)] = 1

    def works_on(self, day: date) -> bool:
        return tuple(Weekday)[day.weekday()] not in self.weekend and day not in self.holidays


class Currencies(_Part):
    """The currencies that amounts may be in (none named: any)."""

    KIND: ClassVar[PolicyKind] = PolicyKind.CURRENCIES
    kind: Literal[PolicyKind.CURRENCIES] = PolicyKind.CURRENCIES
    allowed: tuple[Currency, ...] = ()


class StageProbability(_Part):
    stage: DealStage
    probability: Percent


class Deals(_Part):
    """How likely a deal is won at each stage, which kinds recur, and whether a win needs ink."""

    KIND: ClassVar[PolicyKind] = PolicyKind.DEALS
    kind: Literal[PolicyKind.DEALS] = PolicyKind.DEALS
    probabilities: tuple[StageProbability, ...] = (
        StageProbability(stage=DealStage.PROSPECTING, probability=Decimal(10)),
        StageProbability(stage=DealStage.QUALIFICATION, probability=Decimal(20)),
        StageProbability(stage=DealStage.PROPOSAL, probability=Decimal(50)),
        StageProbability(stage=DealStage.NEGOTIATION, probability=Decimal(80)),
    )
    recurring_kinds: tuple[DealKind, ...] = (DealKind.RENEWAL,)
    contract_required: bool = False


class InformationRequirement(_Part):
    """Something to be known of every account of this tier and above: a field, or a word of ours."""

    key: Code
    from_tier: Tier = Tier.PROSPECT
    weight: Annotated[int, Field(ge=1, le=100)] = 1


class InformationRequirements(_Part):
    """What has to be known of an account; its completeness is reckoned from it."""

    KIND: ClassVar[PolicyKind] = PolicyKind.INFORMATION_REQUIREMENTS
    kind: Literal[PolicyKind.INFORMATION_REQUIREMENTS] = PolicyKind.INFORMATION_REQUIREMENTS
    items: tuple[InformationRequirement, ...] = (
        InformationRequirement(key="industry"),
        InformationRequirement(key="territory"),
        InformationRequirement(key="country"),
        InformationRequirement(key="employees", from_tier=Tier.SALES),
        InformationRequirement(key="annual-revenue", from_tier=Tier.KEY),
        InformationRequirement(key="legal-name", from_tier=Tier.KEY),
        InformationRequirement(key="need", from_tier=Tier.KEY),
        InformationRequirement(key="decision-maker", from_tier=Tier.KEY),
    )


class Taxonomies(_Part):
    """The words for territories and industries (none named: any word)."""

    KIND: ClassVar[PolicyKind] = PolicyKind.TAXONOMIES
    kind: Literal[PolicyKind.TAXONOMIES] = PolicyKind.TAXONOMIES
    territories: tuple[Label, ...] = ()
    industries: tuple[Label, ...] = ()


class AttributeType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    FLAG = "flag"


class AttributeDefinition(_Part):
    """A field of the tenant's own, and what stands in it."""

    key: Code
    label: Label
    type: AttributeType


class Attributes(_Part):
    """The tenant's own fields of an account."""

    KIND: ClassVar[PolicyKind] = PolicyKind.ATTRIBUTES
    kind: Literal[PolicyKind.ATTRIBUTES] = PolicyKind.ATTRIBUTES
    definitions: tuple[AttributeDefinition, ...] = ()

    def definition(self, key: str) -> AttributeDefinition | None:
        return next((entry for entry in self.definitions if entry.key == key), None)


Policy = Annotated[
    IdealCustomerProfile
    | TierCriteria
    | Cadence
    | Capacity
    | HealthWeights
    | Goals
    | Commitments
    | GrossMargin
    | BusinessCalendar
    | Currencies
    | Deals
    | InformationRequirements
    | Taxonomies
    | Attributes,
    Field(discriminator="kind"),
]

DEFAULTS: Final[tuple[Policy, ...]] = (
    IdealCustomerProfile(),
    TierCriteria(),
    Cadence(),
    Capacity(),
    HealthWeights(),
    Goals(),
    Commitments(),
    GrossMargin(),
    BusinessCalendar(),
    Currencies(),
    Deals(),
    InformationRequirements(),
    Taxonomies(),
    Attributes(),
)
"""What holds before a tenant has published anything: version 0 of each kind."""
