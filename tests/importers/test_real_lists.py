"""Real lists, imported: each company as the list has it, each order to the last digit."""

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import AsyncConnection

from domain.external_reference import ExternalReference
from domain.kpi import EVERY_KPI
from domain.kpi_definitions import DEFINITIONS
from domain.kpi_retention import gross_revenue_retention, logo_churn, net_revenue_retention
from domain.period import parse
from domain.rounding import half_up
from importers.identity import account_id_of
from ledger.migrate import runtime_conninfo
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION
from projections.kpi_answer import figures
from projections.kpi_asked import Asked
from projections.kpi_months import account_months
from projections.kpi_scope import TENANT as EVERYBODY
from tests import real_lists
from tests.ledger.log import assert_log_is_whole
from tests.projections.log import TENANT, TYPES

pytestmark = [pytest.mark.anyio, pytest.mark.real_lists]


def imported(url: str, folder: Path, *arguments: str) -> dict[str, Any]:
    """Import with the command line, in a folder where its files may lie about."""
    command = [sys.executable, "-m", "cli.main", "import", *arguments, "--json"]
    environment = os.environ | {
        "DATABASE_URL": url,
        "TENURE_DATA_DIR": str(folder / "data"),
        "PYTHONPATH": str(real_lists.ROOT),
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def query(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()


def linked(folder: Path, file: Path) -> str:
    """Give the file a name in the folder, so that what is written beside it stays there."""
    (folder / file.name).symlink_to(file)
    return file.name


async def test_the_companies_of_forbes_are_those_of_the_list(
    database_url: str, tmp_path: Path
) -> None:
    if not real_lists.download("forbes2000", real_lists.FORBES):
        pytest.skip("the package index cannot be reached")
    companies = real_lists.companies()

    file = linked(tmp_path, real_lists.FORBES)
    done = imported(database_url, tmp_path, "crm", file)
    again = imported(database_url, tmp_path, "crm", file)

    assert (done["accepted"], done["rejected"], again["already_there"]) == (2000, 0, 2000)
    shown = query(
        database_url,
        """
        SELECT data -> 'references' -> 0 ->> 'id', profile ->> 'name',
               profile -> 'industry' ->> 'label', profile ->> 'territory',
               (profile -> 'annual_revenue' -> 'amount' ->> 'amount')::numeric
        FROM (SELECT data, data -> 'profile' AS profile FROM ledger.event_readable
              WHERE name = 'account.opened') AS opened
        """,
    )
    assert sorted(shown) == sorted(
        (row["rank"], row["name"], row["category"], row["country"], Decimal(row["sales"]) * 10**9)
        for row in companies
    )
    assert len({row["country"] for row in companies}) == 61
    assert len({row["category"] for row in companies}) == 27
    coded = dict(
        query(
            database_url,
            """
            SELECT data -> 'profile' ->> 'country', count(*) FROM ledger.event_readable
            WHERE name = 'account.opened' GROUP BY 1
            """,
        )
    )
    in_the_list = Counter(row["country"] for row in companies)
    for code, country in [("US", "United States"), ("DE", "Germany"), ("ES", "Spain")]:
        assert coded[code] == in_the_list[country]
    several = [country for country in in_the_list if "/" in country]
    assert coded[None] >= sum(in_the_list[country] for country in several) > 0


async def test_the_orders_of_the_superstore_are_those_of_its_lines(
    database_url: str, tmp_path: Path
) -> None:
    files = (real_lists.SUPERSTORE_ACCOUNTS, real_lists.SUPERSTORE_ORDERS)
    if not real_lists.download("superstore", *files):
        pytest.skip("the package cannot be downloaded")
    lines = real_lists.order_lines()
    accounts, orders = (linked(tmp_path, file) for file in files)

    opened = imported(database_url, tmp_path, "accounts", accounts)
    placed = imported(database_url, tmp_path, "crm", orders)
    again = imported(database_url, tmp_path, "crm", orders)

    assert (opened["accepted"], opened["rejected"]) == (793, 0)
    assert (placed["accepted"], placed["rejected"]) == (5009, 0)
    assert (again["accepted"], again["already_there"]) == (0, 5009)
    assert await _months_in_the_views(database_url, lines) == real_lists.months(lines)
    by_product_line = query(
        database_url,
        """
        SELECT line ->> 'product_line', sum((line -> 'amount' ->> 'amount')::numeric), count(*)
        FROM ledger.event_readable, jsonb_array_elements(data -> 'lines') AS line
        WHERE name = 'order.placed' GROUP BY 1
        """,
    )
    assert sum(count for *_, count in by_product_line) == len(lines) == 9994
    assert {name: total for name, total, _ in by_product_line} == dict(
        real_lists.sales_by("Sub-Category", lines)
    )
    assert (
        dict(
            query(
                database_url,
                """
            SELECT data -> 'profile' -> 'industry' ->> 'label', count(*)
            FROM ledger.event_readable WHERE name = 'account.opened' GROUP BY 1
            """,
            )
        )
        == {"Consumer": 409, "Corporate": 236, "Home Office": 148}
        == dict(real_lists.segments(lines))
    )
    assert await _told(database_url) == {  # A30
        "lifetime": ("2297200.86", "5009", "458.61"),
        "2014": ("484247.50", "969", "499.74"),
        "2015": ("470532.51", "1038", "453.31"),
        "2016": ("609205.60", "1315", "463.27"),
        "2017": ("733215.26", "1687", "434.63"),
        "ttm@2017-12-30": ("733947.02", "1692", "433.77"),
    }
    of_years = await _revenue_of_years(database_url)
    assert [_cohort(of_years, year) for year in (2014, 2015, 2016)] == [  # A31
        ("75.40", "27.87", "26.55"),
        ("94.72", "30.13", "21.12"),
        ("96.43", "35.73", "12.54"),
    ]
    category_of = {line["Sub-Category"]: line["Category"] for line in lines}
    bought = query(
        database_url,
        """
        SELECT account_id, (data ->> 'ordered_on')::date, line ->> 'product_line'
        FROM ledger.event_readable, jsonb_array_elements(data -> 'lines') AS line
        WHERE name = 'order.placed'
        """,
    )
    of_categories = [(account, day, category_of[line]) for account, day, line in bought]
    assert _added_later(of_categories) == (  # A32
        2182, {2014: 203, 2015: 343, 2016: 288, 2017: 218}
    )  # fmt: skip
    pairs, by_year = _added_later(bought)
    assert (pairs, sum(by_year.values())) == (6002, 4508)
    assert "no column here, kept aside: Row ID, Ship Date" in "\n".join(placed["notes"])
    kept = (tmp_path / f"{orders}.unmapped.csv").read_text().splitlines()
    assert len(kept) == 1 + 9994


def _added_later(bought: list[tuple[Any, ...]]) -> tuple[int, dict[int, int]]:
    """Count what accounts bought of, and by year what they did not begin with: cross-sells."""
    began: dict[Any, date] = {}
    first: dict[tuple[Any, str], date] = {}
    for account, day, product in bought:
        began[account] = min(day, began.get(account, day))
        first[account, product] = min(day, first.get((account, product), day))
    later = [day.year for (account, _), day in first.items() if day > began[account]]
    return len(first), dict(sorted(Counter(later).items()))


async def _told(url: str) -> dict[str, tuple[str, ...]]:
    """Return revenue, orders and average order value of everybody, as shown."""
    head = assert_log_is_whole(url)
    definitions = [DEFINITIONS[kpi.name] for kpi in EVERY_KPI]
    told: dict[str, tuple[str, ...]] = {}
    async with await AsyncConnection.connect(runtime_conninfo(url)) as connection:
        for text in ("lifetime", "2014", "2015", "2016", "2017", "ttm@2017-12-30"):
            asked = Asked(TENANT, EVERYBODY, parse(text), date(2018, 1, 1), head)
            found = await figures(connection, TYPES, asked, definitions)
            told[text] = tuple(str(each.shown) for each in found)
    return told


async def _revenue_of_years(url: str) -> dict[int, dict[UUID, Decimal]]:
    """Return what each account that ordered in a year ordered in it."""
    head = assert_log_is_whole(url)
    found: dict[int, dict[UUID, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    async with await AsyncConnection.connect(runtime_conninfo(url)) as connection:
        async for each in account_months(connection, TENANT, as_of=date.max, known_at=head):
            found[each.month.year][each.account_id] += each.revenue
    return found


def _cohort(of_years: dict[int, dict[UUID, Decimal]], year: int) -> tuple[str, ...]:
    """Return net and gross retention of a year's revenue in the next, and who was lost, in %."""
    was, now = of_years[year], of_years[year + 1]
    opening = sum(was.values(), Decimal(0))
    kept = sum((now.get(account, Decimal(0)) for account in was), Decimal(0))
    gross = sum((min(paid, now.get(each, Decimal(0))) for each, paid in was.items()), Decimal(0))
    lost = len(was.keys() - now.keys())
    shares = (
        net_revenue_retention(kept, opening),
        gross_revenue_retention(gross, opening),
        logo_churn(lost, len(was)),
    )
    return tuple(str(half_up(share.exact, 2)) for share in shares)


async def _months_in_the_views(url: str, lines: real_lists.Rows) -> dict[tuple[str, date], Decimal]:
    head = assert_log_is_whole(url)
    conninfo = runtime_conninfo(url)
    async with Engine(conninfo, TYPES, EVERY_PROJECTION) as engine:
        await engine.catch_up(TENANT)
    customers = {line["Customer ID"] for line in lines}
    by_id = {
        account_id_of(ExternalReference(system="superstore", id=customer)): customer
        for customer in customers
    }
    async with await AsyncConnection.connect(conninfo) as connection:
        found = account_months(connection, TENANT, as_of=date.max, known_at=head)
        return {(by_id[each.account_id], each.month): each.revenue async for each in found}
