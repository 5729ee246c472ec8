"""Merkle proofs (RFC 6962, sections 2.1.1 and 2.1.2): which hashes they hold, and their check.

Pure: what a proof is made of is named first, as tiles, and hashed once somebody has read them.
The checks are those of RFC 9162, sections 2.1.3.2 and 2.1.4.2, which name the same proofs; they
are stricter about what may be given at all, since textbook ones accept proofs that prove nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.merkle import HASH_BYTES, TILE_HEIGHT, TILE_WIDTH, node_hash, subtree_root

SIZE_MAX: Final = 2**63 - 1
"""What a bigint holds; a proof about more leaves is nonsense."""

Leaves = tuple[int, int]
"""Leaves from the first index to the second, which no longer belongs to them."""
Proof = list[bytes]
"""Hashes of 32 bytes, from the leaves' side up to the root's."""


class ProofRefused(ValueError):
    """The proof does not prove what it is said to prove; says why."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of C2SP tlog-tiles: hash i stands for 256^level leaves from (256 index + i) on."""

    level: int
    index: int
    width: int
    """How many hashes it has, 1 to 256."""


def verify_inclusion(
    proof: Sequence[bytes], *, leaf: bytes, index: int, size: int, root: bytes
) -> None:
    """Make sure that the leaf of this hash stands at `index` of the tree of this size and root.

    Raises:
        ProofRefused: it does not, or what is given is no proof.
    """
    if not 0 <= index < size <= SIZE_MAX:
        raise ProofRefused(f"index {index} is not one of {size} leaves")
    _require_hashes([leaf, root, *proof])
    _, hashed = _climb(index, size - 1, [leaf, *proof])
    if hashed != root:
        raise ProofRefused("the proof leads to another root")


def verify_consistency(
    proof: Sequence[bytes], *, size_before: int, size: int, root_before: bytes, root: bytes
) -> None:
    """Make sure that the smaller tree is the beginning of the larger one.

    Raises:
        ProofRefused: it is not, or what is given is no proof.
    """
    if not 0 < size_before <= size <= SIZE_MAX:
        raise ProofRefused(f"a tree of {size} leaves does not grow out of one of {size_before}")
    _require_hashes([root_before, root, *proof])
    if size_before == size:
        path = [root_before, *proof]
        place = last = 0
    else:
        # A smaller tree that is full begins the path itself, so its root is left out of the proof.
        path = [root_before, *proof] if size_before.bit_count() == 1 else list(proof)
        place, last = _last_in_its_subtree(size_before - 1, size - 1)
    if not path:
        raise ProofRefused("the proof is too short")
    hashed_before, hashed = _climb(place, last, path)
    if hashed_before != root_before:
        raise ProofRefused("the proof leads to another root of the smaller tree")
    if hashed != root:
        raise ProofRefused("the proof leads to another root of the larger tree")


def inclusion_path(index: int, size: int) -> list[Leaves]:
    """Name the subtrees whose roots prove that a leaf is in a tree of this size.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size <= SIZE_MAX:
        raise ValueError(f"index {index} is not one of {size} leaves")
    path: list[Leaves] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((first, middle))
            first = middle
    return path[::-1]


def consistency_path(size_before: int, size: int) -> list[Leaves]:
    """Name the subtrees whose roots prove that a tree has grown out of a smaller one.

    Raises:
        ValueError: none grows so.
    """
    if not 0 < size_before <= size <= SIZE_MAX:
        raise ValueError(f"a tree of {size} leaves does not grow out of one of {size_before}")
    path: list[Leaves] = []
    first, end = 0, size
    while end != size_before:
        middle = first + _split(end - first)
        if size_before <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((first, middle))
            first = middle
    if first != 0:  # else it is the smaller tree itself, whose root is known
        path.append((first, end))
    return path[::-1]


def tiles_of(path: Iterable[Leaves], size: int) -> list[Tile]:
    """Name the tiles that hold the hashes of these subtrees in a tree of this size."""
    found = {
        (level, entry >> TILE_HEIGHT)
        for leaves in path
        for level, entry, _ in map(_entries, _full_subtrees(leaves))
    }
    return [Tile(level, index, tile_width(level, index, size)) for level, index in sorted(found)]


def tile_width(level: int, index: int, size: int) -> int:
    """Return how many hashes a tile has in a tree of this size; 0 where there is none."""
    hashes = size >> (TILE_HEIGHT * level)
    return max(0, min(TILE_WIDTH, hashes - index * TILE_WIDTH))


def make_proof(path: Iterable[Leaves], tiles: Mapping[tuple[int, int], bytes]) -> Proof:
    """Hash the subtrees of a path out of tiles, by (level, index): those that `tiles_of` names.

    Raises:
        ValueError: a tile holds fewer hashes than it should.
    """
    return [_root_of_leaves(leaves, tiles) for leaves in path]


def _climb(place: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Hash from a node up to the root; `place` and `last` are indexes within the node's level.

    Returns the root of the tree that ends with the node, and that of the whole tree.
    """
    hashed_before = hashed = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofRefused("the proof is too long")
        if place & 1 or place == last:
            hashed_before = node_hash(sibling, hashed_before)
            hashed = node_hash(sibling, hashed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofRefused("the proof is too short")
    return hashed_before, hashed


def _last_in_its_subtree(place: int, last: int) -> tuple[int, int]:
    """Go up while the node is a right child: to the root of the full subtree that it ends."""
    while place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _root_of_leaves(leaves: Leaves, tiles: Mapping[tuple[int, int], bytes]) -> bytes:
    subtrees = [_root_of_subtree(subtree, tiles) for subtree in _full_subtrees(leaves)]
    hashed = subtrees.pop()
    while subtrees:
        hashed = node_hash(subtrees.pop(), hashed)
    return hashed


def _root_of_subtree(subtree: tuple[int, int], tiles: Mapping[tuple[int, int], bytes]) -> bytes:
    level, entry, count = _entries(subtree)
    tile, within = divmod(entry, TILE_WIDTH)
    hashes = tiles[level, tile]
    if len(hashes) < (within + count) * HASH_BYTES:
        raise ValueError(f"tile {tile} of level {level} has but {len(hashes)} bytes")
    return subtree_root(hashes[within * HASH_BYTES : (within + count) * HASH_BYTES])


def _full_subtrees(leaves: Leaves) -> list[tuple[int, int]]:
    """Split leaves into full subtrees, largest first: (height, index within that height)."""
    first, end = leaves
    subtrees = []
    while first < end:
        height = (end - first).bit_length() - 1
        subtrees.append((height, first >> height))
        first += 1 << height
    return subtrees


def _entries(subtree: tuple[int, int]) -> tuple[int, int, int]:
    """Return the level of tiles that a full subtree is read from, its first hash, and how many."""
    height, index = subtree
    level, above = divmod(height, TILE_HEIGHT)
    return level, index << above, 1 << above


def _split(leaves: int) -> int:
    """Return the largest power of two that is smaller."""
    return 1 << ((leaves - 1).bit_length() - 1)


def _require_hashes(hashes: Iterable[bytes]) -> None:
    for given in hashes:
        if len(given) != HASH_BYTES:
            raise ProofRefused(f"a hash has {HASH_BYTES} bytes, not {len(given)}")
