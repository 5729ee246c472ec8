"""The erasure register is only ever added to, and says when it is not one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from domain.erasure import PersonalDataErased, SubjectKind
from ledger.erasure_register import ErasureRegister, RegisteredErasure
from ledger.failure import CannotStart


def erasure(number: int) -> RegisteredErasure:
    erased = PersonalDataErased(
        erasure_id=UUID(int=number),
        subject_id=UUID(int=100 + number),
        subject_kind=SubjectKind.PARTY,
        request_position=None,
        requested_by=("key:a",),
        approved_by=("key:b",),
        disclosures=0,
        digests_root=None,
    )
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return RegisteredErasure(
        tenant_id="default", position=number, recorded_at=at, leaf="ab" * 32, erased=erased
    )


def test_what_is_registered_is_read_again_and_once(tmp_path: Path) -> None:
    register = ErasureRegister(tmp_path / "new" / "erasures.jsonl")
    assert register.read() == []
    assert register.add([]) == 0
    assert not register.path.exists()
    assert register.add([erasure(1), erasure(2), erasure(1)]) == 2
    assert register.add([erasure(2), erasure(3)]) == 1

    assert register.read() == [erasure(1), erasure(2), erasure(3)]
    assert register.path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_was_never_finished_is_written_again(tmp_path: Path) -> None:
    register = ErasureRegister(tmp_path / "erasures.jsonl")
    register.add([erasure(1)])
    with register.path.open("ab") as file:
        file.write(erasure(2).model_dump_json().encode()[:40])

    assert register.read() == [erasure(1)]
    assert register.add([erasure(2)]) == 1
    assert register.read() == [erasure(1), erasure(2)]


def test_what_is_no_register_is_not_taken_for_one(tmp_path: Path) -> None:
    register = ErasureRegister(tmp_path / "erasures.jsonl")
    register.path.write_bytes(b"{}\n")

    for act in (register.read, lambda: register.add([erasure(1)])):
        with pytest.raises(CannotStart, match="not an erasure register"):
            act()
    with pytest.raises(CannotStart, match="cannot be"):
        ErasureRegister(tmp_path).read()
    with pytest.raises(CannotStart, match="cannot be"):
        ErasureRegister(tmp_path).add([erasure(1)])


def test_several_processes_may_add_at_once(tmp_path: Path) -> None:
    register = ErasureRegister(tmp_path / "erasures.jsonl")
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda number: register.add([erasure(number % 10)]), range(40)))

    assert sum(added) == 10
    assert sorted(each.position for each in register.read()) == list(range(10))
