"""A witness on a machine of its own, a policy, and what `tenure verify` makes of both."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from typer.testing import CliRunner, Result
from typing_extensions import override

from cli.main import app
from ledger.add_checkpoint import AddCheckpoint
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import WitnessKey, cosignatures_of
from ledger.note import SigningKey, VerifierKey
from tests.api.service import Service
from tests.cli.test_keys import SEALED_SECONDS_MAX, Installation
from tests.cli.test_verify import as_url

ROOT = Path(__file__).parents[2]


@dataclass
class Outsider:
    """Someone who has a folder, an API key, and no other tie to the installation."""

    folder: Path
    api_key: str

    def tenure(self, *arguments: str) -> Result:
        """Run a command in this process: starting another takes longer than all that it does."""
        return CliRunner().invoke(app, arguments, env={"AUDITOR_API_KEY": self.api_key})

    def cosign(self, url: str, log: VerifierKey) -> Result:
        return self.tenure("witness", "cosign", url, *self._files, "--log", str(log))

    @property
    def _files(self) -> list[str]:
        return ["--key", str(self.folder / "w.key"), "--state", str(self.folder / "w.state")]

    def verify(self, source: str, *more: str) -> dict[str, Any]:
        done = self.tenure("verify", source, "--json", *more)
        assert done.stdout, done.stderr
        body: dict[str, Any] = json.loads(done.stdout)
        assert done.exit_code == body["exit_code"], done.stderr
        return body

    @contextmanager
    def serving(self, log: VerifierKey) -> Iterator[str]:
        """Serve `POST /add-checkpoint`; give the address."""
        command = [sys.executable, "-m", "cli.main", "witness", "serve", *self._files]
        with subprocess.Popen(
            [*command, "--log", str(log), "--port", "0"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                assert process.stdout is not None
                yield process.stdout.readline().strip()
            finally:
                process.terminate()


def step(body: dict[str, Any], name: str) -> dict[str, Any]:
    [found] = [each for each in body["steps"] if each["step"] == name]
    return dict(found)


def sealed(installation: Installation, size: int) -> None:
    """Wait for the checkpoint of a size; whether it is true is for others to say."""
    deadline = time.monotonic() + SEALED_SECONDS_MAX
    while f"\n{size}\n" not in installation.get("/log/checkpoint").text:
        assert time.monotonic() < deadline, installation.get("/readyz").text
        time.sleep(0.05)


@pytest.fixture
def outsider(tmp_path: Path, database_url: str) -> Outsider:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    installation = Installation(database_url, tmp_path / "data")
    return Outsider(folder, installation.headers["Authorization"].removeprefix("Bearer "))


def test_a_witness_cosigns_what_a_service_seals_and_a_policy_asks_for_it(  # noqa: PLR0915  # one start of a service
    outsider: Outsider, database_url: str, tmp_path: Path
) -> None:
    folder = outsider.folder
    files = ["--key", str(folder / "w.key")]
    made = outsider.tenure("witness", "keys", "create", *files, "--name", "w.example.com")
    witness = WitnessKey.parse(made.stdout)
    (folder / "witnesses").write_text(f"witness w {witness}\nquorum w\n")
    installation = Installation(database_url, tmp_path / "data")
    installation.folder.mkdir()
    service = installation.service = Service(
        database_url, installation.folder, TENURE_WITNESSES=str(folder / "witnesses")
    )
    policy = folder / "policy"
    with service.running():
        installation.open_account()
        sealed(installation, installation.open_account())
        [log] = installation.trusted()
        policy.write_text(f"log {log}\nwitness w {witness}\nquorum w\n")
        unseen = outsider.verify(service.url, "--policy", str(policy))
        cosigned = outsider.cosign(service.url, log)
        note = installation.get("/log/checkpoint").content
        seen = outsider.verify(service.url, "--policy", str(policy), "--state", str(folder / "s"))
        sealed(installation, installation.open_account())
        sample = outsider.verify(
            service.url, "--policy", str(policy), "--state", str(folder / "s"), "--sample", "2"
        )
        seed = step(sample, "scope")["detail"].partition("seed ")[2].partition(";")[0]
        accounts = httpx2.get(f"{service.url}/events", headers=installation.headers).json()
        account_id = accounts["items"][1]["account_id"]
        account = outsider.verify(service.url, "--policy", str(policy), "--account", account_id)
        with outsider.serving(log) as address:
            statuses = [
                httpx2.post(f"{address}/add-checkpoint", content=body).status_code
                for body in (AddCheckpoint(0, [], note).octets, b"old 1\n\n" + note, b"", b"\xff")
            ]
            again = httpx2.post(f"{address}/add-checkpoint", content=b"old 2\n\n" + note)
        strangers = httpx2.post(
            f"{service.url}/log/cosignatures",
            json={"note": installation.get("/log/checkpoint").text},
            headers=installation.headers,
        )
        forged = httpx2.post(
            f"{service.url}/log/cosignatures",
            json={"note": note.decode().replace("\n2\n", "\n3\n", 1)},
            headers=installation.headers,
        )
    database = as_url(database_url)
    of_account = outsider.verify(database, "--policy", str(policy), "--account", account_id)
    whole = outsider.verify(database, "--policy", str(policy))
    with psycopg.connect(database) as owner:
        owner.execute("ALTER TABLE ledger.event DISABLE TRIGGER USER")
        owner.execute("UPDATE ledger.event SET actor = 'key:nobody' WHERE position = 2")
    tampered = outsider.verify(database, "--policy", str(policy), "--sample", "3")
    again_sample = outsider.verify(database, "--key", str(log), "--sample", "2", "--seed", seed)

    assert unseen["exit_code"] == 4
    assert "no checkpoint has been seen by a quorum" in step(unseen, "witnesses")["detail"]
    assert cosigned.exit_code == 0, cosigned.stderr
    assert "the service keeps it" in cosigned.stdout
    assert [made.key for made in cosignatures_of(note, [witness])] == [witness]
    assert (seen["exit_code"], step(seen, "witnesses")["result"]) == (0, "PASS")
    assert step(seen, "window")["result"] == "PASS"
    assert (sample["exit_code"], sample["read"]) == (0, 2)
    assert "2 of 3 records, chosen with the seed" in step(sample, "scope")["detail"]
    assert step(sample, "state")["detail"] == "proved to continue the 2 events verified last"
    assert "the last 1 not yet" in step(sample, "witnesses")["detail"]
    assert (account["exit_code"], account["read"]) == (0, 1)
    assert "the other 2 were not checked" in step(account, "scope")["detail"]
    assert statuses == [409, 409, 400, 400]
    assert again.status_code == 200
    assert again.text.startswith("— w.example.com ")
    assert (strangers.status_code, strangers.json()["code"]) == (403, "forbidden")
    assert (forged.status_code, forged.json()["code"]) == (422, "validation-failed")
    assert (of_account["exit_code"], step(of_account, "columns")["result"]) == (0, "PASS")
    assert whole["exit_code"] == 0
    assert (tampered["exit_code"], tampered["first_fault"]["step"]) == (3, "columns")
    assert tampered["first_fault"]["position"] == 2
    assert again_sample["read"] == 2
    assert f"the seed {seed};" in step(again_sample, "scope")["detail"]


def test_wrong_usage_is_told_apart(outsider: Outsider) -> None:
    policy = outsider.folder / "policy"
    policy.write_text("quorum nobody\n")
    url, zero = "http://127.0.0.1:1", "00000000-0000-0000-0000-000000000001"
    key = ["--key", str(SigningKey.generate("a/b").verifier)]

    for arguments, said in [
        (["verify", url], "give the key of the log"),
        (["verify", url, "--policy", str(policy)], "line 1: 'nobody' is no witness"),
        (["verify", url, "--policy", str(policy) + "x"], "cannot be read"),
        (["verify", url, *key, "--sample", "1", "--account", zero], "give one of"),
        (["verify", url, *key, "--seed", "1"], "--seed chooses a sample"),
        (["witness", "cosign", url, "--key", "k", "--state", "s", "--log", "x"], "--log"),
    ]:
        done = outsider.tenure(*arguments)
        assert done.exit_code == 2, (arguments, done.stderr)
        assert said in done.stderr


MALFORMED = [
    [],
    ["00"],
    ["zz"],
    [7],
    ["00" * 31],
    ["00" * 33],
    ["00" * 32] * 64,
    ["00" * 32] * 10_000,
    None,
    "00" * 32,
]


@contextmanager
def hostile(note: bytes, proof: list[Any]) -> Iterator[str]:
    """Serve a true checkpoint, a record, and whatever is to pass for a proof."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers = {"/log/checkpoint": note, "/log/records/1": b"{}"}
            body = answers.get(self.path, json.dumps({"proof": proof[0]}).encode())
            self.send_response(404 if "cosigned" in self.path else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_t29_proofs_of_no_form_verify_nothing(outsider: Outsider) -> None:
    log = SigningKey.generate("a/b")
    proof: list[Any] = [None]
    with hostile(sign_checkpoint(Checkpoint("a/b", 3, bytes(32)), log), proof) as url:
        for given in MALFORMED:
            proof[0] = given
            done = outsider.tenure("verify", url, "--key", str(log.verifier), "--sample", "3")
            assert done.exit_code in {3, 5}, given
            assert done.exception is None or isinstance(done.exception, SystemExit), given
    empty = sign_checkpoint(Checkpoint("a/b", 0, bytes(32)), log)
    huge = empty.replace(b"\n0\n", b"\n18446744073709551616\n")
    for note in (huge, b"", b"\n\n\n", b"\xff" * 100):
        with hostile(note, proof) as url:
            done = outsider.tenure("verify", url, "--key", str(log.verifier), "--sample", "3")
        assert done.exit_code == 3, note
