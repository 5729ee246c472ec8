"""Shares and grades on the scale of a hundred."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.money import Amount

Percent = Annotated[Amount, Field(ge=Decimal(0), le=Decimal(100))]
"""A share in points of a hundred, from 0 to 100, with up to 6 decimals."""

Grade = Annotated[int, Field(ge=0, le=100)]
"""How well something does, in whole points from 0 (not at all) to 100."""

Weight = Annotated[int, Field(ge=0, le=100)]
"""How much a part counts; the parts of a whole add up to 100."""
