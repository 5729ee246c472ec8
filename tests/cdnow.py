"""The CDNOW purchase history: downloaded when it is needed, and reckoned up without our code."""

import fcntl
import subprocess
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from psycopg import AsyncConnection

from domain.external_reference import ExternalReference
from importers.identity import account_id_of
from ledger.tenants import DEFAULT_TENANT
from projections.kpi_months import account_months

ROOT = Path(__file__).parents[1]
DOWNLOADS = ROOT / "downloads"
ACCOUNTS, ORDERS = DOWNLOADS / "cdnow-accounts.csv", DOWNLOADS / "cdnow-orders.csv"
EXIT_CANNOT = 3

ACCOUNTS_TOTAL, ORDERS_TOTAL = 23_570, 69_659
REVENUE_TOTAL = Decimal("2500315.63")
"""As the catalogue of data has it (A28)."""


@dataclass(frozen=True)
class Month:
    """What one customer bought in one month, in dollars."""

    revenue: Decimal
    orders: int


Months = Mapping[tuple[str, date], Month]
"""By the customer's id in the file, and the first of the month."""


def download() -> bool:
    """Make sure that the two files are there; False where the package cannot be downloaded."""
    with _alone():
        if ACCOUNTS.exists() and ORDERS.exists():
            return True
        done = subprocess.run([sys.executable, ROOT / "scripts" / "cdnow"], check=False)
    assert done.returncode in {0, EXIT_CANNOT}
    return done.returncode == 0


def months_in_the_file(*, rows: int = ORDERS_TOTAL, last: date = date.max) -> Months:
    """Add up the first so many rows of the file as it was downloaded, up to a day."""
    amounts: dict[tuple[str, date], list[Decimal]] = defaultdict(list)
    for customer, day, _, dollars in islice(_purchases(), rows):
        if date.fromisoformat(day) > last:
            continue
        month = date(int(day[:4]), int(day[4:6]), 1)
        amounts[customer, month].append(Decimal(dollars))
    return {key: Month(sum(each, Decimal(0)), len(each)) for key, each in amounts.items()}


async def months_in_the_views(
    connection: AsyncConnection[Any], known_at: int, as_of: date = date.max
) -> Months:
    """Read what the views say of the same customers and months."""
    customers = {customer for customer, *_ in _purchases()}
    by_id = {
        account_id_of(ExternalReference(system="cdnow", id=customer)): customer
        for customer in customers
    }
    found = account_months(connection, DEFAULT_TENANT, as_of=as_of, known_at=known_at)
    return {
        (by_id[each.account_id], each.month): Month(each.revenue, each.orders)
        async for each in found
        if each.currency == "USD"
    }


def lifetimes(months: Months) -> dict[str, Month]:
    """Add up the months of each customer."""
    totals: dict[str, Month] = {}
    for (customer, _), month in months.items():
        before = totals.get(customer, Month(Decimal(0), 0))
        totals[customer] = Month(before.revenue + month.revenue, before.orders + month.orders)
    return totals


def _purchases() -> Iterator[list[str]]:
    (wheel,) = DOWNLOADS.glob("[Ll]ifetimes-0.11.3*.whl")
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("lifetimes/datasets/CDNOW_master.txt").decode("ascii")
    return (line.split() for line in text.splitlines()[1:])


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process download, and the others wait for it."""
    DOWNLOADS.mkdir(exist_ok=True)
    with (DOWNLOADS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
