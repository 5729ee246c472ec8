"""What a superuser does to a log is found, and the first place is named (AUDIT 9)."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.joined_log import JoinedLog
from ledger.merkle import extend, leaf_hash, root
from ledger.note import SigningKey
from ledger.parallel_replay import replay_stored
from ledger.replayed_log import ReplayedLog
from ledger.seal_state import Sealed, parse_state, write_state
from ledger.stored_log import open_stored_log
from ledger.tenants import create_tenant
from ledger.verification import Result, Verdict, replay_rows
from tests.ledger.sealed import FIRST, ORIGIN, SIZE, Sample, copied, failed, sealed_log


@pytest.fixture(scope="module")
def original(
    cluster_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sample]:
    """Write and seal the log once; what is tampered with is a copy."""
    with sealed_log(cluster_url, template, tmp_path_factory.mktemp("original")) as sealed:
        yield sealed


@pytest.fixture
def sample(cluster_url: str, original: Sample) -> Iterator[Sample]:
    with copied(cluster_url, original) as copy:
        yield copy


def test_a_log_that_nobody_touched_is_verified_and_what_was_not_checked_is_said(
    sample: Sample,
) -> None:
    report = sample.verify()

    assert report.verdict is Verdict.VERIFIED
    assert report.checkpoint is not None
    assert (report.checkpoint.size, report.size) == (SIZE, SIZE)
    assert [step.name for step in report.steps if step.result is Result.SKIPPED] == ["witnesses"]


def test_what_is_not_sealed_yet_is_incomplete(sample: Sample) -> None:
    sample.tamper("DELETE FROM ledger.log_checkpoint WHERE size = %(size)s", size=SIZE)
    report = sample.verify(held=False)

    assert report.verdict is Verdict.INCOMPLETE
    assert any("10 events are not sealed" in step.fault.detail for step in report.steps)


def test_a_log_without_a_checkpoint_is_incomplete(sample: Sample) -> None:
    sample.tamper("DELETE FROM ledger.log_checkpoint")

    assert sample.verify(held=False).verdict is Verdict.INCOMPLETE


CHANGE_A_BYTE = """
    UPDATE ledger.event
    SET record = convert_to(replace(convert_from(record, 'UTF8'), '1.00', '9.00'), 'UTF8')
    WHERE position = 42
"""


def test_t1_a_changed_byte_of_a_record(sample: Sample) -> None:
    sample.tamper(CHANGE_A_BYTE)
    report = sample.verify()

    assert report.verdict is Verdict.TAMPERED
    assert failed(report).keys() == {"state", "root", "columns", "streams", "tree"}
    assert failed(report)["columns"] == 42
    assert failed(report)["streams"] == 43


def test_t1_a_record_that_is_none_any_more(sample: Sample) -> None:
    sample.tamper("UPDATE ledger.event SET record = record || '\\x20'::bytea WHERE position = 42")

    assert failed(sample.verify())["records"] == 42


def test_t2_a_changed_record_with_everything_repaired(sample: Sample) -> None:
    records = sample.records()
    records[294] = records[294].replace(b'"1.00"', b'"9.00"')
    sample.repair(records)
    report = sample.verify()

    assert failed(report) == {"state": None, "root": FIRST + 1}
    assert failed(sample.verify(held=False)) == {"root": FIRST + 1}


@pytest.mark.parametrize(
    "change",
    [
        f"account_id = '{UUID(int=2)}'",
        "recorded_at = recorded_at - interval '1 microsecond'",
        "name = 'order.cancelled'",
        "actor = 'test:someone-else'",
        "on_behalf_of = '{a}'",
        "effective_at = effective_at - 1",
        "reason = 'because'",
        "leaf = sha256(leaf)",
    ],
)
def test_t3_a_changed_column(sample: Sample, change: str) -> None:
    sample.tamper(f"UPDATE ledger.event SET {change} WHERE position = 42")  # noqa: S608  # ours

    assert failed(sample.verify()) == {"columns": 42}


def test_t3_an_event_handed_to_another_tenant(sample: Sample) -> None:
    with psycopg.connect(sample.url) as owner:
        create_tenant(owner, "other", "Other")
    sample.tamper("UPDATE ledger.event SET tenant_id = 'other' WHERE position = 42")

    assert failed(sample.verify())["records"] == 42


CUT = "DELETE FROM ledger.event WHERE position > 280"
UNSEAL = "DELETE FROM ledger.log_checkpoint"


def test_t4_a_tail_cut_off(sample: Sample) -> None:
    sample.tamper(CUT)
    report = sample.verify(held=False)

    assert failed(report)["root"] == 281
    assert report.verdict is Verdict.TAMPERED


def test_t4_a_tail_cut_off_with_its_checkpoints(sample: Sample) -> None:
    sample.repair(sample.records()[:280])
    sample.tamper(UNSEAL)

    assert failed(sample.verify()) == {"state": 281}


def test_t4_everything_truncated(sample: Sample) -> None:
    sample.repair([])
    sample.tamper(UNSEAL)

    assert failed(sample.verify()) == {"state": 1}
    assert sample.verify().verdict is Verdict.TAMPERED


@pytest.mark.parametrize("gone", [0, 150])
def test_t5_an_event_deleted_and_the_rest_renumbered(sample: Sample, gone: int) -> None:
    records = sample.records()
    sample.repair(records[:gone] + records[gone + 1 :])
    report = sample.verify()

    assert failed(report).keys() == {"state", "root"}
    assert failed(report)["root"] == SIZE


def test_t6_events_in_another_order(sample: Sample) -> None:
    records = sample.records()
    records[100], records[101] = records[101], records[100]
    sample.repair(records)

    assert failed(sample.verify(held=False)) == {"root": 1}


def test_t6_an_event_twice_and_one_inserted(sample: Sample) -> None:
    records = sample.records()
    sample.repair([*records[:100], records[99], *records[100:]])

    assert failed(sample.verify(held=False)).keys() == {"root"}


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("UPDATE ledger.log_tile SET hashes = overlay(hashes PLACING '\\x00' FROM 8000)", 1),
        ("UPDATE ledger.log_tile SET level = 1", 1),
        ("DELETE FROM ledger.log_tile", SIZE),
        ("UPDATE ledger.log_head SET frontier = overlay(frontier PLACING '\\x00' FROM 7)", SIZE),
        ("UPDATE ledger.log_head SET size = 299", SIZE),
    ],
)
def test_t7_a_changed_tree(sample: Sample, statement: str, position: int) -> None:
    sample.tamper(statement)

    assert failed(sample.verify()) == {"tree": position}


PUT_NOTE = "UPDATE ledger.log_checkpoint SET note = %(note)s WHERE size = %(size)s"


def test_t8_a_forged_checkpoint(sample: Sample) -> None:
    forger = SigningKey.generate("tenure-1")
    note = sign_checkpoint(Checkpoint(ORIGIN, SIZE, sample.state[ORIGIN].root), forger)
    sample.tamper(PUT_NOTE, note=note, size=SIZE)
    report = sample.verify()

    assert failed(report) == {"signature": None}
    assert report.verdict is Verdict.TAMPERED


def test_t8_swapped_signatures(sample: Sample) -> None:
    with psycopg.connect(sample.url) as owner:
        rows = owner.execute("SELECT note FROM ledger.log_checkpoint ORDER BY size").fetchall()
    texts = [note.rpartition(b"\n\n")[0] for (note,) in rows]
    signatures = [note.rpartition(b"\n\n")[2] for (note,) in rows]
    for size, text, signature in zip((FIRST, SIZE), texts, reversed(signatures), strict=True):
        sample.tamper(PUT_NOTE, note=text + b"\n\n" + signature, size=size)

    assert failed(sample.verify()) == {"signature": None}


def test_t8_a_checkpoint_of_another_log_under_a_trusted_key(sample: Sample) -> None:
    other = sign_checkpoint(Checkpoint("tenure-1/other", SIZE, bytes(32)), sample.key)
    sample.tamper("UPDATE ledger.log_checkpoint SET note = %(note)s", note=other)

    assert failed(sample.verify()) == {"signature": None}


def test_t9_a_forged_history_signed_with_the_true_key(sample: Sample) -> None:
    records = sample.records()
    records[41] = records[41].replace(b'"1.00"', b'"9.00"')
    sample.repair(records)
    leaves = [leaf_hash(record) for record in sample.records()]
    forged = Checkpoint(ORIGIN, SIZE, root(SIZE, extend(0, b"", leaves)))
    note = sign_checkpoint(forged, sample.key)
    sample.tamper(UNSEAL)
    values = {"note": note, "root": forged.root, "size": SIZE, "origin": ORIGIN}
    sample.tamper(
        "INSERT INTO ledger.log_checkpoint VALUES "
        "('default', %(origin)s, %(size)s, %(root)s, %(note)s)",
        **values,
    )

    assert failed(sample.verify()) == {"state": None}
    assert sample.verify(held=False).verdict is Verdict.VERIFIED  # nobody kept anything


def test_t27_an_old_checkpoint_shown_as_the_last(sample: Sample) -> None:
    sample.repair(sample.records()[:FIRST])
    sample.tamper("DELETE FROM ledger.log_checkpoint WHERE size = %(size)s", size=SIZE)

    assert failed(sample.verify()) == {"state": FIRST + 1}
    assert sample.verify(held=False).verdict is Verdict.VERIFIED


def test_a_key_that_nobody_trusts_verifies_nothing(sample: Sample) -> None:
    stranger = SigningKey.generate(ORIGIN).verifier

    assert failed(sample.verify(stranger)) == {"signature": None}


def test_what_was_verified_in_an_earlier_epoch_is_held_against_the_log(sample: Sample) -> None:
    later = sample.key.named(f"{ORIGIN}/2")
    note = sign_checkpoint(Checkpoint(later.name, SIZE, sample.state[ORIGIN].root), sample.key)
    sample.tamper(PUT_NOTE, note=note, size=SIZE)
    sample.tamper(
        "UPDATE ledger.log_checkpoint SET origin = %(origin)s WHERE size = %(size)s",
        origin=later.name,
        size=SIZE,
    )

    assert sample.verify(later.verifier).verdict is Verdict.VERIFIED
    sample.state = {ORIGIN: Sealed(SIZE + 1, bytes(32))}
    assert failed(sample.verify(later.verifier)) == {"state": SIZE + 1}


def test_parts_that_others_read_add_up_to_the_whole(sample: Sample) -> None:
    sizes = {1, 255, 256, 257, FIRST, SIZE}
    with open_stored_log(sample.url, "default", [ORIGIN]) as log:
        joined = replay_stored(log, sample.url, sizes, lambda _read, _of: None, part_events=256)
        strict = replay_rows(log, sizes)

    assert isinstance(joined, JoinedLog)
    assert joined.roots == strict.roots
    assert joined.instants == strict.instants
    assert (joined.size, joined.frontier) == (strict.size, strict.frontier)
    assert joined.roots.keys() == sizes
    assert strict.faults == {}


@pytest.mark.parametrize("position", [1, 255, 256, 257, 258, SIZE])
def test_parts_that_are_not_clean_are_read_again_strictly(sample: Sample, position: int) -> None:
    sample.tamper(f"UPDATE ledger.event SET version = 999 WHERE position = {position}")  # noqa: S608  # ours
    with open_stored_log(sample.url, "default", [ORIGIN]) as log:
        read = replay_stored(log, sample.url, [], lambda _read, _of: None, part_events=256)

    assert isinstance(read, ReplayedLog)
    assert read.faults["columns"].position == position


@pytest.mark.parametrize("octets", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000])
def test_a_state_file_that_is_none_is_refused(octets: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_state(octets)


def test_a_state_is_read_back(sample: Sample) -> None:
    assert parse_state(write_state(sample.state)) == sample.state
