"""A record is canonical JSON with everything in it, and nothing else can be read as one."""

import json
import string
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import INTEGER_MAX, RECORD_BYTES_MAX, NotCanonical, encode, is_canonical
from ledger.merkle import leaf_hash
from ledger.record import RecordTooLarge, read_record, read_trusted_record, write_record
from ledger.recorded import Envelope

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
KEYS = st.text(string.ascii_lowercase + string.digits + "_$.-", min_size=1, max_size=10)
COUNTS = st.integers(1, INTEGER_MAX)
ENVELOPES = st.builds(
    Envelope,
    tenant_id=TEXTS,
    position=COUNTS,
    stream_id=st.uuids(),
    stream_type=TEXTS,
    version=COUNTS,
    account_id=st.none() | st.uuids(),
    name=TEXTS,
    schema_version=COUNTS,
    recorded_at=st.datetimes(timezones=st.just(UTC)),
    effective_at=st.dates(),
    actor=TEXTS,
    on_behalf_of=st.lists(TEXTS, max_size=3).map(tuple),
    reason=st.none() | TEXTS,
    correlation_id=st.uuids(),
    causation_id=st.none() | st.uuids(),
    command_id=st.uuids(),
    prev_in_stream=st.none() | st.binary(min_size=32, max_size=32),
)
DATA = st.dictionaries(
    KEYS,
    st.recursive(
        st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)

ENVELOPE = Envelope(
    tenant_id="acme",
    position=41,
    stream_id=UUID("0199c1b2-0000-7000-8000-00000000000a"),
    stream_type="account",
    version=3,
    account_id=UUID("0199c1b2-0000-7000-8000-00000000000a"),
    name="account.tier-changed",
    schema_version=1,
    recorded_at=datetime(2026, 11, 23, 20, 0, 0, 0, UTC),
    effective_at=date(2026, 11, 20),
    actor="key:0199c1b2",
    on_behalf_of=("user:7f3a", "team:east"),
    reason="they grew fivefold: 1 M€",
    correlation_id=UUID("0199c1b2-0000-7000-8000-00000000000b"),
    causation_id=None,
    command_id=UUID("0199c1b2-0000-7000-8000-00000000000c"),
    prev_in_stream=bytes(range(32)),
)
RECORD = (
    '{"account_id":"0199c1b2-0000-7000-8000-00000000000a","actor":"key:0199c1b2",'
    '"causation_id":null,"command_id":"0199c1b2-0000-7000-8000-00000000000c",'
    '"correlation_id":"0199c1b2-0000-7000-8000-00000000000b",'
    '"data":{"now":"key","was":"sales"},"effective_at":"2026-11-20","format":1,'
    '"name":"account.tier-changed","on_behalf_of":["user:7f3a","team:east"],"position":41,'
    '"prev_in_stream":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",'
    '"reason":"they grew fivefold: 1 M€","recorded_at":"2026-11-23T20:00:00.000000Z",'
    '"schema_version":1,"stream_id":"0199c1b2-0000-7000-8000-00000000000a",'
    '"stream_type":"account","tenant_id":"acme","version":3}'
).encode()
"""Frozen bytes: should a change make another record of this event, the change is wrong."""


def with_part(key: str, value: Any) -> bytes:
    return encode(json.loads(RECORD) | {key: value})


def as_dict(envelope: Envelope, data: dict[str, Any]) -> dict[str, Any]:
    """Say in other words than the code what stands in a record."""
    parts = {field: getattr(envelope, field) for field in Envelope.__slots__}
    ids = {key: str(part) for key, part in parts.items() if isinstance(part, UUID)}
    link = envelope.prev_in_stream
    return (
        parts
        | ids
        | {
            "data": data,
            "effective_at": str(envelope.effective_at),
            "format": 1,
            "on_behalf_of": list(envelope.on_behalf_of),
            "prev_in_stream": None if link is None else link.hex(),
            "recorded_at": envelope.recorded_at.replace(tzinfo=None).isoformat("T", "microseconds")
            + "Z",
        }
    )


def test_the_record_of_an_event_never_changes() -> None:
    assert write_record(ENVELOPE, {"was": "sales", "now": "key"}) == RECORD
    assert leaf_hash(RECORD).hex() == (
        "0debba9f02b1e5855f7f7236853d3af0dc42bfc39ce1230430279473687055d0"
    )


@given(ENVELOPES, DATA)
def test_a_record_is_the_canonical_json_of_all_its_parts(
    envelope: Envelope, data: dict[str, Any]
) -> None:
    record = write_record(envelope, data)

    assert record == encode(as_dict(envelope, data))
    assert is_canonical(record)


@given(ENVELOPES, DATA)
def test_a_record_is_read_back_as_it_was_written(envelope: Envelope, data: dict[str, Any]) -> None:
    assert read_record(write_record(envelope, data)) == (envelope, data)


def test_an_instant_is_written_in_utc_wherever_it_was_read() -> None:
    east = ENVELOPE.recorded_at.astimezone(timezone(timedelta(hours=5, minutes=30)))
    data = {"was": "sales", "now": "key"}

    assert write_record(replace(ENVELOPE, recorded_at=east), data) == RECORD


def test_an_instant_without_a_time_zone_is_not_written() -> None:
    naive = ENVELOPE.recorded_at.replace(tzinfo=None)

    with pytest.raises(ValueError, match="no time zone"):
        write_record(replace(ENVELOPE, recorded_at=naive), {})


@pytest.mark.parametrize("value", [0.5, float("nan"), INTEGER_MAX + 1, "\ud800", {"A": 1}])
def test_data_that_no_record_can_hold_are_not_written(value: Any) -> None:
    with pytest.raises(NotCanonical):
        write_record(ENVELOPE, {"a": value})


def test_a_reason_with_a_lone_surrogate_is_not_written() -> None:
    with pytest.raises(NotCanonical, match="surrogate"):
        write_record(replace(ENVELOPE, reason="\ud800"), {})


def test_a_record_has_less_than_64_kib() -> None:
    room = RECORD_BYTES_MAX - len(write_record(ENVELOPE, {"text": ""}))

    assert len(write_record(ENVELOPE, {"text": "x" * room})) == RECORD_BYTES_MAX
    with pytest.raises(RecordTooLarge, match=r"account\.tier-changed would take 65536 bytes"):
        write_record(ENVELOPE, {"text": "x" * (room + 1)})
    with pytest.raises(NotCanonical, match="65536 bytes"):
        read_record(with_part("data", {"text": "x" * (room + 1)}))


@given(st.integers(0, len(RECORD) * 8 - 1))
def test_a_flipped_bit_changes_the_leaf(bit: int) -> None:
    changed = bytearray(RECORD)
    changed[bit // 8] ^= 1 << bit % 8

    assert leaf_hash(bytes(changed)) != leaf_hash(RECORD)


@given(st.integers(0, len(RECORD) - 1), st.integers(0, 255))
def test_a_changed_byte_is_refused_or_read_as_what_it_says(at: int, byte: int) -> None:
    changed = RECORD[:at] + bytes([byte]) + RECORD[at + 1 :]
    try:
        envelope, data = read_record(changed)
    except NotCanonical:
        return

    assert write_record(envelope, data) == changed


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("account_id", ""),
        ("account_id", "0199C1B2-0000-7000-8000-00000000000A"),
        ("account_id", "0199c1b200007000800000000000000a"),
        ("stream_id", "{0199c1b2-0000-7000-8000-00000000000a}"),
        ("stream_id", None),
        ("command_id", 7),
        ("causation_id", "none"),
        ("actor", None),
        ("data", []),
        ("effective_at", "20261120"),
        ("effective_at", "2026-W47-5"),
        ("effective_at", "2026-11-31"),
        ("format", 2),
        ("format", True),
        ("on_behalf_of", ["user:7f3a", 1]),
        ("on_behalf_of", None),
        ("position", 0),
        ("position", -1),
        ("position", "41"),
        ("position", True),
        ("prev_in_stream", ""),
        ("prev_in_stream", "ab" * 31),
        ("prev_in_stream", "AB" * 32),
        ("prev_in_stream", " " + "ab" * 32),
        ("recorded_at", "2026-11-23T20:00:00Z"),
        ("recorded_at", "2026-11-23T20:00:00.000Z"),
        ("recorded_at", "2026-11-23T20:00:00.000000+00:00"),
        ("recorded_at", "2026-11-23T21:00:00.000000+01:00"),
        ("recorded_at", "2026-11-23T20:00:00.000000"),
        ("recorded_at", "2026-11-23 20:00:00.000000Z"),
        ("recorded_at", "2026-11-23"),
        ("schema_version", 0),
        ("version", -1),
        ("version", None),
        ("more", 1),
    ],
)
def test_a_part_of_another_form_is_refused(key: str, value: Any) -> None:
    with pytest.raises(NotCanonical, match="record"):
        read_record(with_part(key, value))


@pytest.mark.parametrize("key", sorted(json.loads(RECORD)))
def test_a_record_without_one_of_its_parts_is_refused(key: str) -> None:
    parts = json.loads(RECORD)
    del parts[key]

    with pytest.raises(NotCanonical, match=key):
        read_record(encode(parts))


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"[]",
        b"null",
        b"1",
        RECORD + b"\n",
        RECORD.replace(b'"format":1', b'"format": 1'),
        RECORD.replace(b'"format":1', b'"format":1,"format":1'),
        RECORD.replace(b'"was":"sales"', b'"was":"key","was":"sales"'),
        RECORD.replace(b'"was":"sales"', b'"was":0.5'),
        RECORD.replace(b'"was":"sales"', b'"was":NaN'),
        RECORD.replace(b'"was":"sales"', b'"was":9007199254740992'),
        RECORD.replace(b'"was":"sales"', b'"was":"\\ud800"'),
        RECORD.replace(b'"was":"sales"', b'"was":"\\u0041"'),
        RECORD.replace(b'"now":"key","was":"sales"', b'"was":"sales","now":"key"'),
        RECORD.decode().encode("utf-16"),
    ],
)
def test_what_is_not_canonical_json_is_no_record(record: bytes) -> None:
    with pytest.raises(NotCanonical):
        read_record(record)


@given(ENVELOPES, DATA)
def test_a_trusted_record_is_read_as_a_checked_one(
    envelope: Envelope, data: dict[str, Any]
) -> None:
    record = write_record(envelope, data)

    assert read_trusted_record(record) == read_record(record)
    assert hash(read_trusted_record(record)[0]) == hash(envelope)


@pytest.mark.parametrize("octets", [b"", b"{", b"[]", b'{"position":1}', RECORD[:-1]])
def test_what_cannot_be_read_at_all_is_refused_unchecked_too(octets: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_trusted_record(octets)
