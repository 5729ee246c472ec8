"""Finds the fields of events that can hold whatever somebody types."""

import re
from collections.abc import Iterator
from typing import Any, Final, get_args

from pydantic import BaseModel

from domain.aggregates import EVERY_AGGREGATE
from domain.personal import Personal
from domain.words import PRINTED

_FREE: Final = (None, PRINTED, r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00]+$")
"""Patterns that let a sentence or an address through; any other is for programs' words."""
_CHANGE: Final = re.compile(r"\.(was|now)(?=\.|$)")


def every_field() -> set[str]:
    """Name each field of each event, within others too: `account.profile.name`."""
    return {path for path, _, _ in _fields()}


def free_texts() -> set[str]:
    """Name each field that can hold any text, and is not marked as personal."""
    return {path for path, kind, marks in _fields() if kind is str and _is_free(marks)}


def _fields() -> Iterator[tuple[str, Any, list[Any]]]:
    for aggregate in EVERY_AGGREGATE:
        for event in aggregate.events:
            for path, kind, marks in _within(event, aggregate.name):
                named = _CHANGE.sub("", path)
                yield event.NAME if named == aggregate.name else named, kind, marks


def _within(model: type[BaseModel], path: str) -> Iterator[tuple[str, Any, list[Any]]]:
    for name, field in model.model_fields.items():
        yield from _of(field.annotation, f"{path}.{name}", list(field.metadata))


def _of(kind: Any, path: str, marks: list[Any]) -> Iterator[tuple[str, Any, list[Any]]]:
    """Look into `Annotated`, unions, tuples and models."""
    if hasattr(kind, "__metadata__"):
        yield from _of(kind.__origin__, path, [*marks, *kind.__metadata__])
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield path, kind, marks
        yield from _within(kind, path)
    elif get_args(kind):
        for member in get_args(kind):
            yield from _of(member, path, marks)
    else:
        yield path, kind, marks


def _is_free(marks: list[Any]) -> bool:
    if any(isinstance(mark, Personal) for mark in marks):
        return False
    patterns = [found for mark in marks if (found := getattr(mark, "pattern", None)) is not None]
    return all(pattern in _FREE for pattern in patterns)
