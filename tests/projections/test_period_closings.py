"""Restatements of closed periods are told from the log alone, also those without a reason."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.period_closing import CLOSED_PERIODS, PeriodClosed, PeriodReopened
from ledger.recorded import Recorded
from projections.period_closings import Closings, UnexplainedRestatements, closings_of
from tests.projections.log import Log

ACME = UUID(int=1)
MAY, JUNE = date(2026, 5, 20), date(2026, 6, 3)
CLOSED = PeriodClosed(
    period="2026-05", first=date(2026, 5, 1), until=date(2026, 6, 1), closed_on=JUNE
)
REOPENED = PeriodReopened(period="2026-05", first=CLOSED.first, until=CLOSED.until)


def told(event: PeriodClosed | PeriodReopened, log: Log) -> int:
    return log.add(event, account_id=None, stream_id=CLOSED_PERIODS.id, on=JUNE)


def log_with_a_close() -> Log:
    """Orders of May before the close, while it holds, after it was reopened, and after the next."""
    log = Log()
    log.open(ACME)
    log.place(ACME, UUID(int=1), "1.00", MAY)
    told(CLOSED, log)
    log.place(ACME, UUID(int=2), "1.00", MAY)
    log.place(ACME, UUID(int=3), "1.00", JUNE)
    told(REOPENED, log)
    log.place(ACME, UUID(int=4), "1.00", MAY)
    told(CLOSED, log)
    log.correct(ACME, UUID(int=1), "2.00", MAY)
    return log


def with_a_reason(entry: Recorded) -> Recorded:
    return replace(entry, envelope=replace(entry.envelope, reason="the invoice came late"))


def test_an_entry_restates_what_was_closed_when_it_was_recorded() -> None:
    log = log_with_a_close()

    closings = closings_of(log.entries)

    restating = {e.position: closings.restated_by(e) for e in log.entries}
    assert {each for each, period in restating.items() if period} == {4, 9}
    assert set(restating.values()) == {None, "2026-05"}
    assert Closings().restated_by(log.entries[0]) is None


def test_what_got_in_without_a_reason_is_found() -> None:
    """Attack T12: somebody wrote past the writer."""
    log = log_with_a_close()

    check = UnexplainedRestatements()
    found = {e.position: check.read(e) for e in log.entries}
    assert {each: closing.period for each, closing in found.items() if closing} == {
        4: "2026-05",
        9: "2026-05",
    }
    check = UnexplainedRestatements()
    explained = [check.read(with_a_reason(e)) for e in log.entries]
    assert not any(explained)


def test_a_day_within_the_event_counts_as_well_as_that_of_the_envelope() -> None:
    log = log_with_a_close()
    log.place(ACME, UUID(int=5), "1.00", MAY)
    late = log.entries[-1]
    hidden = replace(late, envelope=replace(late.envelope, effective_at=JUNE))

    check = UnexplainedRestatements()
    found = [check.read(e) for e in [*log.entries[:-1], hidden]]

    assert found[-1] is not None
