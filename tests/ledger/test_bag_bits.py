"""One bit flipped anywhere in a bag, and neither verifier accepts it."""

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

from ledger.bag_files import BagFiles
from ledger.bag_layout import CHECKPOINT, PROOF, SCOPE, BagBroken, BagRefused, csv_of
from ledger.bag_verifier import verify
from ledger.bag_zip import read_zip
from tests.ledger.bags import Forger, SealedLog, verdicts

METADATA_BITS_OF_A_BYTE = (0, 5)
FLIPS = 150
FLIPS_OF_A_FILE = 4


@contextmanager
def flipped(path: Path, bit: int) -> Iterator[None]:
    """Flip one bit of a file, and flip it back."""
    at, mask = bit // 8, 1 << bit % 8
    with path.open("r+b", buffering=0) as file:
        file.seek(at)
        before = file.read(1)
        file.seek(at)
        file.write(bytes([before[0] ^ mask]))
        yield
        file.seek(at)
        file.write(before)


def test_every_byte_of_what_a_zip_says_of_its_files(tiny_zip: Path, tmp_path: Path) -> None:
    """Take each byte between the files, and those behind the last: what unpackers overlook."""
    path = tmp_path / "bag.zip"
    shutil.copy(tiny_zip, path)
    entries = read_zip(path)
    covered: set[int] = set()
    for entry in entries:
        covered.update(range(entry.start, entry.start + entry.size))
    metadata = sorted(set(range(path.stat().st_size)) - covered)
    bags = [refuses_ours, refuses_theirs]
    accepted = []
    for at in metadata:
        for bit in METADATA_BITS_OF_A_BYTE:
            with flipped(path, at * 8 + bit):
                accepted += [(at, bit, each.__name__) for each in bags if not each(path)]

    assert len(metadata) > 2_000
    assert accepted == []


def refuses_ours(path: Path) -> bool:
    try:
        return differs(BagFiles.at(path))
    except BagRefused:
        return True


def refuses_theirs(path: Path) -> bool:
    try:
        bag = verify.ZippedBag(str(path))
        verify.check_manifests(bag)
    except (verify.Unusable, verify.Tampered):
        return True
    return False


def differs(files: BagFiles) -> bool:
    """Hold the CRC against the file, too: the zip says it."""
    try:
        files.check()
    except BagBroken:
        return True
    return False


def test_any_bit_of_a_zip(tiny: SealedLog, tiny_zip: Path, tmp_path: Path) -> None:
    path = tmp_path / "bag.zip"
    shutil.copy(tiny_zip, path)
    dice = random.Random(8493)  # noqa: S311  # no secret
    bits = [dice.randrange(path.stat().st_size * 8) for _ in range(FLIPS)]
    codes = {}
    for bit in bits:
        with flipped(path, bit):
            codes[bit] = verdicts(path, tiny.keys).codes

    assert verdicts(path, tiny.keys).codes == (0, 0)
    assert {code for pair in codes.values() for code in pair} <= {3, 5}


def test_bits_of_each_file_of_a_bag_that_was_unpacked(
    tiny: SealedLog, tiny_zip: Path, tmp_path: Path
) -> None:
    with ZipFile(tiny_zip) as unpacker:
        unpacker.extractall(tmp_path)
    dice = random.Random(6962)  # noqa: S311  # no secret
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    codes = set()
    for path in files:
        for _ in range(FLIPS_OF_A_FILE):
            with flipped(path, dice.randrange(path.stat().st_size * 8)):
                codes.add(verdicts(tmp_path / "tenure-bag", tiny.keys).codes)

    assert len(files) > 15
    assert verdicts(tmp_path / "tenure-bag", tiny.keys).codes == (0, 0)
    assert 0 not in {code for pair in codes for code in pair}


def test_bits_of_the_evidence_with_manifests_made_to_fit(
    tiny: SealedLog, tiny_zip: Path, tmp_path: Path
) -> None:
    dice = random.Random(9162)  # noqa: S311  # no secret
    given = Forger(tiny_zip)
    path = tmp_path / "bag.zip"
    names = [name for name in given.files if name.startswith(csv_of("")[:9])]
    evidence = ["data/records.jsonl", "data/streams.csv", SCOPE, PROOF, CHECKPOINT, *names]
    for name in evidence:
        for _ in range(6):
            forger = Forger(tiny_zip)
            octets = bytearray(given.files[name])
            octets[dice.randrange(len(octets))] ^= 1 << dice.randrange(8)
            forger.files[name] = bytes(octets)
            found = verdicts(forger.write(path), tiny.keys)

            assert 0 not in found.codes, (name, bytes(octets))
