"""What takes more than one look to find: forks, clocks, restores, ambiguous bytes (AUDIT 9).

As superuser on a real PostgreSQL; tests/ledger/test_verification.py has the rest.
"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from prometheus_client import generate_latest

from api.metrics import Metrics
from domain.aggregates import EVERY_AGGREGATE
from domain.commands import place_order
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import WitnessKey
from ledger.event_types import EventTypes
from ledger.merkle import extend, leaf_hash, root
from ledger.migrate import runtime_conninfo
from ledger.proofs import Proof
from ledger.record import read_record, write_record
from ledger.seal_state import Sealed
from ledger.sealer import Sealer
from ledger.signer import Signer
from ledger.stored_log import open_stored_log
from ledger.verification import Report, Result, Verdict
from ledger.witness import Refusal, Witness, WitnessRefused, create_witness_key
from ledger.witness_policy import Policy, parse_policy
from tests.ledger.processes.setting import DAY, command, order_of, writer_on
from tests.ledger.sealed import ACME, FIRST, ORIGIN, SIZE, Sample, copied, failed, sealed_log

COSIGNED = """
    INSERT INTO ledger.log_cosignature (tenant_id, origin, size, witness_key, cosigned_at, line)
    VALUES ('default', %(origin)s, %(size)s, %(key)s, %(at)s, %(line)s)
"""
RESEALED = """
    INSERT INTO ledger.log_checkpoint (tenant_id, origin, size, root, note)
    VALUES ('default', %(origin)s, %(size)s, %(root)s, %(note)s)
"""


@pytest.fixture(scope="module")
def original(
    cluster_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sample]:
    with sealed_log(cluster_url, template, tmp_path_factory.mktemp("original")) as sealed:
        yield sealed


@pytest.fixture
def sample(cluster_url: str, original: Sample) -> Iterator[Sample]:
    with copied(cluster_url, original) as copy:
        yield copy


def now() -> datetime:
    """Return the time: long after these tests were collected, and after the log was written."""
    return datetime.now(UTC)


class Outsider:
    """A witness with files of its own, and the policy of an auditor who asks for it."""

    def __init__(self, folder: Path, sample: Sample, policy: str = "") -> None:
        self.key: WitnessKey = create_witness_key(folder / "w.key", "w.example.com").witness
        log = sample.key.named(ORIGIN).verifier
        self.witness = Witness(folder / "w.key", folder / "w.state", [log])
        text = f"log {log}\nwitness w {self.key}\nage 3600\n{policy}\nquorum w\n"
        self.policy: Policy = parse_policy(text.encode())

    def see(self, sample: Sample, *, at: datetime | None = None, size: int | None = None) -> None:
        """Cosign the last checkpoint, or that of a size, as a service would keep it."""
        at = at or now()
        with open_stored_log(sample.url, "default", [ORIGIN]) as log:
            note = log.notes()[-1] if size is None else note_of(sample, size)
            checkpoint = int(note.split(b"\n")[1])
            last = self.witness.last(ORIGIN)
            before = last.size if last else 0
            proof: Proof = log.consistency(before, checkpoint) if before else []
        line = self.witness.cosign(note, size_before=before, proof=proof, at=at)
        sample.tamper(COSIGNED, origin=ORIGIN, size=checkpoint, key=str(self.key), at=at, line=line)


def note_of(sample: Sample, size: int) -> bytes:
    with psycopg.connect(sample.url) as owner:
        row = owner.execute(
            "SELECT note FROM ledger.log_checkpoint WHERE size = %s", (size,)
        ).fetchone()
    assert row is not None
    return bytes(row[0])


def step(report: Report, name: str) -> tuple[Result, str]:
    [found] = [each for each in report.steps if each.name == name]
    return found.result, found.fault.detail


def reseal(sample: Sample) -> Sealed:
    """Sign what is there now with the true key, as if nothing else had ever been signed."""
    leaves = [leaf_hash(record) for record in sample.records()]
    sealed = Sealed(len(leaves), root(len(leaves), extend(0, b"", leaves)))
    note = sign_checkpoint(Checkpoint(ORIGIN, sealed.size, sealed.root), sample.key)
    sample.tamper("DELETE FROM ledger.log_checkpoint")
    sample.tamper(RESEALED, origin=ORIGIN, size=sealed.size, root=sealed.root, note=note)
    return sealed


def other_history(sample: Sample) -> None:
    records = sample.records()
    records[294] = records[294].replace(b'"1.00"', b'"9.00"')
    sample.repair(records)


def test_a_quorum_that_saw_the_log_lately_is_told_with_who_it_was(
    sample: Sample, tmp_path: Path
) -> None:
    outsider = Outsider(tmp_path, sample)
    unseen = sample.verify(policy=outsider.policy, now=now())
    outsider.see(sample)
    seen = sample.verify(policy=outsider.policy, now=now())
    old = sample.verify(policy=outsider.policy, now=now() + timedelta(hours=2))
    early = sample.verify(policy=outsider.policy, now=now() - timedelta(hours=2))

    assert unseen.verdict is Verdict.INCOMPLETE
    assert seen.verdict is Verdict.VERIFIED
    assert step(seen, "witnesses") == (Result.PASS, f"{SIZE} events seen by w")
    assert old.verdict is Verdict.INCOMPLETE
    assert "were seen last at" in step(old, "witnesses")[1]
    assert early.verdict is Verdict.INCOMPLETE  # it is from the future


def test_a_witness_of_our_own_is_reported_as_such(sample: Sample, tmp_path: Path) -> None:
    outsider = Outsider(tmp_path, sample, policy="ours w")
    outsider.see(sample)
    report = sample.verify(policy=outsider.policy, now=now())

    assert report.verdict is Verdict.VERIFIED
    assert "seen by w (ours); not independent" in step(report, "witnesses")[1]


def test_a_forged_cosignature_is_found(sample: Sample, tmp_path: Path) -> None:
    outsider = Outsider(tmp_path, sample)
    outsider.see(sample)
    sample.tamper("UPDATE ledger.log_cosignature SET size = %(size)s", size=FIRST)
    report = sample.verify(policy=outsider.policy, now=now())

    assert failed(report) == {"witnesses": None}
    assert "is not of this text and key" in step(report, "witnesses")[1]


def test_t10_of_two_histories_shown_to_two_auditors_a_witness_has_seen_but_one(
    sample: Sample, original: Sample, cluster_url: str, tmp_path: Path
) -> None:
    outsider = Outsider(tmp_path, sample)
    outsider.see(sample)
    with copied(cluster_url, original) as shown_to_another:
        other_history(shown_to_another)
        fork = reseal(shown_to_another)
        alone = shown_to_another.verify(held=False)
        with_a_policy = shown_to_another.verify(held=False, policy=outsider.policy, now=now())
        with pytest.raises(WitnessRefused) as refused:
            outsider.see(shown_to_another)
        states_exchanged = shown_to_another.verify()
    with_the_other_state = Sample(sample.url, sample.key, {ORIGIN: fork}).verify()

    assert fork.size == SIZE
    assert alone.verdict is Verdict.VERIFIED  # nobody compares anything
    assert with_a_policy.verdict is Verdict.INCOMPLETE
    assert refused.value.refusal is Refusal.OTHER_SIZE
    assert failed(states_exchanged) == {"state": None}
    assert failed(with_the_other_state) == {"state": None}
    assert sample.verify(policy=outsider.policy, now=now()).verdict is Verdict.VERIFIED


def test_t10_a_history_that_the_witness_did_not_see_is_found_by_its_cosignature(
    sample: Sample, tmp_path: Path
) -> None:
    outsider = Outsider(tmp_path, sample)
    outsider.see(sample)
    other_history(sample)
    report = sample.verify(held=False, policy=outsider.policy, now=now())

    assert failed(report) == {"root": FIRST + 1, "witnesses": None}
    assert "are not those that a witness saw" in step(report, "witnesses")[1]


def redated(sample: Sample, moved: timedelta) -> None:
    """Let the events after the first checkpoint say that they were recorded at another time."""
    records = sample.records()
    for index in range(FIRST, SIZE):
        envelope, data = read_record(records[index])
        at = {"recorded_at": envelope.recorded_at + moved}
        fields = {name: getattr(envelope, name) for name in type(envelope).__dataclass_fields__}
        records[index] = write_record(type(envelope)(**fields | at), data)
    sample.repair(records)
    reseal_after(sample)


def reseal_after(sample: Sample) -> None:
    first = note_of(sample, FIRST)
    sealed = reseal(sample)
    values = {"origin": ORIGIN, "size": FIRST, "root": sealed.root, "note": first}
    sample.tamper(RESEALED, **values)


def test_t11_an_event_that_is_dated_after_it_was_sealed_is_found(sample: Sample) -> None:
    redated(sample, timedelta(hours=1))
    report = sample.verify(held=False)

    assert failed(report) == {"window": SIZE}
    assert "recorded after a checkpoint that seals it" in step(report, "window")[1]


def test_t11_an_event_that_is_dated_before_a_witness_saw_a_log_without_it_is_found(
    sample: Sample, tmp_path: Path
) -> None:
    outsider = Outsider(tmp_path, sample)
    outsider.see(sample, at=now(), size=FIRST)
    outsider.see(sample, at=now() + timedelta(days=1), size=FIRST)  # and there was nothing new
    report = sample.verify(held=False, policy=outsider.policy, now=now() + timedelta(days=1))

    assert failed(report) == {"window": FIRST + 1}
    assert f"still had {FIRST} events" in step(report, "window")[1]


def test_t11_what_was_sealed_late_is_told_aloud(sample: Sample) -> None:
    sample.tamper(
        "DELETE FROM ledger.log_checkpoint WHERE size < (SELECT size FROM ledger.log_head)",
        "UPDATE ledger.log_checkpoint SET signed_at = signed_at + interval '5 hours'",
    )
    result, detail = step(sample.verify(), "window")

    assert result is Result.PASS
    assert "event 1 was sealed 5 hours after it says it was recorded" in detail


async def gone_on_without_its_key(sample: Sample, folder: Path) -> Sealer:
    """Record another event while the signer has no key, and try to seal it."""
    order = place_order(ACME, order_id=uuid4(), content=order_of("1.00"), today=DAY)
    async with writer_on(sample.url, folder / "master.key") as writer:
        await writer.execute(command(order))
    types, signer = EventTypes(EVERY_AGGREGATE), Signer(folder / "none")
    sealer = Sealer(runtime_conninfo(sample.url), types, signer, interval_s=3_600)
    await sealer.seal_all()
    await sealer._drop_connection()
    return sealer


def test_t13_a_log_whose_sealing_has_stopped_says_so_everywhere(
    sample: Sample, tmp_path: Path
) -> None:
    sealer = asyncio.run(gone_on_without_its_key(sample, tmp_path))
    metrics = Metrics()
    metrics.show_seals(sealer)
    report = sample.verify()

    assert ["the log of default is not sealed" in reason for reason in sealer.reasons] == [True]
    assert b'tenure_sealing_stopped{tenant="default"} 1.0' in generate_latest(metrics.registry)
    assert report.verdict is Verdict.INCOMPLETE
    assert step(report, "sealed")[1] == "1 events are not sealed (yet)"


def test_t16_an_older_backup_that_was_restored_and_gone_on_with_is_found(
    sample: Sample, tmp_path: Path
) -> None:
    outsider = Outsider(tmp_path, sample)
    outsider.see(sample)
    records = sample.records()
    continued = [*records[:FIRST], *records[FIRST + 3 :], *records[FIRST : FIRST + 3]]
    sample.repair(continued)
    reseal(sample)
    unheld = sample.verify(held=False, policy=outsider.policy, now=now())

    assert failed(sample.verify()) == {"state": None}
    assert Result.FAIL in step(unheld, "witnesses")
    with pytest.raises(WitnessRefused):
        outsider.see(sample)


def test_t25_triggers_that_were_off_for_a_moment_leave_what_was_done(sample: Sample) -> None:
    with psycopg.connect(sample.url, autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger.event DISABLE TRIGGER USER")
        owner.execute("UPDATE ledger.event SET effective_at = '2020-01-01' WHERE position = 7")
        owner.execute("ALTER TABLE ledger.event ENABLE ALWAYS TRIGGER append_only")
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner.execute("UPDATE ledger.event SET actor = 'x' WHERE position = 8")

    assert failed(sample.verify()) == {"columns": 7}


AMBIGUOUS: list[Callable[[bytes], bytes]] = [
    lambda record: record.replace(b'{"account_id"', b'{"account_id":null,"account_id"', 1),
    lambda record: record.replace(b'"data":{', b'"data":{"a":1,"a":1,', 1),
    lambda record: record.replace(b'"format":1', b'"format":NaN'),
    lambda record: record.replace(b'"format":1', b'"format":1.0'),
    lambda record: record.replace(b'"data":{', b'"data":{"a":1e2,', 1),
    lambda record: record.replace(b'"data":{', b'"data":{"a":9007199254740993,', 1),
    lambda record: record.replace(b'"data":{', b'"data":{"a":"\\ud800",', 1),
    lambda record: record.replace(b'"data":{', b'"data":{"a":"\xff",', 1),
    lambda record: record.replace(b'"data":{', b'"data":{"a":"\\u0061",', 1),
    lambda record: record.replace(b'"data":{', b'"data":{"A":1,', 1),
    lambda record: record.replace(b'"data":{', b'"data": {', 1),
    lambda record: record.replace(b'"data":{', b'"data":{"a":' + b"[" * 40 + b"]" * 40 + b",", 1),
    lambda record: record.replace(b'"data":{', b'"data":{"a":"' + b"x" * 65_536 + b'",', 1),
    lambda record: record + b" ",
    lambda record: record[:-1],
    lambda _: b"",
    lambda _: b"null",
]


def test_t30_bytes_that_may_be_read_in_two_ways_are_no_record(sample: Sample) -> None:
    true = sample.records()[41]
    for make in AMBIGUOUS:
        record = make(true)
        assert record != true
        sample.tamper(
            "UPDATE ledger.event SET record = %(record)s, leaf = %(leaf)s WHERE position = 42",
            record=record,
            leaf=leaf_hash(record),
        )
        assert failed(sample.verify())["records"] == 42, record[:200]
