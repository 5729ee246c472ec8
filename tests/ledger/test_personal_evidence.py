"""What is personal is held to the log: nothing swapped, brought back or taken away goes unseen."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.commands import add_note, register_party, request_erasure, revise_party
from domain.erasure import Asker, LegalBasis, SubjectKind
from domain.party import Side
from ledger.erasing import approval, erase_again
from ledger.erasure_register import ErasureRegister
from ledger.ledger import Ledger, open_ledger
from ledger.personal_evidence import disclosures_hold, erasures_hold
from ledger.replayed_log import Fault
from ledger.settings import Settings
from ledger.states import StateCache
from tests.ledger.log import assert_log_is_whole
from tests.ledger.processes.setting import ACCOUNTS, DAY, command, opening

pytestmark = pytest.mark.anyio

ADA, BOB, ERASURE = UUID(int=11), UUID(int=12), UUID(int=13)
TABLES = ("subject_key", "personal_disclosure")


@pytest.fixture
async def ledger(database_url: str, tmp_path: Path) -> AsyncIterator[Ledger]:
    async with open_ledger(database_url, Settings(data_dir=tmp_path)) as ledger:
        yield ledger


@pytest.fixture
def owner(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
async def written(ledger: Ledger) -> Ledger:
    """Record two persons (1, 2, 3), an account and a note about it (4, 5)."""
    days: dict[str, Any] = {"on": DAY, "today": DAY}
    for decision in (
        register_party(ADA, side=Side.THEIRS, name="Ada", email="ada@example.com", **days),
        register_party(BOB, side=Side.OURS, name="Bob", **days),
        revise_party(ADA, name="Ada King", **days),
    ):
        await ledger.writer.execute(command(decision))
    await ledger.writer.execute(opening(ACCOUNTS[0]))
    note = add_note(ACCOUNTS[0], UUID(int=14), text="Bob called", **days)
    await ledger.writer.execute(command(note))
    return ledger


async def erase(
    ledger: Ledger,
    subject: UUID = ADA,
    kind: SubjectKind = SubjectKind.PARTY,
    erasure_id: UUID = ERASURE,
) -> int:
    """Erase a subject, and return the position of the receipt."""
    asked = request_erasure(
        erasure_id,
        subject_id=subject,
        subject_kind=kind,
        legal_basis=LegalBasis.OBJECTION,
        by=Asker(("test:one",)),
        reason="asked",
        on=DAY,
        today=DAY,
    )
    await ledger.writer.execute(command(asked))
    async with ledger.pool.connection() as connection:
        decision = await approval(
            connection,
            ledger.types,
            "default",
            erasure_id,
            by=Asker(("test:two",)),
            on=DAY,
            today=date(2026, 1, 2),
        )
    outcome = await ledger.writer.execute(command(decision))
    return outcome.receipt.position or 0


def faults(owner: psycopg.Connection[Any], ledger: Ledger) -> list[Fault | None]:
    """Check the disclosures without and with the vault, and the erasures."""
    with owner.transaction():
        return [
            disclosures_hold(owner, ledger.types, "default"),
            disclosures_hold(owner, ledger.types, "default", ledger.vault),
            erasures_hold(owner, ledger.types, "default"),
        ]


def copied(owner: psycopg.Connection[Any]) -> Callable[[], None]:
    """Copy what is kept of persons, as a backup does; return what brings it back."""
    rows = {
        table: owner.execute(f"SELECT * FROM ledger.{table}").fetchall()  # noqa: S608  # constants
        for table in TABLES
    }

    def restore() -> None:
        for table, kept in rows.items():
            for row in kept:
                places = ", ".join(["%s"] * len(row))
                owner.execute(
                    f"INSERT INTO ledger.{table} VALUES ({places}) ON CONFLICT DO NOTHING",  # noqa: S608  # constants
                    row,
                )

    return restore


async def test_what_nobody_touched_holds(written: Ledger, owner: psycopg.Connection[Any]) -> None:
    assert faults(owner, written) == [None] * 3
    await erase(written)
    assert faults(owner, written) == [None] * 3
    await erase(written, ACCOUNTS[0], SubjectKind.ACCOUNT, UUID(int=15))
    later = add_note(ACCOUNTS[0], UUID(int=16), text="Bob wrote", on=DAY, today=DAY)
    await written.writer.execute(command(later))
    assert faults(owner, written) == [None] * 3
    await erase(written, ACCOUNTS[0], SubjectKind.ACCOUNT, UUID(int=17))
    assert faults(owner, written) == [None] * 3


@pytest.mark.parametrize("tables", [TABLES, TABLES[:1]], ids=["everything", "the key alone"])
async def test_who_was_erased_and_is_back_is_found_and_erased_again(
    written: Ledger, owner: psycopg.Connection[Any], tables: tuple[str, ...], tmp_path: Path
) -> None:
    restore = copied(owner)
    await erase(written)
    restore()
    for table in set(TABLES) - set(tables):
        owner.execute(f"DELETE FROM ledger.{table} WHERE subject_id = %s", (ADA,))  # noqa: S608  # constants

    unopened, opened, back = faults(owner, written)
    assert back is not None
    assert (back.position, back.expected) == (7, "none")
    if tables == TABLES:
        assert opened is not None
        assert opened == unopened
        assert "there again" in opened.detail
    replayed = await erase_again(written, ErasureRegister(tmp_path / "register"))
    assert (replayed.erased_again, replayed.replayed) == (1, 0)
    assert faults(owner, written) == [None] * 3
    assert (await erase_again(written, ErasureRegister(tmp_path / "register"))).total == 0


SWAPPED = """
    UPDATE ledger.personal_disclosure AS one SET ciphertext = other.ciphertext
    FROM ledger.personal_disclosure AS other
    WHERE one.subject_id = %(ada)s AND one.position = 1 AND other.position = 3
"""
TAMPERED = [
    # What is done, where it is found, what is said of it, and whether that takes the vault.
    (SWAPPED, 1, "does not open", True),
    (
        "UPDATE ledger.personal_disclosure SET subject_id = %(bob)s WHERE position = 1",
        1,
        "kept as another's",
        False,
    ),
    ("DELETE FROM ledger.subject_key WHERE subject_id = %(bob)s", 2, "without a key", False),
    ("DELETE FROM ledger.personal_disclosure WHERE position = 3", 3, "was not erased", False),
    (
        "INSERT INTO ledger.personal_disclosure VALUES ('default', 'planted', %(bob)s, '', 1)",
        None,
        "no record names",
        False,
    ),
]


async def test_what_is_swapped_planted_or_taken_away_is_found(
    written: Ledger, owner: psycopg.Connection[Any]
) -> None:
    for statement, position, detail, takes_the_vault in TAMPERED:
        with owner.transaction(force_rollback=True):
            owner.execute(statement, {"ada": ADA, "bob": BOB})
            unopened, opened, _ = faults(owner, written)

        assert opened is not None, statement
        assert (opened.position, detail in opened.detail) == (position, True), opened
        # Presence alone says nothing about what it is that is there.
        assert unopened == (None if takes_the_vault else opened)
    assert faults(owner, written) == [None] * 3


async def test_a_copy_of_an_erasure_that_the_log_does_not_know_is_found(
    written: Ledger, owner: psycopg.Connection[Any]
) -> None:
    with owner.transaction(force_rollback=True):
        owner.execute("INSERT INTO ledger.erased_subject VALUES ('default', %s, 2, now())", (BOB,))
        *_, fault = faults(owner, written)

    assert fault is not None
    assert fault.position == 2


async def test_an_erasure_does_not_cover_what_was_deleted_before_it(
    written: Ledger, owner: psycopg.Connection[Any]
) -> None:
    owner.execute("DELETE FROM ledger.personal_disclosure WHERE position = 3")
    await erase(written)

    for fault in faults(owner, written)[:2]:
        assert fault is not None
        assert fault.position == 7
        assert "other digests" in fault.detail


async def test_an_erasure_hides_no_business_fact(
    written: Ledger, owner: psycopg.Connection[Any], database_url: str
) -> None:
    def records() -> list[tuple[Any, ...]]:
        return owner.execute(
            "SELECT position, record, leaf FROM ledger.event ORDER BY position LIMIT 5"
        ).fetchall()

    before = records()
    await erase(written)

    assert records() == before
    assert_log_is_whole(database_url)
    for _, record, _ in before:
        assert b"Ada" not in record
        assert b"Bob" not in record
    # An erasure that names what is not of its subject deletes nothing that is another's.
    with pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("SELECT ledger.erase_subject('default', %s, 7)", (BOB,))


async def test_a_log_that_lost_the_erasure_is_told_by_the_register(
    written: Ledger, owner: psycopg.Connection[Any], tmp_path: Path
) -> None:
    register = ErasureRegister(tmp_path / "register")
    await erase(written, BOB)
    await erase_again(written, register)
    (known,) = register.read()
    elsewhere = known.model_copy(
        update={"erased": known.erased.model_copy(update={"subject_id": ADA})}
    )
    lost = elsewhere.erased.model_copy(update={"erasure_id": UUID(int=99)})
    register.add([elsewhere.model_copy(update={"erased": lost})])
    replayed = await erase_again(written, register)

    assert (replayed.erased_again, replayed.replayed) == (0, 1)
    assert faults(owner, written) == [None] * 3
    row = owner.execute(
        "SELECT actor, convert_from(record, 'UTF8')::json -> 'data' ->> 'replayed'"
        " FROM ledger.event WHERE stream_id = %s",
        (UUID(int=99),),
    ).fetchone()
    assert row == ("system:erasure-register", "true")
    assert (await erase_again(written, register)).total == 0


async def test_no_state_in_memory_holds_what_is_personal(written: Ledger) -> None:
    caches: dict[str, StateCache] = written.writer._caches
    kept = repr(list(caches.values()))

    assert "party" in kept
    assert "Ada" not in kept
    assert "Bob" not in kept
