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
_FILE: Final = UUID("9c2a6e84-1b3d-4d7f-8e60-7f0b5a9d4c31")


def account_id_of(reference: ExternalReference) -> UUID:
    """Derive the id under which an import opens the account of another system."""
    return uuid5(_ACCOUNT, _canonical(reference.system, reference.id))


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
