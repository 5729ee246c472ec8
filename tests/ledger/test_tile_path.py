"""A tile has one path, that of the specification (C2SP tlog-tiles)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.tile_path import parse_tile_path, write_tile_path


def test_the_path_is_that_of_the_specification() -> None:
    assert write_tile_path(1_234_067, 256) == "x001/x234/067"
    assert write_tile_path(5, 17) == "005.p/17"
    assert parse_tile_path("x001/x234/067.p/5") == (1_234_067, 5)


@given(st.integers(0, 2**62), st.integers(1, 256))
def test_a_path_is_read_back(index: int, width: int) -> None:
    assert parse_tile_path(write_tile_path(index, width)) == (index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "1",
        "0001",
        "x001",
        "x000/001",
        "001/002",
        "001.p/0",
        "001.p/01",
        "001.p/256",
        "001.p/257",
        "-01",
        "001\n",
        "\u0660\u0660\u0661",
        "x001/" * 7 + "001",
    ],
)
def test_any_other_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not the path of a tile"):
        parse_tile_path(path)
