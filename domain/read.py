"""What was read of a tenant, by whom and why, as its read log has it: never what it said.

A reader asked for something over HTTP (or at the command line) and was answered, or was refused.
Whose data it was stands as random ids; names, texts and search words never do.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.decision import Decision, States, refuse_if_begun
from domain.event import Aggregate, Event, Recording
from domain.words import PRINTED, Code, Label

SUBJECTS_MAX: Final = 1_000
"""Of one event: a record has 65,535 bytes at the most, and an id takes 39 of them."""

Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Times = Annotated[int, Field(ge=1, le=2**53 - 1)]
Status = Annotated[int, Field(ge=100, le=599)]
Route = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=PRINTED)]
"""The template of a path, such as `/accounts/{account_id}/notes`; or `tenure reads list`."""
Shown = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=PRINTED)]


class ReadKind(StrEnum):
    """What makes a read worth a record."""

    DISCLOSURE = "disclosure"
    """Personal values were shown."""
    EXPORT = "export"
    """Data left in a form that is made to be carried away."""
    LIST = "list"
    """A list, a report or a figure over several accounts."""
    RECORDS = "records"
    """Events or records of the whole log."""
    READ_LOG = "read-log"
    """The read log itself, and who had access beyond their role."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reader(_Part):
    """What is known of the reader beside the actor in the envelope; None: no key was used."""

    role: Code
    key_label: Label | None


class Asked(_Part):
    """A name of the request, of its path or query, and the value; None: it might be personal."""

    name: Shown
    value: Shown | None


# Events: these names and fields are the stored format. Add; never rename or remove.


class ReadAnswered(Event):
    """A reader was answered. For personal values this is on record before they are shown.

    `subjects` are the persons whose values were shown, by their random ids; where there are more
    than an event can hold, more events of the same stream name the others. `values` counts what
    was shown of them, `rows` the rows of a list (None: it is no list).
    """

    NAME: ClassVar[str] = "read.answered"
    kind: ReadKind
    reader: Reader
    route: Route
    path: tuple[Asked, ...] = ()
    filters: tuple[Asked, ...] = ()
    form: Code | None = None
    status: Status
    rows: Count | None = None
    subjects: tuple[UUID, ...] = Field((), max_length=SUBJECTS_MAX)
    values: Count = 0
    break_glass_id: UUID | None = None
    """The access beyond the reader's role that it was read with."""
    times: Times = 1
    """How often the same was read within a minute or so, where it is counted and not listed."""


class ReadRefused(Event):
    """A reader was refused: the role may not do that, or the key was revoked."""

    NAME: ClassVar[str] = "read.refused"
    reader: Reader
    method: Code
    route: Route
    path: tuple[Asked, ...] = ()
    status: Status
    code: Code
    times: Times = 1
    """How often within a minute or so: whoever tries again and again does not fill the log."""


ReadEvent = ReadAnswered | ReadRefused


@dataclass(frozen=True, slots=True)
class Read:
    """One request that is on record; nothing more is ever decided about it."""


def evolve(_: Read | None, __: ReadEvent) -> Read:
    return Read()


READ: Aggregate[Read, ReadEvent] = Aggregate(
    name="read", events=(ReadAnswered, ReadRefused), evolve=evolve
)


def record_read(request_id: UUID, *events: ReadEvent, account_id: UUID | None = None) -> Decision:
    """Put what one request read, or was refused, on record; `account_id` if it was one account's.

    Raises when decided:
        Refused: `already-exists`: the request is on record.
    """
    stream = READ.stream(request_id, account_id=account_id)

    def decide(states: States) -> list[Recording]:
        refuse_if_begun(states, stream)
        return [stream.record(events)]

    return Decision(stream, (stream,), decide)


def in_parts(answered: ReadAnswered, subjects: tuple[UUID, ...]) -> tuple[ReadAnswered, ...]:
    """Spread the persons over as many events as it takes; one at least."""
    starts = range(0, max(len(subjects), 1), SUBJECTS_MAX)
    return tuple(
        answered.model_copy(update={"subjects": subjects[start : start + SUBJECTS_MAX]})
        for start in starts
    )
