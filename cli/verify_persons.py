"""What a database keeps of persons beside its log: disclosures, and whether the erased are gone."""

from cli.verify_events import NOT_AS_SEALED, UNREADABLE
from domain.aggregates import EVERY_AGGREGATE
from ledger.event_types import EventTypes
from ledger.personal_evidence import disclosures_hold, erasures_hold
from ledger.replayed_log import Fault
from ledger.stored_log import StoredLog
from ledger.verification import Report, Result, Step, Verdict
from ledger.verification_report import incomplete, passed, skipped


def person_steps(report: Report, log: StoredLog) -> tuple[Step, Step]:
    """Hold disclosures and erasures to the log, if it is the one that was sealed.

    Every digest in a record has its disclosure, unless its subject was erased since; whoever was
    erased has neither key nor disclosures. Whether a disclosure opens to its digest takes the key:
    `tenure vault check`.
    """
    if report.verdict is Verdict.TAMPERED:
        return skipped("disclosures", NOT_AS_SEALED), skipped("erasures", NOT_AS_SEALED)
    asked = (log.connection, EventTypes(EVERY_AGGREGATE), log.tenant_id)
    try:
        disclosures, erasures = disclosures_hold(*asked), erasures_hold(*asked)
    except UNREADABLE:
        detail = "an event is of no version known here"
        return incomplete("disclosures", detail), incomplete("erasures", detail)
    return (
        _step("disclosures", disclosures, "each is there, or its subject was erased"),
        _step("erasures", erasures, "whoever was erased is gone"),
    )


def _step(name: str, fault: Fault | None, detail: str) -> Step:
    return passed(name, detail) if fault is None else Step(name, Result.FAIL, fault)
