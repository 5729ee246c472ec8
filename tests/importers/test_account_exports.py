"""Accounts out of exports of HubSpot, Pipedrive and Salesforce, each in its own headings."""

import csv

import pytest

from importers.convention import convention_of
from importers.failure import Unusable
from importers.mapped_table import Said
from tests.importers.conftest import Office

pytestmark = pytest.mark.anyio

HUBSPOT = (
    "Record ID,Company name,Company owner,Industry,Number of Employees,Annual Revenue,"
    "State/Region,Country/Region,Lifecycle Stage,Parent Company,Create Date\n"
)
ACME = (
    '101,Acme Ibérica,Ana Ruiz,COMPUTER_SOFTWARE,"1,200","$1,250,000.00",Cataluña,España,customer,'
    "Acme Inc,2024-02-01 09:30\n"
)
PIPEDRIVE_ES = (
    "Organización - ID;Organización - Nombre;Organización - Propietario;"
    "Organización - Organización creada;Organización - Número de empleados;Sector interno\n"
    "7;Muñoz e Hijos;Luis;31/05/2024;1.200;Agro\n"
    "8;Peña SA;Luis;03/04/2024;12.500;\n"
)
SALESFORCE = (
    "Id,IsDeleted,Name,ParentId,OwnerId,BillingState,BillingCountry,Industry,NumberOfEmployees,"
    "CreatedDate\n"
    "001D000000IRt53,false,Acme,001D000000IRt54IAD,0051,Texas,United States,Energy,40,"
    "2024-03-31T23:30:00.000+0000\n"
    "001D000000IRt54IAD,true,Gone,,0051,,,,,2024-01-01T00:00:00.000Z\n"
)


async def test_a_company_of_hubspot_is_opened_on_its_day_and_history_starts_there(
    office: Office,
) -> None:
    done = await office.take_export(HUBSPOT + ACME, name="companies.csv")

    assert done.counts == (1, 0, 0)
    (opened,) = office.log("account.opened")
    profile = opened["data"]["profile"]
    assert (profile["name"], profile["country"]) == ("Acme Ibérica", "ES")
    assert (profile["territory"], profile["employees"]) == ("Cataluña", 1200)
    assert opened["effective_at"] == "2024-02-01"
    assert opened["data"]["references"] == [{"system": "hubspot", "id": "101"}]
    reason = "imported from a hubspot snapshot of companies.csv; history starts here"
    assert opened["reason"] == reason


async def test_what_has_no_column_is_reported_and_kept(office: Office) -> None:
    done = await office.take_export(HUBSPOT + ACME)

    assert done.aside is not None
    (kept,) = csv.DictReader(done.aside.read_text().splitlines())
    filled = {heading: text for heading, text in kept.items() if text}
    assert filled == {
        "external_id": "101",
        "row": "1",
        "Company owner": "Ana Ruiz",
        "Annual Revenue": "$1,250,000.00",
        "Lifecycle Stage": "customer",
        "Parent Company": "Acme Inc",
    }
    notes = "\n".join(done.summary.notes)
    assert "no column here, kept aside: Lifecycle Stage" in notes
    assert "somebody else's, not the row's own, kept aside: Parent Company" in notes
    assert "Annual Revenue: kept aside; to take it, --set annual_revenue_currency=..." in notes


async def test_what_the_file_does_not_say_can_be_said(office: Office) -> None:
    said = Said(values={"annual_revenue_currency": "USD", "annual_revenue_year": "2023"})

    await office.take_export(HUBSPOT + ACME + "102,Beta,,,,,,,,,2024-02-01\n", said=said)

    first, second = (each["data"]["profile"] for each in office.log("account.opened"))
    assert first["annual_revenue"] == {
        "amount": {"amount": "1250000.00", "currency": "USD"},
        "year": 2023,
    }
    assert second["annual_revenue"] is None


async def test_spanish_headings_and_numbers_are_read_by_their_columns(office: Office) -> None:
    done = await office.take_export(PIPEDRIVE_ES.encode("cp1252"), said=Said(convention_of("es")))

    assert done.counts == (2, 0, 0)
    opened = office.log("account.opened")
    assert [each["effective_at"] for each in opened] == ["2024-05-31", "2024-04-03"]
    assert [each["data"]["profile"]["employees"] for each in opened] == [1200, 12500]
    assert opened[0]["data"]["profile"]["name"] == "Muñoz e Hijos"
    assert "cp1252, semicolon between cells; Pipedrive: organizations" in done.summary.form
    notes = done.summary.notes
    assert "Organización - Organización creada: days as dd/mm/yyyy, as in '31/05/2024'" in notes
    assert any("so '1.200' is 1200" in note for note in notes)


async def test_a_file_that_may_be_read_in_two_ways_is_refused(office: Office) -> None:
    with pytest.raises(Unusable, match=r"'1\.200' is either 1200 or 1\.200.*--locale es"):
        await office.take_export(PIPEDRIVE_ES)
    ambiguous = PIPEDRIVE_ES.replace("31/05", "05/04").replace("1.200", "1200").replace("12.", "12")
    with pytest.raises(Unusable, match=r"either dd/mm/yyyy or mm/dd/yyyy.*--locale es or"):
        await office.take_export(ambiguous)
    with pytest.raises(Unusable, match=r"'31/05/2024', which is no day in the form mm/dd/yyyy"):
        await office.take_export(PIPEDRIVE_ES, said=Said(convention_of("en-US")))
    assert office.log_size() == 0


async def test_both_spellings_of_a_salesforce_id_are_one_account(office: Office) -> None:
    first = await office.take_export(SALESFORCE)
    longer = SALESFORCE.replace("001D000000IRt53,", "001D000000IRt53IAD,")
    again = await office.take_export(longer, name="again.csv")

    assert (first.counts, first.summary.left_out) == ((1, 0, 0), 1)
    assert (again.counts, again.summary.left_out) == ((0, 1, 0), 1)
    assert again.summary.differing == 0
    (opened,) = office.log("account.opened")
    assert opened["data"]["references"] == [{"system": "salesforce", "id": "001D000000IRt53IAD"}]
    assert opened["effective_at"] == "2024-03-31"
    broken = SALESFORCE.replace("001D000000IRt53,", "001d000000irt53IAD,")
    lost = await office.take_export(broken, name="lost.csv")
    assert "Id: is an id of Salesforce that has lost its capital letters" in lost.complaints[0]


async def test_report_labels_are_the_same_export(office: Office) -> None:
    report = (
        "Account ID\tAccount Name\tAccount Owner\tParent Account\tBilling Country\tCreated Date\n"
        "001D000000IRt53\tAcme\tAna\tAcme Inc\tEstados Unidos\t3/31/2024\n"
    )

    await office.take_export(report)

    (opened,) = office.log("account.opened")
    assert opened["data"]["profile"]["country"] == "US"
    assert opened["data"]["profile"]["parent_account_id"] is None
    assert opened["data"]["references"][0]["id"] == "001D000000IRt53IAD"


async def test_rows_without_an_id_are_known_by_file_and_row(office: Office) -> None:
    export = (
        "Organization - Name*,Organization - Organization created\n"
        "Acme,2024-01-02\nAcme,2024-01-02\n"
    )

    first = await office.take_export(export)
    again = await office.take_export(export)

    assert (first.counts, again.counts) == ((2, 0, 0), (0, 2, 0)), "equal rows are two accounts"


async def test_what_is_no_number_costs_its_row_alone(office: Office) -> None:
    rows = ACME + ACME.replace("101", "102").replace('"1,200"', "51-200")

    done = await office.take_export(HUBSPOT + rows)

    assert done.counts == (1, 0, 1)
    assert done.complaints == ["export.csv:3:Number of Employees: is not a number, '51-200'"]
    (kept,) = csv.DictReader(done.rejects.read_text().splitlines())
    assert (kept["Record ID"], kept["rejected_line"]) == ("102", "3")


async def test_an_unknown_country_is_kept_aside(office: Office) -> None:
    done = await office.take_export(HUBSPOT + ACME.replace("España", "Al-Ándalus"))

    assert done.counts == (1, 0, 0)
    assert office.log("account.opened")[0]["data"]["profile"]["country"] is None
    assert done.aside is not None
    assert "Al-Ándalus" in done.aside.read_text()


async def test_another_systems_spelling_of_headings_does_not_matter(office: Office) -> None:
    export = "\ufeffRECORD ID;Company Name*;create_date\n1;Acme;2024-01-02\n"

    assert (await office.take_export(export)).counts == (1, 0, 0)


async def test_a_corrected_rejects_file_is_read_by_the_same_mapping(office: Office) -> None:
    done = await office.take_export(HUBSPOT + ACME.replace("2024-02-01 09:30", "soon"))
    assert done.complaints == [
        "export.csv:2:Create Date: is not a day that can be read; write it as 2026-05-31, 'soon'"
    ]

    corrected = done.rejects.read_text().replace(",soon,", ",2024-02-01,")
    again = await office.take_export(corrected, name="corrected.csv")

    assert again.counts == (1, 0, 0)
    assert office.log("account.opened")[0]["effective_at"] == "2024-02-01"
