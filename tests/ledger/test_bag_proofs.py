"""The verifier in a bag knows a proof from what is none: published vectors, and all small trees."""

from base64 import b64decode
from typing import Any

import pytest

from ledger.bag_verifier import verify
from ledger.proofs import consistency_path, inclusion_path, make_proof, tiles_of
from tests.ledger.test_proofs import LEAVES, ROOTS, tiles, vectors

SIZES = 34


def hashes(vector: dict[str, Any]) -> list[bytes]:
    return [b64decode(hashed) for hashed in vector["proof"] or []]


def check_inclusion(vector: dict[str, Any]) -> None:
    leaf, root = b64decode(vector["leafHash"]), b64decode(vector["root"])
    verify.check_inclusion(leaf, vector["leafIdx"], vector["treeSize"], root, hashes(vector))


def check_consistency(vector: dict[str, Any]) -> None:
    roots = b64decode(vector["root1"]), b64decode(vector["root2"])
    verify.check_consistency(vector["size1"], vector["size2"], *roots, hashes(vector))


def test_published_proofs_are_accepted() -> None:
    accepted = [vectors(kind, accepted=True) for kind in ("inclusion", "consistency")]
    for check, found in zip((check_inclusion, check_consistency), accepted, strict=True):
        for parameters in found:
            check(parameters.values[0])

    assert all(accepted)


@pytest.mark.parametrize("vector", vectors("inclusion", accepted=False))
def test_published_inclusion_proofs_that_are_none_are_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(verify.Tampered):
        check_inclusion(vector)


@pytest.mark.parametrize("vector", vectors("consistency", accepted=False))
def test_published_consistency_proofs_that_are_none_are_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(verify.Tampered):
        check_consistency(vector)


@pytest.mark.parametrize("size", range(1, SIZES))
def test_trees_grow_leaf_by_leaf_and_every_proof_in_them_is_true(size: int) -> None:
    tree = verify.Tree(0, [])
    for leaf in LEAVES[:size]:
        tree.add(leaf)
    for index in range(size):
        path = inclusion_path(index, size)
        proof = make_proof(path, tiles(tiles_of(path, size)))
        verify.check_inclusion(LEAVES[index], index, size, ROOTS[size], proof)
        with pytest.raises(verify.Tampered):
            verify.check_inclusion(LEAVES[index], index, size, ROOTS[size], [*proof, bytes(32)])
    for before in range(1, size):
        path = consistency_path(before, size)
        proof = make_proof(path, tiles(tiles_of(path, size)))
        verify.check_consistency(before, size, ROOTS[before], ROOTS[size], proof)
        with pytest.raises(verify.Tampered):
            verify.check_consistency(before, size, ROOTS[before], ROOTS[size], proof[:-1])

    assert tree.root() == ROOTS[size]
