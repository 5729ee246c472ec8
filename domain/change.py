"""A change of one field: what it was, and what it is now."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Change(BaseModel, Generic[T]):
    """The old and the new value of a field, in an event whose other fields are absent (null)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    was: T
    now: T


def change(was: T, now: T) -> Change[T] | None:
    """Return the change, or None where there is none."""
    return None if was == now else Change(was=was, now=now)
