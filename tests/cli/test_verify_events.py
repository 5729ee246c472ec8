"""`tenure verify` holds published figures and closed periods to the records themselves."""

from dataclasses import replace

from cli.verify_events import NAMES, event_steps, is_named
from ledger.replayed_log import Fault
from ledger.verification import Report, Result, Step
from tests.projections.log import Log, _record
from tests.projections.test_figure_replay import forged, log_of_two, publish, reckoned, subject
from tests.projections.test_period_closings import log_with_a_close

CLEAN = Report((Step("root", Result.PASS, Fault("recomputed")),), None, 0)
BROKEN = Report((Step("root", Result.FAIL, Fault("another")),), None, 0)


def checked(log: Log, report: Report = CLEAN) -> dict[str, Step]:
    records = [_record(entry.envelope, entry.event) for entry in log.entries]
    named = [record for record in records if is_named(record, NAMES)]
    return {step.name: step for step in event_steps(report, named, lambda: records)}


def test_figures_are_reckoned_again() -> None:
    log = log_of_two()
    for of in (subject(), subject(None)):
        publish(log, reckoned(log, of))

    step = checked(log)["figures"]

    assert (step.result, step.fault.detail) == (Result.PASS, "2 reckoned again from the records")


def test_t19_a_figure_from_a_chosen_set_fails_at_its_position() -> None:
    log = log_of_two()
    forged(log, reckoned(log, subject(), left_out=[4]))

    step = checked(log)["figures"]

    assert (step.result, step.fault.position) == (Result.FAIL, log.size)
    assert "is not what the log gives" in step.fault.detail


def test_t12_what_got_into_a_closed_period_without_a_reason_fails_at_its_position() -> None:
    log = log_with_a_close()

    step = checked(log)["periods"]

    assert (step.result, step.fault.position) == (Result.FAIL, 4)
    assert step.fault.detail == "counts in 2026-05, which was closed, and gives no reason"


def test_what_says_why_passes() -> None:
    log = log_with_a_close()
    log.entries = [
        replace(entry, envelope=replace(entry.envelope, reason="the invoice came late"))
        for entry in log.entries
    ]

    assert checked(log)["periods"].result is Result.PASS


def test_where_there_is_nothing_or_the_log_is_not_as_sealed_it_is_said() -> None:
    nothing, broken = checked(log_of_two()), checked(log_with_a_close(), BROKEN)

    assert nothing["figures"].fault.detail == "none was published"
    assert nothing["periods"].fault.detail == "none was closed"
    assert {step.result for step in (*nothing.values(), *broken.values())} == {Result.SKIPPED}
    assert broken["periods"].fault.detail == "the log itself is not as it was sealed"


def test_an_event_of_a_later_version_leaves_it_incomplete() -> None:
    log = log_with_a_close()
    records = [_record(entry.envelope, entry.event) for entry in log.entries]
    later = records[-1].replace(b'"name":"order.corrected"', b'"name":"order.corrected-anew"')
    records[-1] = later

    figures, periods = event_steps(CLEAN, records, lambda: records)

    assert figures.incomplete
    assert periods.incomplete
    assert "follows position 8" in periods.fault.detail
