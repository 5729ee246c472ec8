"""Money: an exact amount in one currency, never added to another."""

from decimal import ROUND_HALF_UP, Decimal
from functools import total_ordering
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from typing_extensions import override

from domain.currency import Currency, minor_units
from domain.refusal import Refused

AMOUNT_DIGITS_MAX = 21
AMOUNT_DECIMALS_MAX = 6
_SMALLEST: Final = Decimal(1).scaleb(-AMOUNT_DECIMALS_MAX)


def _plain(amount: Decimal) -> Decimal:
    """Write 1E+2 as 100, -0 as 0: one amount, one stored form (trailing zeros stay as given).

    Only up to 6 decimals, though: `0E-999999999` is few characters to send, and many to store.
    """
    exponent = int(amount.as_tuple().exponent)
    if amount and -AMOUNT_DECIMALS_MAX <= exponent <= 0:
        return amount
    if exponent < -AMOUNT_DECIMALS_MAX:
        amount = amount.quantize(_SMALLEST)
    if not amount:
        amount = abs(amount)
    return Decimal(f"{amount:f}")


def _not_float(amount: Any) -> Any:
    """Refuse what has lost its digits already."""
    if isinstance(amount, float):
        raise ValueError('is a number with a point, which loses digits; give a text like "12.50"')  # noqa: TRY004
    return amount


Amount = Annotated[
    Decimal,
    Field(  # first: what comes after a validator of ours is checked in Python, not in pydantic-core
        max_digits=AMOUNT_DIGITS_MAX,
        decimal_places=AMOUNT_DECIMALS_MAX,
        allow_inf_nan=False,
    ),
    BeforeValidator(_not_float),
    AfterValidator(_plain),
]


@total_ordering
class Money(BaseModel):
    """An amount with up to 6 decimals and 15 digits before them, and its ISO 4217 currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Amount
    currency: Currency

    @classmethod
    def zero(cls, currency: Currency) -> Self:
        return cls(amount=Decimal(0), currency=currency)

    def __add__(self, other: Self) -> "Money":
        return Money(amount=self.amount + self._same(other).amount, currency=self.currency)

    def __sub__(self, other: Self) -> "Money":
        return Money(amount=self.amount - self._same(other).amount, currency=self.currency)

    def __neg__(self) -> "Money":
        return Money(amount=-self.amount, currency=self.currency)

    def __lt__(self, other: Self) -> bool:
        return self.amount < self._same(other).amount

    def rounded(self) -> "Money":
        """Round to the currency's minor unit, halves away from zero, as it is shown to a person."""
        unit = Decimal(1).scaleb(-minor_units(self.currency))
        return Money(
            amount=self.amount.quantize(unit, rounding=ROUND_HALF_UP), currency=self.currency
        )

    def _same(self, other: Self) -> Self:
        if other.currency != self.currency:
            raise Refused(
                "currency-mismatch",
                f"{other.currency} cannot be reckoned together with {self.currency}; "
                "give the amount in the same currency",
            )
        return other

    @override
    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"
