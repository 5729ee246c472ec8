"""What an account knows by ids: each thing begins once, and is found before it is changed."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from immutables import Map

from domain.event import Event
from domain.refusal import NotFound, Refused

E = TypeVar("E", bound=Event)
T = TypeVar("T")


def find(kind: str, id_: UUID, known: Map[UUID, T]) -> T:
    """Return what is known by this id.

    Raises:
        NotFound: nothing is.
    """
    found = known.get(id_)
    if found is None:
        raise NotFound(kind, id_)
    return found


def begin(kind: str, id_: UUID, begun: E | None, event: E) -> Sequence[E]:
    """Return the event that something begins with; none, where it began with the very same.

    Raises:
        Refused: `already-exists`; it began with another.
    """
    if begun is None:
        return [event]
    if begun == event:
        return []
    raise Refused(
        "already-exists",
        f"the {kind} {id_} is on record with other content; change that one, or take another id",
    )
