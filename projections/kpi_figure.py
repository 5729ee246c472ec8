"""A figure as it is told: its value, exact and as shown, or why there is none, and what made it."""

from dataclasses import dataclass
from decimal import Decimal

from domain.evidence import Measure, Sums
from domain.figure import Figure as Reckoned
from domain.kpi import EXACT_DECIMALS, NO_FLAGS, Flags, MoneyFigure, NoData, Unit
from domain.kpi_definition import Definition, Reckoning
from domain.kpi_health import Health
from domain.rounding import half_up


@dataclass(frozen=True, slots=True)
class FigurePart:
    """One part of a figure that is made of several, from 0 to 100; `score` None: no data."""

    name: str
    weight: int
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class Figure:
    """The value of a KPI, or the reason why there is none, with what it was made of.

    `value` is exact to 10 decimals, `shown` rounded as people see it; both are None where there is
    no value, and `no_data` says why. `denominator` is None for a KPI that is no ratio. `currency`
    is None for what is no money, and where there is no fact in any. `flags` tell what to know
    before relying on it; `band` is its colour, where it has one.
    """

    kpi: str
    formula_version: int
    unit: str
    currency: str | None
    value: Decimal | None
    shown: Decimal | None
    no_data: str | None
    numerator: Decimal
    denominator: Decimal | None
    position: int | None
    """Of the last event behind it: known, as it is, from there on. None: there is none."""
    flags: tuple[str, ...] = ()
    policy_version: int | None = None
    """Of the policy that it was reckoned by; None: it is reckoned by none."""
    band: str | None = None
    parts: tuple[FigurePart, ...] = ()


def figure(definition: Definition, given: Reckoning, *, position: int | None) -> Figure:
    """Reckon one figure."""
    found: Reckoned | MoneyFigure | Health | None = None
    no_data = None
    try:
        found = definition.reckon(given)
    except NoData as reason:
        no_data = reason.reason_code
    value, shown = _value(found)
    numerator, denominator = _parts(definition, given.sums, found)
    flags = given.flags | _flags(found)
    return Figure(
        kpi=definition.kpi.name,
        formula_version=definition.kpi.formula_version,
        unit=definition.kpi.unit.value,
        currency=given.currency,
        value=value,
        shown=shown,
        no_data=no_data,
        numerator=numerator,
        denominator=denominator,
        position=position,
        flags=tuple(sorted(flags)),
        policy_version=_policy_version(definition, given),
        band=found.band if isinstance(found, Health) else None,
        parts=_health_parts(found) if isinstance(found, Health) else (),
    )


def _flags(found: Reckoned | MoneyFigure | Health | None) -> Flags:
    if found is None:
        return NO_FLAGS
    return found.figure.flags if isinstance(found, Health) else found.flags


def _value(
    found: Reckoned | MoneyFigure | Health | None,
) -> tuple[Decimal | None, Decimal | None]:
    match found:
        case None:
            return None, None
        case MoneyFigure():
            return found.exact, found.shown.amount
        case Health():
            return found.figure.exact, found.figure.shown
        case _:
            return found.exact, found.shown


def _parts(
    definition: Definition, sums: Sums, found: Reckoned | MoneyFigure | Health | None
) -> tuple[Decimal, Decimal | None]:
    """Return what was divided by what: as the formula tells, else the sums that it is made of."""
    reckoned = found.figure if isinstance(found, Health) else found
    if isinstance(reckoned, Reckoned):
        return reckoned.numerator, reckoned.denominator
    amounts = {measure: each.amount for measure, each in sums.items()}
    if Measure.ORDER_AMOUNT in definition.measures:
        net = amounts.get(Measure.ORDER_AMOUNT, Decimal(0)) - amounts.get(
            Measure.REFUND_AMOUNT, Decimal(0)
        )
        counts = Measure.ORDERS in definition.measures
        return net, amounts.get(Measure.ORDERS, Decimal(0)) if counts else None
    if not definition.measures:
        return Decimal(0), None
    first, last = definition.measures[0], definition.measures[-1]
    is_ratio = definition.kpi.unit in {Unit.PERCENT, Unit.POINTS}
    return amounts.get(first, Decimal(0)), amounts.get(last, Decimal(0)) if is_ratio else None


def _policy_version(definition: Definition, given: Reckoning) -> int | None:
    if definition.policy is None:
        return None
    question = given.question
    return question.policies.in_force(definition.policy, question.closing).version


def _health_parts(health: Health) -> tuple[FigurePart, ...]:
    return tuple(
        FigurePart(
            part.name,
            part.weight,
            None if part.scored is None else half_up(part.scored.score, EXACT_DECIMALS),
        )
        for part in health.parts
    )
