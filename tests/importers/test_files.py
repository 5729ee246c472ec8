"""Files as people make them: delimiters, encodings, quotes, headers, and what was rejected."""

import csv
import json

import pytest

from importers.failure import Unusable
from tests.importers.conftest import Office

pytestmark = pytest.mark.anyio

HEADER = "external_id,name,opened_on\n"


def names(office: Office) -> list[str]:
    return [event["data"]["profile"]["name"] for event in office.log("account.opened")]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
async def test_the_delimiter_is_found_out_where_every_cell_is_quoted(
    office: Office, mark: str
) -> None:
    content = '"external_id","name","opened_on"\n"1","A, B; C","2025-01-02"\n'.replace(
        '","', f'"{mark}"'
    )

    assert (await office.take("accounts", content)).counts == (1, 0, 0)
    assert names(office) == ["A, B; C"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
async def test_the_delimiter_is_found_out(office: Office, mark: str) -> None:
    content = f"{HEADER}1,Ångström AB,2025-01-02\n".replace(",", mark)

    assert (await office.take("accounts", content)).counts == (1, 0, 0)
    assert names(office) == ["Ångström AB"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
async def test_the_encoding_is_found_out(office: Office, encoding: str) -> None:
    content = f"{HEADER}1,Señor Ångström €,2025-01-02\n".encode(encoding)

    done = await office.take("accounts", content)

    assert names(office) == ["Señor Ångström €"]
    assert encoding in done.summary.form


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Łódź, żółć", "cp1250"),
        ("Świętokrzyskie", "cp1250"),
        ("Jaś Wędrowycz", "cp1250"),
        ("Příliš žluťoučký kůň", "cp1250"),
        ("España; ¿Qué? 5º, £500", "cp1252"),
        ("Zürich, 20 m² und 3 m³ Straße", "cp1252"),
        ("œuvre, cœur", "cp1252"),
    ],
)
async def test_central_europe_is_told_from_western_europe(
    office: Office, text: str, encoding: str
) -> None:
    done = await office.take("accounts", f'{HEADER}1,"{text}",2025-01-02\n'.encode(encoding))

    assert names(office) == [text]
    assert encoding in done.summary.form


async def test_another_encoding_is_refused_and_not_guessed(office: Office) -> None:
    with pytest.raises(Unusable, match="save it as UTF-8"):
        await office.take("accounts", f"{HEADER}1,A,2025-01-02\n".encode("utf-16"))


async def test_cells_may_hold_lines_and_complaints_name_the_right_one(office: Office) -> None:
    content = f'{HEADER}1,"A\nB",soon\n\n2,C,later\n'

    done = await office.take("accounts", content)

    assert [complaint.split(":")[1] for complaint in done.complaints] == ["3", "5"]


async def test_a_quote_left_open_costs_one_line(office: Office) -> None:
    done = await office.take("accounts", f'{HEADER}1,"Acme,2025-01-02\n2,Beta,2025-01-03\n')

    assert done.counts == (1, 0, 1)
    assert done.complaints[0].startswith("file.csv:2:row: has a quote that is not closed")
    assert names(office) == ["Beta"]


async def test_what_was_rejected_can_be_corrected_and_imported(acme: Office) -> None:
    header = "account_external_id,ordered_on,amount,currency\n"
    rows = "acme,2026-03-02,1,EUR\nacme,2026-03-02,2,EURO\n"
    done = await acme.take("orders", header + rows)
    (kept,) = csv.DictReader(done.rejects.read_text().splitlines())

    assert (kept["currency"], kept["rejected_line"]) == ("EURO", "3")
    assert kept["rejected_because"].endswith(
        "file.csv:3:currency: is not a currency of ISO 4217, such as EUR, 'EURO'"
    )
    corrected = done.rejects.read_text().replace(",EURO,", ",EUR,")
    first = await acme.take("orders", corrected, name="corrected.csv")
    again = await acme.take("orders", corrected + "\n", name="again.csv")

    assert (first.counts, again.counts) == ((1, 0, 0), (0, 1, 0))
    assert [event["data"]["amount"]["amount"] for event in acme.log("order.placed")] == ["1", "2"]


async def test_rejected_json_lines_keep_their_letter(office: Office) -> None:
    line = '{"external_id": 1.10, "name": "A", "opened_on": "soon", "employees": 1.0}'
    done = await office.take("accounts", line + "\n", name="file.ndjson")

    kept = done.rejects.read_text()
    assert kept.startswith(line[:-1])
    assert json.loads(kept)["rejected_line"] == "1"
    corrected = kept.replace("soon", "2025-01-02").replace("1.0,", "1,")
    assert (await office.take("accounts", corrected, name="new.ndjson")).counts == (1, 0, 0)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "is not JSON: "),
        ("7", "is not a JSON object"),
        ('{"external_id": {"a": 1}}', "is neither a text nor a number"),
        ('{"name": "A", "Name": "B"}', "is there twice"),
        ("[" * 100_000, "has too many levels"),
    ],
)
async def test_a_broken_json_line_is_one_rejected_row(office: Office, line: str, what: str) -> None:
    good = '{"external_id": 1, "name": "A", "opened_on": "2025-01-02"}'

    done = await office.take("accounts", f"{good}\n{line}\n", name="file.ndjson")

    assert done.counts == (1, 0, 1)
    assert what in done.complaints[0]


async def test_an_unknown_column_must_be_ignored_by_name(office: Office) -> None:
    content = "external_id,name,opened_on,colour\n1,A,2025-01-02,red\n"

    with pytest.raises(Unusable, match=r"file\.csv:1:colour: is not a known column"):
        await office.take("accounts", content)
    assert office.log_size() == 0
    assert (await office.take("accounts", content, ignored=frozenset({"colour"}))).counts == (
        1,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("external_id,opened_on\n1,2025-01-02\n", "name: the column is missing"),
        ("external_id,name,name,opened_on\n", "the column is there twice"),
        ("", "has no header"),
    ],
)
async def test_a_header_that_cannot_be_used_stops_everything(
    office: Office, content: str, what: str
) -> None:
    with pytest.raises(Unusable, match=what):
        await office.take("accounts", content)
    assert office.log_size() == 0
