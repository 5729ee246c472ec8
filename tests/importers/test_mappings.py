"""Mappings: small files that are read strictly, found by headings, and copied by people."""

from pathlib import Path

import pytest

from importers.country_names import country_code
from importers.export import read_export
from importers.failure import Unusable
from importers.heading import folded_heading
from importers.mapped_table import Said
from importers.mapping import find, load, recognise, shipped
from importers.source import open_source

HEAD = 'title = "a"\nimports = "accounts"\nsystem = "b"\n'


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_a_mapping_knows_the_columns_and_its_own_headings(path: Path, tmp_path: Path) -> None:
    mapping = load(path)
    rules = [*mapping.columns.values(), *mapping.lines.values()]
    headings = dict.fromkeys(heading for rule in rules for heading in rule.headers)
    by_fold = {folded_heading(heading): heading for heading in headings}
    file = tmp_path / "export.csv"
    file.write_text(",".join(f'"{heading}"' for heading in by_fold.values()) + "\n")

    with open_source(str(file)) as source:
        said = Said(values={"currency": "EUR"} if "currency" in mapping.columns else {})
        export = read_export(source, said, mapping=mapping.name)
    assert export.table.columns, "the table was read without a complaint"
    assert recognise("export.csv", by_fold).name == mapping.name
    assert not {folded_heading(each) for each in mapping.left_out} & by_fold.keys(), (
        "what is left out fills nothing"
    )


@pytest.mark.parametrize(
    ("heading", "same"),
    [
        ("Organización - Nombre*", "organizacion \u2013 nombre"),
        ("CreatedDate", "created_date"),
        ("Probability (%)", "PROBABILITY"),
        ("\ufeffRecord ID", "Record-ID"),
    ],
)
def test_spellings_of_one_heading(heading: str, same: str) -> None:
    assert folded_heading(heading) == folded_heading(same)


def test_somebody_elses_heading_is_not_the_rows_own() -> None:
    for theirs, own in [("Account Owner Email", "Email"), ("Asst. Phone", "Phone")]:
        assert folded_heading(theirs) != folded_heading(own)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("title = ", "is not TOML"),
        ('title = "a"\nimports = "kittens"\nsystem = "b"\n[columns]\n', "imports: "),
        (
            'title = "a"\nimports = "accounts"\nsystem = "b"\n[columns.x]\nheader = "y"\n',
            "x.header",
        ),
        (
            'title = "a"\nimports = "accounts"\nsystem = "b"\n[columns.x]\nheaders = ["-"]\n',
            "letter",
        ),
    ],
)
def test_a_mapping_that_says_something_else_is_refused(
    tmp_path: Path, content: str, what: str
) -> None:
    (tmp_path / "mine.toml").write_text(content)

    with pytest.raises(Unusable, match=what):
        find(str(tmp_path / "mine.toml"))


def test_a_mapping_that_is_not_there_is_asked_for_by_name() -> None:
    with pytest.raises(Unusable, match="there is no mapping 'hubspot'; give one of "):
        find("hubspot")
    with pytest.raises(Unusable, match="cannot be read"):
        find("nowhere.toml")


def test_headings_that_nobody_knows_are_named() -> None:
    with pytest.raises(Unusable, match="no mapping knows these headings: 'a', 'b'; name one with"):
        recognise("file.csv", {"a": "a", "b": "b"})


def test_a_mapping_of_ones_own_must_name_known_columns(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(HEAD + "[columns.colour]\n")
    (tmp_path / "file.csv").write_text("name\nAcme\n")

    with (
        open_source(str(tmp_path / "file.csv")) as source,
        pytest.raises(Unusable, match="accounts have no column 'colour'; they have external_id"),
    ):
        read_export(source, Said(), mapping=str(mine))


def test_a_column_that_nothing_fills_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text("Record ID,Company name\n1,Acme\n")

    with (
        open_source(str(tmp_path / "file.csv")) as source,
        pytest.raises(
            Unusable, match=r"nothing fills the column opened_on .*--set opened_on=\.\.\."
        ),
    ):
        read_export(source, Said())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("España", "ES"),
        ("MEXICO", "MX"),
        ("Türkiye", "TR"),
        ("UK", "GB"),
        ("de", "DE"),
        ("x", None),
    ],
)
def test_countries_are_known_by_name_and_code(text: str, code: str | None) -> None:
    assert country_code(text) == code


SEEN = {
    "hubspot-companies": """Record ID, Company name, Company Domain Name, Company owner, Industry,
        Number of Employees, Annual Revenue, City, State/Region, Postal Code, Country/Region,
        Phone Number, Lifecycle Stage, Type, Parent Company, Create Date, Last Activity Date,
        Linkedin Company Page, Associated Contact, Associated Contact IDs, Associated Deal""",
    "hubspot-contacts": """Record ID, First Name, Last Name, Email, Phone Number,
        Mobile Phone Number, Job Title, Contact owner, Lead Status, Lifecycle Stage,
        Associated Company, Associated Company IDs, Country/Region, Street Address, Create Date,
        Last Activity Date""",
    "hubspot-deals": """Record ID, Deal Name, Deal Stage, Pipeline, Amount, Close Date, Create Date,
        Deal Owner, Deal Type, Associated Company, Associated Company IDs, Associated Contact,
        Associated Contact IDs, Last Activity Date, Original Source Type,
        Date entered current stage""",
    "hubspot-deal-stages": """Record ID, Deal Name, Deal Stage, Date entered stage,
        Date left stage, Pipeline, Amount, Create Date, Associated Company""",
    "pipedrive-organizations": """Organization - Name, Organization - Owner, Organization - People,
        Organization - Open deals, Organization - Last activity date, Organization - Parent,
        Organization - Organization created, Organization - Closed deals""",
    "pipedrive-persons": """Person - Name, Person - Email - Work, Person - Email - Home,
        Person - Email - Other, Person - Organization, Person - Open deals, Person - Owner,
        Person - Phone - Work, Person - Phone - Mobile""",
    "pipedrive-deals": """Trato - ID, Trato - Título, Trato - Valor, Trato - Moneda, Trato - Etapa,
        Trato - Estado, Trato - Fecha de cierre prevista, Trato - Propietario,
        Trato - Probabilidad, Trato - Etiqueta, Trato - Trato creado, Organización - Nombre,
        Persona - Nombre, Razón de la pérdida""",
    "pipedrive-notes": """ID, Content, Organization, Organization ID, Contact person,
        Contact person ID, Deal title, Deal ID, Add time, Update time, User,
        Note is pinned to deal, Note is pinned to organization, Note is pinned to person, Lead,
        Lead ID, Note is pinned to lead, Project, Note is pinned to project""",
    "salesforce-accounts": """id, is_deleted, master_record_id, name, type, parent_id,
        billing_country, phone, website, industry, annual_revenue, number_of_employees, owner_id,
        created_date""",
    "salesforce-contacts": """First Name, Last Name, Full Name, Title, Account Name, Email,
        Mobile Phone, Asst. Phone, Reports To, Contact Owner, Mailing Street, Created Date""",
    "salesforce-opportunities": """Opportunity Name, Account Name, Stage, Amount, Probability (%),
        Close Date, Created Date, Opportunity Owner, Type, Lead Source, Next Step""",
    "salesforce-opportunity-history": """Id, OpportunityId, CreatedById, CreatedDate, StageName,
        Amount, ExpectedRevenue, CloseDate, Probability, ForecastCategory, PrevAmount,
        PrevCloseDate, SystemModstamp, IsDeleted""",
    "salesforce-opportunity-field-history": """Id, OpportunityId, Field, OldValue, NewValue,
        CreatedById, CreatedDate, IsDeleted""",
}
API = {
    "salesforce-accounts": """Id, IsDeleted, MasterRecordId, Name, Type, ParentId, BillingStreet,
        BillingCountry, Phone, Fax, Website, Industry, AnnualRevenue, NumberOfEmployees, Ownership,
        TickerSymbol, Rating, Site, OwnerId, CreatedDate, LastModifiedDate, AccountNumber""",
    "salesforce-contacts": """Id, AccountId, FirstName, LastName, Salutation, Title, Department,
        Email, Phone, MobilePhone, ReportsToId, LeadSource, OwnerId, MailingStreet, IsDeleted,
        CreatedDate, LastActivityDate""",
    "salesforce-opportunities": """Id, AccountId, Name, StageName, Amount, Probability, CloseDate,
        Type, NextStep, LeadSource, IsClosed, IsWon, ForecastCategory, OwnerId, CreatedDate,
        LastModifiedDate, FiscalQuarter, IsDeleted""",
    "pipedrive-deals": """Deal - ID, Deal - Title, Deal - Value, Deal - Currency of value,
        Deal - Status, Deal - Stage, Deal - Pipeline, Deal - Owner, Organization, Contact person,
        Deal - Expected close date, Deal - Deal created, Deal - Won time, Deal - Lost time,
        Deal - Lost reason, Deal - Update time""",
    "hubspot-deals": """hs_object_id, dealname, dealstage, pipeline, amount, closedate, createdate,
        dealtype, hubspot_owner_id, deal_currency_code""",
}


@pytest.mark.parametrize(("name", "headings"), [*SEEN.items(), *API.items()])
def test_the_headings_of_real_exports_are_recognised(name: str, headings: str) -> None:
    by_fold = {folded_heading(heading): heading for heading in headings.split(",")}

    assert recognise("export.csv", by_fold).name == name
