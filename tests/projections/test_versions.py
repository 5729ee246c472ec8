"""Views that were built by another version of their code are named."""

from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from projections.deals import DEALS
from projections.every_projection import EVERY_PROJECTION
from projections.kpi_facts import KPI_FACTS
from projections.orders import ORDERS
from projections.versions import BUILT_SQL, Outdated, note_versions, outdated
from tests.projections.rebuild import caught_up
from tests.projections.rebuilding import orders_of_acme


@dataclass(frozen=True)
class Told:
    """A projection as far as its name and version tell."""

    name: str
    version: int
    tables: tuple[str, ...] = ()
    whole: bool = False

    async def apply(self, *_: Any) -> None:
        """Write nothing."""


def test_a_view_is_outdated_that_another_version_built() -> None:
    built = {"deals": 1, "orders": 2}
    found = outdated(built, [Told("deals", 2), Told("orders", 2), Told("kpi-facts", 1)])

    assert found == [Outdated("deals", built=1, program=2)]
    assert str(found[0]) == (
        "view deals was built by version 1 of its code, this program has 2: "
        "run `tenure rebuild deals`"
    )


@pytest.mark.anyio
async def test_what_holds_rows_keeps_its_version_and_what_does_not_gets_the_programs(
    database_url: str,
) -> None:
    with psycopg.connect(database_url) as connection:
        note_versions(connection, [DEALS, ORDERS])
        note_versions(connection, [DEALS, Told("orders", 2)])
        of_empty: dict[str, int] = dict(connection.execute(BUILT_SQL).fetchall())
    orders_of_acme().store(database_url)
    await caught_up(database_url)
    with psycopg.connect(database_url) as connection:
        note_versions(connection, [Told("deals", 3), Told("orders", 3), KPI_FACTS])
        of_fed: dict[str, int] = dict(connection.execute(BUILT_SQL).fetchall())

    assert of_empty == {"deals": 1, "orders": 2}
    assert of_fed == of_empty
    assert outdated(of_fed, EVERY_PROJECTION) == [Outdated("orders", built=2, program=1)]
