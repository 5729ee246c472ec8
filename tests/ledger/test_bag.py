"""A bag proves itself: the same scope gives the same bytes, and two verifiers accept it."""

import subprocess
from datetime import UTC
from pathlib import Path
from zipfile import ZipFile

import psycopg
import pytest

from domain.refusal import NotFound
from ledger.bag import Bag
from ledger.bag_disclosures import write_disclosures
from ledger.bag_layout import CHECKPOINT, EVENTS, FIGURES, KEYS, POLICY, csv_of, parquet_of
from ledger.bag_parquet import write_parquet
from ledger.bag_plan import (
    ACCOUNTS_MAX,
    BagAsked,
    ScopeRefused,
    parse_known_at,
    parse_place,
    plan_bag,
)
from ledger.bag_verification import Given
from ledger.checkpoints import NotSealed
from ledger.record import read_record
from ledger.seal_state import Sealed
from ledger.verification import Result, verify_log
from tests.ledger.bags import ACME, BOLT, FIRST, ORIGIN, SIZE, Forger, SealedLog, verdicts
from tests.ledger.processes.setting import ACCOUNTS

SCOPES = {
    "everything": BagAsked("default"),
    "up to a checkpoint": BagAsked("default", known_at=FIRST),
    "up to a position between checkpoints": BagAsked("default", known_at=250),
    "from a position on": BagAsked("default", first=257),
    "one position": BagAsked("default", first=100, last=100),
    "an account": BagAsked("default", (ACME,)),
    "two accounts, as known before": BagAsked("default", (ACME, BOLT), known_at=200),
    "an account within a range": BagAsked("default", (BOLT,), first=50, last=SIZE - 1),
}


@pytest.mark.parametrize("asked", SCOPES.values(), ids=SCOPES)
def test_both_verifiers_accept_a_bag_zipped_or_not_and_twice_it_is_the_same(
    log: SealedLog, tmp_path: Path, asked: BagAsked
) -> None:
    path, again = tmp_path / "bag.zip", tmp_path / "again.zip"
    written = log.bag(path, asked)
    log.bag(again, asked)
    with ZipFile(path) as unpacker:
        assert unpacker.testzip() is None
        unpacker.extractall(tmp_path)
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "--strict", "manifest-sha256.txt"],
        cwd=tmp_path / "tenure-bag",
        check=False,
    )

    assert path.read_bytes() == again.read_bytes()
    assert checked.returncode == 0
    for place in (path, tmp_path, tmp_path / "tenure-bag"):
        found = verdicts(place, log.keys)
        assert found.codes == (0, 0), found
        assert found.report is not None
        assert found.report.size == written.records


def test_a_bag_of_a_position_stays_the_same_while_the_log_grows_and_keys_change(
    log: SealedLog, tmp_path: Path
) -> None:
    log.bag(tmp_path / "late.zip", BagAsked("default", known_at=FIRST))

    assert (tmp_path / "late.zip").read_bytes() == (log.folder / "early.zip").read_bytes()


def test_a_bag_of_the_whole_log_is_a_source_like_any_other(log: SealedLog, tmp_path: Path) -> None:
    log.bag(tmp_path / "bag.zip")
    bag = Bag.open(tmp_path / "bag.zip")
    report = verify_log(bag, log.keys, log.held)

    assert bag.is_whole_log
    assert {step.name for step in report.steps if step.result is Result.PASS} >= {"root", "state"}
    assert report.size == SIZE


def test_no_bag_holds_a_personal_value_but_the_file_beside_it_does(
    log: SealedLog, tmp_path: Path
) -> None:
    path, beside = tmp_path / "bag.zip", tmp_path / "personal.txt"
    log.bag(path)
    with psycopg.connect(log.url) as connection:
        plan = plan_bag(connection, BagAsked("default"))
        done = write_disclosures(connection, log.vault, plan, beside)
    with_it = verdicts(path, log.keys, Given({}, disclosures=beside))
    beside.write_bytes(beside.read_bytes() + b"WyJzYWx0IiwgIm5hbWUiLCAiTm9ib2R5Il0\n")
    with_another = verdicts(path, log.keys, Given({}, disclosures=beside))

    assert (done.written, done.gone) == (1, 0)
    assert beside.stat().st_mode & 0o777 == 0o600
    assert b"Lovelace" not in path.read_bytes()
    assert with_it.codes == (0, 0)
    assert with_another.codes == (3, 3)
    assert with_another.failed == {"disclosures": None}


def test_the_proof_of_one_record_is_written_for_other_software(
    log: SealedLog, tmp_path: Path
) -> None:
    from proofbundle.tlogproof import verify_tlog_proof  # noqa: PLC0415  # slow to import

    from ledger.bag_verifier import verify  # noqa: PLC0415  # as a program would

    log.bag(tmp_path / "bag.zip", BagAsked("default", (ACME,)))
    record = next(iter(Bag.open(tmp_path / "bag.zip").records()))
    position = read_record(record)[0].position
    out = (tmp_path / "proof").open("w+")
    arguments = [str(tmp_path / "bag.zip"), "--key", str(log.keys[1])]
    with out:
        code = verify.main([*arguments, "--tlog-proof", str(position)], out)
    proof = (tmp_path / "proof").read_text()

    assert code == 0
    assert verify_tlog_proof(proof, record, str(log.keys[1]))["ok"] is True


def test_tables_tell_null_from_empty_and_carry_nothing_out(log: SealedLog, tmp_path: Path) -> None:
    log.bag(tmp_path / "bag.zip")
    files = Forger(tmp_path / "bag.zip").files
    heading, *_, bolt = files[csv_of("account.opened")].decode().splitlines()

    assert heading.startswith('"position","recorded_at","effective_at","account_id","stream_id"')
    assert ',"\'=1+1 ""Bolt"", Nut"' in bolt
    assert ",12," in bolt
    assert f"log {log.keys[0]}\nlog {log.keys[1]}\nquorum none\n".encode() == files[POLICY]
    assert files[KEYS].count(b"\n") == 2
    assert files[CHECKPOINT].startswith(f"{ORIGIN}\n{SIZE}\n".encode())


def test_parquet_is_held_against_its_table_by_content(log: SealedLog, tmp_path: Path) -> None:
    path = tmp_path / "bag.zip"
    log.bag(path, parquet=write_parquet)
    forger = Forger(path)
    told = verdicts(path, log.keys)
    forger.files[parquet_of("order.placed")] = forger.files[parquet_of(EVENTS)]
    other = verdicts(forger.write(tmp_path / "other.zip"), log.keys)
    forger.files[parquet_of("order.placed")] = b"PAR1"
    broken = verdicts(forger.write(tmp_path / "broken.zip"), log.keys)

    assert told.codes == (0, 0)
    assert told.report is not None
    assert "5 files hold the rows of their tables" in str(told.report.steps)
    assert other.failed == broken.failed == {"parquet": None}
    assert "SKIPPED  parquet" in other.said


def test_figures_are_the_senders_word_and_said_to_be(log: SealedLog, tmp_path: Path) -> None:
    log.bag(tmp_path / "bag.zip", figures=b'"kpi"\r\n')
    found = verdicts(tmp_path / "bag.zip", log.keys)

    assert found.codes == (0, 0)
    assert FIGURES in Forger(tmp_path / "bag.zip").files
    assert found.report is not None
    assert "the sender's reckoning" in str(found.report.steps)


def test_what_was_verified_before_is_held_against_a_bag(log: SealedLog, tmp_path: Path) -> None:
    log.bag(tmp_path / "whole.zip")
    log.bag(tmp_path / "early.zip", BagAsked("default", known_at=250))
    log.bag(tmp_path / "account.zip", BagAsked("default", (ACME,)))

    def held(name: str, size: int, root: bytes | None = None) -> int:
        state = {ORIGIN: Sealed(size, root or log.held[ORIGIN].root)}
        return verdicts(tmp_path / name, log.keys, Given(state)).ours

    assert held("whole.zip", SIZE) == held("account.zip", SIZE) == 0
    assert held("whole.zip", SIZE, bytes(32)) == held("account.zip", SIZE, bytes(32)) == 3
    assert held("whole.zip", 7, bytes(32)) == held("early.zip", 7, bytes(32)) == 3
    assert held("early.zip", FIRST, bytes(32)) == 3
    assert held("whole.zip", SIZE + 1) == held("early.zip", SIZE) == 4
    assert held("account.zip", FIRST) == 4


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (BagAsked("default", known_at=SIZE + 1), NotSealed),
        (BagAsked("nobody"), NotSealed),
        (BagAsked("default", (ACCOUNTS[-1],)), NotFound),
        (BagAsked("default", first=9, last=8), ScopeRefused),
        (BagAsked("default", first=parse_place("from", "2100-01-01")), ScopeRefused),
        (BagAsked("default", last=parse_place("to", "2000-01-01")), ScopeRefused),
        (BagAsked("default", known_at=parse_known_at("2000-01-01T00:00:00Z")), ScopeRefused),
        (BagAsked("default", (ACME,) * (ACCOUNTS_MAX + 1)), ScopeRefused),
    ],
)
def test_of_what_is_not_there_is_no_bag(
    log: SealedLog, asked: BagAsked, error: type[Exception]
) -> None:
    with psycopg.connect(log.url) as connection, pytest.raises(error):
        plan_bag(connection, asked)


def test_days_and_instants_are_those_of_recording(log: SealedLog) -> None:
    with psycopg.connect(log.url) as connection:
        row = connection.execute(
            "SELECT min(recorded_at), max(recorded_at) FROM ledger.event WHERE position <= 3"
        ).fetchone()
        assert row is not None
        days = [f"{at.astimezone(UTC):%Y-%m-%d}" for at in row]
        first, last = (parse_place("from", day) for day in days)
        of_that_day = plan_bag(connection, BagAsked("default", first=first, last=last)).scope
        known_at = parse_known_at(row[1].isoformat())
        known = plan_bag(connection, BagAsked("default", known_at=known_at)).scope

    assert of_that_day.first == 1
    assert of_that_day.last >= 3
    assert known.first == 1
    assert 3 <= known.known_at < FIRST


@pytest.mark.parametrize("text", ["", "0", "-1", "2026-02-30", "soon", "1" * 30])
def test_what_is_neither_position_nor_day_is_refused(text: str) -> None:
    with pytest.raises(ScopeRefused, match="neither"):
        parse_place("from", text)
    with pytest.raises(ScopeRefused, match="neither"):
        parse_known_at(text)
