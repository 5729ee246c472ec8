"""Owners out of exports: whoever a person has said they are leads the account, or has the deal."""

import csv
from pathlib import Path
from uuid import UUID

import pytest

from domain.commands import assign_manager, change_deal_owner, open_portfolio, register_party
from domain.manager import ManagerRole
from domain.party import Side
from importers.failure import Unusable
from importers.mapped_table import Said
from importers.mapping import MAPPINGS
from importers.owners import Owners
from importers.owners_file import read_owners, write_unknown
from tests.importers.conftest import TODAY, Office

pytestmark = pytest.mark.anyio

LUIS, EVA = UUID(int=0xA), UUID(int=0xB)
HEADER = "owner,rows,party,role,name,email,same_as,register_as\n"
REGISTER_LUIS = f"Luis García,,register,,Luis García,luis@ours.example,,{LUIS}\n"

COMPANIES = (
    "Record ID,Company name,Company owner,Create Date\n"
    "101,Acme,Luis García,2024-01-02\n"
    "102,Bolt,luis  GARCÍA,2024-01-03\n"
    "103,Crux,,2024-01-04\n"
)
DEALS = (
    "Record ID,Deal Name,Deal Stage,Amount,Currency,Close Date,Create Date,Deal owner,"
    "Associated Company IDs\n"
    "1,Roll-out,Closed Won,12500,EUR,2024-03-01,2024-02-01,Luis García,101\n"
    "2,Pilot,qualifiedtobuy,2500,EUR,2027-09-01,2024-02-02,Luis García,102\n"
)
FILES = {"companies.csv": COMPANIES, "deals.csv": DEALS}


def told(folder: Path, rows: str, header: str = HEADER) -> Said:
    path = folder / "owners.csv"
    path.write_text(header + rows)
    return Said(owners=read_owners([str(path)]))


async def register(office: Office, party_id: UUID, side: Side = Side.OURS) -> None:
    await office.carry_out(
        register_party(party_id, side=side, name="Luis García", on=TODAY, today=TODAY)
    )


async def test_an_owner_nobody_has_told_of_is_counted_and_kept_aside(office: Office) -> None:
    accounts, deals = await office.take_exports(FILES)

    assert (accounts.counts, deals.counts) == ((3, 0, 0), (2, 0, 0))
    assert accounts.summary.unknown_owners == {"Luis García": 2}
    assert deals.summary.unknown_owners == {"Luis García": 2}
    assert "owner not told               2  (Luis García (2); say who" in accounts.summary.as_text()
    assert accounts.aside is not None
    kept = csv.DictReader(accounts.aside.read_text().splitlines())
    assert [each["Company owner"] for each in kept] == ["Luis García", "luis  GARCÍA"]
    assert not office.log("account.manager-assigned")
    assert not office.log("party.registered")


async def test_an_owner_is_registered_and_leads_the_account_from_its_day(office: Office) -> None:
    accounts, deals = await office.take_exports(FILES, said=told(office.folder, REGISTER_LUIS))

    assert (accounts.counts, deals.counts) == ((3, 0, 0), (2, 0, 0))
    (registered,) = office.log("party.registered")
    assert (registered["data"]["side"], registered["stream_id"]) == ("ours", str(LUIS))
    assert "Luis" not in str(registered)
    acme, bolt = office.log("account.manager-assigned")
    assert acme["data"] == {"party_id": str(LUIS), "role": "account-manager", "primary": True}
    assert [acme["effective_at"], bolt["effective_at"]] == ["2024-01-02", "2024-01-03"]
    assert (
        acme["reason"] == "imported from a hubspot snapshot of companies.csv; history starts here"
    )
    owned = office.log("deal.owner-changed")
    assert [each["data"] for each in owned] == [{"was": None, "now": str(LUIS)}] * 2
    assert [each["effective_at"] for each in owned] == ["2024-02-01", "2024-02-02"]
    assert (accounts.summary.unknown_owners, deals.summary.unknown_owners) == ({}, {})
    assert accounts.aside is not None
    assert not accounts.aside.exists(), "nothing is left to be kept"


async def test_owners_again_add_nothing(office: Office) -> None:
    said = told(office.folder, REGISTER_LUIS)
    await office.take_exports(FILES, said=said)
    size = office.log_size()

    again = await office.take_exports(FILES, said=said)

    assert [each.counts for each in again] == [(0, 3, 0), (0, 2, 0)]
    assert office.log_size() == size


async def test_owners_may_be_told_of_later(office: Office) -> None:
    await office.take_exports(FILES)

    accounts, deals = await office.take_exports(FILES, said=told(office.folder, REGISTER_LUIS))

    assert accounts.counts == (2, 1, 0)
    assert len(office.log("account.manager-assigned")) == 2
    (owned,) = office.log("deal.owner-changed")
    assert owned["effective_at"] == "2024-02-02", "the deal that was won keeps what it had"
    assert (deals.counts, deals.summary.differing) == ((1, 1, 0), 1)


async def test_a_dry_run_tells_who_would_lead_what(office: Office) -> None:
    said = told(office.folder, REGISTER_LUIS)

    rehearsed = await office.take_exports(FILES, said=said, dry_run=True)
    assert office.log_size() == 0
    done = await office.take_exports(FILES, said=said)

    assert [each.counts for each in rehearsed] == [each.counts for each in done]


async def test_somebody_on_record_is_named_by_the_id(office: Office) -> None:
    await register(office, LUIS)

    said = told(office.folder, f"Luis García,,{LUIS},key-account-manager,,,,\n")
    accounts, _ = await office.take_exports(FILES, said=said)

    assert accounts.counts == (3, 0, 0)
    assert len(office.log("party.registered")) == 1
    roles = {each["data"]["role"] for each in office.log("account.manager-assigned")}
    assert roles == {"key-account-manager"}


async def test_the_role_may_be_said_for_all_rows(office: Office) -> None:
    owners = told(office.folder, REGISTER_LUIS).owners

    said = Said(owners=owners, values={"owner_role": "customer-success-manager"})
    await office.take_exports(FILES, said=said)

    roles = {each["data"]["role"] for each in office.log("account.manager-assigned")}
    assert roles == {"customer-success-manager"}


async def test_an_owner_that_is_refused_leaves_its_account_taken(office: Office) -> None:
    await register(office, LUIS)
    portfolio = open_portfolio(LUIS, capacity=0, on=TODAY, today=TODAY)
    await office.carry_out(portfolio)
    companies = "Record ID,Company name,Company owner,Create Date,Tier,Criteria\n101,Acme,{},{}\n"
    mine = office.folder / "tiers.toml"
    shipped = (MAPPINGS / "hubspot-companies.toml").read_text()
    mine.write_text(
        shipped + '[columns.tier]\nheaders = ["Tier"]\n'
        '[columns.tier_criteria]\nheaders = ["Criteria"]\n'
    )

    done = await office.take_export(
        companies.format("Luis García", "2024-01-02,key,prestige named-list revenue-share"),
        name="companies.csv",
        mapping=str(mine),
        said=told(office.folder, f"Luis García,,{LUIS},,,,,\n"),
    )

    assert done.counts == (0, 0, 1)
    assert done.complaints[0].startswith("companies.csv:2:Company owner: the portfolio of")
    assert len(office.log("account.opened")) == 1
    assert not office.log("account.manager-assigned")
    assert "holds 0 of 0 points" in done.rejects.read_text()


@pytest.mark.parametrize(
    ("side", "what"),
    [(None, "Company owner: no party has the id"), (Side.THEIRS, "is on the client")],
)
async def test_an_owner_that_is_not_one_of_ours_is_rejected(
    office: Office, side: Side | None, what: str
) -> None:
    if side is not None:
        await register(office, LUIS, side)

    said = told(office.folder, f"Luis García,,{LUIS},,,,,\n")
    accounts, deals = await office.take_exports(FILES, said=said)

    assert (accounts.counts, deals.counts) == ((1, 0, 2), (0, 0, 2))
    assert what in accounts.complaints[0]
    assert what.replace("Company", "Deal") in deals.complaints[0]
    assert (len(office.log("account.opened")), len(office.log("deal.opened"))) == (3, 2)
    assert len(office.log("deal.won")) == 1


async def test_who_leads_an_account_here_is_not_put_out_of_office(office: Office) -> None:
    await office.take_exports(FILES)
    await register(office, EVA)
    await register(office, LUIS)
    (acme, *_) = office.log("account.opened")
    lead = assign_manager(
        UUID(acme["stream_id"]),
        party_id=EVA,
        role=ManagerRole.ACCOUNT_MANAGER,
        primary=True,
        on=TODAY,
        today=TODAY,
    )
    await office.carry_out(lead)

    said = told(office.folder, f"Luis García,,{LUIS},,,,,\n")
    accounts, _ = await office.take_exports(FILES, said=said)

    assert (accounts.counts, accounts.summary.differing) == ((1, 2, 0), 1)
    assigned = [each["data"]["party_id"] for each in office.log("account.manager-assigned")]
    assert assigned == [str(EVA), str(LUIS)]


async def test_whoever_has_a_deal_here_keeps_it(office: Office) -> None:
    await office.take_exports(FILES)
    await register(office, EVA)
    await register(office, LUIS)
    (_, pilot) = office.log("deal.opened")
    account_id, deal_id = UUID(pilot["account_id"]), UUID(pilot["stream_id"])
    await office.carry_out(change_deal_owner(account_id, deal_id, to=EVA, on=TODAY, today=TODAY))

    said = told(office.folder, f"Luis García,,{LUIS},,,,,\n")
    _, deals = await office.take_exports(FILES, said=said)

    assert (deals.counts, deals.summary.differing) == ((0, 2, 0), 2)
    (owned,) = office.log("deal.owner-changed")
    assert owned["data"]["now"] == str(EVA)


async def test_one_person_may_be_called_in_several_ways(office: Office) -> None:
    rows = REGISTER_LUIS + "0051U000003abCd,,,account-executive,,,Luis García,\n"
    accounts = (
        "Id,Name,OwnerId,CreatedDate\n"
        "001D000000IRt53,Acme,0051U000003abCd,2024-01-01\n"
        "001D000000IRt54,Bolt,0051U000003abCD,2024-01-01\n"
    )

    done = await office.take_export(accounts, said=told(office.folder, rows))

    assert done.counts == (2, 0, 0)
    (assigned,) = office.log("account.manager-assigned")
    assert (assigned["data"]["party_id"], assigned["data"]["role"]) == (
        str(LUIS),
        "account-executive",
    )
    assert list(done.summary.unknown_owners) == ["0051U000003abCD"], "capitals count in such an id"


async def test_owners_are_found_in_spanish(office: Office) -> None:
    organizations = (
        "Organización - ID;Organización - Nombre;Organización - Propietario;"
        "Organización - Organización creada\n7;Muñoz;Luis García;31/05/2024\n"
    )
    deals = (
        "Trato - ID;Trato - Título;Trato - Valor;Trato - Moneda;Trato - Etapa;Trato - Estado;"
        "Trato - Propietario;Trato - Trato creado;Organización - Nombre\n"
        "1;Riego;5,50;EUR;Propuesta;Abierto;Luis García;31/05/2024;Muñoz\n"
    )

    said = told(office.folder, REGISTER_LUIS)
    done = await office.take_exports({"t.csv": deals, "o.csv": organizations}, said=said)

    assert [each.counts for each in done] == [(1, 0, 0), (1, 0, 0)]
    assert len(office.log("account.manager-assigned")) == 1
    assert len(office.log("deal.owner-changed")) == 1


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("Luis,,Luis García,,,,,\n", "2:party: is neither the id of a party nor the word register"),
        ("Luis,,register,,Luis,,,\n", "2:register_as: is missing beside register: a random id"),
        (f"Luis,,register,,,,,{LUIS}\n", "2:name: is missing beside register"),
        (f"Eva,,{EVA},,,,,\nLuis,,{LUIS},boss,,,,\n", "3:role: is not one of account-executive"),
        (f",,{LUIS},,,,,\n", "2:owner: is missing"),
        (f"Luis,,{LUIS},,,,,\nLUIS,,{EVA},,,,,\n", "3:owner: stands in owners.csv:2 already"),
        (
            f"Luis,,register,,Luis,,,{LUIS}\nEva,,register,,Eva,,,{LUIS}\n",
            "3:register_as: stands in owners.csv:2 already; for one person, use same_as",
        ),
        (f"Luis,,{LUIS},,,,Eva,\n", "2:same_as: is given beside a party"),
        ("Luis,,,,,,Eva,\n", "2:same_as: is no owner of this file"),
        ("Luis,,,,,,Luis,\n", "2:same_as: is no owner of this file"),
        ("Luis,,\n", "2: has 3 cells, the header 8"),
    ],
)
async def test_a_row_that_says_something_else_is_named_with_its_line(
    tmp_path: Path, rows: str, complaint: str
) -> None:
    with pytest.raises(Unusable) as refused:
        told(tmp_path, rows)

    said = str(refused.value).replace(f"{tmp_path}/", "")
    assert said.startswith(f"owners.csv:{complaint}")
    assert said.count("\n") == 0


async def test_columns_that_an_owners_file_does_not_have_are_named(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r":1:boss: is not a column .*\n.*:1:party: the column is"):
        told(tmp_path, "Luis,Eva\n", header="owner,boss\n")
    with pytest.raises(Unusable, match="cannot be read"):
        read_owners([str(tmp_path / "nowhere.csv")])


async def test_what_is_written_to_be_filled_in_can_be_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "owners.csv"

    write_unknown(path, {"luis@ours.example": 2, "Müller, Eva": 7, "0051U000003abCd": 1})

    assert read_owners([str(path)]) == Owners()
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [(each["owner"], each["rows"]) for each in rows] == [
        ("Müller, Eva", "7"),
        ("luis@ours.example", "2"),
        ("0051U000003abCd", "1"),
    ]
    assert [(each["name"], each["email"]) for each in rows] == [
        ("Müller, Eva", ""),
        ("", "luis@ours.example"),
        ("", ""),
    ]
    path.write_text(path.read_text().replace('Müller, Eva",7,', 'Müller, Eva",7,register'))
    (owner,) = read_owners([str(path)]).known.values()
    assert owner.party_id == UUID(rows[0]["register_as"])
