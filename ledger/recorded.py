"""An event as it stands in the ledger: the fact, and who wrote it down when and why."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic
from uuid import UUID

from typing_extensions import TypeVar

from domain.event import Event

E_co = TypeVar("E_co", bound=Event, default=Event, covariant=True)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything that a record says about an event, but the fact itself (ARCHITECTURE)."""

    tenant_id: str
    position: int  # 1, 2, 3 ... within the tenant, without a gap
    stream_id: UUID
    stream_type: str
    version: int  # 1, 2, 3 ... within the stream
    account_id: UUID | None  # of the account whose history this belongs to
    name: str
    schema_version: int
    recorded_at: datetime  # UTC, the database's clock, never going back
    effective_at: date  # the business day on which it took effect
    actor: str
    on_behalf_of: tuple[str, ...]  # the chain of delegation, nearest first
    reason: str | None
    correlation_id: UUID
    causation_id: UUID | None
    command_id: UUID
    prev_in_stream: bytes | None  # leaf hash of the stream's previous event


@dataclass(frozen=True, slots=True)
class Recorded(Generic[E_co]):
    """One entry of the log."""

    envelope: Envelope
    event: E_co
    leaf: bytes
    """SHA-256(0x00 ‖ record), 32 bytes: the RFC 6962 leaf hash of the record it was read from."""

    @property
    def position(self) -> int:
        return self.envelope.position
