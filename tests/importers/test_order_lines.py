"""Orders whose lines are rows of their own: put together by their id, and added up."""

import csv

import pytest

from tests.importers.conftest import Imported, Office

pytestmark = pytest.mark.anyio

HEADER = (
    "Row ID,Order ID,Order Date,Customer ID,Customer Name,Product ID,Sub-Category,Sales,Quantity\n"
)
ROWS = (
    "1,CA-1,2016-11-08,acme,Claire,P-1,Chairs,14.9375,2\n"
    "2,CA-2,2016-11-09,acme,Claire,P-1,Chairs,5,1\n"
    "3,CA-1,2016-11-08,acme,Claire,P-2,Paper,0.022,1\n"
    "4,CA-1,2016-11-08,acme,Claire,P-2,Paper,0.022,1\n"
)


async def take(office: Office, rows: str, name: str = "orders.csv") -> Imported:
    await office.take(
        "accounts",
        "external_system,external_id,name,opened_on\nsuperstore,acme,Acme,2014-01-01\n",
        name="accounts.csv",
    )
    return await office.take_export(HEADER + rows, name=name)


async def test_the_lines_of_an_order_are_one_order_wherever_they_stand(office: Office) -> None:
    done = await take(office, ROWS)

    assert done.counts == (2, 0, 0)
    first, second = (event["data"] for event in office.log("order.placed"))
    assert first["amount"] == {"amount": "14.9815", "currency": "USD"}
    assert [line["amount"]["amount"] for line in first["lines"]] == ["14.9375", "0.022", "0.022"]
    assert [line["product_line"] for line in first["lines"]] == ["Chairs", "Paper", "Paper"]
    assert second["amount"]["amount"] == "5"
    assert done.aside is not None
    kept = list(csv.DictReader(done.aside.read_text().splitlines()))
    assert [(row["external_id"], row["Row ID"]) for row in kept] == [
        ("CA-1", "1"),
        ("CA-1", "3"),
        ("CA-1", "4"),
        ("CA-2", "2"),
    ]


async def test_the_same_orders_again_add_nothing_also_in_another_file(office: Office) -> None:
    await take(office, ROWS)

    again = await take(office, "\n" + ROWS, name="again.csv")

    assert again.counts == (0, 2, 0)


@pytest.mark.parametrize(
    ("was", "now", "complaint"),
    [
        ("0.022,1", "much,1", "orders.csv:4:Sales: is not a number, 'much'"),
        ("3,CA-1,2016-11-08", "3,CA-1,2016-11-09",
         "orders.csv:4:Order Date: is not that of the order's first line, 2, '2016-11-09'"),
        ("P-2,Paper,0.022,1", "P-2,Paper,0.022,", "orders.csv:2:lines[2].quantity: is missing"),
    ],
)  # fmt: skip
async def test_a_line_that_is_wrong_keeps_its_order_whole_in_the_rejects_file(
    office: Office, was: str, now: str, complaint: str
) -> None:
    done = await take(office, ROWS.replace(was, now, 1))

    assert done.counts == (1, 0, 1)
    assert done.complaints[0].startswith(complaint)
    kept = list(csv.DictReader(done.rejects.read_text().splitlines()))
    assert [row["Row ID"] for row in kept] == ["1", "3", "4"]

    corrected = done.rejects.read_text().replace(now, was, 1)
    again = await office.take_export(corrected, name="corrected.csv")
    assert again.counts == (1, 0, 0)
    assert office.log("order.placed")[-1]["data"]["amount"]["amount"] == "14.9815"
