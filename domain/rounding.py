"""Exact numbers, and the one way to round them."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

Exact = int | Decimal | Fraction
"""A number without a loss; never a float."""

_HALF: Final = Fraction(1, 2)


def half_up(value: Exact, decimals: int) -> Decimal:
    """Round halves away from zero, whatever the number of digits; zeros at the end stay."""
    exact = Fraction(value)
    scaled = int(abs(exact) * 10**decimals + _HALF)
    digits = tuple(int(digit) for digit in str(scaled))
    return Decimal((int(exact < 0 < scaled), digits, -decimals))
