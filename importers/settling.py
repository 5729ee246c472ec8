"""Accounts for the answers: each row read is recorded, there, left out, or kept with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from domain.refusal import NotFound, Refused
from importers.aside import Aside
from importers.cells import Values
from importers.failure import BadCell, Held
from importers.owners import OWNER, owner_key
from importers.rejects import Rejects
from importers.request import Import, Listener
from importers.rows import Row
from importers.summary import Summary
from importers.taking import DIFFERS, Taken
from ledger.command import Outcome
from ledger.record import RecordTooLarge
from ledger.transaction import Answer

_SHOWN_CHARACTERS_MAX: Final = 80


@dataclass(slots=True)
class Asked:
    """A row, and its commands or what keeps it from having any."""

    row: Row
    values: Values
    taken: Sequence[Taken] = ()
    bad: Sequence[BadCell] = ()


class _Fate(Enum):
    RECORDED = auto()
    THERE = auto()
    DIFFERS = auto()
    REFUSED = auto()


class Settling:
    """Counts the answers, and keeps the rows that were not taken."""

    def __init__(
        self, asked: Import, rejects: Rejects, listener: Listener, aside: Aside | None
    ) -> None:
        self._asked = asked
        self._rejects = rejects
        self._listener = listener
        self._aside = aside
        self._spelt: dict[str, str] = {}
        self.summary = Summary(
            file=asked.source.name,
            kind=asked.kind.name,
            form=asked.table.form,
            sha256=asked.source.sha256,
        )

    def settle(self, answers: Sequence[Answer], rows: Sequence[Asked], *, bytes_read: int) -> None:
        """Account for rows of which every command has its answer.

        Raises:
            Exception: an answer that says nothing about its row: the ledger cannot go on.
        """
        given = iter(answers)
        for each in rows:
            self.summary.read += 1
            if self._aside is not None:
                self._aside.add(each.row)
            if each.row.left_out or not (each.taken or each.bad):
                self.summary.left_out += 1
            elif not each.taken:
                self._reject(each.row, each.bad)
            else:
                self._account_for(each, [next(given) for _ in each.taken])
            self._count_owner(each)
        self._listener.advanced(bytes_read, self.summary)

    def _count_owner(self, each: Asked) -> None:
        """Count the row for its owner, if nobody has told who that is."""
        said = each.values.get(OWNER)
        if said is not None and self._asked.owners.find(said) is None:
            spelt = self._spelt.setdefault(owner_key(said), said)
            unknown = self.summary.unknown_owners
            unknown[spelt] = unknown.get(spelt, 0) + 1

    def _account_for(self, each: Asked, answers: Sequence[Answer]) -> None:
        """Count the row: it is rejected if anything asked for on its behalf was refused."""
        fates = set()
        for taken, answer in zip(each.taken, answers, strict=True):
            fate = self._fate(taken, answer)
            if fate is _Fate.REFUSED and isinstance(answer, Exception):
                self._reject(each.row, [self._blamed(each.row, answer)])
                return
            fates.add(fate)
        if _Fate.RECORDED in fates:
            self.summary.accepted += 1
        else:
            self.summary.already_there += 1
            self.summary.differing += _Fate.DIFFERS in fates

    def _fate(self, taken: Taken, answer: Answer) -> "_Fate":
        """Tell what became of one thing asked for.

        Raises:
            Exception: the ledger cannot go on.
        """
        recorded = self._asked.recorded
        match answer:
            case Outcome(replayed=True):
                return _Fate.RECORDED if taken.key in recorded else _Fate.THERE
            case Outcome() if answer.receipt.position is None:
                return _Fate.THERE
            case Outcome():
                if taken.key is not None:
                    recorded.add(taken.key)
                return _Fate.RECORDED
            case Refused(code=code) if code == DIFFERS:
                return _Fate.DIFFERS
            case NotFound(kind="tenant"):
                raise answer
            case Refused() | NotFound() | RecordTooLarge():
                return _Fate.THERE if taken.of_another_row else _Fate.REFUSED
            case _:
                raise answer

    def _blamed(self, row: Row, answer: Exception) -> BadCell:
        """Find the cell that a refusal is about; failing that, it is about the row."""
        match answer:
            case Refused():
                code = answer.code
            case NotFound():
                code = f"no-{answer.kind}"
            case _:
                code = ""
        named = self._asked.kind.blame.get(code, "row")
        columns = (named,) if isinstance(named, str) else named
        column = next((each for each in columns if each in row.cells), columns[-1])
        return BadCell(column, str(answer), row.cells.get(column, ""))

    def _reject(self, row: Row, bad: Sequence[BadCell]) -> None:
        self.summary.rejected += 1
        self.summary.held += any(isinstance(cell, Held) for cell in bad)
        complaints = [self._complaint(row, cell) for cell in bad]
        for complaint in complaints:
            self._listener.rejected(complaint)
        self._rejects.add(row, "; ".join(complaints))
        self.summary.rejects = self._rejects.path

    def _complaint(self, row: Row, cell: BadCell) -> str:
        """Write `file:line:column: what is wrong, value`."""
        line = cell.line or self._asked.table.line_of(row, cell.column)
        heading = self._asked.table.heading_of(cell.column)
        shown: Any = cell.value[:_SHOWN_CHARACTERS_MAX]
        if len(cell.value) > _SHOWN_CHARACTERS_MAX:
            shown += "..."
        return f"{self._asked.source.name}:{line}:{heading}: {cell.what}, {shown!r}"
