"""Notes out of exports: added to their accounts, their texts kept beside the log."""

import pytest

from tests.importers.conftest import Office

pytestmark = pytest.mark.anyio

ORGANIZATIONS = (
    "Organization - ID,Organization - Name,Organization - Organization created\n"
    "1,Acme,2024-01-02\n2,Acme,2024-01-02\n3,Bolt,2024-01-02\n"
)
HEADER = "ID,Content,Organization,Organization ID,Contact person,Add time,User\n"
NOTE = '5,"<p>Ana&nbsp;Ruiz <b>loves</b> sailing<br/>Call in May</p>",Bolt,3,Ana,2024-02-01,Luis\n'


async def noted(
    office: Office, rows: str, header: str = HEADER
) -> tuple[tuple[int, int, int], list[str]]:
    await office.take_export(ORGANIZATIONS, name="organizations.csv")
    done = await office.take_export(header + rows, name="notes.csv")
    return done.counts, done.complaints


async def test_a_note_is_added_without_a_word_of_it_in_the_log(office: Office) -> None:
    counts, _ = await noted(office, NOTE)

    assert counts == (1, 0, 0)
    (added,) = office.log("account.note-added")
    assert added["effective_at"] == "2024-02-01"
    assert list(added["data"]["text"]) == ["$sd"]
    assert "sailing" not in str(added)
    reason = "imported from a pipedrive snapshot of notes.csv; history starts here"
    assert added["reason"] == reason


async def test_a_note_again_adds_nothing(office: Office) -> None:
    await noted(office, NOTE)
    size = office.log_size()

    again = await office.take_export(HEADER + NOTE, name="notes.csv")

    assert (again.counts, office.log_size()) == ((0, 1, 0), size)


async def test_notes_that_cannot_be_taken_are_rejected_with_the_reason(office: Office) -> None:
    rows = (
        '6,Hello,Acme,,,2024-02-01,\n7,"<p> </p>",Bolt,3,,2024-02-01,\n'
        "8,Hello,,,,2024-02-01,\n9,Hello,Bolt,3,,2030-02-01,\n"
    )

    counts, complaints = await noted(office, rows)

    assert counts == (0, 0, 4)
    assert complaints[0].startswith("notes.csv:2:Organization: 2 accounts are called so")
    assert complaints[1].startswith("notes.csv:3:Content: says nothing")
    assert complaints[2].startswith("notes.csv:4:Organization: is missing")
    assert complaints[3].startswith("notes.csv:5:Add time:")


async def test_notes_are_read_in_spanish_too(office: Office) -> None:
    header = "Nota - ID;Nota - Contenido;Organización - Nombre;Fecha de creación;Usuario\n"

    counts, _ = await noted(office, "5;Le gusta navegar;Bolt;13/02/2024;Luis\n", header)

    assert counts == (1, 0, 0)
    assert office.log("account.note-added")[0]["effective_at"] == "2024-02-13"
