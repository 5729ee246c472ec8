"""Orders from files: told apart by an id or by file and row, never by what they say."""

import pytest

from tests.importers.conftest import Office

pytestmark = pytest.mark.anyio

HEADER = "account_external_id,ordered_on,amount,currency\n"
ROW = "acme,2026-03-02,12.50,EUR\n"


async def test_an_order_is_placed_on_its_own_day(acme: Office) -> None:
    done = await acme.take("orders", HEADER + ROW)

    assert done.counts == (1, 0, 0)
    (placed,) = acme.log("order.placed")
    assert placed["effective_at"] == placed["data"]["ordered_on"] == "2026-03-02"
    assert placed["data"]["amount"] == {"amount": "12.50", "currency": "EUR"}
    assert placed["account_id"] == acme.log("account.opened")[0]["stream_id"]


async def test_equal_rows_are_orders_of_their_own_and_a_second_run_adds_none(acme: Office) -> None:
    first = await acme.take("orders", HEADER + ROW * 3)
    again = await acme.take("orders", HEADER + ROW * 3)

    assert (first.counts, again.counts) == ((3, 0, 0), (0, 3, 0))
    assert len({event["data"]["order_id"] for event in acme.log("order.placed")}) == 3


async def test_a_run_that_was_cut_short_is_taken_up_by_the_next(acme: Office) -> None:
    rows = [f"acme,2026-03-02,{number}.00,EUR\n" for number in range(1, 1_300)]
    content = HEADER + "".join(rows)
    done = await acme.take("orders", content)
    assert done.counts == (1_299, 0, 0)

    again = await acme.take("orders", content + "acme,2026-03-03,7,EUR\n", name="longer.csv")

    assert again.counts == (1_300, 0, 0), "another file is other rows"
    amounts = [event["data"]["amount"]["amount"] for event in acme.log("order.placed")]
    assert amounts[:1_299] == [f"{number}.00" for number in range(1, 1_300)], "in their order"


async def test_an_order_with_an_id_is_the_same_in_every_file(acme: Office) -> None:
    header = "order_id," + HEADER
    await acme.take("orders", header + "4711," + ROW)

    again = await acme.take("orders", header + "4711," + ROW + "4712," + ROW, name="other.csv")
    changed = await acme.take("orders", header + "4711,acme,2026-03-02,99,EUR\n", name="new.csv")

    assert again.counts == (1, 1, 0)
    assert changed.counts == (0, 0, 1)
    assert changed.complaints[0].startswith("new.csv:2:order_id: the order ")
    assert len(acme.log("order.placed")) == 2


async def test_an_order_may_cost_nothing_and_have_a_product(acme: Office) -> None:
    header = "account_external_id,ordered_on,amount,currency,product,quantity,product_line,number\n"

    done = await acme.take("orders", header + "acme,2026-03-02,0.00,USD,CD,2,Music,A-7\n")

    assert done.counts == (1, 0, 0)
    (placed,) = acme.log("order.placed")
    assert placed["data"]["number"] == "A-7"
    assert placed["data"]["lines"] == [
        {
            "product": "CD",
            "quantity": "2",
            "amount": {"amount": "0.00", "currency": "USD"},
            "product_line": "Music",
        }
    ]


async def test_lines_come_in_json(acme: Office) -> None:
    order = (
        '{"account_external_id": "acme", "ordered_on": "2026-03-02", "amount": 30.10, '
        '"currency": "EUR", "lines": [{"product": "hook", "quantity": 2, "amount": 20.10}, '
        '{"product": "rope", "quantity": 1, "amount": 10}]}\n'
    )

    done = await acme.take("orders", order, name="file.ndjson")

    assert done.counts == (1, 0, 0)
    (placed,) = acme.log("order.placed")
    assert [line["amount"]["amount"] for line in placed["data"]["lines"]] == ["20.10", "10"]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("nobody,2026-03-02,1,EUR", "account_external_id: no account has this id of the system"),
        ("acme,2026-03-02,-1,EUR", "amount: -1 EUR is negative; give zero or more, '-1'"),
        ("acme,2026-03-02,1.2345678,EUR", "amount: "),
        ("acme,2026-03-02,1e3,EUR", "amount: is not a number, '1e3'"),
        ('acme,2026-03-02,"1.234,50",EUR', "amount: is ambiguous; write 1234.56"),
        ("acme,2026-03-02,1,EURO", "currency: is not a currency of ISO 4217, such as EUR, 'EURO'"),
        ("acme,2026-07-01,1,EUR", "ordered_on: "),
        ("acme,2026-03-02,1", "row: has 3 cells, the header 4"),
        ("acme,2026-03-02,,EUR", "amount: is missing, ''"),
    ],
)
async def test_a_bad_cell_is_named_with_its_line(acme: Office, row: str, complaint: str) -> None:
    size = acme.log_size()
    done = await acme.take("orders", f"{HEADER}{ROW}{row}\n{ROW}")

    assert done.counts == (2, 0, 1)
    assert done.complaints[0].startswith(f"file.csv:3:{complaint}")
    assert acme.log_size() == size + 2, "what is good in the file is recorded"


async def test_everything_that_is_wrong_with_a_row_is_said(acme: Office) -> None:
    done = await acme.take("orders", HEADER + "acme,yesterday,much,XXXX\n")

    assert [complaint.split(":")[2] for complaint in done.complaints] == [
        "ordered_on",
        "amount",
        "currency",
    ]


async def test_a_line_that_is_wrong_is_named(acme: Office) -> None:
    order = (
        '{"account_external_id": "acme", "ordered_on": "2026-03-02", "amount": "1", '
        '"currency": "EUR", "lines": [{"product": "a", "quantity": 1, "amount": 1, "colour": 2}]}\n'
    )

    done = await acme.take("orders", order, name="file.ndjson")

    assert done.complaints == ["file.ndjson:1:lines[1].colour: is not a known column, '2'"]


async def test_a_dry_run_says_the_same_and_records_nothing(acme: Office) -> None:
    size = acme.log_size()
    content = f"order_id,{HEADER}1,{ROW}1,{ROW}2,acme,2026-03-02,-1,EUR\n"

    rehearsed = await acme.take("orders", content, dry_run=True)
    assert acme.log_size() == size
    done = await acme.take("orders", content)

    assert rehearsed.counts == done.counts == (1, 1, 1)
    assert rehearsed.complaints == done.complaints
