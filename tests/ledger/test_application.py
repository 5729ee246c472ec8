"""The library's application replays what the writer wrote."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from domain.account import ACCOUNT
from domain.aggregates import EVERY_AGGREGATE
from domain.commands import change_tier
from domain.deal import DEAL
from domain.refusal import NotFound
from domain.tier import Tier
from ledger.application import LedgerApplication
from ledger.event_types import EventTypes
from ledger.key_service import MasterKey
from ledger.migrate import runtime_conninfo
from ledger.recorder import LedgerRecorder
from ledger.vault import Vault
from tests.ledger.processes.setting import DAY, command, opening, writer_on

ACME = UUID(int=1)


@pytest.mark.anyio
async def test_a_stream_can_be_read_as_it_stood(database_url: str, tmp_path: Path) -> None:
    async with writer_on(database_url, tmp_path / "master.key") as writer:
        raised = change_tier(ACME, to=Tier.SALES, reason="first order", on=DAY, today=DAY)
        await writer.execute_many([opening(ACME), command(raised)])

    with LedgerRecorder(
        runtime_conninfo(database_url), "default", Vault(MasterKey(bytes(32)))
    ) as recorder:
        application = LedgerApplication(recorder, EventTypes(EVERY_AGGREGATE))
        before = application.load(ACCOUNT, ACME, version=1)
        now = application.load(ACCOUNT, ACME)
        with pytest.raises(NotFound):
            application.load(ACCOUNT, uuid4())
        with pytest.raises(NotFound):
            application.load(DEAL, ACME)

    assert (before.version, before.state.tier) == (1, Tier.PROSPECT)
    assert (now.version, now.state.tier) == (2, Tier.SALES)
