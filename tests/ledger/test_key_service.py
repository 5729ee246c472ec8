"""Whatever wraps the keys of persons, they open in their own context alone; in a file or over HTTP.

The key service over HTTP is a small server of the tests' own (`transit_server.py`).
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from pydantic import SecretStr

from domain.commands import register_party
from domain.party import Side
from ledger.disclosures import MasterKeyChanged, reveal
from ledger.failure import CannotStart
from ledger.key_service import (
    Bound,
    KeyService,
    KeyServiceUnavailable,
    MasterKey,
    NotUnwrapped,
)
from ledger.ledger import Ledger, master_key_file, open_ledger
from ledger.rewrapping import rotate_master_key
from ledger.settings import Settings
from ledger.transit import TransitKeyService
from tests.ledger.processes.setting import DAY, command
from tests.ledger.transit_server import TOKEN, transit_server

pytestmark = pytest.mark.anyio

KEYS = [Bound(bytes([number] * 32), f"context {number}".encode()) for number in range(3)]
ADA, BOB = UUID(int=1), UUID(int=2)


@pytest.fixture(scope="module")
def transit() -> Iterator[str]:
    with transit_server() as (url, _):
        yield url


def service_at(url: str, token: str = TOKEN) -> TransitKeyService:
    return TransitKeyService.at(url, SecretStr(token))


@pytest.fixture(params=["file", "transit"])
def service(request: pytest.FixtureRequest, transit: str) -> KeyService:
    return MasterKey(bytes(range(32))) if request.param == "file" else service_at(transit)


def test_what_is_wrapped_is_unwrapped(service: KeyService) -> None:
    wrapped = service.wrap(KEYS)
    again = [Bound(w, key.context) for w, key in zip(wrapped, KEYS, strict=True)]

    assert list(service.unwrap(again)) == [key.octets for key in KEYS]
    assert not any(key.octets in octets for octets, key in zip(wrapped, KEYS, strict=True))
    assert list(service.wrap([])) == list(service.unwrap([])) == []


def test_a_key_unwraps_in_its_own_context_alone(service: KeyService) -> None:
    wrapped = service.wrap(KEYS)
    swapped = [Bound(wrapped[0], KEYS[0].context), Bound(wrapped[1], KEYS[2].context)]

    with pytest.raises(NotUnwrapped) as refused:
        service.unwrap(swapped)
    assert refused.value.index == 1


@pytest.mark.parametrize("octets", [b"", b"short", b"vault:v1:AAAA", b"vault:v9:AAAA", bytes(60)])
def test_what_was_never_wrapped_is_refused(service: KeyService, octets: bytes) -> None:
    with pytest.raises(NotUnwrapped):
        service.unwrap([Bound(octets, b"context")])


def test_a_fingerprint_tells_one_master_key_from_another(transit: str) -> None:
    one, other = service_at(transit), service_at(transit.replace("tenure", "other"))

    assert one.fingerprint == service_at(transit).fingerprint
    assert len({one.fingerprint, other.fingerprint, MasterKey(bytes(32)).fingerprint}) == 3
    assert len(one.fingerprint) == 64


def test_many_keys_are_asked_for_in_batches(transit: str) -> None:
    many = [Bound(number.to_bytes(32), b"context") for number in range(300)]
    service = service_at(transit)
    wrapped = [Bound(each, b"context") for each in service.wrap(many)]

    assert list(service.unwrap(wrapped)) == [key.octets for key in many]


def test_a_key_and_a_token_do_not_show_themselves_by_accident(transit: str) -> None:
    settings = Settings.model_validate({"TENURE_KMS_URL": transit, "TENURE_KMS_TOKEN": TOKEN})

    assert "\\x02" not in repr(KEYS[2])
    assert TOKEN not in repr(service_at(transit)) + repr(settings) + str(settings.origins())


@pytest.mark.parametrize(
    ("url", "token", "because"),
    [
        ("ftp://vault/transit/tenure", TOKEN, "names no key"),
        ("http://vault", TOKEN, "names no key"),
        ("http://vault/transit/", TOKEN, "names no key"),
        ("http://user:secret@vault/transit/tenure", TOKEN, "names no key"),
        ("http://vault/transit/tenure", None, "needs a token"),
        ("http://127.0.0.1:9/transit/tenure", TOKEN, "does not answer"),
    ],
)
def test_a_service_that_cannot_be_used_is_said_to_be_so(
    url: str, token: str | None, because: str
) -> None:
    with pytest.raises(CannotStart, match=because) as refused:
        TransitKeyService.at(url, None if token is None else SecretStr(token))
    assert "secret" not in str(refused.value)


def test_another_token_or_key_is_refused_by_the_service(transit: str) -> None:
    with pytest.raises(CannotStart, match="answers 403") as refused:
        service_at(transit, "s.another")
    assert "s.another" not in str(refused.value)
    with pytest.raises(CannotStart, match="answers 404"):
        service_at(transit.replace("tenure", "missing"))


async def registered(ledger: Ledger, party_id: UUID, name: str) -> None:
    decision = register_party(party_id, side=Side.THEIRS, name=name, on=DAY, today=DAY)
    await ledger.writer.execute(command(decision))


async def names(ledger: Ledger) -> list[str]:
    async with ledger.pool.connection() as connection:
        cursor = await connection.execute("SELECT digest FROM ledger.personal_disclosure")
        digests = [digest async for (digest,) in cursor]
        return sorted((await reveal(connection, ledger.vault, "default", digests)).values())


def wrapped_keys(url: str) -> set[bytes]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT wrapped_key FROM ledger.subject_key").fetchall()
    return {wrapped for (wrapped,) in rows}


async def test_a_ledger_works_with_a_key_service_and_waits_for_it(
    database_url: str, tmp_path: Path
) -> None:
    with transit_server() as (url, process):
        settings = Settings(data_dir=tmp_path, kms_url=url, kms_token=SecretStr(TOKEN))
        async with open_ledger(database_url, settings) as ledger:
            await registered(ledger, ADA, "Ada")
            before = wrapped_keys(database_url)
            assert await rotate_master_key(database_url, settings) == 1
            await registered(ledger, BOB, "Bob")
            assert await names(ledger) == ["Ada", "Bob"]
            process.terminate()
            process.wait()
            with pytest.raises(KeyServiceUnavailable):
                await registered(ledger, UUID(int=3), "Cid")
            with pytest.raises(KeyServiceUnavailable):
                await names(ledger)

    assert not master_key_file(settings).exists()
    assert all(wrapped.startswith(b"vault:v") for wrapped in before)
    assert before.isdisjoint(wrapped_keys(database_url))
    assert len(wrapped_keys(database_url)) == 2


async def test_another_master_key_wraps_every_key_anew(database_url: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    async with open_ledger(database_url, settings) as ledger:
        await registered(ledger, ADA, "Ada")
        old = master_key_file(settings).read_bytes()
        before = wrapped_keys(database_url)
        assert await rotate_master_key(database_url, settings) == 1
        with pytest.raises(MasterKeyChanged):
            await registered(ledger, BOB, "Bob")
    async with open_ledger(database_url, settings) as ledger:
        await registered(ledger, BOB, "Bob")
        assert await names(ledger) == ["Ada", "Bob"]

    assert master_key_file(settings).read_bytes() != old
    assert before.isdisjoint(wrapped_keys(database_url))
    master_key_file(settings).write_bytes(old)
    with pytest.raises(CannotStart, match="not the one"):
        async with open_ledger(database_url, settings):
            pass


async def test_a_rotation_that_was_cut_short_is_finished_at_the_next_start(
    database_url: str, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path)
    async with open_ledger(database_url, settings) as ledger:
        await registered(ledger, ADA, "Ada")
    old = master_key_file(settings).read_bytes()
    await rotate_master_key(database_url, settings)
    new = master_key_file(settings).read_bytes()
    master_key_file(settings).write_bytes(old)  # as if the file had not been replaced yet
    following = tmp_path / "master.key.next"
    following.write_bytes(new)
    following.chmod(0o600)
    async with open_ledger(database_url, settings) as ledger:
        assert await names(ledger) == ["Ada"]

    assert master_key_file(settings).read_bytes() == new
    assert not following.exists()


def test_the_server_of_the_tests_ends_with_them() -> None:
    with transit_server() as (_, process):
        assert process.poll() is None
    assert isinstance(process, subprocess.Popen)
    assert process.poll() is not None
