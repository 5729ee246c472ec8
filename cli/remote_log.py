"""Reads a log over HTTP for its verification, in the forms of C2SP that any such log serves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from ledger.checkpoint import parse_checkpoint
from ledger.merkle import TILE_WIDTH
from ledger.note import NoteRefused, parse_note
from ledger.replayed_log import Row
from ledger.tile_path import write_tile_path
from ledger.verification import Tree

_SECONDS_MAX: Final = 60
_LENGTH_BYTES: Final = 2
_NOT_FOUND: Final = 404


class CannotRead(Exception):
    """The service cannot be asked; one sentence that says why."""


@dataclass(frozen=True, slots=True)
class RemoteLog:
    """The log of whom the API key belongs to (`ledger.verification.Source`)."""

    url: str
    api_key: str
    note: bytes | None
    """The checkpoint that everything is held against, read once."""

    @classmethod
    def open(cls, url: str, api_key: str) -> "RemoteLog":
        """Ask for the last checkpoint.

        Raises:
            CannotRead: the service cannot be reached, or refuses the key.
        """
        log = cls(url.rstrip("/"), api_key, None)
        return cls(log.url, api_key, log._get("/log/checkpoint"))

    def notes(self) -> Sequence[bytes]:
        return [] if self.note is None else [self.note]

    def rows(self) -> Iterator[Row]:
        """Yield the records that the checkpoint seals; they end early where some are missing.

        Raises:
            CannotRead: the service cannot be asked any more.
        """
        size = self._size()
        for index in range(-(-size // TILE_WIDTH)):
            width = min(TILE_WIDTH, size - index * TILE_WIDTH)
            bundle = self._get(f"/log/tile/entries/{write_tile_path(index, width)}")
            records = list(_unbundled(bundle or b""))
            yield from (Row(record) for record in records[:width])
            if len(records) != width:
                return

    def tree(self) -> Tree | None:
        return None

    def _size(self) -> int:
        try:
            return parse_checkpoint(parse_note(self.note or b"").text).size
        except NoteRefused:
            return 0  # the signature is what fails, and what is told

    def _get(self, path: str) -> bytes | None:
        """Return what is there; None where nothing is."""
        request = Request(  # noqa: S310  # the address is the caller's own
            f"{self.url}{path}", headers={"Authorization": f"Bearer {self.api_key}"}
        )
        try:
            with urlopen(request, timeout=_SECONDS_MAX) as answer:  # noqa: S310  # as above
                octets: bytes = answer.read()
                return octets
        except HTTPError as error:
            if error.code == _NOT_FOUND:
                return None
            raise CannotRead(f"{path} is answered {error.code} {error.reason}") from error
        except (URLError, OSError, ValueError) as error:
            raise CannotRead(f"{self.url} cannot be read: {error}") from error


def _unbundled(bundle: bytes) -> Iterator[bytes]:
    at = 0
    while at + _LENGTH_BYTES <= len(bundle):
        end = at + _LENGTH_BYTES + int.from_bytes(bundle[at : at + _LENGTH_BYTES], "big")
        if end > len(bundle):
            return
        yield bundle[at + _LENGTH_BYTES : end]
        at = end
