"""The short texts and days that events hold, and the profile that is made of them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.day import Day
from domain.profile import AnnualRevenue, Industry, Profile, ProfileRevision
from domain.words import Code, Label, Name
from tests.domain.samples import ACME, MAY, euro

NAME: TypeAdapter[str] = TypeAdapter(Name)
LABEL: TypeAdapter[str] = TypeAdapter(Label)
CODE: TypeAdapter[str] = TypeAdapter(Code)
DAY: TypeAdapter[date] = TypeAdapter(Day)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "Ac\0me", "\0", "\u3000", b"\xff", 7, None])
def test_a_name_is_never_blank_and_holds_no_nul(text: Any) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(text)
    with pytest.raises(ValidationError):
        LABEL.validate_python(text)


@pytest.mark.parametrize("text", ["A", "Übergröße & Söhne", "株式会社", "a\nb", "🏗" * 255])
def test_a_name_is_kept_as_its_owner_writes_it(text: str) -> None:
    assert NAME.validate_python(text) == text


def test_names_and_labels_are_short() -> None:
    for short, characters_max in ((NAME, 255), (LABEL, 120)):
        assert short.validate_python("a" * characters_max)
        with pytest.raises(ValidationError, match="at most"):
            short.validate_python("a" * (characters_max + 1))


@pytest.mark.parametrize("text", ["price", "3rd-party", "a.b_c", "a" * 64])
def test_a_code_is_a_word_for_programs(text: str) -> None:
    assert CODE.validate_python(text) == text


@pytest.mark.parametrize("text", ["", "Price", "a b", "-a", ".a", "a\n", "é", "a" * 65, "a\0"])
def test_what_a_program_could_not_write_is_no_code(text: str) -> None:
    with pytest.raises(ValidationError):
        CODE.validate_python(text)


def test_a_day_is_written_in_one_form() -> None:
    assert DAY.validate_python("2026-05-04") == MAY
    assert DAY.validate_json('"2026-05-04"') == MAY
    assert DAY.validate_python(MAY) == MAY


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30",
        "20260504",
        "2026-5-4",
        "2026-W19-1",
        "2026-05-04T00:00:00",
        " 2026-05-04",
        "04.05.2026",
        "1777852800",
        "",
        1777852800,
        0,
        True,
        None,
        datetime(2026, 5, 4, tzinfo=UTC),
    ],
)
def test_nothing_else_is_a_day(value: Any) -> None:
    with pytest.raises(ValidationError, match="is not a day of the calendar"):
        DAY.validate_python(value)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": None},
        {"legal_name": ""},
        {"employees": -1},
        {"employees": 1_000_000_001},
        {"employees": 1.5},
        {"country": "UK"},
        {"industry": {"label": ""}},
        {"industry": {"label": "Cranes", "scheme": "NACE"}},
        {"annual_revenue": {"amount": {"amount": "1", "currency": "EUR"}, "year": 999}},
        {"annual_revenue": {"amount": {"amount": 1.5, "currency": "EUR"}, "year": 2025}},
        {"website": "acme.example"},
    ],
)
def test_what_cannot_be_true_of_a_company_is_no_profile(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Profile.model_validate({"name": "Acme"} | fields)


FULL = Profile(
    name="Acme",
    legal_name="Acme GmbH",
    industry=Industry(label="Cranes"),
    territory="North",
    country="DE",
    employees=0,
    annual_revenue=AnnualRevenue(amount=euro("1.50"), year=2025),
    parent_account_id=ACME,
)


def test_a_revision_leaves_alone_what_it_does_not_give() -> None:
    assert FULL.revised(ProfileRevision()) == FULL
    assert FULL.revised(ProfileRevision(territory=None)) == (
        FULL.model_copy(update={"territory": None})
    )


def test_a_revision_has_the_fields_of_a_profile() -> None:
    assert set(ProfileRevision.model_fields) == set(Profile.model_fields)
    assert Profile(name="Other").revised(ProfileRevision(**dict(FULL))) == FULL
