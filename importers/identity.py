"""Ids that stay the same however often a file is imported: from the other system's, or the row."""

import json
from functools import lru_cache
from typing import Final
from unicodedata import normalize
from uuid import UUID, uuid5

from domain.external_reference import ExternalReference

# Part of the stored form: chosen once, on 2026-11-23, never to change.
_ACCOUNT: Final = UUID("0d7b4a52-8f1e-4c0a-9a35-6c1f3c7e2b10")
_ORDER: Final = UUID("3e5f0c1d-27a4-4f5b-b8a9-51d6d0f4a7c2")
_DEAL: Final = UUID("5b8f2f0e-6a3d-4f60-9d0c-0e2f6d1a7b34")
_PARTY: Final = UUID("c1d9a7e2-4b56-4e8b-8f1a-93b0c2d4e5f6")
_CHANGE: Final = UUID("7e4b1c90-2d5f-4a8c-b3e7-1f6a9d0c8e52")
# These two were chosen on 2026-11-24.
_RELATIONSHIP: Final = UUID("4d0c9b7e-1f2a-4c63-8a5d-7b9e0f1c2d36")
_NOTE: Final = UUID("a87f3e15-6c4b-4d92-9e08-2b5c7d1f3a64")
# This one was chosen on 2026-11-28.
_ACTIVITY: Final = UUID("e2b60d4f-93c8-4a57-8d1e-5f0a7c3b9e14")
_FILE: Final = UUID("9c2a6e84-1b3d-4d7f-8e60-7f0b5a9d4c31")


def account_id_of(reference: ExternalReference) -> UUID:
    """Derive the id under which an import opens the account of another system."""
    return uuid5(_ACCOUNT, _canonical(reference.system, reference.id))


def account_id_at(row_identity: str) -> UUID:
    """Derive the id of an account that has none in the other system."""
    return uuid5(_ACCOUNT, row_identity)


def deal_id_of(system: str, foreign_id: str) -> UUID:
    """Derive the id of a deal that has one in another system."""
    return uuid5(_DEAL, _canonical(system, foreign_id))


def deal_id_at(row_identity: str) -> UUID:
    """Derive the id of a deal that has none in the other system."""
    return uuid5(_DEAL, row_identity)


def change_key_of(system: str, foreign_id: str) -> str:
    """Name a change that has an id in another system."""
    return str(uuid5(_CHANGE, _canonical(system, foreign_id)))


def party_id_of(system: str, foreign_id: str) -> UUID:
    """Derive the id of a person that has one in another system."""
    return uuid5(_PARTY, _canonical(system, foreign_id))


def party_id_at(row_identity: str) -> UUID:
    """Derive the id of a person that has none in the other system."""
    return uuid5(_PARTY, row_identity)


def relationship_id_of(account_id: UUID) -> UUID:
    """Derive the id under which an import begins a relationship with the whole account."""
    return uuid5(_RELATIONSHIP, str(account_id))


def note_id_of(system: str, foreign_id: str) -> UUID:
    """Derive the id of a note that has one in another system."""
    return uuid5(_NOTE, _canonical(system, foreign_id))


def note_id_at(row_identity: str) -> UUID:
    """Derive the id of a note that has none in the other system."""
    return uuid5(_NOTE, row_identity)


def activity_id_of(system: str, foreign_id: str) -> UUID:
    """Derive the id of an activity that has one in another system."""
    return uuid5(_ACTIVITY, _canonical(system, foreign_id))


def activity_id_at(row_identity: str) -> UUID:
    """Derive the id of an activity that has none in the other system."""
    return uuid5(_ACTIVITY, row_identity)


def note_id_beside(activity_id: UUID) -> UUID:
    """Derive the id of the note that an activity comes with."""
    return uuid5(_NOTE, str(activity_id))


def order_id_of(system: str, foreign_id: str) -> UUID:
    """Derive the id of an order that has one in another system."""
    return uuid5(_ORDER, _canonical(system, foreign_id))


def order_id_at(row_identity: str) -> UUID:
    """Derive the id of an order that has none: from the file's hash and the row, not the content.

    Equal rows are legal, and each is an order of its own.
    """
    return uuid5(_ORDER, row_identity)


@lru_cache(maxsize=8)  # of every row of a file the same
def correlation_id_of(sha256: str) -> UUID:
    """Derive what all events of a file have in common."""
    return uuid5(_FILE, sha256)


def command_id_of(row_identity: str) -> UUID:
    return uuid5(_FILE, row_identity)


def _canonical(system: str, foreign_id: str) -> str:
    return json.dumps(
        [system, normalize("NFC", foreign_id)], ensure_ascii=False, separators=(",", ":")
    )
