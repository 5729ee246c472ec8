"""What other systems call an account: each reference belongs to one account of the tenant."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final
from unicodedata import normalize
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, StringConstraints
from typing_extensions import override

from domain.event import Aggregate, Event, Stream
from domain.refusal import Refused
from domain.words import PRINTED, Code

_NAMESPACE: Final = UUID("6b1c4f0e-6f53-4b8e-9d0b-2f6a1f7f3c55")
"""Part of the stored form: chosen once, on 2026-11-23, never to change."""

ForeignId = Annotated[
    str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True, pattern=PRINTED)
]


class ExternalReference(BaseModel):
    """The id under which another system, such as `hubspot`, keeps the account."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: Code
    id: ForeignId

    @override
    def __str__(self) -> str:
        return f"{self.system}:{self.id}"


class ExternalReferenceClaimed(Event):
    NAME: ClassVar[str] = "external-reference.claimed"
    system: Code
    id: ForeignId
    account_id: UUID


@dataclass(frozen=True, slots=True)
class Claim:
    """Who holds the reference."""

    account_id: UUID


def evolve(_: Claim | None, event: ExternalReferenceClaimed) -> Claim:
    return Claim(event.account_id)


EXTERNAL_REFERENCE: Aggregate[Claim, ExternalReferenceClaimed] = Aggregate(
    name="external-reference", events=(ExternalReferenceClaimed,), evolve=evolve
)


def external_reference_id(reference: ExternalReference) -> UUID:
    """Derive the id of the reference's stream: the same reference, the same stream."""
    canonical = json.dumps(
        [reference.system, normalize("NFC", reference.id)],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return uuid5(_NAMESPACE, canonical)


def distinct(references: Iterable[ExternalReference]) -> tuple[ExternalReference, ...]:
    """Leave out what names the same again, also in another spelling of Unicode; the first stays."""
    first: dict[UUID, ExternalReference] = {}
    for reference in references:
        first.setdefault(external_reference_id(reference), reference)
    return tuple(first.values())


def external_reference_stream(
    reference: ExternalReference, *, account_id: UUID
) -> Stream[Claim, ExternalReferenceClaimed]:
    """Return the stream in which the account claims the reference."""
    return EXTERNAL_REFERENCE.stream(external_reference_id(reference), account_id=account_id)


def claim(
    held: Claim | None, reference: ExternalReference, *, account_id: UUID
) -> Sequence[ExternalReferenceClaimed]:
    """Give the reference to the account.

    Raises:
        Refused: `duplicate-external-reference`.
    """
    if held is None:
        return [
            ExternalReferenceClaimed(
                system=reference.system, id=reference.id, account_id=account_id
            )
        ]
    if held.account_id != account_id:
        raise Refused(
            "duplicate-external-reference",
            f"{reference} belongs to the account {held.account_id}; "
            "use that account, or give a reference that is free",
        )
    return []
