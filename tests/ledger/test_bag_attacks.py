"""Whoever changes a bag and makes all but the seal fit is found out by both verifiers (AUDIT 9)."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from ledger.bag_layout import (
    CHECKPOINT,
    PROOF,
    PROOFS,
    RECORDS,
    SCOPE,
    STREAMS,
    VERIFIER,
    csv_of,
    schema_of,
)
from ledger.bag_plan import BagAsked
from ledger.bag_verification import Given
from ledger.bag_verifier import verify
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.note import SigningKey
from ledger.record import read_record
from tests.ledger.bags import ACME, BOLT, ORIGIN, SIZE, Forger, SealedLog, verdicts

TAMPERED = (3, 3)


@pytest.fixture(scope="module")
def whole(log: SealedLog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "whole.zip"
    log.bag(path)
    return path


@pytest.fixture(scope="module")
def of_bolt(log: SealedLog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bolt") / "bolt.zip"
    log.bag(path, BagAsked("default", (BOLT,)))
    return path


@pytest.fixture(scope="module")
def of_range(log: SealedLog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("range") / "range.zip"
    log.bag(path, BagAsked("default", first=9, last=99))
    return path


def without(path: Path, index: int, target: Path) -> tuple[str, int, int]:
    """Leave one record out, and all that told of it; return its stream, version and position."""
    forger = Forger(path)
    records = forger.lines()
    left_out, _ = read_record(records.pop(index)[:-1])
    forger.put(records)
    if PROOFS in forger.files:
        proofs = forger.lines(PROOFS)
        del proofs[index]
        forger.put(proofs, PROOFS)
    forger.derive()
    forger.write(target)
    return str(left_out.stream_id), left_out.version, left_out.position


def test_t17_an_event_withheld_is_named_by_stream_and_version(
    log: SealedLog, of_bolt: Path, tmp_path: Path
) -> None:
    stream, version, _ = without(of_bolt, 40, tmp_path / "less.zip")
    found = verdicts(tmp_path / "less.zip", log.keys)

    assert found.codes == TAMPERED
    assert found.report is not None
    assert found.report.first_fault is not None
    assert found.report.first_fault.fault.stream == stream
    assert f"version {version} is missing" in found.report.first_fault.fault.detail
    assert f"stream {stream}: version {version} is missing" in found.said


def test_t17_an_event_withheld_at_the_end_shows_against_the_whole_log_alone(
    log: SealedLog, of_bolt: Path, whole: Path, tmp_path: Path
) -> None:
    stream, version, position = without(of_bolt, -1, tmp_path / "less.zip")
    alone = verdicts(tmp_path / "less.zip", log.keys)
    against = verdicts(tmp_path / "less.zip", log.keys, Given({}, whole))

    assert alone.codes == (0, 0)  # what a bag of an account cannot show
    assert "cannot show that it holds every stream" in alone.said
    assert against.failed == {"against": position}
    assert against.report is not None
    assert against.report.first_fault is not None
    assert against.report.first_fault.fault.stream == stream
    assert f"version {version} was left out" in against.report.first_fault.fault.detail
    assert verdicts(of_bolt, log.keys, Given({}, whole)).ours == 0


def test_t17_a_whole_that_is_none_or_too_short_shows_nothing(
    log: SealedLog, of_bolt: Path, whole: Path, tmp_path: Path
) -> None:
    without(whole, 5, tmp_path / "less.zip")

    early = log.folder / "early.zip"
    assert verdicts(of_bolt, log.keys, Given({}, early)).ours == 4
    assert verdicts(of_bolt, log.keys, Given({}, of_bolt)).ours == 4
    assert verdicts(of_bolt, log.keys, Given({}, tmp_path / "less.zip")).ours == 3
    assert verdicts(of_bolt, log.keys, Given({}, tmp_path / "none.zip")).ours == 5


@pytest.mark.parametrize("index", [0, 41, SIZE - 1])
def test_t4_t5_a_record_missing_of_the_whole_log(
    log: SealedLog, whole: Path, tmp_path: Path, index: int
) -> None:
    without(whole, index, tmp_path / "less.zip")

    assert verdicts(tmp_path / "less.zip", log.keys).codes == TAMPERED


@pytest.mark.parametrize("bag", ["whole", "of_bolt"])
def test_t2_a_record_changed_and_everything_made_to_fit(
    log: SealedLog, tmp_path: Path, bag: str, request: pytest.FixtureRequest
) -> None:
    forger = Forger(request.getfixturevalue(bag))
    records = forger.lines()
    index = next(at for at, line in enumerate(records) if b'"51.50"' in line)
    records[index] = records[index].replace(b'"51.50"', b'"91.50"')
    forger.put(records)
    forger.derive()
    found = verdicts(forger.write(tmp_path / "changed.zip"), log.keys)

    assert found.codes == TAMPERED
    assert found.failed


def swap(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[2], lines[1], *lines[3:]]


def twice(lines: list[bytes]) -> list[bytes]:
    return [lines[0], *lines]


@pytest.mark.parametrize("change", [swap, twice])
@pytest.mark.parametrize("bag", ["whole", "of_bolt"])
def test_t6_records_swapped_or_doubled(
    log: SealedLog,
    tmp_path: Path,
    bag: str,
    change: Callable[[list[bytes]], list[bytes]],
    request: pytest.FixtureRequest,
) -> None:
    forger = Forger(request.getfixturevalue(bag))
    for name in (RECORDS, PROOFS):
        if name in forger.files:
            forger.put(change(forger.lines(name)), name)

    assert verdicts(forger.write(tmp_path / "changed.zip"), log.keys).codes == TAMPERED


@pytest.mark.parametrize("table", ["events", "order.placed", "account.opened"])
def test_t3_a_cell_of_a_table_that_its_record_does_not_have(
    log: SealedLog, whole: Path, tmp_path: Path, table: str
) -> None:
    forger = Forger(whole)
    lines = forger.lines(csv_of(table))
    lines[2] = lines[2].replace(b"2026-01-01", b"2025-01-01")
    forger.put(lines, csv_of(table))
    changed = verdicts(forger.write(tmp_path / "changed.zip"), log.keys)
    forger = Forger(whole)
    forger.put([*forger.lines(csv_of(table)), b"1\r\n"], csv_of(table))
    longer = verdicts(forger.write(tmp_path / "longer.zip"), log.keys)

    assert changed.codes == longer.codes == TAMPERED
    assert changed.failed == {"tables": int(lines[2].split(b",")[0])}
    assert longer.failed == {"tables": None}


def test_streams_that_are_not_those_of_the_records(
    log: SealedLog, whole: Path, tmp_path: Path
) -> None:
    forger = Forger(whole)
    forger.put(forger.lines(STREAMS)[:-1], STREAMS)
    fewer = verdicts(forger.write(tmp_path / "fewer.zip"), log.keys)
    forger.put([*Forger(whole).lines(STREAMS), b"1\r\n"], STREAMS)
    more = verdicts(forger.write(tmp_path / "more.zip"), log.keys)

    assert fewer.codes == more.codes == TAMPERED
    assert fewer.failed == more.failed == {"tables": None}


def test_t8_a_checkpoint_that_no_trusted_key_has_signed(
    log: SealedLog, whole: Path, of_bolt: Path, tmp_path: Path
) -> None:
    stranger = SigningKey.generate(ORIGIN)
    root = log.held[ORIGIN].root
    notes = {
        "another key": sign_checkpoint(Checkpoint(ORIGIN, SIZE, root), stranger),
        "another log": sign_checkpoint(Checkpoint("tenure-1/other", SIZE, root), stranger),
        "no signature": Checkpoint(ORIGIN, SIZE, root).text.encode(),
        "no note": b"\xff\n",
        "nothing": b"",
    }
    for name, note in notes.items():
        for path in (whole, of_bolt):
            forger = Forger(path)
            forger.files[CHECKPOINT] = note
            found = verdicts(forger.write(tmp_path / "changed.zip"), log.keys)

            assert found.codes == TAMPERED, name
            assert "signature" in found.failed, name
    assert verdicts(whole, [stranger.verifier]).codes == TAMPERED
    assert verdicts(of_bolt, [stranger.verifier]).codes == TAMPERED


def test_a_checkpoint_signed_by_the_key_of_another_log_is_none(log: SealedLog, whole: Path) -> None:
    other = [SigningKey.generate("tenure-1/other").verifier, *log.keys]

    assert verdicts(whole, other).codes == (0, 0)
    assert verdicts(whole, other[:1]).codes == TAMPERED


@pytest.mark.parametrize(
    "proof",
    [
        [],
        ["00" * 32] * 8,
        ["00" * 32] * 9,
        ["00" * 32] * 70,
        ["00" * 31] * 9,
        ["0" * 63] * 9,
        [1] * 9,
        {},
        None,
    ],
)
def test_t29_inclusion_proofs_that_prove_nothing(
    log: SealedLog, of_bolt: Path, tmp_path: Path, proof: object
) -> None:
    forger = Forger(of_bolt)
    lines = forger.lines(PROOFS)
    position = json.loads(lines[3])["position"]
    value = {"position": position, "proof": proof}
    lines[3] = json.dumps(value, separators=(",", ":")).encode() + b"\n"
    forger.put(lines, PROOFS)
    found = verdicts(forger.write(tmp_path / "changed.zip"), log.keys)

    assert found.codes == TAMPERED
    assert found.failed.keys() == {"records"}


def test_t29_a_true_proof_made_longer_or_given_for_another_record(
    log: SealedLog, of_bolt: Path, tmp_path: Path
) -> None:
    lines = Forger(of_bolt).lines(PROOFS)
    longer = lines[0].replace(b"]}", b',"' + b"0" * 64 + b'"]}')
    wrong = json.loads(lines[0]) | {"proof": json.loads(lines[1])["proof"]}
    others = json.dumps(wrong, separators=(",", ":")).encode() + b"\n"
    for first in (longer, others, lines[1], b"{}\n", b"\n", b""):
        forger = Forger(of_bolt)
        forger.put([first, *lines[1:]], PROOFS)

        assert verdicts(forger.write(tmp_path / "changed.zip"), log.keys).codes == TAMPERED
    forger.put([*lines, lines[0]], PROOFS)
    assert verdicts(forger.write(tmp_path / "changed.zip"), log.keys).codes == TAMPERED


@pytest.mark.parametrize(
    ("frontier", "consistency"),
    [
        (["00" * 32], []),
        ([], ["00" * 32]),
        (["00" * 32] * 70, []),
        (["00" * 31], []),
        ([2**64], []),
        ({}, []),
    ],
)
def test_t29_proofs_that_prove_nothing(  # the bags, and what is put into them
    log: SealedLog,
    whole: Path,
    of_bolt: Path,
    of_range: Path,
    tmp_path: Path,
    frontier: object,
    consistency: object,
) -> None:
    value = {"consistency": consistency, "frontier": frontier}
    for path in (whole, of_bolt, of_range):
        forger = Forger(path)
        forger.files[PROOF] = json.dumps(value, separators=(",", ":")).encode() + b"\n"

        assert verdicts(forger.write(tmp_path / "changed.zip"), log.keys).codes == TAMPERED


@pytest.mark.parametrize(
    "change",
    [
        {"first": 0},
        {"first": 2},
        {"last": SIZE - 1},
        {"last": SIZE + 1},
        {"last": 2**64},
        {"last": -1},
        {"first": "1"},
        {"first": True},
        {"format": 2},
        {"tenant_id": "other"},
        {"tenant_id": None},
        {"accounts": [str(ACME)]},
        {"accounts": ["x"]},
        {"accounts": [str(BOLT), str(ACME)]},
        {"accounts": None},
        {"more": 1},
    ],
)
def test_a_scope_that_the_records_do_not_fit(
    log: SealedLog, whole: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    forger = Forger(whole)
    value = json.loads(forger.files[SCOPE]) | change
    forger.files[SCOPE] = json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    assert verdicts(forger.write(tmp_path / "changed.zip"), log.keys).codes == TAMPERED


def test_what_is_known_beyond_the_checkpoint_is_incomplete(
    log: SealedLog, whole: Path, tmp_path: Path
) -> None:
    forger = Forger(whole)
    value = json.loads(forger.files[SCOPE]) | {"known_at": SIZE + 1}
    forger.files[SCOPE] = json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    assert verdicts(forger.write(tmp_path / "changed.zip"), log.keys).codes == (4, 4)


AMBIGUOUS = {
    "a key twice": lambda line: line.replace(b'"version":', b'"version":1,"version":', 1),
    "NaN": lambda line: line.replace(b'"format":1', b'"format":NaN'),
    "a float": lambda line: line.replace(b'"format":1', b'"format":1.0'),
    "a lone surrogate": lambda line: line.replace(b'"test:someone"', b'"\\ud800"'),
    "a surrogate as bytes": lambda line: line.replace(b'"test:someone"', b'"\xed\xa0\x80"'),
    "no UTF-8": lambda line: line.replace(b'"test:someone"', b'"\xff"'),
    "an escape": lambda line: line.replace(b'"test:someone"', b'"\\u0074est:someone"'),
    "a space": lambda line: line.replace(b'":', b'": ', 1),
    "a large integer": lambda line: line.replace(b'"format":1', b'"format":' + b"1" * 40_000),
    "too long": lambda line: line.replace(b'"test:someone"', b'"' + b"x" * 66_000 + b'"'),
    "too deep": lambda line: line.replace(b'"format":1', b'"format":' + b"[" * 60_000),
    "depth": lambda line: line.replace(b'"format":1', b'"format":' + b"[" * 33 + b"]" * 33),
    "no object": lambda _: b"[]\n",
    "nothing": lambda _: b"\n",
    "no newline": lambda line: line[:-1],
    "NUL": lambda line: line.replace(b"test:", b"test\x00"),
    "a path for a name": lambda line: line.replace(b'"order.placed"', b'"../../etc/x"'),
}


@pytest.mark.parametrize("change", AMBIGUOUS.values(), ids=AMBIGUOUS)
@pytest.mark.parametrize("bag", ["whole", "of_bolt"])
def test_t30_what_could_be_read_in_two_ways_is_no_record(
    log: SealedLog,
    tmp_path: Path,
    bag: str,
    change: Callable[[bytes], bytes],
    request: pytest.FixtureRequest,
) -> None:
    forger = Forger(request.getfixturevalue(bag))
    lines = forger.lines()
    changed = change(lines[7])
    assert changed != lines[7]
    lines[7] = changed
    forger.put(lines)
    beside = tmp_path / "personal.txt"
    beside.write_bytes(b"")
    given = Given({}, disclosures=beside)

    assert verdicts(forger.write(tmp_path / "changed.zip"), log.keys, given).codes == TAMPERED


@pytest.mark.parametrize("name", [SCOPE, PROOF, PROOFS])
def test_t30_nor_scope_nor_proof(log: SealedLog, of_bolt: Path, tmp_path: Path, name: str) -> None:
    given = Forger(of_bolt).files[name]
    key = given.partition(b":")[0].removeprefix(b"{")
    for changed in (
        given.replace(b"{", b"{" + key + b":1,", 1),
        given.replace(b":", b": ", 1),
        given.replace(b":", b":NaN,", 1),
        given.replace(b":", b':"\\ud800",', 1),
        b"[" * 100_000 + b"\n",
        b"{}\n",
        b"\xff\n",
        given[:-1],
        b"",
    ):
        forger = Forger(of_bolt)
        forger.files[name] = changed

        found = verdicts(forger.write(tmp_path / "changed.zip"), log.keys)
        assert found.codes == TAMPERED


def test_a_file_missing_or_one_too_many(log: SealedLog, of_bolt: Path, tmp_path: Path) -> None:
    needed = [name for name in Forger(of_bolt).files if name.startswith("data/")]
    for name in needed:
        forger = Forger(of_bolt)
        del forger.files[name]
        assert verdicts(forger.write(tmp_path / "less.zip"), log.keys).codes == TAMPERED, name
    for name in ("data/more.txt", "more.txt", schema_of("deal.won"), csv_of("deal.won")):
        forger = Forger(of_bolt)
        forger.files[name] = b""
        assert verdicts(forger.write(tmp_path / "more.zip"), log.keys).codes == TAMPERED, name


def test_another_verifier_in_the_bag_is_told_of(
    log: SealedLog, of_bolt: Path, tmp_path: Path
) -> None:
    forger = Forger(of_bolt)
    forger.files[VERIFIER] = b"print('verified')\n"
    found = verdicts(forger.write(tmp_path / "changed.zip"), log.keys)

    del forger.files[VERIFIER]
    missing = verdicts(forger.write(tmp_path / "missing.zip"), log.keys)

    for each in (found, missing):
        assert each.codes == (0, 0)
        assert "the verify.py in the bag is not that of this version" in str(each.report)


def test_what_is_no_bag_cannot_be_verified_and_says_why(
    log: SealedLog, of_bolt: Path, tmp_path: Path
) -> None:
    deflated = tmp_path / "deflated.zip"
    with ZipFile(deflated, "w", ZIP_DEFLATED) as other:
        for name, octets in Forger(of_bolt).files.items():
            other.writestr(f"tenure-bag/{name}", octets)
    climbing = tmp_path / "climbing.zip"
    with ZipFile(climbing, "w") as other:
        other.writestr("tenure-bag/../../etc/passwd", b"x")
    (tmp_path / "empty.zip").write_bytes(b"")
    (tmp_path / "cut.zip").write_bytes(of_bolt.read_bytes()[:-1])
    (tmp_path / "longer.zip").write_bytes(of_bolt.read_bytes() + b"\x00")
    (tmp_path / "text.zip").write_text("no zip")
    (tmp_path / "folder.zip").mkdir()
    for name in ("deflated", "climbing", "empty", "cut", "longer", "text", "none"):
        assert verdicts(tmp_path / f"{name}.zip", log.keys).codes == (5, 5), name
    assert 0 not in verdicts(tmp_path / "folder.zip", log.keys).codes


def test_names_that_lead_out_of_a_bag_are_refused(
    log: SealedLog, of_bolt: Path, tmp_path: Path
) -> None:
    for name in ("data/../../x", "/x", "data//x", "data/.x", "data/a/b/c/d/e", "é", "data/x\x00"):
        forger = Forger(of_bolt)
        forger.files[name] = b""
        try:
            path = forger.write(tmp_path / "changed.zip")
        except UnicodeEncodeError:
            continue
        assert verdicts(path, log.keys).codes == (5, 5), name


def test_links_and_absurd_sizes_are_refused(log: SealedLog, of_bolt: Path, tmp_path: Path) -> None:
    with ZipFile(of_bolt) as unpacker:
        unpacker.extractall(tmp_path)
    folder = tmp_path / "tenure-bag"
    scope = folder / SCOPE
    (tmp_path / "elsewhere").write_bytes(scope.read_bytes())
    scope.unlink()
    scope.symlink_to(tmp_path / "elsewhere")
    assert verdicts(folder, log.keys).codes == (5, 5)
    scope.unlink()
    hashed = folder / "manifest-sha256.txt"
    with hashed.open("wb") as file:
        os.truncate(file.fileno(), 2**33)
    scope.write_bytes((tmp_path / "elsewhere").read_bytes())
    assert verdicts(folder, log.keys).codes == (5, 5)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "a+b+c",
        "tenure-1/default+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "é+1+2",
    ],
)
def test_a_key_that_is_none_is_wrong_usage(of_bolt: Path, key: str) -> None:
    assert verify.main([str(of_bolt), "--key", key]) == 2


def test_wrong_usage_of_the_verifier_in_the_bag_is_2() -> None:
    assert verify.main([]) == 2
    assert verify.main(["x", "--key"]) == 2
    assert verify.main(["x", "--no-such"]) == 2
    assert verify.main(["--help"]) == 0
