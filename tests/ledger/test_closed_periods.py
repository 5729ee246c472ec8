"""No command gets into a closed period without a reason, however it comes and how fast."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.commands import close_period, correct_order, place_order, reopen_period
from domain.period import parse
from domain.refusal import Refused
from ledger.command import Command, Idempotency, Outcome
from ledger.writer import Writer
from tests.ledger.log import assert_log_is_whole
from tests.ledger.processes.setting import command, opening, order_of, writer_on

pytestmark = pytest.mark.anyio

ACME = UUID(int=1)
MAY, JUNE = date(2026, 5, 20), date(2026, 6, 20)
TODAY = date(2026, 7, 2)
EVENTS_SQL = """
    SELECT name, effective_at, reason FROM ledger.event WHERE tenant_id = 'default'
    ORDER BY position
"""


@pytest.fixture
async def writer(database_url: str, tmp_path: Path) -> AsyncIterator[Writer]:
    async with writer_on(database_url, tmp_path / "master.key") as writer:
        yield writer


def order(day: date, *, on: date | None = None, reason: str | None = None) -> Command:
    placing = place_order(ACME, order_id=uuid4(), content=order_of("1.00", on=day), today=TODAY)
    return replace(command(placing, on=on or day), reason=reason)


def closing(period: str) -> Command:
    decision = close_period(period=parse(period), reason="month's end", on=TODAY, today=TODAY)
    return replace(command(decision, on=TODAY), reason="month's end")


def reopening(period: str) -> Command:
    decision = reopen_period(period=parse(period), reason="an invoice", on=TODAY, today=TODAY)
    return replace(command(decision, on=TODAY), reason="an invoice")


def codes(answers: Any) -> list[str | None]:
    """Return the code of each refusal, None for what was recorded."""
    return [getattr(answer, "code", None) for answer in answers]


async def test_within_one_batch_what_comes_after_the_close_needs_a_reason(
    writer: Writer, database_url: str
) -> None:
    late = order(MAY, reason="the invoice came late")
    answers = await writer.execute_many(
        [
            opening(ACME),
            order(MAY),
            closing("2026-05"),
            order(MAY),
            order(JUNE),
            late,
            order(MAY, on=JUNE),
            order(JUNE, on=MAY),
            reopening("2026-05"),
            order(MAY),
        ]
    )

    closed = "period-closed"
    assert codes(answers) == [None, None, None, closed, None, None, closed, closed, None, None]
    assert "2026-05-20 was closed with 2026-05" in str(answers[3])
    assert assert_log_is_whole(database_url) == 7


async def test_what_was_answered_before_the_close_is_answered_again(writer: Writer) -> None:
    await writer.execute(opening(ACME))
    sent = replace(order(MAY), idempotency=Idempotency("order-1", sha256(b"order-1").digest()))
    first = await writer.execute(sent)
    await writer.execute(closing("2026-05"))
    again = await writer.execute(sent)

    assert again == Outcome(first.receipt, replayed=True)


async def test_a_command_that_changes_nothing_is_not_asked_why(writer: Writer) -> None:
    order_id = uuid4()
    content = order_of("1.00", on=MAY)
    placing = place_order(ACME, order_id=order_id, content=content, today=TODAY)
    await writer.execute_many([opening(ACME), command(placing, on=MAY), closing("2026-05")])
    same = correct_order(ACME, order_id=order_id, content=content, reason="as it is", today=TODAY)

    outcome = await writer.execute(command(same, on=MAY))

    assert outcome.receipt.position is None


async def test_a_correction_is_also_held_to_the_day_that_it_takes_back(writer: Writer) -> None:
    order_id = uuid4()
    placing = place_order(ACME, order_id=order_id, content=order_of("1.00", on=MAY), today=TODAY)
    await writer.execute_many([opening(ACME), command(placing, on=MAY), closing("2026-05")])
    moved = correct_order(
        ACME, order_id=order_id, content=order_of("1.00", on=JUNE), reason="typo", today=TODAY
    )

    with pytest.raises(Refused, match="2026-05-20 was closed"):
        await writer.execute(command(moved, on=JUNE))
    assert (await writer.execute(replace(command(moved, on=JUNE), reason="typo"))).receipt.position


async def test_another_process_that_had_read_what_is_closed_notices_a_close(
    writer: Writer, database_url: str, tmp_path: Path
) -> None:
    async with writer_on(database_url, tmp_path / "master.key") as other:
        await writer.execute(opening(ACME))
        await other.execute(order(MAY))
        await writer.execute(closing("2026-05"))

        with pytest.raises(Refused) as refused:
            await other.execute(order(MAY))
        assert refused.value.code == "period-closed"
        await writer.execute(reopening("2026-05"))
        assert (await other.execute(order(MAY))).receipt.position == 5


async def test_no_command_slips_past_a_close_that_races_with_it(
    writer: Writer, database_url: str, tmp_path: Path
) -> None:
    """Whatever stands behind the close without a reason counts in no closed period."""
    async with writer_on(database_url, tmp_path / "master.key", batch_max=8) as other:
        await writer.execute(opening(ACME))
        orders = [order(MAY) for _ in range(120)]
        racing = asyncio.gather(
            other.execute_many(orders[:60]),
            writer.execute_many([*orders[60:75], closing("2026-05"), *orders[75:]]),
        )
        ours, theirs = await racing

    with psycopg.connect(database_url) as connection:
        events = connection.execute(EVENTS_SQL).fetchall()
    at = [name for name, _, _ in events].index("period.closed")
    assert events[at + 1 :] == []
    assert codes([*ours, *theirs]).count("period-closed") == 122 - len(events)
    assert at >= 16
