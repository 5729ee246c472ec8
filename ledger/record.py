"""The record: the exact bytes of an event and its envelope, which are the evidence (AUDIT 1)."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import product
from typing import Any, Final
from uuid import UUID, SafeUUID

from ledger.canonical import (
    RECORD_BYTES_MAX,
    NotCanonical,
    decode_canonical,
    decode_trusted,
    encode_trusted,
    require_encodable,
)
from ledger.merkle import HASH_BYTES
from ledger.recorded import Envelope

FORMAT: Final = 1
"""The form of the record itself; it stands in every record."""


class RecordTooLarge(Exception):
    """An event would need more bytes than a record may have."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__(
            f"the event {name} would take {size} bytes, more than the {RECORD_BYTES_MAX} that "
            "a record may have; record less text or fewer lines at once"
        )


def write_record(envelope: Envelope, data: Mapping[str, Any]) -> bytes:
    """Write the record of an event.

    Raises:
        RecordTooLarge: it has 64 KiB or more.
        NotCanonical: a text holds a lone surrogate, or the data hold what `encode` refuses.
    """
    e = envelope
    # `check_storable` sees to that at start-up. But what is written here is written for ever, and
    # the encoder would write a NaN as null without a word; looking again costs a microsecond.
    require_encodable(data, levels_above=1)
    record = encode_trusted(
        {
            "account_id": e.account_id and str(e.account_id),
            "actor": e.actor,
            "causation_id": e.causation_id and str(e.causation_id),
            "command_id": str(e.command_id),
            "correlation_id": str(e.correlation_id),
            "data": data,
            "effective_at": e.effective_at.isoformat(),
            "format": FORMAT,
            "name": e.name,
            "on_behalf_of": list(e.on_behalf_of),
            "position": e.position,
            "prev_in_stream": e.prev_in_stream and e.prev_in_stream.hex(),
            "reason": e.reason,
            "recorded_at": _instant(e.recorded_at),
            "schema_version": e.schema_version,
            "stream_id": str(e.stream_id),
            "stream_type": e.stream_type,
            "tenant_id": e.tenant_id,
            "version": e.version,
        }
    )
    if len(record) > RECORD_BYTES_MAX:
        raise RecordTooLarge(e.name, len(record))
    return record


def read_record(record: bytes) -> tuple[Envelope, dict[str, Any]]:
    """Read a record back: its envelope and its data.

    Strict: what `write_record` does not write is no record, so that one event has one form.

    Raises:
        NotCanonical: these bytes are not a record of this format.
    """
    r = decode_canonical(record)
    _require_form(r)
    try:
        envelope = Envelope(
            tenant_id=r["tenant_id"],
            position=_from_one(r["position"]),
            stream_id=_uuid(r["stream_id"]),
            stream_type=r["stream_type"],
            version=r["version"],
            account_id=_uuid_or_none(r["account_id"]),
            name=r["name"],
            schema_version=_from_one(r["schema_version"]),
            recorded_at=_read_instant(r["recorded_at"]),
            effective_at=_read_day(r["effective_at"]),
            actor=r["actor"],
            on_behalf_of=tuple(r["on_behalf_of"]),
            reason=r["reason"],
            correlation_id=_uuid(r["correlation_id"]),
            causation_id=_uuid_or_none(r["causation_id"]),
            command_id=_uuid(r["command_id"]),
            prev_in_stream=_hash_or_none(r["prev_in_stream"]),
        )
    except ValueError as error:
        raise NotCanonical(f"not a record: {error}") from error
    return envelope, r["data"]


def read_trusted_record(record: bytes) -> tuple[Envelope, dict[str, Any]]:
    """Read, in a third of the time, a record that `write_record` wrote: nothing is checked.

    For views, which read millions, and whose records `tenure verify` checks to the byte.

    Raises:
        ValueError, KeyError, TypeError: these bytes are so much else that they cannot be read.
    """
    r = decode_trusted(record)
    account_id, causation_id, before = r["account_id"], r["causation_id"], r["prev_in_stream"]
    envelope = Envelope(
        r["tenant_id"],
        r["position"],
        _trusted_uuid_again(r["stream_id"]),
        r["stream_type"],
        r["version"],
        None if account_id is None else _trusted_uuid_again(account_id),
        r["name"],
        r["schema_version"],
        datetime.fromisoformat(r["recorded_at"]),
        date.fromisoformat(r["effective_at"]),
        r["actor"],
        tuple(r["on_behalf_of"]),
        r["reason"],
        _trusted_uuid(r["correlation_id"]),
        None if causation_id is None else _trusted_uuid(causation_id),
        _trusted_uuid(r["command_id"]),
        None if before is None else bytes.fromhex(before),
    )
    return envelope, r["data"]


def _require_form(r: Any) -> None:
    """Look at all keys and types at once; look for the culprit only when there is one."""
    if type(r) is not dict or tuple(r) != _KEYS:
        raise NotCanonical(f"not a record: its keys must be {', '.join(_KEYS)}")
    if tuple(map(type, r.values())) not in _TYPES:
        wrong = [key for key, types in _FORM.items() if type(r[key]) not in types]
        raise NotCanonical(f"not a record: the wrong type for {', '.join(wrong)}")
    if r["format"] != FORMAT:
        raise NotCanonical(f"a record of format {r['format']} cannot be read here")
    if r["version"] < 0 or ((chain := r["on_behalf_of"]) and {*map(type, chain)} != {str}):
        raise NotCanonical("not a record: the wrong value for version or on_behalf_of")


_ABSENT: Final = type(None)
_FORM: Final[Mapping[str, tuple[type, ...]]] = {
    "account_id": (str, _ABSENT),
    "actor": (str,),
    "causation_id": (str, _ABSENT),
    "command_id": (str,),
    "correlation_id": (str,),
    "data": (dict,),
    "effective_at": (str,),
    "format": (int,),
    "name": (str,),
    "on_behalf_of": (list,),
    "position": (int,),
    "prev_in_stream": (str, _ABSENT),
    "reason": (str, _ABSENT),
    "recorded_at": (str,),
    "schema_version": (int,),
    "stream_id": (str,),
    "stream_type": (str,),
    "tenant_id": (str,),
    "version": (int,),
}
"""The keys of a record, in their order, and the types that each may have."""
_KEYS: Final = tuple(_FORM)
_TYPES: Final = frozenset(product(*_FORM.values()))
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@lru_cache(maxsize=64)  # a batch of events shares one instant
def _instant(at: datetime) -> str:
    """Write an instant in UTC, always at microseconds: one instant, one form."""
    if at.tzinfo is None:
        raise ValueError(f"{at} says no time zone")
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"


# One thing, one form: the library's readers take others too, such as 20261123 for a day.


@lru_cache(maxsize=64)
def _read_instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if _instant(at) != text:
        raise ValueError(f"{text!r} is not an instant in UTC at microseconds")
    return at


@lru_cache(maxsize=64)
def _read_day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(f"{text!r} is not a day")
    return day


def _hash_or_none(text: str | None) -> bytes | None:
    if text is None:
        return None
    octets = bytes.fromhex(text)
    if len(octets) != HASH_BYTES or octets.hex() != text:
        raise ValueError(f"{text!r} is not a hash in lower-case hex")
    return octets


def _uuid(text: str) -> UUID:
    if not _UUID.fullmatch(text):
        raise ValueError(f"{text!r} is not a UUID in lower case")
    return UUID(text)


def _trusted_uuid(text: str) -> UUID:
    """Do what `UUID(text)` does, in half the time."""
    made = object.__new__(UUID)
    _SET_INT(made, int(text.replace("-", ""), 16))
    _SET_SAFETY(made, _UNKNOWN)
    return made


_SET_INT: Final = UUID.__dict__["int"].__set__
_SET_SAFETY: Final = UUID.__dict__["is_safe"].__set__
_UNKNOWN: Final = SafeUUID.unknown
_trusted_uuid_again: Final = lru_cache(maxsize=4_096)(_trusted_uuid)
"""For the ids of streams and accounts, which stand in many records of a batch."""


def _uuid_or_none(text: str | None) -> UUID | None:
    return None if text is None else _uuid(text)


def _from_one(number: int) -> int:
    if number < 1:
        raise ValueError(f"{number} is less than 1")
    return number
