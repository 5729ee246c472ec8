"""Events are kept for ever, so a change to how one is stored must be seen and meant.

Each event class has its JSON schema in `docs/events/`, under its stored name. After a change that
is meant, run `UPDATE=1 pytest tests/test_stored_format.py` and commit both.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from domain.aggregates import EVERY_AGGREGATE
from domain.event import Event

EVENTS: list[type[Event]] = [event for each in EVERY_AGGREGATE for event in each.events]
SCHEMAS = Path(__file__).parent.parent / "docs" / "events"


def test_every_event_belongs_to_one_aggregate() -> None:
    ours = [event for event in Event.__subclasses__() if event.__module__.startswith("domain.")]

    assert sorted(EVENTS, key=repr) == sorted(ours, key=repr)


def test_no_two_events_share_a_stored_name() -> None:
    assert len({event.NAME for event in EVENTS}) == len(EVENTS)


def test_no_schema_is_left_of_an_event_that_is_gone() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == {event.NAME for event in EVENTS}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.NAME)
def test_a_stored_name_is_a_noun_and_a_past_participle(event: type[Event]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.([a-z]+-)*[a-z]+", event.NAME)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.NAME)
def test_the_stored_form_is_as_documented(event: type[Event]) -> None:
    path = SCHEMAS / f"{event.NAME}.json"
    form = {
        "name": event.NAME,
        "schema_version": event.SCHEMA_VERSION,
        "data": event.model_json_schema(mode="serialization"),
    }
    schema = json.dumps(form, indent=2) + "\n"
    if "UPDATE" in os.environ:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(schema, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == schema


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.NAME)
def test_the_stored_form_has_no_floats_and_no_free_keys(event: type[Event]) -> None:
    def check(schema: Any) -> None:
        if isinstance(schema, dict):
            assert schema.get("type") != "number"
            if schema.get("type") == "object":
                assert schema.get("additionalProperties") is False
            for part in schema.values():
                check(part)
        elif isinstance(schema, list):
            for part in schema:
                check(part)

    check(event.model_json_schema(mode="serialization"))
