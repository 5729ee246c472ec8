"""What is committed is sealed, once and in order; what was cut off or changed is not."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.commands import place_order
from domain.refusal import Refused
from ledger.checkpoint import verify_checkpoint
from ledger.checkpoints import NotSealed, find_checkpoint, read_log_keys, require_checkpoint
from ledger.ledger import Ledger, open_ledger
from ledger.merkle import leaf_hash, root_of
from ledger.note import SigningKey, VerifierKey, verify_note
from ledger.sealer import Sealer
from ledger.sealing import ensure_key, read_heads, read_seal, seal_log
from ledger.settings import load_settings
from ledger.signer import STATE_FILE, Signer, SignerRefused
from ledger.signing_keys import begin_new_epoch, rotate_key, verifier_keys
from ledger.tenants import create_tenant
from tests.ledger.processes.setting import DAY, command, opening, order_of

pytestmark = pytest.mark.anyio

ACME = UUID(int=1)
NAME = "tenure-1"
ORIGIN = "tenure-1/default"
FAR_S = 3_600.0
"""An interval that no test waits for."""


@pytest.fixture
async def ledger(database_url: str, tmp_path: Path) -> AsyncIterator[Ledger]:
    settings = load_settings({"TENURE_DATA_DIR": str(tmp_path)})
    async with open_ledger(database_url, settings) as ledger:
        await ledger.writer.execute(opening(ACME))
        yield ledger


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    signer = Signer(tmp_path)
    signer.create_key(NAME)
    return signer


async def orders(ledger: Ledger, count: int) -> None:
    content = order_of("1.00")
    await ledger.writer.execute_many(
        [
            command(place_order(ACME, order_id=uuid4(), content=content, today=DAY))
            for _ in range(count)
        ]
    )


async def seal(ledger: Ledger, signer: Signer) -> Sealer:
    """Seal every log as it stands."""
    sealer = Sealer(ledger.conninfo, ledger.types, signer, interval_s=FAR_S)
    await sealer.seal_all()
    await sealer._drop_connection()
    return sealer


async def last_note(ledger: Ledger) -> bytes:
    async with ledger.pool.connection() as connection:
        return (await require_checkpoint(connection, "default")).note


def recomputed_root(url: str, size: int) -> bytes:
    with psycopg.connect(url) as owner:
        rows = owner.execute(
            "SELECT record FROM ledger.event WHERE tenant_id = 'default' AND position <= %s "
            "ORDER BY position",
            (size,),
        ).fetchall()
    return root_of([leaf_hash(record) for (record,) in rows])


def tamper(url: str, *statements: str) -> None:
    """Do what a superuser can do."""
    with psycopg.connect(url, autocommit=True) as owner:
        for table in ("event", "log_head", "log_tile", "log_checkpoint", "log_key"):
            owner.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER USER")
        for statement in statements:
            owner.execute(statement)


async def test_a_checkpoint_seals_what_was_committed(
    ledger: Ledger, signer: Signer, database_url: str
) -> None:
    await orders(ledger, 300)
    sealer = await seal(ledger, signer)

    trusted = [VerifierKey.parse(text) for _, text in verifier_keys(signer, [("default", 1)])]
    checkpoint = verify_checkpoint(await last_note(ledger), trusted, origin=ORIGIN)
    assert checkpoint.size == 301
    assert checkpoint.root == recomputed_root(database_url, 301)
    assert sealer.reasons == []
    assert sealer.progress["default"].sealed == 301


async def test_many_batches_share_a_checkpoint_and_idle_logs_need_none(
    ledger: Ledger, signer: Signer, database_url: str
) -> None:
    for _ in range(3):
        await orders(ledger, 20)
    for _ in range(3):
        await seal(ledger, signer)

    with psycopg.connect(database_url) as owner:
        sizes = owner.execute("SELECT size FROM ledger.log_checkpoint").fetchall()
    assert sizes == [(61,)]


async def test_each_checkpoint_continues_the_one_before(ledger: Ledger, signer: Signer) -> None:
    for count in (0, 1, 254, 3, 300):
        await orders(ledger, count)
        assert (await seal(ledger, signer)).reasons == []

    last = signer.last(ORIGIN)
    assert last is not None
    assert last.size == 559


async def test_an_empty_log_is_not_sealed(
    ledger: Ledger, signer: Signer, database_url: str
) -> None:
    with psycopg.connect(database_url) as owner:
        create_tenant(owner, "empty", "Empty")
    sealer = await seal(ledger, signer)

    async with ledger.pool.connection() as connection:
        assert await find_checkpoint(connection, "empty") is None
        with pytest.raises(NotSealed, match="nothing has been sealed yet"):
            await require_checkpoint(connection, "empty")
    assert sealer.reasons == []


async def test_the_sealer_follows_the_writer_and_seals_the_rest_as_it_ends(
    ledger: Ledger, signer: Signer
) -> None:
    async with Sealer(ledger.conninfo, ledger.types, signer, interval_s=0.05) as sealer:
        ledger.writer.on_commit(sealer.wake)
        await orders(ledger, 10)
        async with asyncio.timeout(20):
            while sealer.progress["default"].sealed < 11:  # noqa: ASYNC110  # as a watcher would
                await asyncio.sleep(0.01)
        await orders(ledger, 10)

    assert sealer.progress["default"].sealed == 21


async def test_every_checkpoint_made_while_several_write_has_the_root_of_its_size(
    ledger: Ledger, signer: Signer, database_url: str, tmp_path: Path
) -> None:
    settings = load_settings({"TENURE_DATA_DIR": str(tmp_path)})
    sealers = [
        Sealer(ledger.conninfo, ledger.types, each, interval_s=0.01)
        for each in (signer, Signer(tmp_path))
    ]
    async with open_ledger(database_url, settings) as second, sealers[0], sealers[1]:
        for writing in (ledger, second):
            writing.writer.on_commit(sealers[0].wake)
            writing.writer.on_commit(sealers[1].wake)
        for _ in range(12):
            await asyncio.gather(orders(ledger, 9), orders(second, 7))

    trusted = [signer.key().named(ORIGIN).verifier]
    with psycopg.connect(database_url) as owner:
        notes = owner.execute("SELECT note FROM ledger.log_checkpoint ORDER BY size").fetchall()
    checkpoints = [verify_checkpoint(note, trusted, origin=ORIGIN) for (note,) in notes]
    assert len(checkpoints) > 1
    assert checkpoints[-1].size == 1 + 12 * 16
    for checkpoint in checkpoints:
        assert checkpoint.root == recomputed_root(database_url, checkpoint.size)
    assert [sealer.reasons for sealer in sealers] == [[], []]


async def test_without_a_key_nothing_is_sealed_and_it_says_so(
    ledger: Ledger, tmp_path: Path
) -> None:
    sealer = await seal(ledger, Signer(tmp_path / "elsewhere"))

    assert len(sealer.reasons) == 1
    assert "the log of default is not sealed: there is no signing key" in sealer.reasons[0]


async def test_a_key_is_made_where_nothing_was_sealed_and_never_in_the_place_of_a_lost_one(
    ledger: Ledger, tmp_path: Path
) -> None:
    first, second = Signer(tmp_path / "first"), Signer(tmp_path / "second")
    async with ledger.pool.connection() as connection:
        await ensure_key(connection, first)
        await seal(ledger, first)
        await ensure_key(connection, second)

    assert first.has_key
    assert not second.has_key


async def test_a_key_that_nobody_declared_does_not_seal_what_another_has_sealed(
    ledger: Ledger, signer: Signer, tmp_path: Path
) -> None:
    await seal(ledger, signer)
    other = Signer(tmp_path / "other")
    other.create_key(NAME)
    await orders(ledger, 1)
    sealer = await seal(ledger, other)

    assert "the log is signed by" in sealer.reasons[0]


SPOIL_FRONTIER = """
    UPDATE ledger.log_head SET frontier = decode(repeat('ab', octet_length(frontier)), 'hex')
"""
CUT = (
    "DELETE FROM ledger.event WHERE position > 200",
    "DELETE FROM ledger.log_checkpoint",
    "UPDATE ledger.log_head SET size = 128, frontier = (SELECT root FROM ledger.log_tile LIMIT 1)",
)


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        (CUT, "its tail was lost or cut off"),
        (
            (*CUT, "TRUNCATE ledger.event, ledger.log_tile, ledger.log_key"),
            "its tail was lost or cut off",
        ),
        ((SPOIL_FRONTIER,), "does not continue"),
        (
            ("UPDATE ledger.log_tile SET hashes = overlay(hashes PLACING '\\x00' FROM 8000)",),
            "does not continue",
        ),
        (
            ("UPDATE ledger.event SET leaf = sha256(leaf) WHERE position = 301",),
            "does not continue",
        ),
        (("DELETE FROM ledger.event WHERE position = 301",), "instead of"),
    ],
)
async def test_a_log_that_was_cut_or_changed_is_not_sealed(
    ledger: Ledger, signer: Signer, database_url: str, statements: tuple[str, ...], reason: str
) -> None:
    await orders(ledger, 249)
    await seal(ledger, signer)
    await orders(ledger, 100)
    sealed = signer.last(ORIGIN)

    tamper(database_url, *statements)
    sealer = await seal(ledger, signer)

    assert len(sealer.reasons) == 1
    assert reason in sealer.reasons[0]
    assert signer.last(ORIGIN) == sealed


async def test_a_lost_state_is_missed(ledger: Ledger, signer: Signer, tmp_path: Path) -> None:
    await seal(ledger, signer)
    (tmp_path / STATE_FILE).unlink()
    await orders(ledger, 1)
    sealer = await seal(ledger, signer)

    assert "the signing state does not know it" in sealer.reasons[0]


async def test_a_crash_between_the_state_and_the_checkpoint_is_made_good(
    ledger: Ledger, signer: Signer, database_url: str
) -> None:
    await seal(ledger, signer)
    note = await last_note(ledger)
    tamper(database_url, "DELETE FROM ledger.log_checkpoint")

    assert (await seal(ledger, signer)).reasons == []
    assert await last_note(ledger) == note


async def test_two_sealers_of_one_folder_make_one_line_of_checkpoints(
    ledger: Ledger, signer: Signer, tmp_path: Path
) -> None:
    for _ in range(5):
        await orders(ledger, 7)
        done = await asyncio.gather(*(seal(ledger, each) for each in (signer, Signer(tmp_path))))
        assert [sealer.reasons for sealer in done] == [[], []]

    sealer = await seal(ledger, signer)
    assert sealer.progress["default"].sealed == 36


async def test_a_rotation_stands_in_the_log_signed_by_both_keys(
    ledger: Ledger, signer: Signer, database_url: str
) -> None:
    with psycopg.connect(database_url) as owner:
        create_tenant(owner, "second", "Second")
    await seal(ledger, signer)
    old = signer.key().named(ORIGIN).verifier

    await rotate_key(ledger, signer, "once a year")
    await seal(ledger, signer)

    new = signer.key().named(ORIGIN).verifier
    assert new != old
    async with ledger.pool.connection() as connection:
        kept = await read_seal(connection, ledger.types, "default")
        keys = await read_log_keys(connection, "default")
    assert kept.key == str(new)
    assert [key.verifier_key for key in keys] == [str(old), str(new)]
    assert [key.size for key in keys] == [1, 2]
    statement = statement_of(database_url)
    text, signed_by = verify_note(statement.encode(), [old, new])
    assert signed_by == [old, new]
    assert text.splitlines()[1:] == [ORIGIN, str(old), str(new)]
    assert verify_checkpoint(await last_note(ledger), [new]).size == 2


def statement_of(url: str) -> str:
    with psycopg.connect(url) as owner:
        row = owner.execute(
            "SELECT data ->> 'statement' FROM ledger.event_readable "
            "WHERE tenant_id = 'default' AND name = 'seal.signing-key-rotated'"
        ).fetchone()
    assert row is not None
    return str(row[0])


async def test_a_rotation_that_was_interrupted_goes_on(ledger: Ledger, signer: Signer) -> None:
    await seal(ledger, signer)
    following = signer.next_key()
    adopt, signer.adopt_next_key = signer.adopt_next_key, lambda: None  # type: ignore[method-assign]
    await rotate_key(ledger, signer, "once a year")
    stopped = await seal(ledger, signer)
    signer.adopt_next_key = adopt  # type: ignore[method-assign]

    await rotate_key(ledger, signer, "once a year")

    assert "tenure keys rotate" in stopped.reasons[0]
    assert signer.key().verifier == following.verifier
    assert (await seal(ledger, signer)).reasons == []
    async with ledger.pool.connection() as connection:
        assert [head.size for head in await read_heads(connection)] == [2]


async def test_a_restore_that_lost_a_sealed_tail_goes_on_in_a_new_epoch(
    ledger: Ledger, signer: Signer, database_url: str, tmp_path: Path
) -> None:
    await orders(ledger, 255)
    lost = frontier_of(database_url)
    await orders(ledger, 10)
    await seal(ledger, signer)
    sealed = signer.last(ORIGIN)
    tamper(
        database_url,
        "DELETE FROM ledger.event WHERE position > 256",
        f"UPDATE ledger.log_head SET size = 256, frontier = '\\x{lost.hex()}'",  # noqa: S608  # ours
        "DELETE FROM ledger.log_checkpoint",
    )
    settings = load_settings({"TENURE_DATA_DIR": str(tmp_path)})
    async with open_ledger(database_url, settings) as restored:
        begun = await begin_new_epoch(restored, signer, "default", "the last hour was lost")
        await orders(restored, 20)
        sealer = await seal(restored, signer)
        note = await last_note(restored)

    assert sealed is not None
    assert sealer.reasons == []
    assert (begun.epoch, begun.origin, begun.previous_origin) == (2, f"{ORIGIN}/2", ORIGIN)
    assert (begun.sealed_size, begun.sealed_root) == (266, sealed.root.hex())
    trusted = [VerifierKey.parse(begun.key)]
    assert verify_checkpoint(note, trusted, origin=f"{ORIGIN}/2").size == 277
    assert signer.last(ORIGIN) == sealed


def frontier_of(url: str) -> bytes:
    with psycopg.connect(url) as owner:
        row = owner.execute(
            "SELECT frontier FROM ledger.log_head WHERE tenant_id = 'default'"
        ).fetchone()
    assert row is not None
    return bytes(row[0])


async def test_a_lost_key_gives_way_to_another_in_a_new_epoch(
    ledger: Ledger, signer: Signer, tmp_path: Path
) -> None:
    await seal(ledger, signer)
    other = Signer(tmp_path / "other")
    other.create_key("tenure-2")

    begun = await begin_new_epoch(ledger, other, "default", "the disk with the key is gone")

    assert (begun.previous_origin, begun.sealed_size) == (ORIGIN, 1)
    assert begun.origin == "tenure-2/default/2"
    assert (await seal(ledger, other)).reasons == []
    assert "the log is signed by" in (await seal(ledger, signer)).reasons[0]


@pytest.mark.parametrize(
    ("tenant", "reason", "said"),
    [
        ("default", "just so", "continues what was sealed"),
        ("nobody", "just so", "no tenant nobody"),
    ],
)
async def test_a_new_epoch_is_for_a_log_that_lost_something(
    ledger: Ledger, signer: Signer, tenant: str, reason: str, said: str
) -> None:
    await seal(ledger, signer)

    with pytest.raises(SignerRefused, match=said):
        await begin_new_epoch(ledger, signer, tenant, reason)


async def test_a_rotation_has_a_reason(ledger: Ledger, signer: Signer) -> None:
    with pytest.raises(Refused, match="reason"):
        await rotate_key(ledger, signer, " ")
    assert isinstance(signer.key(), SigningKey)


async def test_a_database_that_is_away_is_a_trouble_that_passes(
    ledger: Ledger, signer: Signer
) -> None:
    sealer = Sealer(f"{ledger.conninfo} port=1", ledger.types, signer, interval_s=FAR_S)
    await sealer.seal_all()
    away = sealer.reasons
    sealer._conninfo = ledger.conninfo
    await sealer.seal_all()
    await sealer._drop_connection()

    assert "the database cannot be used" in away[0]
    assert sealer.reasons == []


async def test_sealing_a_head_twice_changes_nothing(ledger: Ledger, signer: Signer) -> None:
    async with ledger.pool.connection() as connection:
        [head] = await read_heads(connection)
        first = await seal_log(connection, ledger.types, signer, head)
        again = await seal_log(connection, ledger.types, signer, head)

    assert first is not None
    assert again is not None


async def test_a_sealer_that_is_left_in_the_very_moment_of_a_commit_ends(
    ledger: Ledger, signer: Signer
) -> None:
    async with asyncio.timeout(20):
        async with Sealer(ledger.conninfo, ledger.types, signer, interval_s=0.001) as sealer:
            await asyncio.sleep(0.1)  # until it waits to be woken
            sealer.wake("default", 1)

    assert sealer.reasons == []
