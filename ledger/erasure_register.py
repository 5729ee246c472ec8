"""The erasure register: a file beside the keys that knows who was erased, whatever is restored.

One JSON object a line, only ever added to. It holds random ids and digests, and nothing personal.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.erasure import PersonalDataErased
from ledger.failure import CannotStart
from ledger.settings import Settings

_NAME: Final = "erasures.jsonl"


class RegisteredErasure(BaseModel):
    """An erasure as it was recorded, and where the log then had it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant_id: str
    position: int
    recorded_at: datetime
    leaf: str
    erased: PersonalDataErased

    @property
    def key(self) -> tuple[str, UUID]:
        return self.tenant_id, self.erased.erasure_id


@dataclass(frozen=True, slots=True)
class ErasureRegister:
    """The file, which is made at the first erasure."""

    path: Path

    @classmethod
    def of(cls, settings: Settings) -> "ErasureRegister":
        return cls(settings.data_dir / _NAME)

    def read(self) -> Sequence[RegisteredErasure]:
        """Return what is registered; a last line that was never finished is not.

        Raises:
            CannotStart: it cannot be read, or is not a register.
        """
        try:
            octets = self.path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise CannotStart(
                f"the erasure register {self.path} cannot be read: {error.strerror}"
            ) from error
        return self._parsed(octets)

    def add(self, erasures: Iterable[RegisteredErasure]) -> int:
        """Register what is not registered yet, on disk when this returns; return how many.

        Raises:
            CannotStart: it cannot be written, or is not a register.
        """
        wanted = {each.key: each for each in erasures}
        if not wanted:
            return 0
        try:
            with self._locked() as file:
                octets = file.read()
                known = {each.key for each in self._parsed(octets)}
                new = [each for key, each in wanted.items() if key not in known]
                file.truncate(octets.rfind(b"\n") + 1)
                file.seek(0, os.SEEK_END)
                file.write(b"".join(each.model_dump_json().encode() + b"\n" for each in new))
                file.flush()
                os.fsync(file.fileno())
                return len(new)
        except OSError as error:
            raise CannotStart(
                f"the erasure register {self.path} cannot be written: {error.strerror}"
            ) from error

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        """Open the file for this process alone; several services may share a folder."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file

    def _parsed(self, octets: bytes) -> Sequence[RegisteredErasure]:
        lines = octets.split(b"\n")[:-1]
        try:
            return [RegisteredErasure.model_validate_json(line) for line in lines]
        except ValidationError as error:
            raise CannotStart(
                f"{self.path} is not an erasure register ({error.error_count()} faults in a line); "
                "put the right one back from its backup: it knows who must stay erased"
            ) from None
