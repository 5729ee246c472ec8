"""Persons out of exports: registered as theirs; their names stay out of the log."""

import csv
from datetime import date
from uuid import UUID

import pytest

from domain.commands import mark_stakeholder_left, start_relationship
from tests.importers.conftest import TODAY, Office

pytestmark = pytest.mark.anyio

COMPANIES = "Record ID,Company name,Create Date\n101,Acme,2024-01-02\n102,Acme,2024-01-02\n"
CONTACTS = (
    "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Job Title,"
    "Contact owner,Associated Company,Associated Company IDs,Create Date\n"
)
ANA = "7,Ana,Ruiz,ana@acme.example,+34 600,+34 700,CFO,Luis,Acme,101,2024-02-01\n"


async def test_a_person_is_registered_as_theirs_and_not_by_name_in_the_log(office: Office) -> None:
    done = (
        await office.take_exports({"contacts.csv": CONTACTS + ANA, "companies.csv": COMPANIES})
    )[1]

    assert done.counts == (1, 0, 0)
    (registered,) = office.log("party.registered")
    assert registered["data"]["side"] == "theirs"
    assert list(registered["data"]["name"]) == list(registered["data"]["email"]) == ["$sd"]
    assert registered["effective_at"] == "2024-02-01"
    reason = "imported from a hubspot snapshot of contacts.csv; history starts here"
    assert registered["reason"] == reason
    assert "Ruiz" not in str(registered)


async def test_a_person_becomes_a_stakeholder_of_its_account(office: Office) -> None:
    contacts = CONTACTS.replace("Job Title", "Job Title,Buying Role")
    later = "7,Ana,Ruiz,,,,CFO,Decision Maker,Luis,Acme,101,2024-02-01\n"
    earlier = "8,Eva,Gil,,,,,Chief Juggler,Luis,Acme,101,2023-12-24\n"

    done = (
        await office.take_exports(
            {"contacts.csv": contacts + later + earlier, "companies.csv": COMPANIES}
        )
    )[1]

    assert done.counts == (2, 0, 0)
    (started,) = office.log("relationship.started")
    assert (started["effective_at"], started["data"]["scope"]) == ("2024-01-02", None)
    ana, eva = office.log("relationship.stakeholder-identified")
    assert (ana["data"]["job_title"], ana["data"]["buying_role"]) == ("CFO", "decision-maker")
    assert ana["effective_at"] == ana["data"]["identified_on"] == "2024-02-01"
    assert (eva["effective_at"], eva["data"]["buying_role"]) == ("2024-01-02", None)
    registered = [event["data"]["party_id"] for event in office.log("party.registered")]
    assert [ana["data"]["party_id"], eva["data"]["party_id"]] == registered
    assert done.aside is not None
    assert "Chief Juggler" in done.aside.read_text()


async def test_a_relationship_that_is_there_is_gone_on_with(office: Office) -> None:
    await office.take_export(COMPANIES, name="companies.csv")
    (account_id,) = {
        UUID(event["stream_id"])
        for event in office.log("account.opened")
        if event["data"]["references"][0]["id"] == "101"
    }
    ours = UUID(int=7)
    start = start_relationship(account_id, ours, scope=None, on=date(2024, 1, 10), today=TODAY)
    await office.carry_out(start, on=date(2024, 1, 10))
    early = ANA.replace("2024-02-01", "2024-01-05").replace("7,Ana", "9,Ivo")

    done = await office.take_export(CONTACTS + ANA + early, name="contacts.csv")

    assert done.counts == (1, 0, 1)
    (identified,) = office.log("relationship.stakeholder-identified")
    assert UUID(identified["stream_id"]) == ours
    assert len(office.log("relationship.started")) == 1
    assert "before" in done.complaints[0]


async def test_who_left_is_not_brought_back_by_the_same_file(office: Office) -> None:
    files = {"contacts.csv": CONTACTS + ANA, "companies.csv": COMPANIES}
    await office.take_exports(files)
    (identified,) = office.log("relationship.stakeholder-identified")
    left = mark_stakeholder_left(
        UUID(identified["account_id"]),
        UUID(identified["stream_id"]),
        party_id=UUID(identified["data"]["party_id"]),
        on=date(2024, 3, 1),
        today=TODAY,
    )
    await office.carry_out(left, on=date(2024, 3, 1))
    size = office.log_size()

    again = await office.take_exports(files)

    assert (again[1].counts, office.log_size()) == ((0, 1, 0), size)


async def test_a_rehearsal_tells_whom_it_would_identify(office: Office) -> None:
    size = office.log_size()
    done = (
        await office.take_exports(
            {"contacts.csv": CONTACTS + ANA, "companies.csv": COMPANIES}, dry_run=True
        )
    )[1]

    assert (done.counts, office.log_size()) == ((1, 0, 0), size)


async def test_what_has_no_column_here_is_kept_aside(office: Office) -> None:
    done = (
        await office.take_exports({"contacts.csv": CONTACTS + ANA, "companies.csv": COMPANIES})
    )[1]

    assert done.aside is not None
    (kept,) = csv.DictReader(done.aside.read_text().splitlines())
    assert {heading: text for heading, text in kept.items() if text} == {
        "external_id": "7",
        "row": "1",
        "Mobile Phone Number": "+34 700",
        "Contact owner": "Luis",
    }


async def test_a_person_again_adds_nothing(office: Office) -> None:
    files = {"contacts.csv": CONTACTS + ANA, "companies.csv": COMPANIES}
    await office.take_exports(files)
    size = office.log_size()

    again = await office.take_exports(files)

    assert again[1].counts == (0, 1, 0)
    assert office.log_size() == size


async def test_a_person_of_an_account_that_is_not_certain_is_held(office: Office) -> None:
    await office.take_export(COMPANIES, name="companies.csv")
    alone = "8,Eva,Gil,,,,,,,,2024-02-01\n"
    nameless = "9,,,x@acme.example,,,,,,,2024-02-01\n"

    done = await office.take_export(
        CONTACTS + ANA.replace("101", "") + alone + nameless, name="contacts.csv"
    )

    assert (done.counts, done.summary.held) == ((1, 0, 2), 1)
    assert done.complaints[0].startswith(
        "contacts.csv:2:Associated Company: 2 accounts are called so"
    )
    assert done.complaints[1] == "contacts.csv:4:name: is missing: a person needs a name, ''"


async def test_the_assistants_phone_is_not_the_persons(office: Office) -> None:
    export = (
        "First Name,Last Name,Account Name,Email,Asst. Phone,Reports To,Contact Owner,"
        "Created Date\n"
        "Ana,Ruiz,,ana@acme.example,+34 911,Eva Gil,Luis,2024-02-01\n"
    )

    done = await office.take_export(export)

    (registered,) = office.log("party.registered")
    assert registered["data"]["phone"] is None
    assert done.aside is not None
    assert "+34 911,Eva Gil,Luis" in done.aside.read_text()


async def test_spanish_persons_of_pipedrive_have_their_work_address_first(office: Office) -> None:
    export = (
        "Persona - ID;Persona - Nombre;Persona - Correo electrónico - Trabajo;"
        "Persona - Correo electrónico - Casa;Persona - Teléfono - Trabajo;"
        "Persona - Persona creada\n"
        "1;Ana Ruiz;;ana@casa.example;+34 600;13/02/2024\n"
        "2;Eva Gil;eva@acme.example;eva@casa.example;;14/02/2024\n"
    )

    done = await office.take_export(export)

    assert done.counts == (2, 0, 0)
    assert len(office.log("party.registered")) == 2
    assert done.aside is not None
    assert done.aside.read_text().splitlines()[1:] == ["2,2,,,,eva@casa.example,,"]


async def test_of_several_addresses_in_one_cell_the_first_is_taken(office: Office) -> None:
    export = (
        "Person - ID,Person - Name,Person - Email,Person - Add time\n"
        '1,Ana Ruiz,"ana@acme.example, ana@casa.example",2024-02-13\n'
        "2,Eva Gil,eva@acme.example,2024-02-13\n"
        '3,Ion,",",2024-02-13\n'
    )

    done = await office.take_export(export)

    assert done.counts == (3, 0, 0)
    assert [event["data"]["email"] is None for event in office.log("party.registered")] == [
        False,
        False,
        True,
    ]
    assert done.aside is not None
    assert done.aside.read_text().splitlines()[1:] == [
        '1,1,,,"ana@acme.example, ana@casa.example",',
        '3,3,,,",",',
    ]
