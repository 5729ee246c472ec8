"""Change histories: moves, amounts and expected closes of deals, each once, on its own day."""

import pytest

from importers.mapped_table import Said
from tests.importers.conftest import Imported, Office

pytestmark = pytest.mark.anyio

USD = Said(values={"currency": "USD"})

ACCOUNTS = "Id,Name,CreatedDate\n001D000000IRt53,Acme,2024-01-01\n"
OPPORTUNITIES = (
    "Id,AccountId,Name,StageName,Amount,CloseDate,IsClosed,IsWon,CreatedDate\n"
    "006D000000IRt53,001D000000IRt53IAD,Roll-out,Closed Won,120,2024-04-10,1,1,2024-02-01\n"
    "006D000000IRt54,001D000000IRt53IAD,Pilot,Proposal,50,2024-12-01,0,0,2024-02-02\n"
)
# As it comes: in no order, with the row of the creation, and one of an opportunity not exported.
HISTORY = (
    "Id,OpportunityId,CreatedById,CreatedDate,StageName,Amount,CloseDate,Probability,IsDeleted\n"
    "008D000000000C3,006D000000IRt53,5,2024-04-11T08:00:00Z,Closed Won,120,2024-04-10,100,0\n"
    "008D000000000A1,006D000000IRt53IAD,5,2024-02-01T10:00:00Z,Prospecting,100,2024-06-30,10,0\n"
    "008D000000000B2,006D000000IRt53,5,2024-03-05T10:00:00Z,Proposal/Price Quote,120,2024-05-31,"
    "60,0\n"
    "008D000000000D4,006D000000IRt54,5,2024-02-02T10:00:00Z,Prospecting,50,2024-12-01,10,0\n"
    "008D000000000E5,006D000000IRt54,5,2024-03-06T10:00:00Z,Proposal,50,2024-12-01,10,0\n"
    "008D000000000F6,006D000000IRt59,5,2024-03-06T10:00:00Z,Proposal,50,2024-12-01,10,0\n"
    "008D000000000G7,006D000000IRt54,5,2024-03-07T10:00:00Z,Negotiation,50,2024-12-01,10,1\n"
)
EXPORTS = {"history.csv": HISTORY, "opportunities.csv": OPPORTUNITIES, "accounts.csv": ACCOUNTS}


def story(office: Office, name: str) -> list[tuple[str, str, str]]:
    """Return the moves of the deal that was opened under a name: day, from, to."""
    (deal,) = [e for e in office.log("deal.opened") if e["data"]["name"] == name]
    return [
        (event["effective_at"], event["data"]["was"], event["data"]["now"])
        for event in office.log("deal.moved")
        if event["stream_id"] == deal["stream_id"]
    ]


async def test_a_deal_with_its_history_is_opened_as_it_began(office: Office) -> None:
    accounts, deals, changes = await office.take_exports(EXPORTS, said=USD)

    assert (accounts.counts, deals.counts) == ((1, 0, 0), (2, 0, 0))
    assert (changes.counts, changes.summary.held, changes.summary.left_out) == ((3, 2, 1), 1, 1)
    opened = {each["data"]["name"]: each for each in office.log("deal.opened")}
    roll_out = opened["Roll-out"]["data"]
    assert (roll_out["stage"], roll_out["amount"]["amount"]) == ("prospecting", "100")
    assert roll_out["expected_close_on"] == "2024-06-30"
    assert story(office, "Roll-out") == [("2024-03-05", "prospecting", "proposal")]
    assert story(office, "Pilot") == [("2024-03-06", "prospecting", "proposal")]
    (revised,) = office.log("deal.amount-revised")
    assert (revised["effective_at"], revised["data"]["now"]["amount"]) == ("2024-03-05", "120")
    closes = [e["data"]["now"] for e in office.log("deal.expected-close-revised")]
    assert closes == ["2024-05-31", "2024-04-10"]
    (won,) = office.log("deal.won")
    assert (won["effective_at"], won["data"]["amount"]["amount"]) == ("2024-04-10", "120")


async def test_where_a_history_is_known_no_history_starts(office: Office) -> None:
    await office.take_exports(EXPORTS, said=USD)

    reasons = {e["reason"] for e in office.log("deal.opened")}
    assert reasons == {"imported from a salesforce snapshot of opportunities.csv"}
    moved = {e["reason"] for e in office.log("deal.moved")}
    assert moved == {"imported from the salesforce change history history.csv"}


async def test_a_history_again_adds_nothing(office: Office) -> None:
    await office.take_exports(EXPORTS, said=USD)
    size = office.log_size()

    again = await office.take_exports(EXPORTS, said=USD)
    alone = await office.take_export(HISTORY, name="alone.csv")

    assert [done.counts for done in again] == [(0, 1, 0), (0, 2, 0), (0, 5, 1)]
    assert alone.counts == (0, 5, 1)
    assert office.log_size() == size


async def test_changes_that_came_later_are_added_on_their_days(office: Office) -> None:
    await office.take_exports(EXPORTS, said=USD)
    later = (
        HISTORY + "008D000000000H8,006D000000IRt54,5,2024-05-02T10:00:00Z,Negotiation,45,,10,0\n"
    )

    done = await office.take_export(later, name="later.csv")

    assert done.counts == (1, 5, 1)
    assert story(office, "Pilot")[-1] == ("2024-05-02", "proposal", "negotiation")
    assert office.log("deal.amount-revised")[-1]["data"]["now"] == {
        "amount": "45",
        "currency": "USD",
    }


async def test_a_win_that_only_the_history_tells_is_recorded(office: Office) -> None:
    await office.take_exports(EXPORTS, said=USD)
    won = HISTORY + "008D000000000J9,006D000000IRt54,5,2024-06-02T10:00:00Z,Closed Won,50,,10,0\n"

    assert (await office.take_export(won, name="won.csv")).counts == (1, 5, 1)
    assert office.log("deal.won")[-1]["effective_at"] == "2024-06-02"


async def test_a_history_without_its_deals_is_held(office: Office) -> None:
    done = await office.take_export(HISTORY)

    assert (done.counts, done.summary.held) == ((0, 0, 6), 6)
    assert "no deal has this id; import the deals along with their history" in done.complaints[0]


async def test_a_history_of_a_deal_that_has_ended_is_rejected(office: Office) -> None:
    snapshots = {name: EXPORTS[name] for name in ("accounts.csv", "opportunities.csv")}
    await office.take_exports(snapshots, said=USD)

    done = await office.take_export(HISTORY, name="history.csv")

    assert "the deal is won; open a new one" in done.complaints[0]
    assert [e["effective_at"] for e in office.log("deal.moved")] == ["2024-02-02", "2024-03-06"]


FIELDS = (
    "Id,OpportunityId,Field,OldValue,NewValue,CreatedById,CreatedDate,IsDeleted\n"
    "017D000000000A1,006D000000IRt54,StageName,Prospecting,Needs Analysis,5,2024-02-10,false\n"
    "017D000000000B2,006D000000IRt54,StageName,Needs Analysis,Proposal,5,2024-03-10,false\n"
    "017D000000000C3,006D000000IRt54,Amount,40.0,50.0,5,2024-03-11,false\n"
    "017D000000000D4,006D000000IRt54,CloseDate,2024-10-01,2024-12-01,5,2024-03-12,false\n"
    "017D000000000E5,006D000000IRt54,OwnerId,Ana,Eva,5,2024-03-13,false\n"
)


async def test_a_history_of_fields_tells_what_was_before(office: Office) -> None:
    exports = {**EXPORTS, "history.csv": FIELDS}
    *_, changes = await office.take_exports(exports, said=USD)

    assert (changes.counts, changes.summary.left_out) == ((4, 0, 0), 1)
    (pilot,) = [e["data"] for e in office.log("deal.opened") if e["data"]["name"] == "Pilot"]
    assert (pilot["stage"], pilot["amount"]["amount"]) == ("prospecting", "40.0")
    assert pilot["expected_close_on"] == "2024-10-01"
    assert story(office, "Pilot") == [
        ("2024-02-10", "prospecting", "qualification"),
        ("2024-03-10", "qualification", "proposal"),
    ]
    assert [e["effective_at"] for e in office.log("deal.amount-revised")] == ["2024-03-11"]
    assert [e["effective_at"] for e in office.log("deal.expected-close-revised")] == ["2024-03-12"]


async def test_two_histories_of_the_same_deals_are_told_as_one(office: Office) -> None:
    exports = {**EXPORTS, "fields.csv": FIELDS}
    *_, first, second = await office.take_exports(exports, said=USD)

    assert (first.summary.rejected, second.summary.rejected) == (1, 0)
    assert story(office, "Pilot") == [
        ("2024-02-10", "prospecting", "qualification"),
        ("2024-03-06", "qualification", "proposal"),
    ], "what both tell is recorded once, and the two in the order of time"
    size = office.log_size()
    await office.take_exports(exports, said=USD)
    assert office.log_size() == size


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("StageName,,Somewhere,5,2024-02-10", "NewValue: is not one of prospecting, "),
        ("Amount,,a lot,5,2024-02-10", "NewValue: is not a number"),
        ("CloseDate,,soon,5,2024-02-10", "NewValue: is not a day"),
        ("Amount,,5,5,2027-02-10", "CreatedDate: 2027-02-10 has not come yet"),
    ],
)
async def test_a_change_that_cannot_be_read_costs_its_row_alone(
    office: Office, row: str, complaint: str
) -> None:
    bad = f"{FIELDS}017D000000000F6,006D000000IRt54,{row},false\n"

    done = (await office.take_exports({**EXPORTS, "history.csv": bad}, said=USD))[2]

    assert done.counts == (4, 0, 1)
    assert done.complaints[0].startswith(f"history.csv:7:{complaint}")


STAGES = (
    "Record ID,Deal Name,Deal Stage,Date entered stage,Date left stage,Deal owner\n"
    "1,Roll-out,Appointment Scheduled,2024-02-01 09:30,2024-02-20 10:00,Ana\n"
    "1,Roll-out,Contract Sent,2024-02-20 10:00,2024-03-01 12:00,Ana\n"
    "1,Roll-out,Closed Won,2024-03-01 12:00,,Ana\n"
)


async def stages_of_hubspot(office: Office) -> list[Imported]:
    return await office.take_exports(
        {
            "companies.csv": "Record ID,Company name,Create Date\n101,Acme,2024-01-02\n",
            "deals.csv": (
                "Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,Associated Company\n"
                "1,Roll-out,Closed Won,10,2024-03-01 12:00,2024-02-01 09:30,Acme\n"
            ),
            "stages.csv": STAGES,
        },
        said=USD,
    )


async def test_one_row_for_each_stage_entered_is_a_history(office: Office) -> None:
    _, deals, stages = await stages_of_hubspot(office)

    assert (deals.counts, stages.counts) == ((1, 0, 0), (1, 2, 0))
    assert story(office, "Roll-out") == [("2024-02-20", "prospecting", "negotiation")]
    assert [e["effective_at"] for e in office.log("deal.won")] == ["2024-03-01"]
    size = office.log_size()
    await stages_of_hubspot(office)
    assert office.log_size() == size
