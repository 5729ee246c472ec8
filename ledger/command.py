"""What the ledger is asked to do, and what it answers."""

from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.decision import Decision

Actor = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{0,31}:[A-Za-z0-9._-]{1,64}$")]
"""A kind and a random id, such as `key:0199…`; never a name or an address (AUDIT 6)."""


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The caller's key for one command, and the SHA-256 of the whole request it came with."""

    key: str
    request_hash: bytes

    @property
    def scrubbed_key(self) -> str:
        """What stands in place of the key once a person whom the command spoke of was erased."""
        return f"sha256:{sha256(self.key.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Command:
    """A decision that someone asks for, and everything the envelope will say about it."""

    tenant_id: str
    decision: Decision
    actor: str
    effective_at: date
    command_id: UUID
    correlation_id: UUID
    causation_id: UUID | None = None
    on_behalf_of: tuple[str, ...] = ()
    reason: str | None = None
    idempotency: Idempotency | None = None
    expected_version: int | None = None
    """If given, the target stream must stand at exactly this version (0: not begun)."""


class Receipt(BaseModel):
    """Where the outcome of a command stands in the log.

    `position` and `leaf` are those of the last event that the command recorded; where nothing had
    to change they are null. `version` is that of the target stream after the command.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    version: int
    position: int | None = Field(description="position in the tenant's log")
    leaf: str | None = Field(description="RFC 6962 leaf hash of the record, 64 hex digits")
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The receipt, and whether it is the stored answer to an earlier sending of the command."""

    receipt: Receipt
    replayed: bool = field(default=False)


class Conflict(Exception):
    """Another command was first; `current_version` is where the target stream stands now."""

    def __init__(self, kind: str, id_: UUID, expected: int, current: int) -> None:
        super().__init__(
            f"the {kind} {id_} stands at version {current}, not at {expected}; "
            "read it again and decide anew"
        )
        self.current_version = current


class KeyReused(Exception):
    """The idempotency key was used before with another request."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"the idempotency key {key!r} was used before with another request; "
            "send a new key with a new request"
        )


class Busy(Exception):
    """The queue of the writer is full; nothing was recorded."""

    retry_after_s = 1


class Unavailable(Exception):
    """The database cannot be reached; nothing was recorded."""

    retry_after_s = 5


class OutcomeUnknown(Exception):
    """The database was lost while the command was being committed, and has not come back.

    Send the same command with the same idempotency key again: it is recorded once or not at all.
    """

    retry_after_s = 5
