"""Our recorder passes the test cases that the library ships for recorders."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests.persistence import ApplicationRecorderTestCase
from typing_extensions import override

from ledger.key_service import MasterKey
from ledger.migrate import runtime_conninfo
from ledger.recorder import LedgerRecorder
from ledger.vault import Vault
from tests.ledger.log import assert_log_is_whole


@pytest.fixture(autouse=True)
def recorder(request: pytest.FixtureRequest, database_url: str) -> Iterator[LedgerRecorder]:
    with LedgerRecorder(
        runtime_conninfo(database_url), "default", Vault(MasterKey(bytes(32)))
    ) as recorder:
        if request.instance is not None:
            request.instance.recorder = recorder
        yield recorder


class TestLedgerRecorder(ApplicationRecorderTestCase[LedgerRecorder]):
    recorder: LedgerRecorder

    @override
    def create_recorder(self) -> LedgerRecorder:
        return self.recorder

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


def test_what_the_library_appends_is_sealed_like_everything_else(
    recorder: LedgerRecorder, database_url: str
) -> None:
    originator_id = uuid4()
    recorder.insert_events(
        [StoredEvent(originator_id, version, "noted", b"\x00 any") for version in range(1, 301)]
    )

    assert assert_log_is_whole(database_url) == 300
    assert recorder.select_events(originator_id, gt=299) == [
        StoredEvent(originator_id, 300, "noted", b"\x00 any")
    ]
