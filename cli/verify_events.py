"""What events say beyond their seals: whether published figures and closed periods hold."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from domain.aggregates import EVERY_AGGREGATE
from domain.period_closing import PeriodClosed
from domain.published_figure import FigurePublished
from ledger.canonical import NotCanonical
from ledger.event_types import EventTypes
from ledger.reading import read_entry
from ledger.recorded import Recorded
from ledger.replayed_log import Fault, Row
from ledger.verification import Report, Result, Source, Step, Tree, Verdict
from ledger.verification_report import failed, incomplete, passed, skipped
from projections.figure_replay import FigureCheck, FigureReplay
from projections.period_closings import UnexplainedRestatements

NAMES: Final = (FigurePublished.NAME, PeriodClosed.NAME)
"""What a log must hold for there to be anything to check here."""

NOT_AS_SEALED: Final = "the log itself is not as it was sealed"
"""Why nothing is read out of the records of a log that has failed already."""
UNREADABLE: Final = (NotCanonical, KeyError, ValidationError)
"""What reading an event raises that is of no version known here."""

Records = Callable[[], Iterable[bytes]]
"""All records of a log, in their order, as often as asked."""


@dataclass
class Noticing:
    """A source that remembers which of its records are so named, as they pass by."""

    source: Source
    named: list[bytes] = field(default_factory=list)

    def notes(self) -> Sequence[bytes]:
        return self.source.notes()

    def rows(self) -> Iterator[Row]:
        for row in self.source.rows():
            if is_named(row.record, NAMES):
                self.named.append(row.record)
            yield row

    def tree(self) -> Tree | None:
        return self.source.tree()


def is_named(record: bytes, names: Collection[str]) -> bool:
    """Tell whether a record may be of an event so named; its data might say so too."""
    return any(f'"name":"{name}"'.encode() in record for name in names)


def event_steps(report: Report, named: Iterable[bytes], records: Records) -> tuple[Step, Step]:
    """Reckon published figures again, and look for restatements without a reason.

    `named` are the records that may be of NAMES. All records are read only if there is one, and
    only if the log is the one that was sealed.
    """
    if report.verdict is Verdict.TAMPERED:
        return skipped("figures", NOT_AS_SEALED), skipped("periods", NOT_AS_SEALED)
    types, figures, closes = EventTypes(EVERY_AGGREGATE), [], False
    position = 0
    try:
        for entry in (read_entry(types, record) for record in named):
            position = entry.position
            closes |= entry.envelope.name == PeriodClosed.NAME
            if entry.envelope.name == FigurePublished.NAME:
                figures.append(entry)
        check = _Check(FigureReplay(figures))
        if figures or closes:
            for entry in (read_entry(types, record) for record in records()):
                position = entry.position
                check.read(entry)
    except UNREADABLE:
        detail = f"what follows position {position} is of no version of an event known here"
        return incomplete("figures", detail), incomplete("periods", detail)
    return check.figures_step(), check.periods_step(closes=closes)


@dataclass
class _Check:
    replay: FigureReplay
    restatements: UnexplainedRestatements = field(default_factory=UnexplainedRestatements)
    wrong: FigureCheck | None = None
    unexplained: Fault | None = None
    agreeing: int = 0
    not_checked: int = 0

    def read(self, entry: Recorded) -> None:
        for check in self.replay.read(entry):
            if not check.agrees:
                self.wrong = self.wrong or check
            elif check.not_checked:
                self.not_checked += 1
            else:
                self.agreeing += 1
        closing = self.restatements.read(entry)
        if closing is not None and self.unexplained is None:
            detail = f"counts in {closing.period}, which was closed, and gives no reason"
            stream = str(entry.envelope.stream_id)
            self.unexplained = Fault(detail, entry.position, stream, "a reason", "none")

    def figures_step(self) -> Step:
        if self.wrong is not None and self.wrong.disagreement is not None:
            of, said = self.wrong.subject, self.wrong.disagreement
            detail = f"the figure {of.kpi} of {of.period} is not what the log gives: {said.what}"
            expected, actual = said.expected, said.actual
            return failed("figures", detail, self.wrong.position, expected=expected, actual=actual)
        if self.not_checked:
            return incomplete("figures", f"{self.not_checked} were reckoned by other formulas")
        if not self.agreeing:
            return skipped("figures", "none was published")
        return passed("figures", f"{self.agreeing} reckoned again from the records")

    def periods_step(self, *, closes: bool) -> Step:
        if self.unexplained is not None:
            return Step("periods", Result.FAIL, self.unexplained)
        if not closes:
            return skipped("periods", "none was closed")
        return passed("periods", "what counts in a closed one and came later says why")
