"""Accounts from files: each is opened once, on its own day, in its own tier."""

import pytest

from tests.importers.conftest import Office

pytestmark = pytest.mark.anyio

HEADER = "external_id,name,opened_on,tier,tier_criteria,country,employees,industry\n"
FULL = HEADER + "a-1,Acme GmbH,2025-01-02,key,growth-area|prestige,de,120,Machinery\n"


async def test_an_account_is_opened_on_its_own_day_in_its_tier(office: Office) -> None:
    done = await office.take("accounts", FULL)

    assert done.counts == (1, 0, 0)
    (opened,), (tier,) = office.log("account.opened"), office.log("account.tier-changed")
    profile = opened["data"]["profile"]
    assert (profile["name"], profile["country"], profile["employees"]) == ("Acme GmbH", "DE", 120)
    assert profile["industry"]["label"] == "Machinery"
    assert opened["data"]["opened_on"] == opened["effective_at"] == tier["effective_at"]
    assert opened["effective_at"] == "2025-01-02"
    assert (tier["data"]["now"], tier["reason"]) == ("key", "imported in this tier")
    assert opened["actor"] == f"import:{done.summary.sha256[:16]}"
    assert opened["correlation_id"] == tier["correlation_id"]


async def test_the_same_file_again_adds_nothing(office: Office) -> None:
    await office.take("accounts", FULL)
    size = office.log_size()

    again = await office.take("accounts", FULL)

    assert again.counts == (0, 1, 0)
    assert again.summary.differing == 0
    assert office.log_size() == size


async def test_an_account_that_is_there_is_left_as_it_is(office: Office) -> None:
    await office.take("accounts", FULL)
    size = office.log_size()

    other = await office.take("accounts", FULL.replace("Acme GmbH", "Acme AG"), name="other.csv")

    assert other.counts == (0, 1, 0)
    assert other.summary.differing == 1
    assert office.log_size() == size


async def test_the_same_id_of_another_system_is_another_account(office: Office) -> None:
    rows = "external_system,external_id,name,opened_on\nshop,1,A,2025-01-02\ncrm,1,B,2025-01-02\n"

    done = await office.take("accounts", rows)

    assert done.counts == (2, 0, 0)
    assert len({event["stream_id"] for event in office.log("account.opened")}) == 2


async def test_json_lines_are_read_as_well(office: Office) -> None:
    done = await office.take(
        "accounts",
        '{"External ID": "a-1", "name": "Acme", "opened_on": "2025-01-02", "employees": 7}\n\n'
        '{"external_id": 2, "name": "Beta", "opened_on": "2025-01-03", "country": null}\n',
        name="file.ndjson",
    )

    assert done.counts == (2, 0, 0)
    assert [event["data"]["profile"]["name"] for event in office.log("account.opened")] == [
        "Acme",
        "Beta",
    ]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (",Acme,2025-01-02,,,,,", "external_id: is missing, ''"),
        ("a,Acme,2026-07-01,,,,,", "opened_on: "),
        ("a,Acme,02/01/2025,,,,,", "opened_on: is ambiguous; write the day as 2026-05-31"),
        ("a,Acme,2025-02-30,,,,,", "opened_on: is not a day of the calendar"),
        ("a,Acme,2025-01-02,gold,,,,", "tier: is not one of "),
        ("a,Acme,2025-01-02,key,,,,", "tier_criteria: is missing: an account is key for a reason"),
        ("a,Acme,2025-01-02,key,charm,,,", "tier_criteria: is not one of "),
        ("a,Acme,2025-01-02,,,Germany,,", "country: "),
        ("a,Acme,2025-01-02,,,,many,", "employees: is not a whole number of 0 or more"),
    ],
)
async def test_a_bad_cell_is_named_with_its_line(office: Office, row: str, complaint: str) -> None:
    done = await office.take("accounts", HEADER + row + "\n")

    assert done.counts == (0, 0, 1)
    assert done.complaints[0].startswith(f"file.csv:2:{complaint}")
    assert office.log_size() == 0
