"""What the request at hand has come to read, told by whoever reads it, for the read log."""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID


@dataclass(slots=True)
class ReadSoFar:
    """One request: why it reads, and what has been read for it."""

    request_id: UUID
    reason: str | None
    rows: int | None = None
    form: str | None = None
    subjects: dict[UUID, None] = field(default_factory=dict)
    values: int = 0
    break_glass_id: UUID | None = None
    is_export: bool = False

    def list_rows(self, rows: int, form: str) -> None:
        """Tell of a page of a list."""
        self.rows, self.form = rows, form

    def disclose(
        self, subjects: Iterable[UUID], *, values: int, break_glass_id: UUID | None = None
    ) -> None:
        """Tell of personal values that the answer will show, and of the persons they are about.

        The answer is held back until this is on record, and not given if it cannot be.
        """
        self.subjects |= dict.fromkeys(subjects)
        self.values += values
        self.break_glass_id = break_glass_id or self.break_glass_id

    def export(
        self,
        *,
        form: str,
        rows: int | None = None,
        subjects: Iterable[UUID] = (),
        values: int = 0,
    ) -> None:
        """Tell of data that leave in a form made to be carried away; held back as `disclose`.

        `form` is a word such as `bag`; `values` counts the personal values in it, `subjects` are
        the persons they are about.
        """
        self.is_export, self.form, self.rows = True, form, rows
        self.disclose(subjects, values=values)

    @property
    def is_held_back(self) -> bool:
        """Whether the answer must not be given before the read is on record."""
        return self.is_export or self.values > 0


_at_hand: Final[ContextVar[ReadSoFar]] = ContextVar("read_so_far")


def this_read() -> ReadSoFar:
    """Return what the request at hand has read so far.

    Raises:
        LookupError: no request is at hand, and so nothing that would put it on record.
    """
    return _at_hand.get()


def begin_read(read: ReadSoFar) -> None:
    """Let `this_read` give this to everything that is called from here on."""
    _at_hand.set(read)
