"""What people of a place write: the mark before decimals, and whether day or month leads."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from importers.failure import Unusable


class DayOrder(StrEnum):
    """Which of two numbers before the year is the month."""

    DAY_FIRST = "dd/mm/yyyy"
    MONTH_FIRST = "mm/dd/yyyy"


@dataclass(frozen=True, slots=True)
class Convention:
    """How numbers and days are written; None: not said, to be found out column by column."""

    decimal_mark: str | None = None
    day_order: DayOrder | None = None


UNSAID: Final = Convention()

_COMMA: Final = Convention(",", DayOrder.DAY_FIRST)
_POINT: Final = Convention(".", DayOrder.DAY_FIRST)
# As Unicode CLDR has them; Spanish parts with the comma from Mexico to Peru.
_POINT_LOCALES: Final = """
    es-do es-gt es-hn es-mx es-ni es-pa es-pe es-pr es-sv es-us
    en-au en-gb en-hk en-ie en-in en-mt en-nz en-sg de-ch fr-ch it-ch he hi ja th zh
"""
_COMMA_LANGUAGES: Final = """
    bg ca cs da de el es et eu fi fr gl hr hu id it lt lv nb nl nn no pl pt ro ru sk sl sr sv tr uk
    vi
"""
_LOCALES: Final = {
    **dict.fromkeys(_POINT_LOCALES.split(), _POINT),
    **dict.fromkeys(_COMMA_LANGUAGES.split(), _COMMA),
    "en": Convention(".", None),  # New York and London do not agree
    "en-us": Convention(".", DayOrder.MONTH_FIRST),
}


def convention_of(locale: str) -> Convention:
    """Return what people of a locale, such as `es`, `es-MX` or `en-GB`, write.

    Raises:
        Unusable: it is not known here.
    """
    tag = locale.replace("_", "-").casefold()
    language = tag.split("-", maxsplit=1)[0]
    for known in (tag, language):
        if known in _LOCALES:
            return _LOCALES[known]
    raise Unusable(
        f"--locale {locale!r} is not known; give one such as es, es-MX, de, en-GB, en-US"
    )
