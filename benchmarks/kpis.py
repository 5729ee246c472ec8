"""A figure of a million facts: of one account, of the tenant, and of sixty months.

`python -m benchmarks.kpis [--facts N]`: facts of orders, corrections, cancellations and refunds of
2,000 accounts over five years go through the projection itself into an empty database. Then each
question is asked as of and known at many moments; printed is the time until the answer is there,
of sixty months beside that of the same sums made from the facts alone, in the same run. Answers are
compared with sums made in memory. Exits with
1 if an answer is wrong, an account's figure takes 5 ms or more, or sixty months take 50 ms or more.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from benchmarks.append import ROOT, fresh_database
from domain.evidence import Measure
from domain.period import LIFETIME, Period, PeriodKind, month_of, periods_between, year_of
from ledger.database import open_database
from ledger.migrate import migrate
from ledger.recorded import Recorded
from ledger.settings import load_settings
from projections.kpi_blocks import BLOCK
from projections.kpi_facts import KPI_FACTS
from projections.kpi_orders import SUMS_SQL, OrderQuestion, order_sums
from projections.kpi_series import MONTHS_SQL, period_sums
from tests.projections.log import TENANT, Log

ACCOUNT_MS_MAX = 5.0
SERIES_MS_MAX = 50.0
ACCOUNTS = 2_000
FIRST, DAYS = date(2021, 1, 1), 5 * 365
BATCH = 1_000
QUESTIONS = 40

Ask = Callable[[], Awaitable[Any]]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--facts", type=int, default=1_000_000)
    arguments.add_argument("--explain", action="store_true", help="print PostgreSQL's plans, too")
    given = arguments.parse_args()
    with TemporaryDirectory() as folder:
        database = open_database(load_settings({**os.environ, "TENURE_DATA_DIR": folder}))
        try:
            url = fresh_database(database.url)
            migrate(url, ROOT / "ledger" / "migrations", ROOT / "projections" / "migrations")
            return asyncio.run(measure(url, given.facts, explain=given.explain))
        finally:
            database.stop()


async def measure(url: str, facts: int, *, explain: bool) -> int:
    async with await AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("SET search_path TO projections")
        started = time.perf_counter()
        orders, head = await fill(connection, facts)
        await connection.execute("ANALYZE projections.kpi_fact, projections.kpi_block")
        print(
            f"facts     {facts:,} at {head:,} positions of {ACCOUNTS:,} accounts, projected in "
            f"{time.perf_counter() - started:.0f} s"
        )
        wrong = await wrong_answers(connection, orders, head)
        print(f"correct   {'NO: ' + wrong[0] if wrong else f'yes, {QUESTIONS} questions a kind'}")
        good = not wrong
        good &= await account_figures(connection, head)
        good &= await tenant_series(connection, head)
        if explain:
            await print_plans(connection, head)
    return 0 if good else 1


class Orders:
    """The orders as a program would keep them in memory: what the answers are compared with."""

    def __init__(self) -> None:
        self.placed: dict[UUID, tuple[UUID, date, Decimal, int]] = {}
        self.lines: list[tuple[int, UUID, date, date, Decimal, int]] = []
        """Position, account, day, day from which it counts, amount, orders."""

    def add(self, position: int, account: UUID, order: UUID, day: date, amount: Decimal) -> None:
        self.placed[order] = account, day, amount, position
        self.lines.append((position, account, day, day, amount, 1))

    def take_back(self, position: int, order: UUID, from_day: date | None) -> tuple[UUID, date]:
        account, day, amount, _ = self.placed.pop(order)
        since = day if from_day is None else max(day, from_day)
        self.lines.append((position, account, day, since, -amount, -1))
        return account, day

    def sums(
        self, account: UUID | None, period: Period, as_of: date, known_at: int
    ) -> tuple[Decimal, int]:
        """Return revenue and number of orders."""
        found = [
            (amount, orders)
            for position, of_account, day, since, amount, orders in self.lines
            if position <= known_at
            and account in {None, of_account}
            and day in period
            and since <= as_of
        ]
        return sum((each[0] for each in found), Decimal(0)), sum(each[1] for each in found)


async def fill(connection: AsyncConnection[Any], facts: int) -> tuple[Orders, int]:
    """Project batches of orders until there are so many facts; two a placed or corrected order."""
    orders, log, made = Orders(), Log(), 0
    rng = random.Random(1)  # noqa: S311 - not for secrets
    head = 0
    for number, entries in enumerate(batches(rng, orders, log)):
        await KPI_FACTS.apply(connection, TENANT, entries)
        head += len(entries)
        log.entries.clear()
        made = 2 * len(orders.lines)
        if number % 50 == 0:
            print(f"\r{made:,} facts", end="", file=sys.stderr)
        if made >= facts:
            break
    print(file=sys.stderr)
    return orders, head


def batches(rng: random.Random, orders: Orders, log: Log) -> Iterator[Sequence[Recorded]]:
    """Make batches for ever: nine of ten events place an order, days go on as the log does."""
    position, order = 0, 0
    open_orders: list[UUID] = []
    while True:
        for _ in range(BATCH):
            position += 1
            day = FIRST + timedelta(days=min(position // 300 + rng.randrange(30), DAYS - 1))
            amount = Decimal(rng.randrange(1, 500_000)) / 100
            act = rng.random()
            if act < 0.9 or not open_orders:
                order += 1
                account, id_ = UUID(int=rng.randrange(ACCOUNTS) + 1), UUID(int=10**9 + order)
                log.place(account, id_, str(amount), day)
                orders.add(position, account, id_, day, amount)
                open_orders.append(id_)
                continue
            id_ = open_orders.pop(rng.randrange(len(open_orders)))
            if act < 0.95:
                account, _ = orders.take_back(position, id_, None)
                log.correct(account, id_, str(amount), day)
                orders.add(position, account, id_, day, amount)
                open_orders.append(id_)
            else:
                from_day = max(day, orders.placed[id_][1])
                account, _ = orders.take_back(position, id_, from_day)
                log.cancel(account, id_, from_day)
        yield placed_at(log.entries, position - BATCH)


def placed_at(entries: Sequence[Recorded], before: int) -> list[Recorded]:
    """Give the entries of a batch the positions that they would have in the whole log."""
    return [
        replace(each, envelope=replace(each.envelope, position=before + number))
        for number, each in enumerate(entries, start=1)
    ]


async def wrong_answers(connection: AsyncConnection[Any], orders: Orders, head: int) -> list[str]:
    """Ask of random accounts and of everybody, and compare with the sums in memory."""
    rng = random.Random(2)  # noqa: S311 - not for secrets
    wrong: list[str] = []
    for number in range(2 * QUESTIONS):
        account = UUID(int=rng.randrange(ACCOUNTS) + 1) if number % 2 else None
        day, as_of = (FIRST + timedelta(days=rng.randrange(DAYS)) for _ in range(2))
        period = rng.choice([month_of(day), year_of(day), LIFETIME])
        known_at = rng.randrange(head) + 1
        named = None if account is None else [account]
        question = OrderQuestion(TENANT, named, period, as_of, known_at)
        (found,) = await period_sums(connection, [question])
        sums = found.get("EUR", {})
        told = (Decimal(0), 0)
        if sums:
            net = sums[Measure.ORDER_AMOUNT].amount - sums[Measure.REFUND_AMOUNT].amount
            told = net, int(sums[Measure.ORDERS].amount)
        expected = orders.sums(account, period, as_of, known_at)
        if told != expected:
            wrong.append(f"{account} {period} as of {as_of} at {known_at}: {told} for {expected}")
    return wrong


async def account_figures(connection: AsyncConnection[Any], head: int) -> bool:
    """Time the figure of one account, as of and known at any moment."""
    rng = random.Random(3)  # noqa: S311 - not for secrets

    def ask() -> Awaitable[Any]:
        day = FIRST + timedelta(days=rng.randrange(DAYS))
        account = [UUID(int=rng.randrange(ACCOUNTS) + 1)]
        known_at = rng.randrange(head) + 1
        question = OrderQuestion(TENANT, account, LIFETIME, day, known_at)
        return order_sums(connection, question)

    took = await milliseconds(ask, 200)
    print(f"account   lifetime figure, any moment: {took:.2f} ms (under {ACCOUNT_MS_MAX:.0f})")
    return took < ACCOUNT_MS_MAX


async def tenant_series(connection: AsyncConnection[Any], head: int) -> bool:
    """Time sixty months of everybody, from blocks and from the facts themselves."""
    months = periods_between(PeriodKind.MONTH, FIRST, FIRST + timedelta(days=DAYS - 1))[:60]
    last = months[-1].until
    rng = random.Random(4)  # noqa: S311 - not for secrets

    def ask() -> Awaitable[Any]:
        known_at = head - rng.randrange(head // 10)
        questions = [OrderQuestion(TENANT, None, each, last, known_at) for each in months]
        return period_sums(connection, questions)

    def ask_the_facts() -> Awaitable[Any]:
        return connection.execute(_FROM_FACTS_SQL, {"as_of": last, "known_at": head})

    took, beside = await milliseconds(ask, 20), await milliseconds(ask_the_facts, 3)
    print(
        f"tenant    60 months, known at any position: {took:.1f} ms (under {SERIES_MS_MAX:.0f}); "
        f"the same from the facts: {beside:.0f} ms; ratio {beside / took:.0f}"
    )
    return took < SERIES_MS_MAX


_FROM_FACTS_SQL = """
    SELECT date_trunc('month', effective_at::timestamp), currency, measure, sum(amount)
    FROM projections.kpi_fact
    WHERE tenant_id = 'default' AND effective_at <= %(as_of)s AND position <= %(known_at)s
      AND (superseded_by <= %(known_at)s AND superseded_from <= %(as_of)s) IS NOT TRUE
    GROUP BY 1, 2, 3
"""


async def print_plans(connection: AsyncConnection[Any], head: int) -> None:
    """Print how PostgreSQL answers for one account, and for sixty months of everybody."""
    last = FIRST + timedelta(days=DAYS - 1)
    question = OrderQuestion(TENANT, [UUID(int=7)], LIFETIME, last, head - 1_000)
    of_account = question.parameters | {"ever_from": date.min}
    of_months = question.parameters | {"block": (head - 1_000) // BLOCK, "size": BLOCK}
    for query, parameters in (
        (question.ask(SUMS_SQL), of_account),
        (SQL(MONTHS_SQL), of_months),
    ):
        plan = await connection.execute(SQL("EXPLAIN (ANALYZE, COSTS OFF) ") + query, parameters)
        print("\n" + "\n".join([line for (line,) in await plan.fetchall()]))


async def milliseconds(ask: Ask, times: int) -> float:
    """Return the median of so many answers, as the asking program sees them."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        await ask()
        took.append(time.perf_counter() - started)
    return 1_000 * statistics.median(took)


if __name__ == "__main__":
    sys.exit(main())
