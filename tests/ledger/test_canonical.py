"""Canonical JSON is RFC 8785, and nothing ambiguous gets in or out."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import (
    DEPTH_MAX,
    INTEGER_MAX,
    RECORD_BYTES_MAX,
    NotCanonical,
    decode,
    decode_canonical,
    decode_trusted,
    encode,
    encode_trusted,
    is_canonical,
)

KEYS = st.text("abcdefghijklmnopqrstuvwxyz0123456789_$.-", min_size=1, max_size=12)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=12
)

BACKSPACE_TO_RETURN = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}


def jcs(value: Any) -> str:
    """RFC 8785, section 3.2, character by character: an oracle that shares no code with ours."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(map(jcs_character, value)) + '"'
    if isinstance(value, list):
        return "[" + ",".join(map(jcs, value)) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(f"{jcs(key)}:{jcs(value[key])}" for key in keys) + "}"


def jcs_character(character: str) -> str:
    code = ord(character)
    if character in '"\\':
        return "\\" + character
    if code < 0x20:
        return BACKSPACE_TO_RETURN.get(code, f"\\u{code:04x}")
    return character


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@given(VALUES)
def test_the_encoding_is_that_of_rfc_8785(value: Any) -> None:
    encoded = encode(value)

    assert encoded == jcs(value).encode() == rfc8785.dumps(value)
    assert encode_trusted(value) == encoded


@given(VALUES)
def test_what_is_encoded_is_decoded_by_all_decoders(value: Any) -> None:
    encoded = encode(value)

    assert decode(encoded) == decode_canonical(encoded) == decode_trusted(encoded) == value
    assert json.loads(encoded) == value
    assert is_canonical(encoded)


def test_every_character_that_has_an_escape_is_written_as_rfc_8785_has_it() -> None:
    # The string of RFC 8785, section 3.2.2.
    text = '€$\x0f\nA\'B"\\\\"/'

    assert encode(text) == b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'
    assert encode("\x7f\u2028\U0001f600") == '"\x7f\u2028\U0001f600"'.encode()


def test_keys_are_sorted_at_every_level_and_no_space_is_written() -> None:
    value = {"b": [{"z": 1, "$sd": 2}], "a.b": 3, "a": 4, "a-b": 5, "a_b": 6, "10": 7, "9": 8}

    assert encode(value) == (b'{"10":7,"9":8,"a":4,"a-b":5,"a.b":3,"a_b":6,"b":[{"$sd":2,"z":1}]}')


def test_integers_are_exact_up_to_two_to_the_53() -> None:
    value = [INTEGER_MAX, -INTEGER_MAX]

    assert encode(value) == b"[9007199254740991,-9007199254740991]"
    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1.0, "float"),
        (math.nan, "float"),
        (math.inf, "float"),
        (Decimal(1), "Decimal"),
        (b"bytes", "bytes"),
        ({1, 2}, "set"),
        (INTEGER_MAX + 1, "2\\^53"),
        (-INTEGER_MAX - 1, "2\\^53"),
        (10**400, "2\\^53"),
        ("\ud800", "surrogate"),
        ("ab\udfff", "surrogate"),
        ({"A": 1}, "key 'A'"),
        ({"": 1}, "key ''"),
        ({"a b": 1}, "key 'a b'"),
        ({"ä": 1}, "key 'ä'"),
        ({"a\n": 1}, "key"),
        ({"": 1, "a": 2}, "key ''"),
        ({1: 1}, "key 1"),
        ({None: 1}, "key None"),
    ],
)
def test_what_has_no_place_in_a_record_is_not_encoded(value: Any, message: str) -> None:
    for within in (value, [value], {"a": {"b": value}}):
        with pytest.raises(NotCanonical, match=message):
            encode(within)


def test_the_refusal_names_the_place() -> None:
    with pytest.raises(NotCanonical) as refusal:
        encode({"data": {"lines": [{"amount": 1}, {"amount": 0.5}]}})

    assert refusal.value.where == "data.lines[1].amount"
    assert "0.5" in refusal.value.what


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'{"a":1,"a":1}', "'a' stands twice"),
        (b'{"b":[{"a":1,"c":2,"\\u0061":1}]}', "'a' stands twice"),
        (b"NaN", "NaN"),
        (b"[Infinity]", "Infinity"),
        (b"-Infinity", "Infinity"),
        (b"1.5", "1.5"),
        (b"1.0", "1.0"),
        (b"1e2", "1e2"),
        (b"-0", "-0"),
        (b"9007199254740992", "2\\^53"),
        (b"-9007199254740992", "2\\^53"),
        (b"1" * 5_000, "2\\^53"),
        (b'"\\ud800"', "surrogate"),
        (b'{"a":"\\uDFFF\\uD800"}', "surrogate"),
        (b'{"\\ud800":1}', "key"),
        (b'"\xed\xa0\x80"', "UTF-8"),
        (b'"\xff"', "UTF-8"),
        (b'"\xc0\xaf"', "UTF-8"),
        (b"\xef\xbb\xbf1", "not JSON"),
        ("1".encode("utf-16"), "UTF-8"),
        (b'"\n"', "not JSON"),
        (b"01", "not JSON"),
        (b"", "not JSON"),
        (b"1 2", "not JSON"),
        (b"'a'", "not JSON"),
        (b"[1,]", "not JSON"),
        (b'{"A":1}', "key 'A'"),
        (b'"' + b"a" * (RECORD_BYTES_MAX - 1) + b'"', "65536 bytes"),
        (b"[" * 60_000, "levels"),
        (b"[" * 500 + b"]" * 500, "levels"),
    ],
)
def test_ambiguous_and_oversized_json_is_not_decoded(text: bytes, message: str) -> None:
    with pytest.raises(NotCanonical, match=message):
        decode(text)
    with pytest.raises(NotCanonical):
        decode_canonical(text)

    assert not is_canonical(text)


@pytest.mark.parametrize(
    "text",
    [
        b'{"b":1,"a":2}',
        b"[1, 2]",
        b" 1",
        b"1\n",
        b'"\\u0061"',
        b'"\\/"',
        b'"\\u000A"',
        b'"\\u001F"',
    ],
)
def test_another_form_of_the_same_value_is_decoded_but_not_canonical(text: bytes) -> None:
    value = decode(text)

    assert value == json.loads(text)
    assert not is_canonical(text)
    with pytest.raises(NotCanonical, match="canonical form"):
        decode_canonical(text)


@given(VALUES, st.data())
def test_decode_canonical_takes_exactly_what_is_canonical(value: Any, data: st.DataObject) -> None:
    text = bytearray(encode(value))
    at = data.draw(st.integers(0, len(text) - 1))
    text[at] = data.draw(st.integers(0, 255))
    changed = bytes(text)

    if is_canonical(changed):
        assert decode_canonical(changed) == decode(changed)
    else:
        with pytest.raises(NotCanonical):
            decode_canonical(changed)


def test_a_surrogate_pair_is_one_character() -> None:
    assert decode(b'"\\ud83d\\ude00"') == "\U0001f600"


def test_a_record_of_the_largest_size_is_decoded() -> None:
    text = b'"' + b"a" * (RECORD_BYTES_MAX - 2) + b'"'

    assert encode(decode(text)) == encode(decode_canonical(text)) == text


def test_the_depth_is_limited_by_a_number_and_not_by_a_stack() -> None:
    deepest = nested(DEPTH_MAX)

    assert decode(encode(deepest)) == decode_canonical(encode(deepest)) == deepest
    assert not is_canonical(json.dumps([deepest]).encode())
    with pytest.raises(NotCanonical, match="levels"):
        encode([deepest])


def test_a_value_that_holds_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)

    with pytest.raises(NotCanonical, match="levels"):
        encode(value)
