"""What of an event goes into its record: its fields, with digests in place of personal values."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final
from uuid import UUID

from domain.event import Event
from domain.personal import SEALED_KEY, Personal, Undisclosed
from ledger.canonical import INTEGER_MAX
from ledger.disclosures import SealedValue
from ledger.vault import disclose

_FREE_KEYS: Final = ("additionalProperties", "patternProperties")


def seal_personal(event: Event, position: int = 0) -> tuple[dict[str, Any], list[SealedValue]]:
    """Return the data to be stored, and the personal values whose digests now stand in it.

    `position` is where the event will stand; 0 where it is only shown.
    """
    data = event.model_dump(mode="json")
    sealed = []
    for field, subject_field in personal_fields(type(event)):
        value = getattr(event, field)
        if isinstance(value, Undisclosed):
            data[field] = {SEALED_KEY: str(value)}
        elif value is not None:
            disclosure = disclose(field, value)
            data[field] = {SEALED_KEY: disclosure.digest}
            subject: UUID = getattr(event, subject_field)
            sealed.append(SealedValue(subject, disclosure, position))
    return data, sealed


def check_storable(event_class: type[Event]) -> None:
    """Make sure that whatever such an event holds can be stored exactly, and is named for ever.

    Raises:
        ValueError: it admits a float, an integer beyond 2^53 - 1 or an object of free keys, or has
            no stored name.
    """
    if not isinstance(getattr(event_class, "NAME", None), str):
        raise ValueError(f"{event_class} has no stored NAME")  # noqa: TRY004  # a fault in the class
    schema = event_class.model_json_schema(mode="serialization")
    for where, part in _parts(schema, event_class.NAME):
        if (
            part.get("type") == "integer"
            and not part.get("maximum", INTEGER_MAX + 1) <= INTEGER_MAX
        ):
            raise ValueError(f"{where} may be beyond 2^53 - 1; bound it, or use a Decimal")
        if part.get("type") == "number":
            raise ValueError(f"{where} may be a float; use a Decimal or an integer")
        if part.get("type") == "object" and any(part.get(key) for key in _FREE_KEYS):
            raise ValueError(f"{where} may have any keys; use a tuple of small models")


@cache
def personal_fields(event_class: type[Event]) -> tuple[tuple[str, str], ...]:
    """Name each personal field, and the field that says whom it is about."""
    return tuple(
        (name, marker.subject)
        for name, field in event_class.model_fields.items()
        for marker in _markers(field.metadata, field.annotation)
    )


def _markers(metadata: list[Any], annotation: Any) -> Iterator[Personal]:
    """Find the marker on the field, or within `PersonalText | None`."""
    yield from (item for item in metadata if isinstance(item, Personal))
    for member in getattr(annotation, "__args__", ()):
        yield from _markers(list(getattr(member, "__metadata__", ())), member)


def _parts(schema: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        yield where, schema
        for key, member in schema.items():
            yield from _parts(member, f"{where}.{key}")
    elif isinstance(schema, list):
        for member in schema:
            yield from _parts(member, where)
