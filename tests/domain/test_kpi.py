"""The names of the figures, and how those in money are rounded."""

from decimal import Decimal
from fractions import Fraction

from domain.kpi import CATALOGUE, EVERY_KPI, NO_FLAGS, Flag, MoneyFigure, Unit, money_figure
from domain.kpi_definitions import DEFINITIONS, EVERY_DEFINITION
from domain.money import Money


def test_every_figure_has_a_name_of_its_own_and_a_unit() -> None:
    assert len({each.name for each in EVERY_KPI}) == len(EVERY_KPI)
    assert {each.unit for each in EVERY_KPI} <= set(Unit)
    assert all(each.formula_version >= 1 for each in EVERY_KPI)


def test_every_definition_is_of_a_figure_of_the_catalogue() -> None:
    assert {each.kpi for each in EVERY_DEFINITION} <= set(CATALOGUE)
    assert len(DEFINITIONS) == len(EVERY_DEFINITION)


def test_money_is_rounded_twice_from_the_same_amount() -> None:
    partial = frozenset({Flag.PARTIAL})

    assert money_figure(Fraction(200, 3), "EUR", flags=partial) == MoneyFigure(
        Decimal("66.6666666667"), Money(amount=Decimal("66.67"), currency="EUR"), partial
    )
    assert money_figure(Decimal("0.5"), "JPY").shown == Money(amount=Decimal(1), currency="JPY")
    assert money_figure(Decimal("0.5"), "JPY").flags == NO_FLAGS
