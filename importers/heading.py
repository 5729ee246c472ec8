"""The headings of other systems' columns, and how two spellings are told to be one."""

from functools import lru_cache
from unicodedata import combining, normalize


@lru_cache(maxsize=4_096)  # headings, and the words of a mapping
def folded_heading(text: str) -> str:
    """Keep letters and digits alone, without case and accents.

    So `Organización - Nombre*`, `ORGANIZACION – NOMBRE` and `organizacion_nombre` are one heading,
    and so are `CreatedDate`, `created_date` and `Created Date`.
    """  # noqa: RUF002  # the dash is the point
    letters = (letter for letter in normalize("NFKD", text) if not combining(letter))
    return "".join(letter for letter in "".join(letters).casefold() if letter.isalnum())
