from typing import Any

import pytest
from pydantic import ValidationError

from domain import commands
from domain.account import AccountOpened
from domain.decision import Decision
from domain.event import Recording
from domain.external_reference import (
    EXTERNAL_REFERENCE,
    Claim,
    ExternalReference,
    ExternalReferenceClaimed,
    external_reference_id,
    external_reference_stream,
)
from tests.domain.samples import ACCOUNT_STREAM, ACME, MARCH, OPENED, OTHER, TODAY
from tests.given import given, given_streams

HUBSPOT = ExternalReference(system="hubspot", id="4711")
ERP = ExternalReference(system="erp", id="4711")
COMPOSED = ExternalReference(system="erp", id="Caf\u00e9")
DECOMPOSED = ExternalReference(system="erp", id="Cafe\u0301")


def opening(*references: ExternalReference) -> Decision:
    return commands.open_account(
        ACME, profile=OPENED.profile, references=references, on=MARCH, today=TODAY
    )


def opened(*references: ExternalReference) -> Recording:
    return ACCOUNT_STREAM.record(
        [AccountOpened(opened_on=MARCH, profile=OPENED.profile, references=references)]
    )


def claimed(reference: ExternalReference, account_id: Any = ACME) -> Recording:
    return external_reference_stream(reference, account_id=account_id).record(
        [ExternalReferenceClaimed(system=reference.system, id=reference.id, account_id=account_id)]
    )


def test_an_account_claims_its_references_when_it_is_opened() -> None:
    given_streams().when(opening(HUBSPOT, ERP)).then(
        opened(HUBSPOT, ERP), claimed(HUBSPOT), claimed(ERP)
    )


def test_a_reference_given_twice_is_claimed_once() -> None:
    given_streams().when(opening(ERP, HUBSPOT, ERP)).then(
        opened(ERP, HUBSPOT), claimed(ERP), claimed(HUBSPOT)
    )


def test_a_reference_given_in_two_spellings_is_claimed_once() -> None:
    given_streams().when(opening(COMPOSED, DECOMPOSED)).then(opened(COMPOSED), claimed(COMPOSED))


def test_a_reference_belongs_to_one_account() -> None:
    given_streams(claimed(HUBSPOT, OTHER)).when(opening(ERP, HUBSPOT)).then_refused(
        "duplicate-external-reference", f"hubspot:4711 belongs to the account {OTHER}"
    )


def test_a_reference_in_another_spelling_belongs_to_the_same_account() -> None:
    given_streams(claimed(COMPOSED, OTHER)).when(opening(DECOMPOSED)).then_refused(
        "duplicate-external-reference"
    )


def test_a_reference_that_the_account_holds_is_not_claimed_again() -> None:
    given_streams(claimed(HUBSPOT)).when(opening(HUBSPOT)).then(opened(HUBSPOT))


def test_a_claim_is_of_an_account() -> None:
    held = ExternalReferenceClaimed(system="erp", id="1", account_id=OTHER)

    assert given(EXTERNAL_REFERENCE, held).state == Claim(OTHER)


def test_the_same_id_in_two_systems_is_two_references() -> None:
    shifted = ExternalReference(system="erp", id='","4711')

    assert external_reference_id(HUBSPOT) != external_reference_id(ERP)
    assert external_reference_id(shifted) != external_reference_id(ERP)
    assert external_reference_id(COMPOSED) == external_reference_id(DECOMPOSED)


def test_the_id_of_a_reference_never_changes() -> None:
    assert str(external_reference_id(HUBSPOT)) == "dadbae69-c5e6-5cea-bbef-81b084d776fd"


@pytest.mark.parametrize(
    ("system", "foreign_id"),
    [
        ("HubSpot", "1"),
        ("", "1"),
        ("hub spot", "1"),
        ("hubspot", ""),
        ("hubspot", "  "),
        ("hubspot", "a\0b"),
        ("hubspot", "1" * 256),
        ("hubspot", 4711),
    ],
)
def test_a_reference_is_a_code_and_a_printed_id(system: str, foreign_id: Any) -> None:
    with pytest.raises(ValidationError):
        ExternalReference(system=system, id=foreign_id)


def test_a_reference_is_kept_without_blanks_around_it() -> None:
    assert ExternalReference(system="erp", id=" 47 11\n") == (
        ExternalReference(system="erp", id="47 11")
    )
