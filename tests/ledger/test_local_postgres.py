"""The local PostgreSQL comes back, whatever was killed, left behind or taken in the meantime."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import psycopg
import pytest

from ledger.failure import CannotStart
from ledger.local_postgres import LocalPostgres, find_binaries
from ledger.settings import load_settings

BINARIES = find_binaries(load_settings({}))
FAST = {"fsync": "off", "shared_buffers": "16MB"}
START = """
import sys
from pathlib import Path
from ledger.local_postgres import LocalPostgres
folder, binaries = map(Path, sys.argv[1:])
print(LocalPostgres(folder, binaries=binaries, settings={"fsync": "off"}).start())
"""


def postgres_in(folder: Path) -> LocalPostgres:
    return LocalPostgres(folder, binaries=BINARIES, settings=FAST)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a stopped cluster, to be copied: a copy is quicker than an initdb."""
    folder = tmp_path_factory.mktemp("made")
    postgres_in(folder).start()
    postgres_in(folder).stop()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Iterator[Path]:
    """Give a stopped cluster of the test's own, and leave no server behind."""
    shutil.copytree(made, tmp_path / "postgres")
    yield tmp_path / "postgres"
    postgres_in(tmp_path / "postgres").stop()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    """Give a folder that no cluster was made in yet, and leave no server behind."""
    yield tmp_path / "postgres"
    postgres_in(tmp_path / "postgres").stop()


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))


def has_another_postmaster(folder: Path, before: psutil.Process) -> bool:
    try:
        return bool(postmaster(folder) != before and postmaster(folder).is_running())
    except (OSError, IndexError, psutil.Error):
        return False


def eventually(condition: Callable[[], object], timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it has not happened"
        time.sleep(0.002)


def starting(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, str(folder), str(BINARIES)], stdout=subprocess.PIPE, text=True
    )


def remember(url: str, word: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS remembered (word text)")
        connection.execute("INSERT INTO remembered VALUES (%s)", (word,))


def words(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM remembered")]


def test_a_new_cluster_has_its_database_its_owner_and_one_door_with_a_password(empty: Path) -> None:
    url = postgres_in(empty).start()
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT current_database(), current_user, rolsuper, "
            "current_setting('listen_addresses'), current_setting('unix_socket_directories') "
            "FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    address = psycopg.conninfo.conninfo_to_dict(url)

    assert row == ("tenure", "tenure_owner", True, "127.0.0.1", "")
    assert (empty / "password").stat().st_mode & 0o777 == 0o600
    assert (empty / "password").stat().st_uid == os.geteuid()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host="127.0.0.1", port=address["port"], user="tenure_owner", password="x")  # noqa: S106


def test_a_second_start_finds_the_same_data_at_the_same_address(folder: Path) -> None:
    url = postgres_in(folder).start()
    remember(url, "kept")
    postgres_in(folder).stop()
    is_running_between = postgres_in(folder).is_running()
    url_again = postgres_in(folder).start()

    assert not is_running_between
    assert url_again == url
    assert words(url_again) == ["kept"]


def test_a_running_server_is_adopted(folder: Path) -> None:
    url = postgres_in(folder).start()
    pid = postmaster(folder).pid

    assert postgres_in(folder).start() == url
    assert postmaster(folder).pid == pid


def test_a_running_server_is_adopted_through_a_symbolic_link(folder: Path) -> None:
    url = postgres_in(folder).start()
    link = folder.with_name("link")
    link.symlink_to(folder)

    assert postgres_in(link).start() == url
    assert postgres_in(link).is_running()


def test_a_killed_initdb_leaves_nothing_that_the_next_start_minds(empty: Path) -> None:
    first = starting(empty)
    eventually(lambda: list(empty.glob("*/base/1")))
    initdb = [p for p in psutil.Process(first.pid).children(recursive=True) if p.name() == "initdb"]
    initdb[0].kill()
    first.communicate()
    url = postgres_in(empty).start()

    assert first.returncode != 0
    assert url.endswith("/tenure")
    assert not list(empty.glob("initdb-*"))


def test_an_initdb_that_outlives_its_program_does_not_disturb_the_next(empty: Path) -> None:
    first = starting(empty)
    eventually(lambda: list(empty.glob("*/base/1")))
    first.kill()
    first.communicate()
    url = postgres_in(empty).start()

    assert url.endswith("/tenure")
    assert not list(empty.glob("initdb-*"))


def test_a_killed_server_recovers_what_was_committed(folder: Path) -> None:
    url = postgres_in(folder).start()
    remember(url, "committed")
    postmaster(folder).kill()
    url_again = postgres_in(folder).start()

    assert words(url_again) == ["committed"]


def test_a_backend_that_outlives_its_server_is_ended_before_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.local_postgres._ORPHANS_SECONDS_MAX", 0.5)
    url = postgres_in(folder).start()
    server = postmaster(folder)
    with closing(psycopg.connect(url)) as connection:
        # It computes, and so never looks whether its server still lives.
        connection.pgconn.send_query(b"DO $$ BEGIN LOOP END LOOP; END $$")
        backend = psutil.Process(connection.info.backend_pid)
        server.kill()
        url_again = postgres_in(folder).start()

    assert not backend.is_running() or backend.status() == psutil.STATUS_ZOMBIE
    assert url_again == url


def test_a_stale_pid_file_whose_pid_is_another_program_now_is_seen_through(folder: Path) -> None:
    url = postgres_in(folder).start()
    text = (folder / "data" / "postmaster.pid").read_text()
    postgres_in(folder).stop()
    with subprocess.Popen(["sleep", "60"]) as other:
        lines = [str(other.pid), *text.splitlines()[1:]]
        (folder / "data" / "postmaster.pid").write_text("\n".join(lines) + "\n")
        was_running = postgres_in(folder).is_running()
        url_again = postgres_in(folder).start()
        is_alive = other.poll() is None
        other.kill()

    assert not was_running
    assert url_again == url
    assert is_alive


@pytest.mark.parametrize("torn", ["", "123", "not a number\n"])
def test_a_torn_pid_file_is_seen_through(folder: Path, torn: str) -> None:
    (folder / "data" / "postmaster.pid").write_text(torn)

    assert postgres_in(folder).start().endswith("/tenure")


def test_a_server_that_is_still_starting_is_waited_for(folder: Path) -> None:
    """A program killed in the middle of its start leaves a server that recovers."""
    remember(postgres_in(folder).start(), "committed")
    killed = postmaster(folder)
    killed.kill()
    eventually(lambda: not postgres_in(folder).is_running())
    first = starting(folder)
    eventually(lambda: has_another_postmaster(folder, killed))
    first.kill()
    first.communicate()
    server = postmaster(folder)
    server.suspend()
    second = starting(folder)
    time.sleep(1)
    server.resume()
    url, _ = second.communicate(timeout=30)

    assert second.returncode == 0
    assert words(url.strip()) == ["committed"]
    assert postmaster(folder).pid == server.pid


def test_a_server_that_is_about_to_end_is_started_again(folder: Path) -> None:
    url = postgres_in(folder).start()
    server = postmaster(folder)
    with psycopg.connect(url):
        server.send_signal(signal.SIGTERM)
        second = starting(folder)
        time.sleep(0.5)
    url_again, _ = second.communicate(timeout=30)

    assert url_again.strip() == url
    assert postmaster(folder).pid != server.pid


@pytest.mark.parametrize("cluster", ["empty", "folder"])
def test_of_two_starts_at_once_the_second_adopts(
    cluster: str, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(cluster)
    both = [starting(folder), starting(folder)]
    urls = [program.communicate(timeout=60)[0] for program in both]

    assert [program.returncode for program in both] == [0, 0]
    assert urls[0] == urls[1]


def test_a_port_that_was_taken_meanwhile_is_given_up_for_good(folder: Path) -> None:
    url = postgres_in(folder).start()
    postgres_in(folder).stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int(psycopg.conninfo.conninfo_to_dict(url)["port"] or 0)))
        other.listen()
        url_again = postgres_in(folder).start()
    postgres_in(folder).stop()
    url_later = postgres_in(folder).start()

    assert url_again != url
    assert url_later == url_again


def test_stopping_what_does_not_run_is_fine(folder: Path) -> None:
    postgres_in(folder).stop()

    assert not postgres_in(folder).is_running()
    assert postgres_in(folder).url() is None


def test_a_cluster_of_another_version_is_refused_at_once_with_the_way_out(folder: Path) -> None:
    (folder / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(CannotStart) as caught:
        postgres_in(folder).start()

    assert "was made by PostgreSQL 12" in str(caught.value)
    assert "TENURE_POSTGRES_BIN" in str(caught.value)


def test_what_postgresql_says_of_a_broken_setting_is_passed_on(folder: Path) -> None:
    with pytest.raises(CannotStart) as caught:
        LocalPostgres(folder, binaries=BINARIES, settings={"shared_buffers": "many"}).start()

    assert 'invalid value for parameter "shared_buffers": "many"' in str(caught.value)


def test_a_folder_that_cannot_be_written_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="TENURE_DATA_DIR"):
        postgres_in(tmp_path / "file" / "postgres").start()


def test_binaries_that_do_not_run_or_are_too_old_are_no_binaries(tmp_path: Path) -> None:
    settings = load_settings({"TENURE_POSTGRES_BIN": str(tmp_path)})
    for said in ("exit 1", "echo 'postgres (PostgreSQL) 14.9'"):
        for program in ("initdb", "pg_ctl", "postgres"):
            (tmp_path / program).write_text(f"#!/bin/sh\n{said}\n")
            (tmp_path / program).chmod(0o700)
        with pytest.raises(CannotStart, match="TENURE_POSTGRES_BIN"):
            find_binaries(settings)


def test_an_ordinary_user_starts_it_too() -> None:
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or setpriv is None:
        pytest.skip("only root, with setpriv, can become another user")
    ordinary = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"]
    if subprocess.run([*ordinary, sys.executable, "-c", "import psycopg"], check=False).returncode:
        pytest.skip("the environment of this Python is not readable for others")
    folder = Path("/tmp") / f"tenure-{os.getpid()}"  # noqa: S108 - pytest's own folders are root's
    folder.mkdir()
    try:
        os.chown(folder, 65534, 65534)
        command = [*ordinary, sys.executable, "-c", START, str(folder / "pg"), str(BINARIES)]
        url = subprocess.check_output(command, text=True).strip()
        uid = postmaster(folder / "pg").uids().real
        remember(url, "seen")
        stop = START.replace("print(", "").replace(".start())", ".stop()")
        subprocess.check_call([*command[:6], stop, *command[-2:]])
        is_running = postgres_in(folder / "pg").is_running()
    finally:
        shutil.rmtree(folder)

    assert uid == 65534
    assert not is_running
