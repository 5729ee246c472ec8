"""A history of occurrences for the tests of evidence, and what is asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.event import Event
from domain.evidence import (
    Contribution,
    Family,
    Measure,
    Occurrence,
    Question,
    Sums,
    added,
)
from domain.figure import Figure
from domain.kpi import Kpi, MoneyFigure, NoData
from domain.kpi_definition import Reckoning
from domain.kpi_definitions import DEFINITIONS
from domain.kpi_health import Health
from domain.period import Period
from domain.policy_set import NO_POLICIES, PolicySet
from tests.domain.samples import ACME

EVER = 10**9


@dataclass
class History:
    """Occurrences at positions 1, 2, 3 ...: those of one account, or of one portfolio."""

    occurrences: list[Occurrence] = field(default_factory=list)

    def add(self, event: Event, on: date, stream_id: UUID = ACME) -> int:
        """Put an event at the end, and return its position."""
        position = len(self.occurrences) + 1
        self.occurrences.append(Occurrence(position, on, stream_id, event))
        return position

    def contributions(
        self,
        family: Family,
        period: Period,
        as_of: date,
        *,
        known_at: int = EVER,
        policies: PolicySet = NO_POLICIES,
    ) -> Sequence[Contribution]:
        known = [each for each in self.occurrences if each.position <= known_at]
        return list(family.contribute(known, Question(period, as_of, policies)))

    def sums(
        self,
        family: Family,
        period: Period,
        as_of: date,
        *,
        known_at: int = EVER,
        currency: str | None = None,
        policies: PolicySet = NO_POLICIES,
    ) -> Mapping[Measure, Decimal]:
        """Return the sums of one currency, or of what is no money."""
        found = self.contributions(family, period, as_of, known_at=known_at, policies=policies)
        return plain(added(found).get(currency, {}))

    def figure(
        self,
        kpi: Kpi,
        period: Period,
        as_of: date,
        *,
        known_at: int = EVER,
        currency: str | None = None,
        policies: PolicySet = NO_POLICIES,
    ) -> Figure | MoneyFigure | Health:
        """Reckon the figure from what its families contribute.

        Raises:
            NoData: there is none.
        """
        definition = DEFINITIONS[kpi.name]
        found = [
            each
            for family in definition.families
            for each in self.contributions(
                family, period, as_of, known_at=known_at, policies=policies
            )
        ]
        sums = added(found).get(currency, {})
        return definition.reckon(Reckoning(Question(period, as_of, policies), sums, currency))

    def shown(
        self,
        kpi: Kpi,
        period: Period,
        as_of: date,
        *,
        known_at: int = EVER,
        currency: str | None = None,
    ) -> str:
        """Return what people see of the figure, or the code of the reason why there is none."""
        try:
            found = self.figure(kpi, period, as_of, known_at=known_at, currency=currency)
        except NoData as reason:
            return reason.reason_code
        if isinstance(found, MoneyFigure):
            return f"{found.shown.amount:f}"
        return str((found.figure if isinstance(found, Health) else found).shown)


def plain(sums: Sums) -> Mapping[Measure, Decimal]:
    return {measure: each.amount for measure, each in sums.items()}
