"""What a database keeps of persons beside its log: disclosures, and whether the erased are gone."""

from domain.aggregates import EVERY_AGGREGATE
from ledger.event_types import EventTypes
from ledger.personal_evidence import disclosures_hold, erasures_hold
from ledger.replayed_log import Fault
from ledger.stored_log import StoredLog
from ledger.verification import Result, Step
from ledger.verification_report import passed


def disclosures_step(log: StoredLog) -> Step:
    """Every digest in a record has its disclosure, unless its subject was erased since.

    Whether a disclosure opens to its digest takes the key: `tenure vault check`.
    """
    fault = disclosures_hold(log.connection, EventTypes(EVERY_AGGREGATE), log.tenant_id)
    return _step("disclosures", fault, "each is there, or its subject was erased")


def erasures_step(log: StoredLog) -> Step:
    """Whoever was erased has neither key nor disclosures."""
    fault = erasures_hold(log.connection, EventTypes(EVERY_AGGREGATE), log.tenant_id)
    return _step("erasures", fault, "whoever was erased is gone")


def _step(name: str, fault: Fault | None, detail: str) -> Step:
    return passed(name, detail) if fault is None else Step(name, Result.FAIL, fault)
