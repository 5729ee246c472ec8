"""How far ahead something looks: the two horizons compete for the same people and days."""

from enum import StrEnum


class Horizon(StrEnum):
    """Quick wins, or the long run."""

    SHORT = "short"
    LONG = "long"
