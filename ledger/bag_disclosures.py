"""Personal values beside a bag: a file of their disclosures, one a line, never part of the bag."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from domain.personal import SEALED_KEY
from ledger.bag import Bag
from ledger.bag_layout import BagBroken
from ledger.bag_plan import BagPlan
from ledger.bag_records import read_records
from ledger.bag_tables import flattened
from ledger.canonical import decode_trusted
from ledger.disclosed_subjects import SUBJECTS_SQL
from ledger.disclosures import REVEAL_SQL
from ledger.vault import Vault, digest_of

_AT_ONCE: Final = 500
_LINE_BYTES_MAX: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Disclosed:
    """How many personal values were written, and how many are gone (erased)."""

    written: int
    gone: int


@dataclass(frozen=True, slots=True)
class Disclosable:
    """How many personal values the records of a plan stand for, and whom they are about."""

    values: int = 0
    subjects: tuple[UUID, ...] = ()


def find_disclosable(connection: Connection[Any], plan: BagPlan) -> Disclosable:
    """Say what `write_disclosures` would disclose, without opening anything."""
    found: dict[str, UUID] = {}
    for digests in _digests(connection, plan):
        rows = connection.execute(SUBJECTS_SQL, (plan.scope.tenant_id, digests))
        found.update(rows.fetchall())
    return Disclosable(len(found), tuple(dict.fromkeys(found.values())))


def write_disclosures(
    connection: Connection[Any], vault: Vault, plan: BagPlan, path: Path
) -> Disclosed:
    """Write what the digests in the records of a plan stand for, into a new file for us alone.

    Raises:
        DisclosureBroken: a stored disclosure is not the one that its record names.
        FileExistsError: there is such a file.
        OSError: it cannot be written.
    """
    written = gone = 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for digests in _digests(connection, plan):
            tenant_id = plan.scope.tenant_id
            found = connection.execute(REVEAL_SQL, (tenant_id, digests)).fetchall()
            encoded = {
                digest: vault.decrypt(
                    vault.unwrap(tenant_id, subject, wrapped),
                    tenant_id,
                    subject,
                    digest,
                    ciphertext,
                )
                for digest, subject, ciphertext, wrapped in found
            }
            there = [encoded[digest] for digest in digests if digest in encoded]
            file.writelines(f"{each}\n".encode() for each in there)
            written, gone = written + len(there), gone + len(digests) - len(there)
    return Disclosed(written, gone)


def check_disclosures(bag: Bag, path: Path) -> int:
    """Hold a file of disclosures against the digests in the records; return how many there are.

    Raises:
        BagBroken: one is of no record.
        OSError: the file cannot be read.
    """
    digests = {digest for record in bag.records() for digest in _digests_of(record)}
    count = 0
    with path.open("rb") as file:
        while line := file.readline(_LINE_BYTES_MAX):
            text = line.removesuffix(b"\n").decode("ascii", "replace")
            count += 1
            if not text.isascii() or digest_of(text) not in digests:
                raise BagBroken(f"disclosure {count} is of no record in this bag")
    return count


def _digests(connection: Connection[Any], plan: BagPlan) -> Iterator[Sequence[str]]:
    """Yield the digests in the records, each once in a while, in their order."""
    digests: dict[str, None] = {}
    for _, _, record in read_records(connection, plan.scope):
        digests.update(dict.fromkeys(_digests_of(record)))
        if len(digests) >= _AT_ONCE:
            yield list(digests)
            digests.clear()
    yield list(digests)


def _digests_of(record: bytes) -> Iterator[str]:
    for path, value in flattened(decode_trusted(record)["data"]):
        if path.endswith(f".{SEALED_KEY}") and isinstance(value, str):
            yield value
