"""Numbers as people write them: read where clear, decided by the column where not."""

import pytest

from importers.written_number import NumberEvidence, currency_in, plain


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234.56", "1234.56"),
        ("1'234.50", "1234.50"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("12,34,567.89", "1234567.89"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("$125000", "125000"),
        ("US$ 1,250.5", "1250.5"),
        ("1.200,00 €", "1200.00"),
        ("EUR 12,5", "12.5"),
        ("-$5.25", "-5.25"),
        ("\u22127", "-7"),
        ("120 000", "120000"),
        ("15000", "15000"),
        ("0.200", "0.200"),
        ("1234.567", "1234.567"),
        ("0", "0"),
        ("0.022", "0.022"),
    ],
)
def test_a_clear_number_is_read_whatever_the_column_has(text: str, number: str) -> None:
    assert plain(text, None) == plain(text, ".") == plain(text, ",") == number


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [("1.200", "1.200", "1200"), ("$1,200", "1200", "1.200")],
)
def test_a_lone_mark_is_decided_by_the_column(text: str, point: str, comma: str) -> None:
    assert (plain(text, "."), plain(text, ",")) == (point, comma)
    with pytest.raises(ValueError, match="is ambiguous"):
        plain(text, None)


@pytest.mark.parametrize(
    "text",
    ["much", "", "12 34", "1.2.3", "1,23.4,5", "12-34", "1e5", "NaN", "ABC 5", "5%", "51-200"],
)
def test_what_is_no_number_is_never_zero(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        plain(text, ".")


def test_a_column_says_how_it_is_written() -> None:
    evidence = NumberEvidence()
    for text in ("1.200", "n/a", "3", "7,5", "1.200.300"):
        evidence.add(text)

    assert (evidence.clear, evidence.ambiguous) == ({",": "7,5"}, "1.200")


@pytest.mark.parametrize(
    ("text", "currency"),
    [("12 €", "EUR"), ("£5", "GBP"), ("USD 5", "USD"), ("$5", None), ("5", None), ("x", None)],
)
def test_a_currency_beside_the_number_is_seen_where_it_can_only_be_one(
    text: str, currency: str | None
) -> None:
    assert currency_in(text) == currency
