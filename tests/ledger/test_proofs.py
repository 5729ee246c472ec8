"""A proof proves what it says and nothing else: the published vectors, and every pair of sizes."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.merkle import TILE_WIDTH, full_tiles, leaf_hash, parent_hash, root_of
from ledger.proofs import (
    SIZE_MAX,
    Proof,
    ProofRefused,
    Tile,
    consistency_path,
    inclusion_path,
    make_proof,
    tile_width,
    tiles_of,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[1] / "vectors" / "rfc6962"
"""From github.com/transparency-dev/merkle (Apache-2.0); see the README there."""
PLACEHOLDER_ROOTS = "sizes-are-equal-one-and-proof-is-empty"
"""Accepted by others, with roots of 12 bytes; ours refuses what cannot be a hash."""

LEAVES = [leaf_hash(str(number).encode()) for number in range(TILE_WIDTH**2 + 700)]
ROOTS = [root_of(LEAVES[:size]) for size in range(201)]


def vectors(kind: str, *, accepted: bool) -> list[Any]:
    return [
        pytest.param(vector, id=f"{path.parent.name}/{path.stem}")
        for path in sorted((VECTORS / kind).rglob("*.json"))
        for vector in [json.loads(path.read_bytes())]
        if accepted is not (vector["wantErr"] or path.stem == PLACEHOLDER_ROOTS)
    ]


def check_inclusion(vector: dict[str, Any]) -> None:
    verify_inclusion(
        [b64decode(hashed) for hashed in vector["proof"] or []],
        leaf=b64decode(vector["leafHash"]),
        index=vector["leafIdx"],
        size=vector["treeSize"],
        root=b64decode(vector["root"]),
    )


def check_consistency(vector: dict[str, Any]) -> None:
    verify_consistency(
        [b64decode(hashed) for hashed in vector["proof"] or []],
        size_before=vector["size1"],
        size=vector["size2"],
        root_before=b64decode(vector["root1"]),
        root=b64decode(vector["root2"]),
    )


def tiles(wanted: list[Tile]) -> dict[tuple[int, int], bytes]:
    """Hash tiles out of the leaves by their definition."""
    return {(tile.level, tile.index): tile_hashes(tile) for tile in wanted}


def tile_hashes(tile: Tile) -> bytes:
    each = TILE_WIDTH**tile.level
    first = tile.index * TILE_WIDTH
    entries = range(first, first + tile.width)
    return b"".join(root_of(LEAVES[entry * each : (entry + 1) * each]) for entry in entries)


def inclusion(index: int, size: int) -> Proof:
    path = inclusion_path(index, size)
    return make_proof(path, tiles(tiles_of(path, size)))


def consistency(size_before: int, size: int) -> Proof:
    path = consistency_path(size_before, size)
    return make_proof(path, tiles(tiles_of(path, size)))


def test_all_published_vectors_are_here() -> None:
    assert len(list(VECTORS.rglob("*.json"))) == 196


@pytest.mark.parametrize("vector", vectors("inclusion", accepted=True))
def test_a_published_inclusion_proof_is_accepted(vector: dict[str, Any]) -> None:
    assert not vector["wantErr"]

    check_inclusion(vector)


@pytest.mark.parametrize("vector", vectors("consistency", accepted=True))
def test_a_published_consistency_proof_is_accepted(vector: dict[str, Any]) -> None:
    assert not vector["wantErr"]

    check_consistency(vector)


@pytest.mark.parametrize("vector", vectors("inclusion", accepted=False))
def test_a_published_false_inclusion_proof_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(ProofRefused):
        check_inclusion(vector)


@pytest.mark.parametrize("vector", vectors("consistency", accepted=False))
def test_a_published_false_consistency_proof_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(ProofRefused):
        check_consistency(vector)


def test_every_pair_of_sizes_up_to_200_has_a_consistency_proof() -> None:
    for size in range(1, 201):
        for before in range(1, size + 1):
            proof = consistency(before, size)
            verify_consistency(
                proof,
                size_before=before,
                size=size,
                root_before=ROOTS[before],
                root=ROOTS[size],
            )


def test_every_leaf_of_every_tree_up_to_120_has_an_inclusion_proof() -> None:
    for size in range(1, 121):
        for index in range(size):
            proof = inclusion(index, size)
            verify_inclusion(proof, leaf=LEAVES[index], index=index, size=size, root=ROOTS[size])


@settings(max_examples=25, deadline=None)
@given(st.integers(1, len(LEAVES)), st.data())
def test_proofs_reach_over_the_bounds_of_tiles(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    before = data.draw(st.integers(1, size))
    root = root_of(LEAVES[:size])

    verify_inclusion(inclusion(index, size), leaf=LEAVES[index], index=index, size=size, root=root)
    verify_consistency(
        consistency(before, size),
        size_before=before,
        size=size,
        root_before=root_of(LEAVES[:before]),
        root=root,
    )


@settings(deadline=None)
@given(st.integers(2, 200), st.data())
def test_a_flipped_bit_anywhere_in_a_proof_is_noticed(size: int, data: st.DataObject) -> None:
    before = data.draw(st.integers(1, size - 1))
    proof = consistency(before, size)
    bit = data.draw(st.integers(0, len(proof) * 256 - 1))
    proof[bit // 256] = flipped(proof[bit // 256], bit % 256)

    with pytest.raises(ProofRefused):
        verify_consistency(
            proof, size_before=before, size=size, root_before=ROOTS[before], root=ROOTS[size]
        )


@pytest.mark.parametrize("index", [-1, 8, 2**63, 2**64, 2**64 + 3])
def test_a_leaf_outside_the_tree_is_not_proved(index: int) -> None:
    with pytest.raises(ProofRefused, match="not one of 8"):
        verify_inclusion(inclusion(3, 8), leaf=LEAVES[3], index=index, size=8, root=ROOTS[8])
    with pytest.raises(ValueError, match="not one of 8"):
        inclusion_path(index, 8)


@pytest.mark.parametrize(
    ("before", "size"), [(0, 0), (0, 8), (9, 8), (-1, 8), (1, SIZE_MAX + 1), (2**64, 2**64)]
)
def test_sizes_that_prove_nothing_are_refused(before: int, size: int) -> None:
    for check in (
        lambda: verify_consistency(
            [], size_before=before, size=size, root_before=ROOTS[8], root=ROOTS[8]
        ),
        lambda: consistency_path(before, size),
    ):
        with pytest.raises(ValueError, match="does not grow"):
            check()


@pytest.mark.parametrize("spoil", [lambda h: h[:-1], lambda h: h + b"\x00", lambda _: b""])
def test_hashes_of_another_length_are_refused(spoil: Callable[[bytes], bytes]) -> None:
    proof = inclusion(3, 8)

    for spoiled in (
        {"leaf": spoil(LEAVES[3])},
        {"root": spoil(ROOTS[8])},
        {"proof": [spoil(proof[0]), *proof[1:]]},
    ):
        given = {"proof": proof, "leaf": LEAVES[3], "root": ROOTS[8]} | spoiled
        with pytest.raises(ProofRefused, match="32 bytes"):
            verify_inclusion(index=3, size=8, **given)  # type: ignore[arg-type]  # mixed on purpose


def test_a_proof_of_another_length_is_refused() -> None:
    proof = inclusion(3, 8)

    with pytest.raises(ProofRefused, match="too short"):
        verify_inclusion(proof[:-1], leaf=LEAVES[3], index=3, size=8, root=ROOTS[8])
    with pytest.raises(ProofRefused, match="too long"):
        verify_inclusion([*proof, ROOTS[1]], leaf=LEAVES[3], index=3, size=8, root=ROOTS[8])


def test_a_tree_is_consistent_with_itself_and_nothing_else_of_its_size() -> None:
    verify_consistency([], size_before=6, size=6, root_before=ROOTS[6], root=ROOTS[6])

    assert consistency(6, 6) == []
    with pytest.raises(ProofRefused, match="larger tree"):
        verify_consistency([], size_before=6, size=6, root_before=ROOTS[6], root=ROOTS[5])


def test_a_proof_reads_one_tile_a_level_or_two() -> None:
    size = 1_000_003
    wanted = tiles_of(inclusion_path(700_000, size), size)

    assert {tile.level for tile in wanted} == {0, 1, 2}
    assert len(wanted) <= 6
    assert Tile(2, 0, 15) in wanted


def test_tiles_have_the_widths_of_the_specification() -> None:
    # The example of C2SP tlog-tiles: a tree of 70,000 leaves.
    assert [tile_width(0, index, 70_000) for index in (0, 272, 273, 274)] == [256, 256, 112, 0]
    assert [tile_width(1, index, 70_000) for index in (0, 1, 2)] == [256, 17, 0]
    assert [tile_width(2, index, 70_000) for index in (0, 1)] == [1, 0]


def test_a_tile_is_full_when_the_ledger_stores_it() -> None:
    size = TILE_WIDTH**2 + 700
    stored = set(full_tiles(0, size))
    hashes = tile_hashes(Tile(0, 255, TILE_WIDTH))

    assert all(tile_width(level, index, size) == TILE_WIDTH for level, index in stored)
    assert tile_hashes(Tile(1, 0, TILE_WIDTH)).endswith(parent_hash(hashes))


def test_a_tile_with_too_few_hashes_makes_no_proof() -> None:
    path = inclusion_path(3, 8)

    with pytest.raises(ValueError, match="but 64 bytes"):
        make_proof(path, {(0, 0): b"".join(LEAVES[:2])})


def flipped(octets: bytes, bit: int) -> bytes:
    changed = bytearray(octets)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
