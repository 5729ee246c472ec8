"""Whether what is personal is as the log says: each digest opens, or its subject was erased.

Without a vault nothing is opened, and presence alone is checked. Returns the first bad place, as
the steps of a verification do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import psycopg

from domain.erasure import PersonalDataErased
from domain.personal import Undisclosed
from ledger.disclosures import digests_root
from ledger.event_types import EventTypes
from ledger.reading import read_entry
from ledger.recorded import Recorded
from ledger.replayed_log import Fault
from ledger.stored_data import personal_fields
from ledger.vault import DisclosureBroken, Vault

_AT_ONCE: Final = 2_000
_ERASURES_SQL: Final = f"""
    SELECT record FROM ledger.event
    WHERE tenant_id = %s AND name = '{PersonalDataErased.NAME}' ORDER BY position
"""  # noqa: S608 - our own constant
_PERSONAL_SQL: Final = """
    SELECT record FROM ledger.event
    WHERE tenant_id = %s AND position('"$sd"'::bytea IN record) > 0 ORDER BY position
"""
_KEPT_SQL: Final = """
    SELECT digest, subject_id, position, ciphertext, wrapped_key
    FROM ledger.personal_disclosure LEFT JOIN ledger.subject_key USING (tenant_id, subject_id)
    WHERE tenant_id = %s AND digest = ANY(%s)
"""
_COUNT_SQL: Final = "SELECT count(*) FROM ledger.personal_disclosure WHERE tenant_id = %s"
_COPIES_SQL: Final = "SELECT subject_id, position FROM ledger.erased_subject WHERE tenant_id = %s"
# A key that no later disclosure needs is a key of before.
_BACK_SQL: Final = """
    SELECT
        (SELECT count(*) FROM ledger.personal_disclosure
         WHERE tenant_id = %(tenant_id)s AND subject_id = %(subject)s AND position < %(position)s),
        (SELECT count(*) FROM ledger.subject_key
         WHERE tenant_id = %(tenant_id)s AND subject_id = %(subject)s AND NOT EXISTS (
            SELECT FROM ledger.personal_disclosure
            WHERE tenant_id = %(tenant_id)s AND subject_id = %(subject)s
              AND position > %(position)s))
"""


def erasures_hold(
    connection: psycopg.Connection[Any], types: EventTypes, tenant_id: str
) -> Fault | None:
    """Make sure that whoever was erased has neither key nor disclosures; by a few rows each.

    Returns the first fault, None where every erasure holds.
    """
    copies = set(connection.execute(_COPIES_SQL, (tenant_id,)).fetchall())
    for entry, event in _erasures(connection, types, tenant_id):
        subject, position = event.subject_id, entry.position
        where = {"tenant_id": tenant_id, "subject": subject, "position": position}
        disclosures, keys = connection.execute(_BACK_SQL, where).fetchone() or (0, 0)
        if disclosures or keys:
            found = f"{keys} keys and {disclosures} disclosures of before"
            return _fault(f"{subject} was erased, and is there again", entry, "none", found)
        if (subject, position) not in copies:
            detail = f"the erasure of {subject} has no row in ledger.erased_subject"
            return _fault(detail, entry, "a row", "none")
        copies.discard((subject, position))
    if copies:
        subject, position = min(copies, key=lambda copy: copy[1])
        detail = f"{subject} is said to be erased, and the log does not say so"
        return Fault(detail, position, None, PersonalDataErased.NAME, "another event, or none")
    return None


def disclosures_hold(
    connection: psycopg.Connection[Any],
    types: EventTypes,
    tenant_id: str,
    vault: Vault | None = None,
) -> Fault | None:
    """Make sure that every digest in a record opens, or that its subject was erased since.

    Reads every record that holds a digest. Returns the first fault, None where there is none.
    """
    check = _Check(connection, types, tenant_id, vault)
    erased: dict[UUID, list[int]] = {}
    erasures = list(_erasures(connection, types, tenant_id))
    for entry, event in erasures:
        erased.setdefault(event.subject_id, []).append(entry.position)
    check.erased = erased
    for fault in check.faults():
        return fault
    return check.fault_of_erasures(erasures) or check.fault_of_orphans()


@dataclass
class _Check:
    """Goes through the digests in the order of their records."""

    connection: psycopg.Connection[Any]
    types: EventTypes
    tenant_id: str
    vault: Vault | None
    erased: Mapping[UUID, Sequence[int]] = field(default_factory=dict)
    seen: int = 0
    """Digests that were met for the first time and are still there."""
    _gone: dict[tuple[UUID, int], set[str]] = field(default_factory=dict)
    """The digests that each erasure took, by subject and position."""
    _keys: dict[UUID, bytes] = field(default_factory=dict)

    def faults(self) -> Iterator[Fault]:
        with self.connection.cursor("personal", binary=True) as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(_PERSONAL_SQL, (self.tenant_id,))
            while records := cursor.fetchmany(_AT_ONCE):
                entries = [read_entry(self.types, record) for (record,) in records]
                named = [each for entry in entries for each in _named(entry)]
                kept = self._kept([digest for _, _, digest, _ in named])
                for entry, name, digest, subject in named:
                    fault = self._fault(entry, name, digest, subject, kept.get(digest))
                    if fault is not None:
                        yield fault

    def fault_of_erasures(
        self, erasures: Sequence[tuple[Recorded, PersonalDataErased]]
    ) -> Fault | None:
        """Hold each erasure to what it says it erased."""
        for entry, event in erasures:
            digests = self._gone.get((event.subject_id, entry.position), set())
            said = (event.disclosures, event.digests_root)
            found = (len(digests), digests_root(digests))
            if said != found:
                detail = f"the erasure of {event.subject_id} names other digests than the records"
                return _fault(detail, entry, str(found), str(said))
        return None

    def fault_of_orphans(self) -> Fault | None:
        row = self.connection.execute(_COUNT_SQL, (self.tenant_id,)).fetchone()
        kept = row[0] if row else 0
        if kept == self.seen:
            return None
        detail = "disclosures are kept that no record names"
        return Fault(detail, None, None, f"{self.seen} disclosures", f"{kept} disclosures")

    def _kept(self, digests: Sequence[str]) -> Mapping[str, Any]:
        rows = self.connection.execute(_KEPT_SQL, (self.tenant_id, list(digests)), binary=True)
        return {digest: kept for digest, *kept in rows}

    def _fault(
        self, entry: Recorded, name: str, digest: str, subject: UUID, kept: Any
    ) -> Fault | None:
        erasure = next((at for at in self.erased.get(subject, ()) if at > entry.position), None)
        if kept is None:
            if erasure is None:
                detail = f"the disclosure of {name} is gone, and {subject} was not erased"
                return _fault(detail, entry, digest, "nothing")
            self._gone.setdefault((subject, erasure), set()).add(digest)
            return None
        whose, position, ciphertext, wrapped = kept
        if position == entry.position:
            self.seen += 1
        if erasure is not None:
            detail = f"{subject} was erased at position {erasure}, and {name} is there again"
            return _fault(detail, entry, "nothing", digest)
        if (whose, 0 < position <= entry.position, wrapped is not None) != (subject, True, True):
            detail = f"the disclosure of {name} is kept as another's, or without a key"
            return _fault(detail, entry, f"of {subject}", f"of {whose}, from {position}")
        return self._broken(entry, name, digest, subject, ciphertext, wrapped)

    def _broken(  # each is a part of one row
        self,
        entry: Recorded,
        name: str,
        digest: str,
        subject: UUID,
        ciphertext: bytes,
        wrapped: bytes,
    ) -> Fault | None:
        if self.vault is None:
            return None
        try:
            if subject not in self._keys:
                self._keys[subject] = self.vault.unwrap(self.tenant_id, subject, wrapped)
            key = self._keys[subject]
            path, _ = self.vault.opened(key, self.tenant_id, subject, digest, ciphertext)
        except DisclosureBroken as error:
            return _fault(f"the disclosure of {name} does not open: {error}", entry, digest, None)
        if path != name:
            return _fault("the disclosure is that of another field", entry, name, path)
        return None


def _named(entry: Recorded) -> Iterator[tuple[Recorded, str, str, UUID]]:
    """Yield each personal field: the entry, the field, its digest and its subject."""
    for name, subject_field in personal_fields(type(entry.event)):
        value = getattr(entry.event, name)
        if isinstance(value, Undisclosed):
            yield entry, name, str(value), getattr(entry.event, subject_field)


def _erasures(
    connection: psycopg.Connection[Any], types: EventTypes, tenant_id: str
) -> Iterator[tuple[Recorded, PersonalDataErased]]:
    for (record,) in connection.execute(_ERASURES_SQL, (tenant_id,), binary=True).fetchall():
        entry = read_entry(types, record)
        if isinstance(entry.event, PersonalDataErased):
            yield entry, entry.event


def _fault(detail: str, entry: Recorded, expected: str | None, actual: str | None) -> Fault:
    stream = str(entry.envelope.stream_id)
    return Fault(detail, entry.position, stream, expected, actual)
