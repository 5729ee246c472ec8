"""Canonical JSON (RFC 8785 for what it admits): one value, one sequence of bytes, for ever."""

import json
import re
from typing import Any, Final, NoReturn

import orjson

RECORD_BYTES_MAX: Final = 65_535
"""What the length of an entry can say in a bundle of C2SP tlog-tiles, which is a uint16."""
INTEGER_MAX: Final = 2**53 - 1
"""The largest integer that every JSON parser reads exactly (RFC 7493, section 2.2)."""
DEPTH_MAX: Final = 32
"""Arrays and objects within one another; stated, so that no verifier's stack decides it."""

_KEYS: Final = re.compile(r"[a-z0-9_$.-]+")
_PLAIN: Final = frozenset({str, bool, type(None)})

_Place = tuple["_Place", str | int] | None
"""Where in a value: its parent's place and its key or index; text is made of it only for errors."""


class NotCanonical(ValueError):
    """The value or the bytes have no place in a record; says what is wrong, and where."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(f"{what}, at {where}" if where else what)
        self.what = what
        self.where = where


def encode(value: Any) -> bytes:
    """Write a value of dicts, lists, tuples, texts, integers, booleans and None.

    Raises:
        NotCanonical: it holds a float, an integer beyond 2^53 - 1, a key outside
            `[a-z0-9_$.-]`, a lone surrogate, more than 32 levels, or an object of another type.
    """
    require_encodable(value)
    return encode_trusted(value)


def require_encodable(value: Any, *, levels_above: int = 0) -> None:
    """Refuse what has no place in a record; a lone surrogate shows only when it is encoded.

    Raises:
        NotCanonical: as `encode`; the value counts as lying so many levels deep.
    """
    _check(value, None, levels_above + 1)


def encode_trusted(value: Any) -> bytes:
    """Write, without the checks of `encode`, what cannot but pass them.

    For that, orjson's form is RFC 8785's. For anything else it is not: a NaN becomes null.

    Raises:
        NotCanonical: it holds a lone surrogate.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        what = "a lone surrogate" if "surrogate" in str(error) else str(error)
        raise NotCanonical(what) from error


def decode(text: bytes) -> Any:
    """Read what `encode` could have written, in canonical form or not (see `is_canonical`).

    Raises:
        NotCanonical: it is not UTF-8, not JSON, ambiguous (a key twice, a lone surrogate),
            outside what `encode` admits, or longer than `RECORD_BYTES_MAX`.
    """
    if len(text) > RECORD_BYTES_MAX:
        raise NotCanonical(f"{len(text)} bytes are more than {RECORD_BYTES_MAX}")
    try:
        characters = text.decode()
        value = _STRICT.decode(characters)
    except UnicodeDecodeError as error:
        raise NotCanonical("invalid UTF-8", f"byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise NotCanonical(f"not JSON: {error.msg}", f"character {error.pos}") from error
    except RecursionError:
        raise NotCanonical(f"more than {DEPTH_MAX} levels") from None
    if characters.count("{") + characters.count("[") > DEPTH_MAX:
        require_encodable(value)  # only now can it be too deep
    if "\\u" in characters:
        encode_trusted(value)  # only an escape can hide a lone surrogate from the UTF-8 decoder
    return value


def decode_canonical(text: bytes) -> Any:
    """Read what `encode` wrote, to the byte: three times as fast as `decode`, and stricter.

    Raises:
        NotCanonical: `encode` writes no value in this way.
    """
    if len(text) > RECORD_BYTES_MAX:
        raise NotCanonical(f"{len(text)} bytes are more than {RECORD_BYTES_MAX}")
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotCanonical(f"not JSON: {error.msg}", f"character {error.pos}") from error
    require_encodable(value)
    # Written again it must be the same: a key that stood twice, say, would be missing.
    if encode_trusted(value) != text:
        raise NotCanonical("not in canonical form (RFC 8785), or a key stands twice")
    return value


def decode_trusted(text: bytes) -> Any:
    """Read, without the checks, bytes that `encode` wrote and nobody has changed since."""
    return orjson.loads(text)


def is_canonical(text: bytes) -> bool:
    """Tell whether these are the very bytes that `encode` writes for their value."""
    try:
        return encode_trusted(decode(text)) == text
    except NotCanonical:
        return False


def _check(value: Any, place: _Place, depth: int) -> None:
    """Walk through what C code would write without a question."""
    if depth > DEPTH_MAX:
        raise NotCanonical(f"more than {DEPTH_MAX} levels", _text(place))
    if isinstance(value, dict):
        _check_keys(value, place)
        children: Any = value.items()
    elif isinstance(value, list | tuple):
        children = enumerate(value)
    else:
        _check_scalar(value, place)
        return
    for key, child in children:
        kind = type(child)
        if kind in _PLAIN or (kind is int and -INTEGER_MAX <= child <= INTEGER_MAX):
            continue
        _check(child, (place, key), depth + 1)


def _check_keys(value: dict[Any, Any], place: _Place) -> None:
    """Match all keys at once; look for the culprit only when there is one."""
    try:
        if ("" not in value and _KEYS.fullmatch("".join(value))) or not value:
            return
    except TypeError:
        pass  # a key that is not a text
    for key in value:
        if not isinstance(key, str) or not _KEYS.fullmatch(key):
            raise NotCanonical(f"the key {key!r} is not of [a-z0-9_$.-]", _text(place))


def _check_scalar(value: Any, place: _Place) -> None:
    if value is None or isinstance(value, str):
        return
    if not isinstance(value, int):
        kind = type(value).__name__
        raise NotCanonical(f"{value!r} is a {kind}; give a text or an integer", _text(place))
    if not -INTEGER_MAX <= value <= INTEGER_MAX:
        raise NotCanonical(f"{value} is beyond 2^53 - 1; give a text", _text(place))


def _text(place: _Place) -> str:
    """Write a place as `data.lines[3].amount`; the whole value is `the top`."""
    steps = []
    while place is not None:
        place, key = place
        steps.append(f"[{key}]" if isinstance(key, int) else f".{key}")
    return "".join(reversed(steps)).removeprefix(".") or "the top"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise NotCanonical(f"the key {twice!r} stands twice in one object")
    _check_keys(value, None)
    return value


def _integer(digits: str) -> int:
    # The length comes first: int() is slow on, and then refuses, thousands of digits.
    if len(digits) > len(str(-INTEGER_MAX)) or not -INTEGER_MAX <= int(digits) <= INTEGER_MAX:
        raise NotCanonical(f"the integer {digits[:24]} is beyond 2^53 - 1")
    if digits == "-0":
        raise NotCanonical("the number -0 is a float")
    return int(digits)


def _refuse_number(literal: str) -> NoReturn:
    raise NotCanonical(f"the number {literal[:24]} is not an integer")


_STRICT: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_refuse_number,
    parse_constant=_refuse_number,
)
