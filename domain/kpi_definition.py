"""How a KPI is defined: the measures of its formula, and what the formula is given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel

from domain.evidence import Family, Measure, Question, Sums
from domain.evidence_recurring import RECURRING
from domain.figure import Figure, running
from domain.kpi import Flags, Kpi, MoneyFigure, Unit
from domain.kpi_health import Health

P = TypeVar("P", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What a formula is given: sums of one currency (None: what is no money), and what goes along.

    `revenues` are those of each account, in that currency. `trends` are, of each currency, the
    revenue of the period and of the one before.
    """

    question: Question
    sums: Sums = field(default_factory=dict)
    currency: str | None = None
    revenues: Sequence[Decimal] = ()
    trends: Sequence[tuple[Decimal, Decimal]] = ()

    @property
    def flags(self) -> Flags:
        return running(self.question.period, self.question.as_of)

    def policy(self, policy_class: type[P]) -> P:
        """Return the policy in force on the last day that counts."""
        return self.question.policies.in_force(policy_class, self.question.closing).policy

    def __getitem__(self, measure: Measure) -> Decimal:
        found = self.sums.get(measure)
        return Decimal(0) if found is None else found.amount

    def count(self, measure: Measure) -> int:
        return int(self[measure])


Reckon = Callable[[Reckoning], Figure | MoneyFigure | Health]
"""Raises: NoData, where there is nothing to reckon from."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A KPI, the measures that its formula sees, and the families of events behind them.

    `orders`: it is made of orders and refunds, too; `before`: also of those of the period before;
    `ever`: of all up to the end of the period; `by_account`: of each account's revenue. `policy` is
    what it is reckoned by. `groups_only`: of one account it would say nothing.
    """

    kpi: Kpi
    formula: str
    """As people write it, in the names of the measures of its evidence."""
    measures: tuple[Measure, ...]
    reckon: Reckon
    families: tuple[Family, ...] = ()
    orders: bool = False
    before: bool = False
    ever: bool = False
    by_account: bool = False
    policy: type[BaseModel] | None = None
    groups_only: bool = False

    @property
    def by_currency(self) -> bool:
        """Whether it has a figure for each currency that its measures are in."""
        if self.kpi.unit is Unit.MONEY or RECURRING in self.families:
            return True
        return (self.orders or self.by_account) and not self.families
