"""The glossary is true: each practice has its command and read, each term its event or view."""

import json
import re
from pathlib import Path
from typing import Any

from domain.aggregates import EVERY_AGGREGATE

ROOT = Path(__file__).parents[1]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
PATHS: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
EVENTS = {event.NAME for each in EVERY_AGGREGATE for event in each.events}
CALL = re.compile(r"^`(GET|POST) (/[^`]*)`")
PRACTICES = 118


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading."""
    section = GLOSSARY.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def in_the_api(cell: str) -> bool:
    call = CALL.match(cell)
    return call is not None and call[1].lower() in PATHS.get(call[2], {})


def test_every_practice_has_a_row() -> None:
    numbers = [row[0] for row in rows("Practices")]

    assert numbers == [f"P{number:02d}" for number in range(1, PRACTICES + 1)]


def test_every_practice_has_a_command_and_a_read() -> None:
    for number, spanish, term, command, read in rows("Practices"):
        assert spanish, number
        assert term, number
        assert command.startswith("`POST "), number
        assert read.startswith("`GET "), number
        assert in_the_api(command), (number, command)
        assert in_the_api(read), (number, read)


def test_every_term_has_an_event_or_a_view() -> None:
    found = rows("Terms")

    assert len(found) > 40
    for term, meaning, spanish, where in found:
        assert meaning, term
        assert spanish, term
        assert in_the_api(where) or where.strip("`") in EVENTS, (term, where)
    terms = [row[0].lower() for row in found]
    assert terms == sorted(terms)


def test_a_path_that_is_not_there_is_noticed() -> None:
    assert not in_the_api("`POST /accounts/{account_id}/wishes`")
    assert not in_the_api("`GET /accounts/{account_id}/tier-changes`")
    assert not in_the_api("/accounts")
