"""`tenure clv`: fits are made, recorded once, shown; and what stops one is one sentence."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import psycopg
import pytest

from domain.commands import open_account, place_order
from domain.decision import Decision
from domain.money import Money
from domain.order_book import OrderContent
from domain.profile import Profile
from domain.purchase_history import PurchaseHistory
from domain.purchasing import Purchasing
from domain.spending import Spending
from ledger.command import Command, Outcome
from ledger.ledger import open_ledger
from ledger.settings import Settings
from ledger.tenants import DEFAULT_TENANT
from tests.projections.test_maximum_likelihood import bought_by

pytestmark = pytest.mark.anyio

LAST = date(2026, 6, 30)
CUSTOMERS, AT_ONCE = 300, 500
CUSTOMERS_SQL = """
    SELECT count(DISTINCT account_id) FROM ledger.event_readable
    WHERE name = 'order.placed' AND position <= %s
"""
NAMESPACE = UUID(int=7)

WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, *_):
        if name.partition(".")[0] == {name!r}:
            raise ModuleNotFoundError("there is no " + name, name=name)
sys.meta_path.insert(0, Absent())
import {module} as tried
{then}
"""
"""A process in which a package cannot be imported; others may look for it among the loaded."""


def tenure(
    url: str, data_dir: Path, *arguments: str, without: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    command = ["-m", "cli.main"]
    if without is not None:
        command = ["-c", WITHOUT.format(name=without, module="cli.main", then="tried.main()")]
    return subprocess.run(
        [sys.executable, *command, "clv", *arguments],
        env=os.environ | {"DATABASE_URL": url, "TENURE_DATA_DIR": str(data_dir)} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


async def record_orders(url: str, data_dir: Path, histories: list[PurchaseHistory]) -> int:
    """Let customers buy so, the repeats at even intervals for even amounts, and return the head."""
    asked = [
        command for number, each in enumerate(histories) for command in commands_of(number, each)
    ]
    async with open_ledger(url, Settings(data_dir=data_dir)) as ledger:
        for start in range(0, len(asked), AT_ONCE):
            answers = await ledger.writer.execute_many(asked[start : start + AT_ONCE])
            assert all(isinstance(answer, Outcome) for answer in answers)
    return len(asked)


def commands_of(number: int, history: PurchaseHistory) -> Iterator[Command]:
    account_id = uuid5(NAMESPACE, str(number))
    first = LAST - timedelta(days=history.age_days)
    profile = Profile(name=f"Customer {number}")
    opening = open_account(account_id, profile=profile, on=first, today=first)
    yield command_of(account_id, "opened", opening, first)
    gaps = max(1, history.repeats)
    money = Money(amount=round(history.repeat_amount / gaps, 2), currency="EUR")
    for purchase in range(history.repeats + 1):
        day = first + timedelta(days=history.last_days * purchase // gaps)
        content = OrderContent(ordered_on=day, amount=money)
        order_id = uuid5(account_id, str(purchase))
        placing = place_order(account_id, order_id=order_id, content=content, today=day)
        yield command_of(account_id, f"order {purchase}", placing, day)


def command_of(account_id: UUID, name: str, decision: Decision, on: date) -> Command:
    return Command(
        tenant_id=DEFAULT_TENANT,
        decision=decision,
        actor="test:1",
        effective_at=on,
        command_id=uuid5(account_id, name),
        correlation_id=account_id,
    )


@pytest.fixture
async def head(database_url: str, tmp_path: Path) -> int:
    """Record the orders of 300 customers who buy as the models have it; give the log's size."""
    made = bought_by(CUSTOMERS, Purchasing(0.8, 20.0, 0.9, 3.0), Spending(5.0, 4.0, 60.0), seed=3)
    return await record_orders(database_url, tmp_path, made)


def fits(url: str) -> list[dict[str, Any]]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT to_jsonb(event) FROM ledger.event_readable AS event "
            "WHERE name = 'lifetime-value-model.fitted' ORDER BY position"
        )
        return [event for (event,) in rows]


def refused(done: subprocess.CompletedProcess[str], code: int) -> str:
    """Return the one line that says why nothing was fitted."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    (line,) = [each for each in done.stderr.splitlines() if each.startswith("tenure: ")]
    assert "Traceback" not in done.stderr
    return line


async def test_a_fit_is_made_recorded_once_and_shown(
    database_url: str, tmp_path: Path, head: int
) -> None:
    asked = ("fit", "--currency", "EUR", "--until", str(LAST))
    first = tenure(database_url, tmp_path, *asked, "--json", "--actor", "user:7")
    again = tenure(database_url, tmp_path, *asked, TTY_COMPATIBLE="1")
    shown = tenure(database_url, tmp_path, "show")
    in_dollars = tenure(database_url, tmp_path, "show", "--currency", "USD")

    assert first.returncode == 0, first.stderr
    said = json.loads(first.stdout)
    (event,) = fits(database_url)
    assert (said["position"], said["known_at"]) == (head + 1, head)
    assert (event["position"], event["data"]["fit"]) == (
        head + 1,
        {name: value for name, value in said.items() if name != "position"},
    )
    assert (event["effective_at"], event["on_behalf_of"]) == (str(LAST), ["user:7"])
    assert (said["last_on"], said["algorithm"]) == (str(LAST), 1)
    assert said["customers"] == CUSTOMERS
    assert again.returncode == 0
    assert "the latest fit says the same; nothing was recorded" in again.stdout
    assert "clv EUR: fitting amounts, step" in again.stderr
    assert f"r {float(said['purchasing']['r']):.4g}, alpha" in again.stdout
    assert "caution: 1,000 customers are advised for a steady fit" in again.stdout
    assert shown.stdout.split()[:4] == [str(head + 1), "EUR", said["first_on"], "to"]
    assert (in_dollars.stdout, in_dollars.returncode) == ("", 0)
    assert "nothing was fitted yet" in in_dollars.stderr


async def test_a_fit_rests_on_what_was_known_at_a_position(
    database_url: str, tmp_path: Path, head: int
) -> None:
    asked = ("fit", "--currency", "EUR", "--until", str(LAST), "--json", "--known-at")
    half = head // 2
    known = tenure(database_url, tmp_path, *asked, str(half))
    beyond = tenure(database_url, tmp_path, *asked, str(head + 2))

    assert known.returncode == 0, known.stderr
    said = json.loads(known.stdout)
    with psycopg.connect(database_url) as connection:
        counted = connection.execute(CUSTOMERS_SQL, (half,)).fetchone()
    assert (said["known_at"], (said["customers"],)) == (half, counted)
    assert "lies beyond the end of the log" in refused(beyond, 2)


async def test_what_cannot_be_fitted_is_one_sentence(
    database_url: str, tmp_path: Path, head: int
) -> None:
    no_currency = tenure(database_url, tmp_path, "fit", "--currency", "euro")
    no_day = tenure(database_url, tmp_path, "fit", "--currency", "EUR", "--until", "June")
    no_orders = tenure(database_url, tmp_path, "fit", "--currency", "USD")
    tomorrow = tenure(database_url, tmp_path, "fit", "--currency", "EUR", "--until", "2099-01-01")
    nobody = tenure(database_url, tmp_path, "fit", "--currency", "EUR", "--tenant", "nobody")

    assert "--currency 'euro'" in refused(no_currency, 2)
    assert "--until 'June'" in refused(no_day, 2)
    assert "0 customers have paid for a second purchase in USD" in refused(no_orders, 2)
    assert "2099-01-01 has not come yet" in refused(tomorrow, 2)
    assert "name one with --tenant" in refused(nobody, 3)
    assert head > CUSTOMERS
    assert fits(database_url) == []


async def test_customers_who_are_too_alike_are_refused(database_url: str, tmp_path: Path) -> None:
    alike = [PurchaseHistory(4, 300, 310 + number, Decimal("40.00")) for number in range(40)]
    await record_orders(database_url, tmp_path, alike)
    done = tenure(database_url, tmp_path, "fit", "--currency", "EUR", "--until", str(LAST))

    assert "the orders do not tell what the model asks" in refused(done, 2)
    assert fits(database_url) == []


def test_without_the_extra_a_fit_says_how_to_install_it(database_url: str, tmp_path: Path) -> None:
    done = tenure(database_url, tmp_path, "fit", "--currency", "EUR", without="scipy")

    assert "scipy is not installed; install the extra" in refused(done, 3)


@pytest.mark.parametrize("package", ["scipy", "numpy"])
def test_without_the_extra_fits_are_shown_and_figures_served(
    database_url: str, tmp_path: Path, package: str
) -> None:
    shown = tenure(database_url, tmp_path, "show", without=package)
    code = WITHOUT.format(name=package, module="api.app", then="print(tried.create_app.__name__)")
    served = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert shown.returncode == 0, shown.stderr
    assert served.stdout == "create_app\n"
