"""Names as they are compared: nothing is evened out that may tell two apart."""

from unicodedata import normalize


def folded_name(name: str) -> str:
    """Fold case and blanks, and nothing else: `Müller` and `Muller` may well be two companies."""
    return " ".join(normalize("NFKC", name).casefold().split())
