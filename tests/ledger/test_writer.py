"""What the writer promises to those who ask: once, in order, all or nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.commands import change_tier, open_account, place_order, register_party
from domain.external_reference import ExternalReference
from domain.order_book import OrderLine
from domain.party import Side
from domain.profile import Profile
from domain.refusal import NotFound, Refused
from domain.tier import Tier
from ledger.command import Busy, Command, Conflict, Idempotency, KeyReused, Outcome
from ledger.record import RecordTooLarge
from ledger.writer import Writer
from tests.ledger.log import assert_log_is_whole
from tests.ledger.processes.setting import DAY, command, opening, order_of, writer_on

pytestmark = pytest.mark.anyio

ACME = UUID(int=1)


@pytest.fixture
def vault_file(tmp_path: Path) -> Path:
    return tmp_path / "master.key"


@pytest.fixture
async def writer(database_url: str, vault_file: Path) -> AsyncIterator[Writer]:
    async with writer_on(database_url, vault_file) as writer:
        yield writer


def order(amount: str = "1.00", account_id: UUID = ACME, order_id: UUID | None = None) -> Command:
    content = order_of(amount)
    return command(
        place_order(account_id, order_id=order_id or uuid4(), content=content, today=DAY)
    )


async def test_a_receipt_says_where_the_event_stands(writer: Writer) -> None:
    await writer.execute(opening(ACME))

    outcome = await writer.execute(order())

    assert (outcome.receipt.position, outcome.receipt.version) == (2, 1)
    assert not outcome.replayed


async def test_commands_that_wait_are_decided_in_their_order(
    writer: Writer, database_url: str
) -> None:
    answers = await writer.execute_many([opening(ACME), *[order() for _ in range(600)]])

    positions = [answer.receipt.position for answer in answers if isinstance(answer, Outcome)]
    assert positions == list(range(1, 602))
    assert assert_log_is_whole(database_url) == 601


async def test_a_refusal_spares_its_neighbours(writer: Writer, database_url: str) -> None:
    good, unknown, taken = order(), order(account_id=uuid4()), uuid4()
    clash = order("2.00", order_id=taken)

    answers = await writer.execute_many(
        [opening(ACME), order(order_id=taken), unknown, clash, good]
    )

    assert [type(answer) for answer in answers] == [Outcome, Outcome, NotFound, Refused, Outcome]
    assert assert_log_is_whole(database_url) == 3


async def test_a_refused_command_leaves_none_of_its_events(
    writer: Writer, database_url: str
) -> None:
    reference = ExternalReference(system="crm", id="1")
    other = ExternalReference(system="crm", id="2")
    first = open_account(
        ACME, profile=Profile(name="Acme"), references=[reference], on=DAY, today=DAY
    )
    second = open_account(
        uuid4(), profile=Profile(name="Bolt"), references=[other, reference], on=DAY, today=DAY
    )

    answers = await writer.execute_many([command(first), command(second)])

    assert isinstance(answers[1], Refused)
    assert answers[1].code == "duplicate-external-reference"
    assert assert_log_is_whole(database_url) == 2


async def test_the_same_command_again_is_answered_and_not_carried_out(
    writer: Writer, database_url: str
) -> None:
    await writer.execute(opening(ACME))
    once = _with_key(order(), "k1")

    first = await writer.execute(once)
    again = await writer.execute(_with_key(order(), "k1"))

    assert again.replayed
    assert again.receipt == first.receipt
    assert assert_log_is_whole(database_url) == 2


async def test_a_key_is_good_for_one_request(writer: Writer) -> None:
    await writer.execute(opening(ACME))
    answers = await writer.execute_many(
        [_with_key(order(), "k1"), _with_key(order(), "k1", request=b"other")]
    )

    assert isinstance(answers[1], KeyReused)


async def test_a_command_that_changes_nothing_is_remembered_too(writer: Writer) -> None:
    order_id = uuid4()
    await writer.execute_many([opening(ACME), order(order_id=order_id)])

    first = await writer.execute(_with_key(order(order_id=order_id), "k1"))
    again = await writer.execute(_with_key(order(order_id=order_id), "k1"))

    assert first.receipt.position is None
    assert again.replayed


async def test_a_version_that_the_caller_insists_on_must_be_the_current_one(
    writer: Writer,
) -> None:
    await writer.execute(opening(ACME))
    raised = change_tier(ACME, to=Tier.SALES, reason="grew", on=DAY, today=DAY)
    answers = await writer.execute_many(
        [_expecting(command(raised), 1), _expecting(command(raised), 1)]
    )

    assert isinstance(answers[0], Outcome)
    assert isinstance(answers[1], Conflict)
    assert answers[1].current_version == 2


async def test_an_unknown_target_is_not_found_whatever_version_is_expected(
    writer: Writer,
) -> None:
    raised = change_tier(uuid4(), to=Tier.SALES, reason="grew", on=DAY, today=DAY)

    with pytest.raises(NotFound):
        await writer.execute(_expecting(command(raised), 3))


async def test_two_writers_that_race_for_one_stream_are_decided_one_after_the_other(
    database_url: str, vault_file: Path
) -> None:
    async with (
        writer_on(database_url, vault_file) as one,
        writer_on(database_url, vault_file) as two,
    ):
        await one.execute(opening(ACME))
        raised = change_tier(ACME, to=Tier.SALES, reason="grew", on=DAY, today=DAY)
        answers = await asyncio.gather(
            *(w.execute(_expecting(command(raised), 1)) for w in [one, two] * 4),
            return_exceptions=True,
        )

    kinds = sorted(type(answer).__name__ for answer in answers)
    assert kinds == ["Conflict"] * 7 + ["Outcome"]
    opening_tier_and_coverage = 3
    assert assert_log_is_whole(database_url) == opening_tier_and_coverage


async def test_a_writer_sees_what_another_recorded_before_it_decides(
    database_url: str, vault_file: Path
) -> None:
    async with (
        writer_on(database_url, vault_file) as one,
        writer_on(database_url, vault_file) as two,
    ):
        await one.execute(opening(ACME))
        for number in range(20):
            outcome = await (one, two)[number % 2].execute(order())
            assert outcome.receipt.version == number + 1

    assert assert_log_is_whole(database_url) == 21


async def test_a_full_queue_refuses_at_once_and_loses_nothing(
    database_url: str, vault_file: Path
) -> None:
    async with (
        writer_on(database_url, vault_file, queue_max=4) as writer,
        await psycopg.AsyncConnection.connect(database_url) as blocker,
    ):
        await writer.execute(opening(ACME))
        await blocker.execute("SELECT FROM ledger.log_head FOR UPDATE")
        stuck = asyncio.create_task(writer.execute(order()))
        await asyncio.sleep(0.05)
        waiting = [asyncio.create_task(writer.execute(order())) for _ in range(4)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await writer.execute(order())
        await blocker.rollback()
        await asyncio.gather(stuck, *waiting)

    assert assert_log_is_whole(database_url) == 6


async def test_a_lost_connection_is_found_out_about_before_anything_is_done_again(
    writer: Writer, database_url: str
) -> None:
    await writer.execute(opening(ACME))
    acknowledged = 0
    for _ in range(10):
        load = asyncio.gather(*(writer.execute(order()) for _ in range(50)))
        with psycopg.connect(database_url, autocommit=True) as killer:
            killer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        acknowledged += len(await load)

    assert assert_log_is_whole(database_url) == acknowledged + 1


async def test_an_event_of_more_than_64_kib_is_refused(writer: Writer, database_url: str) -> None:
    content = order_of("0.00")
    line = OrderLine(product="p" * 120, quantity=Decimal(1), amount=content.amount)
    content = replace(content, lines=(line,) * 400)
    await writer.execute(opening(ACME))

    with pytest.raises(RecordTooLarge):
        await writer.execute(
            command(place_order(ACME, order_id=uuid4(), content=content, today=DAY))
        )

    assert assert_log_is_whole(database_url) == 1


async def test_what_is_personal_stands_in_no_record(writer: Writer, database_url: str) -> None:
    party = register_party(uuid4(), side=Side.OURS, name="Ana Ruiz", on=DAY, today=DAY)
    await writer.execute(command(party))

    with psycopg.connect(database_url) as connection:
        record, ciphertext = connection.execute(
            "SELECT record, ciphertext FROM ledger.event, ledger.personal_disclosure"
        ).fetchone() or (b"", b"")
    assert b'"$sd":' in record
    assert b"Ana" not in record
    assert b"Ana" not in ciphertext


def _with_key(command: Command, key: str, *, request: bytes = b"same") -> Command:
    return replace(command, idempotency=Idempotency(key, sha256(request).digest()))


def _expecting(command: Command, version: int) -> Command:
    return replace(command, expected_version=version)
