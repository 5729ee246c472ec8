"""The tree is that of RFC 6962, however the leaves arrive; its tiles are those of C2SP."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    TILE_WIDTH,
    extend,
    full_tiles,
    leaf_hash,
    node_hash,
    parent_hash,
    root,
    root_of,
    subtree_root,
)

RFC_6962_LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
RFC_6962_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(str(number).encode()) for number in range(TILE_WIDTH**2 + 3)]


def frontier_of(*splits: int) -> bytes:
    """Grow a tree over the first of LEAVES, stopping at each of these sizes."""
    size, frontier = 0, b""
    for after in splits:
        frontier = extend(size, frontier, LEAVES[size:after])
        size = after
    return frontier


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_published_for_rfc_6962(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in RFC_6962_LEAVES[:size]]
    expected = bytes.fromhex(RFC_6962_ROOTS[size - 1])

    assert root_of(leaves) == expected
    assert root(size, extend(0, b"", leaves)) == expected


def test_no_leaves_have_the_hash_of_nothing_for_a_root() -> None:
    assert root(0, b"") == root_of([]) == EMPTY_ROOT == sha256(b"").digest()


def test_a_leaf_and_a_node_of_the_same_bytes_have_different_hashes() -> None:
    left, right = LEAVES[:2]

    assert node_hash(left, right) == sha256(b"\x01" + left + right).digest()
    assert leaf_hash(left + right) == sha256(b"\x00" + left + right).digest()


def test_a_tree_grown_leaf_by_leaf_has_the_root_of_its_definition_at_every_size() -> None:
    frontier = b""
    for size in range(600):
        assert root(size, frontier) == root_of(LEAVES[:size])
        assert len(frontier) == size.bit_count() * HASH_BYTES
        frontier = extend(size, frontier, [LEAVES[size]])


@given(st.lists(st.integers(0, 1_500), max_size=8).map(sorted))
def test_the_frontier_is_the_same_however_the_leaves_arrive(splits: list[int]) -> None:
    size = splits[-1] if splits else 0
    frontier = frontier_of(*splits)

    assert frontier == frontier_of(size)
    assert root(size, frontier) == root_of(LEAVES[:size])


def test_the_frontier_holds_the_roots_of_full_subtrees_largest_first() -> None:
    frontier = frontier_of(7)

    assert frontier == root_of(LEAVES[:4]) + root_of(LEAVES[4:6]) + LEAVES[6]


def test_nothing_added_changes_nothing() -> None:
    assert extend(5, frontier_of(5), []) == frontier_of(5)


@pytest.mark.parametrize("size", [-1, 0, 1, 2, 7])
def test_a_frontier_of_another_size_is_refused(size: int) -> None:
    frontier = frontier_of(3)

    with pytest.raises(ValueError, match=f"not the frontier of {size} leaves"):
        extend(size, frontier, LEAVES[:1])
    with pytest.raises(ValueError, match=f"not the frontier of {size} leaves"):
        root(size, frontier)


@pytest.mark.parametrize("leaf", [b"", b"short", LEAVES[0] + b"\x00", LEAVES[0][:-1]])
def test_a_leaf_hash_of_another_length_is_refused(leaf: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        extend(1, LEAVES[0], [LEAVES[1], leaf])


@given(st.integers(0, 2**40), st.integers(0, 70_000), st.integers(0, 70_000))
def test_each_tile_becomes_full_exactly_once(size: int, more: int, still_more: int) -> None:
    middle, end = size + more, size + more + still_more
    in_two_steps = full_tiles(size, middle) + full_tiles(middle, end)

    assert sorted(in_two_steps) == sorted(full_tiles(size, end))
    assert len(set(in_two_steps)) == len(in_two_steps)


@given(st.integers(0, 200_000))
def test_a_tile_is_full_when_it_has_256_hashes_of_full_subtrees(size: int) -> None:
    expected = {(level, n) for level in range(3) for n in range(size // TILE_WIDTH ** (level + 1))}

    assert set(full_tiles(0, size)) == expected


def test_tiles_become_full_at_256_leaves_and_lower_ones_first() -> None:
    assert full_tiles(0, 255) == []
    assert full_tiles(255, 256) == [(0, 0)]
    assert full_tiles(256, 511) == []
    assert full_tiles(65_535, 65_536) == [(0, 255), (1, 0)]


def test_a_log_does_not_shrink() -> None:
    with pytest.raises(ValueError, match="from 2 to 1"):
        full_tiles(2, 1)


def test_the_parent_hash_of_a_tile_is_the_root_of_its_hashes() -> None:
    tile = b"".join(LEAVES[:TILE_WIDTH])

    assert parent_hash(tile) == root_of(LEAVES[:TILE_WIDTH])
    assert parent_hash(tile) == frontier_of(TILE_WIDTH)


def test_tiles_built_from_tiles_hold_the_roots_of_their_subtrees() -> None:
    tiles: dict[tuple[int, int], bytes] = {}
    for level, index in full_tiles(0, len(LEAVES)):
        width = range(index * TILE_WIDTH, (index + 1) * TILE_WIDTH)
        hashes = [LEAVES[i] if level == 0 else parent_hash(tiles[level - 1, i]) for i in width]
        tiles[level, index] = b"".join(hashes)

    assert tiles[1, 0][:HASH_BYTES] == root_of(LEAVES[:TILE_WIDTH])
    assert parent_hash(tiles[1, 0]) == frontier_of(len(LEAVES))[:HASH_BYTES]


@pytest.mark.parametrize("size", [0, 8_160, 8_191, 8_193, 16_384])
def test_a_tile_of_another_width_has_no_parent(size: int) -> None:
    with pytest.raises(ValueError, match="8192 bytes"):
        parent_hash(bytes(size))


@pytest.mark.parametrize("count", [0, 3, 255])
def test_a_full_subtree_has_a_power_of_two_of_hashes(count: int) -> None:
    assert subtree_root(b"".join(LEAVES[:8])) == root_of(LEAVES[:8])
    with pytest.raises(ValueError, match=f"{count} hashes"):
        subtree_root(b"".join(LEAVES[:count]))


@settings(max_examples=50)
@given(st.integers(1, 40), st.data())
def test_a_changed_leaf_changes_the_root(size: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, size - 1))
    changed = [*LEAVES[:at], leaf_hash(b"forged"), *LEAVES[at + 1 : size]]

    assert root(size, extend(0, b"", changed)) != root(size, frontier_of(size))
