from typing import Any, cast

import pytest
from pydantic import ValidationError

from domain import commands
from domain.binding import party_stream
from domain.decision import Decision
from domain.party import (
    PARTY,
    ContactField,
    Party,
    PartyEvent,
    PartyRegistered,
    PartyRevised,
    Side,
    revise_party,
)
from domain.personal import SEALED_KEY, Undisclosed
from tests.domain.samples import ANNA, MARCH, TODAY, TOMORROW
from tests.given import given, given_streams

STREAM = party_stream(ANNA)
REGISTERED = PartyRegistered(party_id=ANNA, side=Side.OURS, name="Anna", email="anna@example.com")
DIGEST = "A" * 43


def registering(on: Any = MARCH, **fields: Any) -> Decision:
    fields = {"name": "Anna", "email": "anna@example.com"} | fields
    return commands.register_party(ANNA, side=Side.OURS, on=on, today=TODAY, **fields)


def revising(on: Any = MARCH, **fields: Any) -> Decision:
    return commands.revise_party(ANNA, on=on, today=TODAY, **fields)


def test_a_party_is_registered_once() -> None:
    given_streams().when(registering()).then(STREAM.record([REGISTERED]))
    given_streams(STREAM.record([REGISTERED])).when(registering()).then_refused("already-exists")


@pytest.mark.parametrize("name", ["", " ", "\t\n"])
def test_a_party_needs_a_name(name: str) -> None:
    given_streams().when(registering(name=name)).then_refused("name-required")
    given_streams(STREAM.record([REGISTERED])).when(revising(name=name)).then_refused(
        "name-required"
    )


def test_an_empty_way_to_reach_a_party_is_none() -> None:
    given_streams().when(registering(email="", phone="")).then(
        STREAM.record([PartyRegistered(party_id=ANNA, side=Side.OURS, name="Anna")])
    )


def test_a_party_is_neither_registered_nor_revised_tomorrow() -> None:
    given_streams().when(registering(on=TOMORROW)).then_refused("in-the-future")
    given_streams(STREAM.record([REGISTERED])).when(
        revising(on=TOMORROW, name="Anne")
    ).then_refused("in-the-future")


def test_an_unknown_party_is_not_revised() -> None:
    given_streams().when(revising(name="Anne")).then_not_found("party")


def test_a_revision_holds_only_what_is_new() -> None:
    given_streams(STREAM.record([REGISTERED])).when(revising(phone="1", email=None)).then(
        STREAM.record([PartyRevised(party_id=ANNA, phone="1")])
    )


def test_a_revision_of_nothing_is_no_event() -> None:
    given(PARTY, REGISTERED).when(revise_party, ANNA).then()
    given(PARTY, REGISTERED).when(revise_party, ANNA, email="", phone="").then()


def test_a_way_to_reach_a_party_is_withdrawn_once() -> None:
    withdrawn = PartyRevised(party_id=ANNA, withdrawn=(ContactField.EMAIL,))
    both = [ContactField.PHONE, ContactField.EMAIL, ContactField.EMAIL]

    given(PARTY, REGISTERED).when(revise_party, ANNA, withdraw=both).then(withdrawn)
    given(PARTY, REGISTERED, withdrawn).when(revise_party, ANNA, withdraw=both).then()


def test_nothing_is_given_and_withdrawn_at_once() -> None:
    given(PARTY, REGISTERED).when(
        revise_party, ANNA, email="a@example.org", withdraw=[ContactField.EMAIL]
    ).then_refused("given-and-withdrawn", "email")
    given(PARTY, REGISTERED).when(
        revise_party, ANNA, phone="1", withdraw=[ContactField.PHONE]
    ).then_refused("given-and-withdrawn", "phone")


def test_one_way_may_replace_another() -> None:
    given(PARTY, REGISTERED).when(
        revise_party, ANNA, phone="1", withdraw=[ContactField.EMAIL]
    ).then(PartyRevised(party_id=ANNA, phone="1", withdrawn=(ContactField.EMAIL,)))


def test_decisions_know_which_personal_values_there_are_and_none_of_them() -> None:
    revised = PartyRevised(party_id=ANNA, phone="1", withdrawn=(ContactField.EMAIL,))

    assert given(PARTY, REGISTERED, revised).state == (
        Party(Side.OURS, frozenset({ContactField.PHONE}))
    )


def test_a_party_is_registered_before_it_is_revised() -> None:
    with pytest.raises(ValueError, match=r"^party\.revised stands before party\.registered$"):
        PARTY.evolve(None, PartyRevised(party_id=ANNA, name="Anne"))


def test_whatever_says_who_somebody_is_can_be_forgotten() -> None:
    for event in (PartyRegistered, PartyRevised):
        fields = event.model_json_schema(mode="serialization")["properties"]
        texts = {name for name, schema in fields.items() if SEALED_KEY in str(schema)}

        assert texts == {"name", "email", "phone"}


def test_a_party_read_from_a_record_alone_is_known_by_digests() -> None:
    sealed: dict[str, Any] = {SEALED_KEY: DIGEST}
    read = PartyRegistered.model_validate(
        {"party_id": str(ANNA), "side": "ours", "name": sealed, "email": sealed}
    )

    assert isinstance(read.name, Undisclosed)
    assert read.name == DIGEST
    assert given(PARTY, cast("PartyEvent", read)).state == given(PARTY, REGISTERED).state


@pytest.mark.parametrize(
    "sealed",
    [
        {SEALED_KEY: "Anna"},
        {SEALED_KEY: DIGEST, "name": "Anna"},
        {SEALED_KEY: 43},
        {"name": "Anna"},
        {},
    ],
)
def test_nothing_but_a_digest_stands_in_place_of_a_personal_value(sealed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PartyRegistered.model_validate({"party_id": str(ANNA), "side": "ours", "name": sealed})


def test_a_department_is_no_secret_and_is_revised_once() -> None:
    registered = REGISTERED.model_copy(update={"department": "operations"})
    moved = PartyRevised(party_id=ANNA, department="sales")

    given_streams().when(registering(department="operations")).then(STREAM.record([registered]))
    given_streams(STREAM.record([registered])).when(revising(department="sales")).then(
        STREAM.record([moved])
    )
    given_streams(STREAM.record([registered, moved])).when(revising(department="sales")).then()
    kept = PartyRevised(party_id=ANNA, phone="1")
    assert given(PARTY, registered, moved, kept).state.department == "sales"
