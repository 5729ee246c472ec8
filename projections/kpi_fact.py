"""A KPI fact: what one event contributes to one measure, since when and until when."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class Measure(StrEnum):
    REVENUE = "revenue"
    ORDERS = "orders"


@dataclass(frozen=True, slots=True)
class Superseding:
    """The event that takes a fact back, from a day on; None: it never was so, on any day."""

    position: int
    from_day: date | None


@dataclass(frozen=True, slots=True)
class Fact:
    """What one event contributes to one measure; the columns of `projections.kpi_fact`."""

    account_id: UUID
    measure: Measure
    subject: UUID
    currency: str
    amount: Decimal
    effective_at: date
    position: int
    superseded: Superseding | None = None
