"""What is stored must be readable, for ever, or the program does not start."""

from typing import Annotated, Any, ClassVar

import psycopg
import pytest
from pydantic import Field

from domain.aggregates import EVERY_AGGREGATE
from domain.event import Aggregate, Event
from ledger.event_types import EventTypes
from ledger.failure import CannotStart
from ledger.ledger import open_ledger
from ledger.settings import load_settings


class Noted(Event):
    NAME: ClassVar[str] = "test.noted"
    SCHEMA_VERSION: ClassVar[int] = 3
    text: str
    stars: Annotated[int, Field(le=5)]


class Weighed(Event):
    NAME: ClassVar[str] = "test.weighed"
    weight: float


class Tagged(Event):
    NAME: ClassVar[str] = "test.tagged"
    tags: dict[str, str]


def aggregate(*events: type[Event]) -> Aggregate[Any, Any]:
    return Aggregate(name="test", events=events, evolve=lambda _, event: event)


UPCASTS = {
    ("test.noted", 1): lambda data: {"text": data["words"]},
    ("test.noted", 2): lambda data: {**data, "stars": 0},
}


def test_old_data_are_read_as_data_of_today() -> None:
    types = EventTypes([aggregate(Noted)], UPCASTS)

    assert types.read("test.noted", 1, {"words": "hello"}) == Noted(text="hello", stars=0)
    assert types.read("test.noted", 3, {"text": "hi", "stars": 5}) == Noted(text="hi", stars=5)


def test_a_missing_upcast_is_found_at_start_up() -> None:
    with pytest.raises(ValueError, match="no upcast from schema version 2"):
        EventTypes([aggregate(Noted)], {("test.noted", 1): UPCASTS["test.noted", 1]})


def test_no_two_classes_share_a_stored_name() -> None:
    with pytest.raises(ValueError, match=r"are both stored as test\.noted"):
        EventTypes([aggregate(Noted), aggregate(Noted)], UPCASTS)


@pytest.mark.parametrize("event", [Weighed, Tagged])
def test_what_cannot_be_stored_exactly_is_found_at_start_up(event: type[Event]) -> None:
    with pytest.raises(ValueError, match=r"test\.(weighed may be a float|weighed|tagged)"):
        EventTypes([aggregate(event)])


@pytest.mark.parametrize("kind", [("account.teleported", 1), ("account.opened", 99)])
@pytest.mark.anyio
async def test_a_log_that_holds_what_cannot_be_read_keeps_the_service_from_starting(
    database_url: str, tmp_path: Any, kind: tuple[str, int]
) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO ledger.event_kind VALUES (%s, %s)", kind)

    with pytest.raises(CannotStart, match=kind[0]):
        async with open_ledger(database_url, load_settings({"TENURE_DATA_DIR": str(tmp_path)})):
            pass


@pytest.mark.anyio
async def test_another_master_key_keeps_the_service_from_starting(
    database_url: str, tmp_path: Any
) -> None:
    async with open_ledger(database_url, load_settings({"TENURE_DATA_DIR": str(tmp_path / "a")})):
        pass

    with pytest.raises(CannotStart, match="master key"):
        async with open_ledger(
            database_url, load_settings({"TENURE_DATA_DIR": str(tmp_path / "b")})
        ):
            pass


def test_every_event_of_the_domain_can_be_stored() -> None:
    assert EventTypes(EVERY_AGGREGATE).can_read("account.opened", 1)
