"""Deals out of exports: opened and ended on their own days, in the account that the row names."""

import csv

import pytest

from importers.convention import convention_of
from importers.mapped_table import Said
from tests.importers.conftest import Office

pytestmark = pytest.mark.anyio

EUR = Said(values={"currency": "EUR"})

COMPANIES = (
    "Record ID,Company name,Create Date\n"
    "101,Acme,2024-01-02\n"
    "102,Beta,2024-01-02\n"
    "103,Beta,2024-01-03\n"
)
DEALS = (
    "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Create Date,Deal owner,"
    "Associated Company,Associated Company IDs,Closed Lost Reason\n"
)
WON = "1,Roll-out,Closed Won,Sales,$12500,2024-03-01,2024-02-01 09:30,Ana,Acme,101,\n"
OPEN = "2,Pilot,qualifiedtobuy,Sales,2500.50,2024-09-01,2024-02-02,Ana,acme ,,\n"
LOST = "3,Upgrade,Closed Lost,Sales,900,2024-04-01,2024-02-03,Ana,,102,Too expensive\n"

PIPEDRIVE_ORGANIZATIONS = (
    "Organización - ID,Organización - Nombre,Organización - Organización creada\n"
    "1,Muñoz e Hijos,2024-01-02\n"
)
PIPEDRIVE_DEALS = (
    "Trato - ID;Trato - Título;Trato - Valor;Trato - Moneda;Trato - Etapa;Trato - Estado;"
    "Trato - Fecha de cierre prevista;Trato - Propietario;Trato - Trato creado;"
    "Fecha en la que se ganó;Fecha en la que se perdió;Razón de la pérdida;Organización - Nombre\n"
    "1;Riego;1.234,56;EUR;Propuesta realizada;Ganado;;Ana;13/02/2024;01/03/2024 10:00;;;"
    "Muñoz e Hijos\n"
    "2;Silos;1.200;EUR;Demo programada;Abierto;30/06/2024;Ana;14/02/2024;;;;Muñoz e Hijos\n"
    "3;Abono;120 000;EUR;Etapa propia;Perdido;;Ana;15/02/2024;;05/03/2024;Precio;Muñoz e Hijos\n"
)


def days(office: Office, name: str) -> list[str]:
    return [event["effective_at"] for event in office.log(name)]


async def test_deals_are_opened_and_ended_on_their_own_days(office: Office) -> None:
    await office.take_export(COMPANIES, name="companies.csv")
    done = await office.take_export(DEALS + WON + OPEN + LOST, name="deals.csv", said=EUR)

    assert done.counts == (3, 0, 0)
    opened = office.log("deal.opened")
    assert days(office, "deal.opened") == ["2024-02-01", "2024-02-02", "2024-02-03"]
    assert [each["data"]["stage"] for each in opened][1] == "qualification"
    assert [each["data"]["amount"]["amount"] for each in opened] == ["12500", "2500.50", "900"]
    accounts = {each["data"]["references"][0]["id"]: each["stream_id"]
                for each in office.log("account.opened")}  # fmt: skip
    assert [each["account_id"] for each in opened] == [
        accounts["101"], accounts["101"], accounts["102"],
    ]  # fmt: skip
    (won,), (lost,) = office.log("deal.won"), office.log("deal.lost")
    assert (won["effective_at"], won["data"]["amount"]["amount"]) == ("2024-03-01", "12500")
    assert (lost["effective_at"], lost["data"]["reason_code"]) == ("2024-04-01", "price")
    starts = "imported from a hubspot snapshot of deals.csv; history starts here"
    assert {each["reason"] for each in opened} == {starts}
    assert won["reason"] == "imported from a hubspot snapshot of deals.csv"


async def test_the_same_deals_again_add_nothing(office: Office) -> None:
    await office.take_export(COMPANIES, name="companies.csv")
    export = DEALS + WON + OPEN + LOST
    await office.take_export(export, said=EUR)
    size = office.log_size()

    again = await office.take_export(export, said=EUR)
    renamed = await office.take_export(export, name="other.csv", said=EUR)

    assert again.counts == renamed.counts == (0, 3, 0)
    assert again.summary.differing == 0
    assert office.log_size() == size


async def test_a_later_snapshot_ends_what_was_open_and_changes_nothing_else(
    office: Office,
) -> None:
    await office.take_export(COMPANIES, name="companies.csv")
    await office.take_export(DEALS + WON + OPEN + LOST, said=EUR)

    later = DEALS + WON.replace("12500", "99") + OPEN.replace("qualifiedtobuy", "closedwon")
    later = later.replace("2024-09-01", "2024-05-05") + LOST.replace("900", "950")
    done = await office.take_export(later, name="later.csv", said=EUR)

    assert done.counts == (1, 2, 0)
    assert done.summary.differing == 1, "a loss says no amount; a win does"
    assert days(office, "deal.won") == ["2024-03-01", "2024-05-05"]
    moved = DEALS + OPEN.replace("qualifiedtobuy", "contractsent").replace("2,", "4,", 1)
    await office.take_export(moved, name="new.csv", said=EUR)
    other = moved.replace("contractsent", "qualifiedtobuy")
    differs = await office.take_export(other, name="newer.csv", said=EUR)
    assert (differs.counts, differs.summary.differing) == ((0, 1, 0), 1)
    assert office.log("deal.moved") == []


async def test_a_name_that_several_accounts_have_holds_the_row(office: Office) -> None:
    await office.take_export(COMPANIES, name="companies.csv")
    beta = OPEN.replace("acme ", "BETA")

    done = await office.take_export(DEALS + beta + WON, name="deals.csv", said=EUR)

    assert (done.counts, done.summary.held) == ((1, 0, 1), 1)
    (complaint,) = done.complaints
    assert complaint.startswith("deals.csv:2:Associated Company: 2 accounts are called so, ")
    assert "(hubspot:102)" in complaint
    assert "(hubspot:103)" in complaint

    header, row, *_ = done.rejects.read_text().split("\n")
    beta_103 = office.log("account.opened")[2]["stream_id"]
    decided = f"{header},tenure_account_id\n{row},{beta_103}\n"
    second = await office.take_export(decided, name="decided.csv", said=EUR)
    assert second.counts == (1, 0, 0)
    assert office.log("deal.opened")[-1]["account_id"] == beta_103


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (OPEN.replace("acme ", "Nobody"), "Associated Company: no account is called so; import it"),
        (OPEN.replace("acme ,", ",999"), "Associated Company IDs: no account has this id of the "),
        (OPEN.replace("acme ,", ",101;102"), "Associated Company IDs: names several accounts; "),
    ],
)
async def test_an_account_that_is_not_certain_holds_the_row(
    office: Office, row: str, complaint: str
) -> None:
    await office.take_export(COMPANIES, name="companies.csv")

    done = await office.take_export(DEALS + row, name="deals.csv", said=EUR)

    assert (done.counts, done.summary.held) == ((0, 0, 1), 1)
    assert done.complaints[0].startswith(f"deals.csv:2:{complaint}")
    assert office.log("deal.opened") == []


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (OPEN.replace("acme ", ""), "Associated Company: is missing: a deal belongs to an account"),
        (OPEN.replace("qualifiedtobuy", "Demo 2"), "Deal Stage: is not one of prospecting, "),
        (OPEN.replace("2500.50", ""), "Amount: is missing"),
        (OPEN.replace("2500.50", "a lot"), "Amount: is not a number, 'a lot'"),
        (OPEN.replace("2500.50", "USD 5"), "Amount: is in USD, the row in EUR, 'USD 5'"),
        (OPEN.replace("2500.50", "-5"), "Amount: "),
        (WON.replace("2024-03-01", ""), "Close Date: is missing: the deal was won on some day"),
        (WON.replace("2024-03-01", "2026-07-01"), "Close Date: has not come yet, and the deal is"),
        (WON.replace("2024-03-01", "2024-01-31"), "Close Date: lies before the day on which the "),
    ],
)
async def test_what_is_wrong_costs_its_row_alone(office: Office, row: str, complaint: str) -> None:
    await office.take_export(COMPANIES, name="companies.csv")
    size = office.log_size()

    done = await office.take_export(DEALS + row + LOST, name="deals.csv", said=EUR)

    assert (done.counts, done.summary.held) == ((1, 0, 1), 0)
    assert done.complaints[0].startswith(f"deals.csv:2:{complaint}")
    assert office.log_size() == size + 2, "the deal that was lost"


async def test_spanish_deals_of_pipedrive(office: Office) -> None:
    accounts, deals = await office.take_exports(
        {"tratos.csv": PIPEDRIVE_DEALS, "organizaciones.csv": PIPEDRIVE_ORGANIZATIONS}
    )

    assert (accounts.counts, deals.counts) == ((1, 0, 0), (3, 0, 0))
    opened = [each["data"] for each in office.log("deal.opened")]
    assert [each["amount"]["amount"] for each in opened] == ["1234.56", "1200", "120000"]
    assert [each["stage"] for each in opened] == ["proposal", "qualification", "prospecting"]
    assert opened[1]["expected_close_on"] == "2024-06-30"
    assert days(office, "deal.opened") == ["2024-02-13", "2024-02-14", "2024-02-15"]
    assert (days(office, "deal.won"), days(office, "deal.lost")) == (["2024-03-01"], ["2024-03-05"])
    assert office.log("deal.lost")[0]["data"]["reason_code"] == "price"
    assert "Trato - Valor: a comma before the decimals, as in '1.234,56'; so '1.200' is 1200" in (
        deals.summary.notes
    )
    assert deals.aside is not None
    (owner, *_) = csv.DictReader(deals.aside.read_text().splitlines())
    assert (owner["external_id"], owner["Trato - Propietario"]) == ("1", "Ana")


async def test_days_of_a_spreadsheet_are_read(office: Office) -> None:
    await office.take_export(PIPEDRIVE_ORGANIZATIONS, name="organizaciones.csv")
    export = (
        "Deal - ID,Deal - Title,Deal - Value,Deal - Currency of value,Deal - Status,Deal - Stage,"
        "Deal - Deal created,Organization\n"
        "9,Riego,$125000,USD,Open,Lead In,45631,Muñoz e Hijos\n"
    )

    done = await office.take_export(export, said=Said(convention_of("en-US")))

    assert done.counts == (1, 0, 0)
    assert days(office, "deal.opened") == ["2024-12-05"]
    assert any("days as a spreadsheet counts them" in note for note in done.summary.notes)


async def test_boxes_ticked_say_how_a_deal_of_salesforce_ended(office: Office) -> None:
    accounts = "Id,Name,CreatedDate\n001D000000IRt53,Acme,2024-01-01\n"
    deals = (
        "Id,IsDeleted,AccountId,Name,StageName,Amount,CloseDate,IsClosed,IsWon,CreatedDate,"
        "CurrencyIsoCode\n"
        "006D000000IRt53,0,001D000000IRt53IAD,A,Signed,5,2024-03-01,1,1,2024-02-01,USD\n"
        "006D000000IRt54,0,001D000000IRt53IAD,B,Dead,5,2024-03-01,true,false,2024-02-01,USD\n"
        "006D000000IRt55,0,001D000000IRt53IAD,C,Prospecting,5,2027-03-01,0,0,2024-02-01,USD\n"
        "006D000000IRt56,1,001D000000IRt53IAD,D,Prospecting,5,2027-03-01,0,0,2024-02-01,USD\n"
    )

    first, second = await office.take_exports({"o.csv": deals, "a.csv": accounts})

    assert (first.counts, second.counts, second.summary.left_out) == ((1, 0, 0), (3, 0, 0), 1)
    assert (len(office.log("deal.won")), len(office.log("deal.lost"))) == (1, 1)
    assert office.log("deal.lost")[0]["data"]["reason_code"] == "not-given"


async def test_a_rehearsal_of_several_files_knows_what_the_first_would_record(
    office: Office,
) -> None:
    files = {"deals.csv": DEALS + WON + OPEN + LOST, "companies.csv": COMPANIES}

    rehearsed = await office.take_exports(files, said=EUR, dry_run=True)
    assert office.log_size() == 0
    done = await office.take_exports(files, said=EUR)

    assert [each.counts for each in rehearsed] == [each.counts for each in done]
    assert done[1].counts == (3, 0, 0)


async def test_a_renamed_account_is_found_by_its_new_name_alone(acme: Office) -> None:
    await acme.rename("Acme GmbH", "Acme AG")

    old = await acme.take_export(DEALS + OPEN.replace("acme ", "Acme GmbH"), said=EUR)
    new = await acme.take_export(DEALS + OPEN.replace("acme ", "Acme  AG"), name="n.csv", said=EUR)

    assert (old.summary.held, new.counts) == (1, (1, 0, 0))
