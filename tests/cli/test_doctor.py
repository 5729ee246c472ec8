"""`tenure doctor` tells what Tenure would run with, and what keeps it from running."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

UNUSED_PORT = 1


def doctor(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return tenure(tmp_path, "doctor", **environment)


def tenure(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    ours = {n: v for n, v in os.environ.items() if n != "DATABASE_URL" and "TENURE_" not in n}
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        capture_output=True,
        check=False,
        env={**ours, "TENURE_DATA_DIR": str(tmp_path / "data"), **environment},
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=30,
    )


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line on stderr that says why it cannot start."""
    lines = done.stderr.splitlines()

    assert done.returncode == 3, done.stderr
    assert len(lines) == 1
    assert lines[0].startswith("tenure: ")
    assert "Traceback" not in done.stdout
    return lines[0]


def test_it_lists_the_settings_with_their_origins_and_starts_nothing(tmp_path: Path) -> None:
    done = doctor(tmp_path, TENURE_PORT="8123")
    rows = [line.split() for line in done.stdout.splitlines()]

    assert (done.returncode, done.stderr) == (0, "")
    assert ["TENURE_PORT", "8123", "environment"] in rows
    assert ["TENURE_HOST", "127.0.0.1", "default"] in rows
    assert not (tmp_path / "data").exists()


def test_a_reachable_database_is_told_with_its_version(tmp_path: Path, cluster_url: str) -> None:
    done = doctor(tmp_path, DATABASE_URL=cluster_url)

    assert (done.returncode, done.stderr) == (0, "")
    assert "reachable at DATABASE_URL" in done.stdout


@pytest.mark.parametrize("password", ["hidden", "hid@den", "hid/den", "hid#den", "hid?den", "h:i"])
def test_an_unreachable_database_is_one_sentence_without_its_password(
    tmp_path: Path, password: str
) -> None:
    url = f"postgresql://ann:{password}@127.0.0.1:{UNUSED_PORT}/tenure"
    done = doctor(tmp_path, DATABASE_URL=url)
    said = sentence(done)

    assert "DATABASE_URL" in said
    assert not [piece for piece in ("hid", "den", "h:i") if piece in said + done.stdout]


def test_a_wrong_password_is_one_sentence_without_it(tmp_path: Path, cluster_url: str) -> None:
    address, _, server = cluster_url.rpartition("@")
    if ":" not in address.removeprefix("postgresql://"):
        pytest.skip("the server of DATABASE_URL asks for no password")
    done = doctor(tmp_path, DATABASE_URL=f"postgresql://tenure_owner:hidden@{server}")

    assert "password authentication failed" in sentence(done)
    assert "hidden" not in done.stderr + done.stdout


def test_an_unknown_name_is_one_sentence_with_the_closest_known_one(tmp_path: Path) -> None:
    assert sentence(doctor(tmp_path, TENURE_PROT="1")) == (
        "tenure: TENURE_PROT is not a setting; did you mean TENURE_PORT?"
    )


def test_binaries_that_cannot_be_used_are_one_sentence_with_the_way_out(tmp_path: Path) -> None:
    said = sentence(doctor(tmp_path, TENURE_POSTGRES_BIN=str(tmp_path)))

    assert "TENURE_POSTGRES_BIN" in said
    assert "DATABASE_URL" in said


def test_the_local_server_is_started_found_and_stopped_by_hand(tmp_path: Path) -> None:
    try:
        said = [tenure(tmp_path, "database", verb) for verb in ("start", "status", "url", "stop")]
    finally:
        tenure(tmp_path, "database", "stop")
    after = tenure(tmp_path, "database", "url")

    assert [done.returncode for done in said] == [0, 0, 0, 0]
    assert [said[0].stdout, said[1].stdout, said[3].stdout] == [
        "running\n",
        "running\n",
        "stopped\n",
    ]
    assert said[2].stdout.startswith("postgresql://tenure_owner:")
    assert "tenure database start" in sentence(after)
