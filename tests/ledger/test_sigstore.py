"""npm @sigstore/verify, which nobody here wrote, accepts our checkpoints and inclusion proofs.

And refuses tampered ones. It is installed when the test runs, in exact versions with their hashes;
where npm or its registry is absent, the test is skipped and says so.
"""

import json
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ledger.checkpoint import verify_checkpoint
from ledger.stored_log import open_stored_log
from tests.ledger.sealed import ORIGIN, SIZE, Sample, sealed_log

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "tests" / "sigstore"


@pytest.fixture(scope="module")
def sample(
    cluster_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sample]:
    with sealed_log(cluster_url, template, tmp_path_factory.mktemp("original")) as sealed:
        yield sealed


@pytest.fixture(scope="module")
def verifier(request: pytest.FixtureRequest) -> Path:
    """Install it once into pytest's cache folder, and return its program."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("node and npm are not there: @sigstore/verify was not asked")
    cache = request.config.cache
    assert cache is not None
    folder = cache.mkdir("sigstore")
    for source in SOURCES.iterdir():
        if source.is_file():
            shutil.copy(source, folder)
    if not (folder / "node_modules" / "@sigstore" / "verify").exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            assert "EINTEGRITY" not in done.stderr, done.stderr
            pytest.skip(f"npm cannot install @sigstore/verify: {done.stderr[-300:]}")
    return folder / "verify.cjs"


def judged(verifier: Path, cases: Sequence[dict[str, Any]]) -> list[Any]:
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run(
        ["node", verifier.name],
        cwd=verifier.parent,
        input=lines,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def case(sample: Sample, position: int) -> dict[str, Any]:
    key = sample.key.named(ORIGIN).verifier
    with open_stored_log(sample.url, "default", [ORIGIN]) as log:
        note = log.notes()[-1]
        checkpoint = verify_checkpoint(note, [key])
        proved = log.proved(position, checkpoint.size)
    return {
        "key": text(key.public),
        "keyId": text(key.key_id),
        "note": text(note),
        "record": text(proved.row.record),
        "index": position - 1,
        "hashes": [text(hashed) for hashed in proved.proof],
        "root": text(checkpoint.root),
        "size": checkpoint.size,
    }


def text(octets: bytes) -> str:
    return b64encode(octets).decode()


def test_software_of_sigstore_accepts_what_is_true_and_refuses_what_is_not(
    sample: Sample, verifier: Path
) -> None:
    true = case(sample, 17)
    hashes = true["hashes"]
    tampered = [
        true | {"record": text(b"{}")},
        true | {"index": 15},
        true | {"index": SIZE},
        true | {"hashes": hashes[:-1]},
        true | {"hashes": [*hashes, hashes[0]]},
        true | {"hashes": [hashes[1], hashes[0], *hashes[2:]]},
        true | {"root": text(bytes(32))},
        true | {"note": text(b"x" * 300)},
        true | {"key": text(sample.key.named("other").verifier.key_id + bytes(28))},
        true | {"keyId": text(bytes(4))},
        true | {"note": case(sample, 17)["note"].replace("A", "B", 1)},
    ]
    accepted = judged(verifier, [case(sample, position) for position in (1, 17, 256, 257, SIZE)])
    refused = judged(verifier, tampered)

    assert accepted == [True] * 5
    assert all(isinstance(why, str) for why in refused), refused
