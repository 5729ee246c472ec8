"""Of whom was erased nothing is left, in no form; and of everything else nothing is missing.

A real service, PostgreSQL's own dump and restore, and the files of the database itself.
"""

import json
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from domain.aggregates import EVERY_AGGREGATE
from ledger.api_keys import Role, create_key
from ledger.postgres_programs import find_binaries
from ledger.settings import load_settings
from ledger.stored_data import personal_fields
from ledger.tenants import DEFAULT_TENANT
from tests.api.service import Service
from tests.cli.test_keys import Installation
from tests.cli.test_verify import Auditor, as_url
from tests.ledger.log import assert_log_is_whole
from tests.needles import forms_of, found, found_in_files

NAME, REVISED = "Zephyrine Quagliarotti-Öberg", "Zephyrine Vandenbroucke-Åkesson"
EMAIL, PHONE = "zephyrine.q@unmistakable.example", "+999 5550 1234567"
NOTE, CORRECTED_NOTE = "Quagliarotti detests lilac wallpaper", "Quagliarotti adores lilac wallpaper"
TALK, CORRECTED_TALK = "Zephyrine limped after skiing", "Zephyrine limped after surfing"
COMMENT, CORRECTED_COMMENT = "your invoices upset my hamster", "your invoices upset my ferret"
PERSONAL = (
    NAME,
    REVISED,
    EMAIL,
    PHONE,
    NOTE,
    CORRECTED_NOTE,
    TALK,
    CORRECTED_TALK,
    COMMENT,
    CORRECTED_COMMENT,
)
BUSINESS = "Kontrollbetrieb Zwölfender"
"""What is not personal, and must be found wherever the personal is looked for."""

VIEWS_SQL = """
    SELECT relname FROM pg_class JOIN pg_namespace AS space ON space.oid = relnamespace
    WHERE nspname = 'projections' AND relkind = 'r'
      AND relname NOT IN ('checkpoint', 'lane', 'lease', 'erasure')
"""
SECONDS_MAX = 30


@dataclass
class Company:
    """A service, and two persons of it."""

    installation: Installation
    manager: httpx2.Client
    admin: httpx2.Client
    position: int = 0

    def post(self, path: str, body: dict[str, Any], by: httpx2.Client | None = None) -> Any:
        headers = {"Idempotency-Key": uuid4().hex}
        answer = (by or self.manager).post(path, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        self.position = answer.json()["position"]
        return answer

    def made(self, path: str, body: dict[str, Any]) -> str:
        return str(self.post(path, body).headers["Location"])

    def read(self, path: str, **params: Any) -> Any:
        answer = self.manager.get(path, params={"min_position": self.position, **params})
        assert answer.status_code == 200, answer.text
        return answer.json()


@dataclass
class Told:
    """Where what was told of a person can be read, and whom to erase."""

    party: str
    account: str
    relationship: str
    note: str
    check_in: str
    answer: str

    @property
    def subjects(self) -> list[tuple[str, str]]:
        return [
            ("party", self.party.split("/")[-1]),
            ("account", self.account.split("/")[-1]),
            ("relationship", self.relationship.split("/")[-1]),
        ]


def tell(company: Company) -> Told:
    """Say everything personal that there is a command for."""
    party = company.made(
        "/parties", {"side": "theirs", "name": NAME, "email": EMAIL, "phone": PHONE}
    )
    ours = company.made("/parties", {"side": "ours", "name": "Ann Other"}).split("/")[-1]
    company.post(f"{party}/revisions", {"name": REVISED})
    account = company.made("/accounts", {"name": BUSINESS})
    company.post(
        f"{account}/orders",
        {"ordered_on": "2026-05-20", "amount": {"amount": "12.50", "currency": "EUR"}},
    )
    note = company.made(f"{account}/notes", {"text": NOTE})
    company.post(f"{note}/corrections", {"text": CORRECTED_NOTE})
    relationship = company.made(f"{account}/relationships", {})
    client = party.split("/")[-1]
    company.post(f"{relationship}/stakeholders", {"party_id": client, "job_title": "Buyer"})
    check_in = company.made(
        f"{relationship}/check-ins",
        {
            "channel": "call",
            "purpose": "catch-up",
            "participants": [client],
            "internal_participants": [ours],
            "note": TALK,
        },
    )
    company.post(f"{check_in}/corrections", {"note": CORRECTED_TALK, "reason": "misheard"})
    survey = company.made(
        f"{relationship}/surveys", {"instrument": "nps", "wave": "Q2", "recipients": [client]}
    )
    answer = company.made(f"{survey}/answers", {"score": 3, "party_id": client, "comment": COMMENT})
    company.post(
        f"{answer}/corrections",
        {"score": 9, "comment": CORRECTED_COMMENT, "reason": "misread"},
    )
    for wrong in ({"side": NAME, "name": EMAIL}, {"side": "theirs", "name": NAME, "more": PHONE}):
        assert company.manager.post("/parties", json=wrong).status_code == 422
    return Told(party, account, relationship, note, check_in, answer)


def erase(company: Company, told: Told) -> list[str]:
    erasures = []
    for kind, subject_id in told.subjects:
        body = {
            "subject_kind": kind,
            "subject_id": subject_id,
            "legal_basis": "consent-withdrawn",
            "reason": "asked us to",
        }
        erasure = company.made("/erasures", body)
        company.post(f"{erasure}/approvals", {}, by=company.admin)
        erasures.append(erasure)
    return erasures


def shown(company: Company, told: Told) -> list[Any]:
    party, answer = company.read(told.party), company.read(told.answer)
    texts = [party["name"], party["email"], party["phone"], answer["comment"]]
    return [*texts, company.read(told.note)["text"], company.read(told.check_in)["note"]]


def figures(company: Company, told: Told) -> Any:
    """Reckon every KPI, of the account and of all, as known now."""
    return [company.read(f"{path}/kpis")["figures"] for path in (told.account, "")]


def counted(url: str) -> dict[str, int]:
    with psycopg.connect(url) as owner:
        tables = [name for (name,) in owner.execute(VIEWS_SQL)]
        counts = {}
        for name in tables:
            statement = SQL("SELECT count(*) FROM projections.{}").format(Identifier(name))
            row = owner.execute(statement).fetchone()
            counts[name] = row[0] if row else 0
        return counts


def records(url: str, up_to: int) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as owner:
        return owner.execute(
            "SELECT position, record, leaf FROM ledger.event"
            " WHERE tenant_id = 'default' AND position <= %s ORDER BY position",
            (up_to,),
        ).fetchall()


def kept_keys(url: str) -> set[bytes]:
    with psycopg.connect(url) as owner:
        return {key for (key,) in owner.execute("SELECT wrapped_key FROM ledger.subject_key")}


def dump(url: str, *options: str) -> bytes:
    program = find_binaries(load_settings()) / "pg_dump"
    done = subprocess.run([program, *options, url], capture_output=True, check=True)
    return done.stdout


FILES_SQL = """
    SELECT current_setting('data_directory') || '/' || pg_relation_filepath(oid)
    FROM pg_class WHERE pg_relation_filepath(oid) IS NOT NULL
      AND (oid >= 16384 OR 'pg_statistic'::regclass IN (oid, (
        SELECT owner.oid FROM pg_class AS owner WHERE owner.reltoastrelid = pg_class.oid)))
"""
"""Of our tables and indexes, and of what the planner knows of their values."""


def files_of(url: str) -> list[Path]:
    """Name the files that may hold our values, with everything that is to be deleted deleted."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("VACUUM FULL ledger.subject_key, ledger.personal_disclosure")
        owner.execute("VACUUM ANALYZE")
        owner.execute("CHECKPOINT")
        return [Path(name) for (name,) in owner.execute(FILES_SQL)]


def wait_until_complete(company: Company, erasure: str) -> Any:
    deadline = time.monotonic() + SECONDS_MAX
    while not (progress := company.read(erasure))["complete"]:
        assert time.monotonic() < deadline, progress
        time.sleep(0.1)
    return progress


def wait_until_sealed(company: Company) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while True:
        answer = company.manager.get("/log/checkpoint")
        if answer.status_code == 200 and int(answer.text.splitlines()[1]) >= company.position:
            return
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.1)


@pytest.fixture
def company(database_url: str, tmp_path: Path) -> Iterator[Company]:
    folder = tmp_path / "data"
    folder.mkdir()
    installation = Installation(database_url, folder)
    with psycopg.connect(database_url, autocommit=True) as owner:
        key = create_key(owner, DEFAULT_TENANT, Role.MANAGER, "test")
    url = installation.service.url
    with (
        httpx2.Client(base_url=url, headers={"X-API-Key": key}) as manager,
        httpx2.Client(base_url=url, headers=installation.headers) as admin,
    ):
        yield Company(installation, manager, admin)


@pytest.fixture
def restored_url(cluster_url: str) -> Iterator[str]:
    """Give an empty database to restore into."""
    name = f"tenure_restored_{uuid4().hex[:12]}"
    with psycopg.connect(cluster_url, autocommit=True) as owner:
        owner.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        yield make_conninfo(cluster_url, dbname=name)
        owner.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def test_every_form_of_a_text_is_found() -> None:
    for text in (NAME, PHONE):
        for before in range(3):
            haystack = b64encode(b"x" * before + text.encode() + b"yz")
            assert list(found([text], haystack)), (text, before)
        for form, octets in forms_of(text).items():
            assert (text, form) in list(found([text], b"a" + octets + b"z"))
    assert list(found([NAME], b"Zephyrine Quagliarotti")) == []


def test_of_an_erased_person_nothing_is_left_and_no_restore_brings_them_back(
    company: Company, restored_url: str, tmp_path: Path
) -> None:
    installation, url = company.installation, company.installation.url
    with installation.service.running():
        told = tell(company)
        before = shown(company, told), figures(company, told), counted(url)
        size = company.position
        history, keys = records(url, size), kept_keys(url)
        wait_until_sealed(company)
        auditor = Auditor(tmp_path, installation.trusted()[0])
        assert auditor.verify(as_url(url))["exit_code"] == 0
        backup = dump(url, "--format=custom")
        erasures = erase(company, told)
        progress = [wait_until_complete(company, erasure) for erasure in erasures]
        after = shown(company, told), figures(company, told), counted(url)
        wait_until_sealed(company)
        verified = auditor.verify(as_url(url))

    assert before[0] == [REVISED, EMAIL, PHONE, CORRECTED_COMMENT, CORRECTED_NOTE, CORRECTED_TALK]
    assert all(value.keys() == {"erased", "erased_at", "position"} for value in after[0])
    assert after[1:] == before[1:]
    assert [each["erasure"]["disclosures"] for each in progress] == [6, 2, 2]
    assert records(url, size) == history
    assert assert_log_is_whole(url) == company.position
    assert (verified["exit_code"], verified["sealed_size"]) == (0, company.position)
    assert_everything_personal_was_told(history)

    plain = dump(url)
    assert list(found(PERSONAL, plain)) == []
    assert list(found([BUSINESS], plain))
    files = files_of(url)
    assert found_in_files(PERSONAL, files) == []
    assert found_in_files([BUSINESS], files)
    own = [path for path in installation.folder.rglob("*") if path.name != "postgres"]
    assert found_in_files(PERSONAL, own) == []
    assert any(path.name == "log" for path in own)
    gone = keys - kept_keys(url)
    assert len(gone) == 3
    heaps = b"".join(path.read_bytes() for path in files)
    assert not [key for key in gone if key in heaps]
    assert all(key in heaps for key in keys - gone)

    restore(backup, restored_url)
    assert len(kept_keys(restored_url)) == 4
    assert_erased_before_the_first_answer(installation, restored_url, told.party)
    assert assert_log_is_whole(restored_url) == size + 4


def assert_everything_personal_was_told(history: list[tuple[Any, ...]]) -> None:
    every: list[Any] = [event for each in EVERY_AGGREGATE for event in each.events]
    personal = {event.NAME for event in every if personal_fields(event)}
    recorded = {json.loads(record)["name"] for _, record, _ in history}
    assert personal
    assert personal <= recorded


def assert_erased_before_the_first_answer(installation: Installation, url: str, party: str) -> None:
    """Serve a restored database, from the data folder that has seen the erasures."""
    service = Service(url, installation.folder)
    with service.running(until="/livez"):
        answer = httpx2.get(f"{service.url}{party}", headers=installation.headers)
        metrics = httpx2.get(f"{service.url}/metrics").text

    assert answer.json()["name"].keys() == {"erased", "erased_at", "position"}
    assert "tenure_erased_again 3.0" in metrics
    assert len(kept_keys(url)) == 1
    assert "erased again" in (installation.folder / "log").read_text()
    assert list(found(PERSONAL, dump(url))) == []


def restore(backup: bytes, url: str) -> None:
    program = find_binaries(load_settings()) / "pg_restore"
    subprocess.run(
        [program, "--exit-on-error", "--no-owner", f"--dbname={url}"], input=backup, check=True
    )
