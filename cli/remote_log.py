"""Reads a log over HTTP for its verification, in the forms of C2SP that any such log serves."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from uuid import UUID

from ledger.checkpoint import Checkpoint, parse_checkpoint
from ledger.merkle import TILE_WIDTH
from ledger.note import NoteRefused, parse_note
from ledger.partial_verification import ProvedRow
from ledger.proofs import Proof
from ledger.replayed_log import Row
from ledger.tile_path import write_tile_path
from ledger.tiles import TreeBroken
from ledger.verification import Tree

_SECONDS_MAX: Final = 60
_LENGTH_BYTES: Final = 2
_NOT_FOUND: Final = 404


class CannotRead(Exception):
    """The service cannot be asked; one sentence that says why."""


@dataclass(frozen=True, slots=True)
class RemoteService:
    """A service at an address, asked with an API key."""

    url: str
    api_key: str

    def get(self, path: str) -> bytes | None:
        """Return what is there; None where nothing is.

        Raises:
            CannotRead: the service cannot be reached, or refuses.
        """
        try:
            return self._answer(path)
        except HTTPError as error:
            if error.code == _NOT_FOUND:
                return None
            raise CannotRead(f"{path} is answered {error.code} {error.reason}") from error

    def post(self, path: str, body: Mapping[str, Any]) -> tuple[int, str]:
        """Send JSON, and return the status and the text of the answer.

        Raises:
            CannotRead: the service cannot be reached.
        """
        try:
            return 201, self._answer(path, json.dumps(body).encode()).decode()
        except HTTPError as error:
            return error.code, error.read().decode(errors="replace")

    def _answer(self, path: str, body: bytes | None = None) -> bytes:
        headers = {"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"}
        try:
            request = Request(f"{self.url}{path}", body, headers)  # noqa: S310  # the caller's own
            with urlopen(request, timeout=_SECONDS_MAX) as answer:  # noqa: S310  # as above
                octets: bytes = answer.read()
                return octets
        except HTTPError:
            raise
        except (URLError, OSError, ValueError) as error:
            raise CannotRead(f"{self.url} cannot be read: {error}") from error


@dataclass(frozen=True, slots=True)
class RemoteLog:
    """The log of whom the API key belongs to (`ledger.verification.Source`)."""

    service: RemoteService
    note: bytes | None
    """The checkpoint that everything is held against, read once."""
    cosigned: bytes | None = None
    """The last one that a witness has seen, if any has."""

    @classmethod
    def open(cls, url: str, api_key: str) -> "RemoteLog":
        """Ask for the last checkpoint.

        Raises:
            CannotRead: the service cannot be reached, or refuses the key.
        """
        service = RemoteService(url.rstrip("/"), api_key)
        # The older one first: the other way round, a checkpoint made in between would be cosigned
        # and larger than the last.
        cosigned = service.get("/log/checkpoint?cosigned=true")
        return cls(service, service.get("/log/checkpoint"), cosigned)

    def notes(self) -> Sequence[bytes]:
        return [note for note in (self.cosigned, self.note) if note is not None]

    def rows(self) -> Iterator[Row]:
        """Yield the records that the checkpoint seals; they end early where some are missing.

        Raises:
            CannotRead: the service cannot be asked any more.
        """
        size = self.size
        for index in range(-(-size // TILE_WIDTH)):
            width = min(TILE_WIDTH, size - index * TILE_WIDTH)
            bundle = self.service.get(f"/log/tile/entries/{write_tile_path(index, width)}")
            records = list(_unbundled(bundle or b""))
            yield from (Row(record) for record in records[:width])
            if len(records) != width:
                return

    def tree(self) -> Tree | None:
        return None

    def positions_of(self, account_id: UUID, size: int) -> list[int]:
        """Return where events of an account stand, up to a position.

        Raises:
            CannotRead: there is no such account, or the service cannot be asked any more.
        """
        positions: list[int] = []
        after: int | None = 0
        while after is not None:
            answer = self.service.get(f"/accounts/{account_id}/events?limit=1000&after={after}")
            if answer is None:
                raise CannotRead(f"the service knows no account {account_id}")
            page = _json(answer)
            positions += [int(item["position"]) for item in page["items"]]
            after = page["next"]
        return [position for position in positions if position <= size]

    def proved(self, position: int, size: int) -> ProvedRow:
        """Return a record with the proof that it is in the tree of a size.

        Raises:
            TreeBroken: it is not there, or its proof is not.
            CannotRead: the service cannot be asked any more.
        """
        record = self.service.get(f"/log/records/{position}")
        answer = self.service.get(f"/log/proofs/inclusion?position={position}&size={size}")
        if record is None or answer is None:
            raise TreeBroken(f"there is no record, or no proof, of position {position}")
        return ProvedRow(position, Row(record), _hashes(_json(answer)))

    def consistency(self, size_before: int, size: int) -> Proof:
        """Return the proof that the tree of one size has grown out of a smaller one.

        Raises:
            TreeBroken: there is none.
            CannotRead: the service cannot be asked any more.
        """
        return consistency_of(self.service, size_before, size)

    @property
    def size(self) -> int:
        """How many events the last checkpoint seals; 0 where there is none."""
        return self._checkpoint.size if self._checkpoint else 0

    @property
    def _checkpoint(self) -> Checkpoint | None:
        try:
            return parse_checkpoint(parse_note(self.note or b"").text)
        except NoteRefused:
            return None  # the signature is what fails, and what is told


def consistency_of(service: RemoteService, size_before: int, size: int) -> Proof:
    """Ask for the proof that the tree of one size has grown out of a smaller one.

    Raises:
        TreeBroken: there is none.
        CannotRead: the service cannot be asked.
    """
    answer = service.get(f"/log/proofs/consistency?from={size_before}&to={size}")
    if answer is None:
        raise TreeBroken(f"there is no proof from {size_before} to {size} events")
    return _hashes(_json(answer))


def _json(answer: bytes) -> dict[str, Any]:
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise CannotRead("the service answers with no JSON") from error
    if not isinstance(value, dict):
        raise CannotRead("the service answers with other JSON than it should")
    return value


def _hashes(answer: Mapping[str, Any]) -> Proof:
    """Read the hashes of a proof; the check of it sees to their number and length."""
    try:
        return [bytes.fromhex(hashed) for hashed in answer["proof"]]
    except (KeyError, TypeError, ValueError) as error:
        raise CannotRead("the service answers with no proof") from error


def _unbundled(bundle: bytes) -> Iterator[bytes]:
    at = 0
    while at + _LENGTH_BYTES <= len(bundle):
        end = at + _LENGTH_BYTES + int.from_bytes(bundle[at : at + _LENGTH_BYTES], "big")
        if end > len(bundle):
            return
        yield bundle[at + _LENGTH_BYTES : end]
        at = end
