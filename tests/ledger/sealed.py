"""A sealed log to be tampered with, and what an auditor has of it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from domain.commands import place_order
from ledger.ledger import open_ledger
from ledger.merkle import TILE_WIDTH, extend, full_tiles, leaf_hash, parent_hash
from ledger.note import SigningKey, VerifierKey
from ledger.parallel_replay import verify_stored
from ledger.record import read_record, write_record
from ledger.seal_state import Sealed
from ledger.sealer import Sealer
from ledger.settings import load_settings
from ledger.signer import Signer
from ledger.stored_log import open_stored_log
from ledger.verification import Report, Result
from ledger.witness_policy import Policy
from tests.databases import cloned
from tests.ledger.processes.setting import DAY, command, opening, order_of

ACME = UUID(int=1)
ORIGIN = "tenure-1/default"
FIRST, SIZE = 290, 300
"""Two checkpoints: of 290 and of 300 events."""


@dataclass
class Sample:
    """A sealed log, the key it is sealed with, and what an auditor verified last."""

    url: str
    key: SigningKey
    state: dict[str, Sealed]

    def verify(
        self,
        *keys: VerifierKey,
        held: bool = True,
        policy: Policy | None = None,
        now: datetime | None = None,
    ) -> Report:
        trusted = list(keys) or [self.key.named(ORIGIN).verifier]
        state = self.state if held else {}
        with open_stored_log(self.url, "default", [key.name for key in trusted]) as log:
            return verify_stored(log, self.url, trusted, state, policy=policy, now=now)

    def tamper(self, *statements: str, **parameters: Any) -> None:
        """Do what a superuser can do."""
        with psycopg.connect(self.url, autocommit=True) as owner:
            for table in (
                "event",
                "log_head",
                "log_tile",
                "log_checkpoint",
                "log_key",
                "log_cosignature",
            ):
                owner.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER USER")
            for statement in statements:
                owner.execute(statement, parameters or None)

    def records(self) -> list[bytes]:
        with psycopg.connect(self.url) as owner:
            rows = owner.execute(
                "SELECT record FROM ledger.event WHERE tenant_id = 'default' ORDER BY position"
            )
            return [record for (record,) in rows]

    def repair(self, records: list[bytes]) -> None:
        """Make links, columns, leaves, tiles and the head fit these records again."""
        relinked: list[bytes] = []
        last: dict[UUID, tuple[int, bytes | None]] = {}
        for position, record in enumerate(records, start=1):
            envelope, data = read_record(record)
            version, before = last.get(envelope.stream_id, (0, None))
            fitted = replace(
                envelope, position=position, version=version + 1, prev_in_stream=before
            )
            relinked.append(write_record(fitted, data))
            last[envelope.stream_id] = version + 1, leaf_hash(relinked[-1])
        leaves = [leaf_hash(record) for record in relinked]
        tiles: dict[tuple[int, int], bytes] = {}
        for level, index in full_tiles(0, len(leaves)):
            below = range(index * TILE_WIDTH, (index + 1) * TILE_WIDTH)
            tiles[level, index] = b"".join(
                leaves[i] if level == 0 else parent_hash(tiles[level - 1, i]) for i in below
            )
        self.tamper("TRUNCATE ledger.event, ledger.log_tile")
        self.tamper(EVENTS_AGAIN, records=relinked, leaves=leaves)
        for (level, index), hashes in tiles.items():
            values = {"level": level, "index": index, "hashes": hashes}
            self.tamper(
                "INSERT INTO ledger.log_tile VALUES ('default', %(level)s, %(index)s, %(hashes)s)",
                **values,
            )
        head = {"size": len(leaves), "frontier": extend(0, b"", leaves)}
        self.tamper("UPDATE ledger.log_head SET size = %(size)s, frontier = %(frontier)s", **head)


EVENTS_AGAIN = """
    INSERT INTO ledger.event (tenant_id, position, stream_id, stream_type, version, account_id,
        name, schema_version, recorded_at, effective_at, actor, on_behalf_of, reason,
        correlation_id, causation_id, command_id, record, leaf)
    SELECT part.*, new.record, new.leaf
    FROM unnest(%(records)s::bytea[], %(leaves)s::bytea[]) AS new (record, leaf),
        json_to_record(convert_from(new.record, 'UTF8')::json) AS part (
            tenant_id text, position bigint, stream_id uuid, stream_type text, version bigint,
            account_id uuid, name text, schema_version integer, recorded_at timestamptz,
            effective_at date, actor text, on_behalf_of text[], reason text, correlation_id uuid,
            causation_id uuid, command_id uuid)
"""


@contextmanager
def sealed_log(cluster_url: str, template: str, folder: Path) -> Iterator[Sample]:
    """Write a log and seal it twice."""
    signer = Signer(folder)
    key = signer.create_key("tenure-1")
    with cloned(cluster_url, template) as url:
        asyncio.run(_write(url, folder, signer))
        last = signer.last(ORIGIN)
        assert last is not None
        yield Sample(url, key, {ORIGIN: last})


@contextmanager
def copied(cluster_url: str, original: Sample) -> Iterator[Sample]:
    """Give a copy of a sealed log."""
    name = str(psycopg.conninfo.conninfo_to_dict(original.url)["dbname"])
    with cloned(cluster_url, name) as url:
        yield replace(original, url=url, state=dict(original.state))


async def _write(url: str, folder: Path, signer: Signer) -> None:
    content = order_of("1.00")
    settings = load_settings({"TENURE_DATA_DIR": str(folder)})
    async with open_ledger(url, settings) as ledger:
        for count in (FIRST - 1, SIZE - FIRST):
            orders = [
                command(place_order(ACME, order_id=uuid4(), content=content, today=DAY))
                for _ in range(count)
            ]
            await ledger.writer.execute_many([opening(ACME), *orders])
            sealer = Sealer(ledger.conninfo, ledger.types, signer, interval_s=3_600)
            await sealer.seal_all()
            await sealer._drop_connection()


def failed(report: Report) -> dict[str, int | None]:
    """Return the failed steps, with their first bad places."""
    return {step.name: step.fault.position for step in report.steps if step.result is Result.FAIL}
