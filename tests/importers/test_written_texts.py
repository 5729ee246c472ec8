"""Texts of other systems: read without tags, and without names where the log would keep them."""

import pytest

from importers.written_text import one_line, plain_text, shortened, without_names


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<p>Ana&nbsp;&amp; Eva<br/>call</p>", "Ana & Eva\ncall"),
        ("  plain   text \n\n of two lines ", "plain text\nof two lines"),
        ("<p> </p>", ""),
        ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
        ("Eva <eva@acme.example> wrote", "Eva <eva@acme.example> wrote"),
        ('<a href="x">here</a><!-- <p>not</p> --><hr/>', "here"),
    ],
)
def test_tags_are_taken_out_and_lines_stay(written: str, read: str) -> None:
    assert plain_text(written) == read


def test_texts_that_cannot_be_stored_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 10000"):
        plain_text("x" * 10_001)
    with pytest.raises(ValueError, match=r"U\+0000"):
        one_line("a\0b")


@pytest.mark.parametrize(
    ("text", "names", "kept"),
    [
        ("Call with Ana Ruiz", ["Ana Ruiz"], "Call with …"),
        ("Call ANA, RUIZ and ana", ["Ana Ruiz"], "Call … and …"),
        ("Garcia y la oferta de García", ["Luis García"], "… y la oferta de …"),
        ("Oferta de la torre", ["Ana de la Torre"], "Oferta de la …"),
        ("Anagram for Al", ["Ana Al"], "Anagram for Al"),
        ("Prices", ["luis@ours.example", None], "Prices"),
        ("Ana", ["Ana"], "…"),
    ],
)
def test_words_of_names_are_taken_out_and_no_others(
    text: str, names: list[str | None], kept: str
) -> None:
    assert without_names(text, names) == kept


def test_a_text_is_shortened_to_its_length() -> None:
    assert shortened("twelve chars", 12) == "twelve chars"
    assert shortened("thirteen char", 12) == "thirteen ch…"
