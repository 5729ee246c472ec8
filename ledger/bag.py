"""An export bag, opened: what it holds, and the whole log in it as a source to be verified."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger.bag_files import BagFiles
from ledger.bag_layout import CHECKPOINT, PROOF, RECORDS, SCOPE
from ledger.bag_scope import BagProof, BagScope, parse_proof, parse_scope
from ledger.canonical import RECORD_BYTES_MAX
from ledger.checkpoint import parse_checkpoint
from ledger.note import NoteRefused, parse_note
from ledger.replayed_log import Row
from ledger.verification import Tree


@dataclass(frozen=True, slots=True)
class Bag:
    """A bag; where it holds a whole log, a `ledger.verification.Source`."""

    files: BagFiles
    scope: BagScope
    proof: BagProof
    note: bytes

    @classmethod
    def open(cls, path: Path) -> "Bag":
        """Read what a bag is said to hold; nothing is verified.

        Raises:
            BagRefused: it is no bag.
            BagBroken: what says what it holds is missing, or not of its form.
            OSError: it cannot be read.
        """
        return cls.of(BagFiles.at(path))

    @classmethod
    def of(cls, files: BagFiles) -> "Bag":
        """Read what the bag of these files is said to hold.

        Raises:
            BagRefused, BagBroken: as `open`.
        """
        scope = parse_scope(files.read_small(SCOPE))
        proof = parse_proof(files.read_small(PROOF))
        return cls(files, scope, proof, files.read_small(CHECKPOINT))

    def notes(self) -> Sequence[bytes]:
        return [self.note]

    def records(self) -> Iterator[bytes]:
        """Yield the bytes of each record.

        Raises:
            BagBroken: a line is too long, or cut off.
        """
        for line in self.files.lines(RECORDS, bytes_max=RECORD_BYTES_MAX):
            yield line[:-1]

    def rows(self) -> Iterator[Row]:
        """Yield the records as rows.

        Raises:
            BagBroken: as `records`.
        """
        yield from map(Row, self.records())

    def tree(self) -> Tree | None:
        return None

    @property
    def is_whole_log(self) -> bool:
        """Whether it holds all that its checkpoint seals, so that the root can be recomputed."""
        try:
            size = parse_checkpoint(parse_note(self.note).text).size
        except NoteRefused:
            return False
        return self.scope.is_whole and self.scope.last == size
