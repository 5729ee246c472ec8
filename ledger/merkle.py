"""The Merkle tree over a log (RFC 6962, section 2.1): leaves, frontier, root and full tiles.

The frontier of a tree is what is needed to let it grow: the roots of the full subtrees that it is
made of, largest first, 32 bytes each, one for each 1 in the binary size. It is kept as it is
stored: their concatenation.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32
TILE_HEIGHT: Final = 8
"""Fixed by C2SP tlog-tiles."""
TILE_WIDTH: Final = 1 << TILE_HEIGHT

EMPTY_ROOT: Final = sha256().digest()


def leaf_hash(record: bytes) -> bytes:
    return sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def extend(size: int, frontier: bytes, leaves: Sequence[bytes]) -> bytes:
    """Return the frontier of the tree of `size` leaves after these leaf hashes are added.

    Raises:
        ValueError: the frontier is not one of that size, or a leaf hash is not 32 bytes long.
    """
    subtrees = _subtrees(size, frontier)
    if any(len(leaf) != HASH_BYTES for leaf in leaves):
        raise ValueError(f"a leaf hash is not {HASH_BYTES} bytes long")
    level = list(leaves)
    grown: list[bytes] = []
    # Level by level: what the old tree could not pair comes first, what still has no pair stays.
    while level or subtrees:
        if size & 1:
            level.insert(0, subtrees.pop())
        if len(level) & 1:
            grown.append(level.pop())
        level = _pair(level)
        size >>= 1
    return b"".join(reversed(grown))


def root(size: int, frontier: bytes) -> bytes:
    """Return the root hash of the tree with this frontier; that of no leaves is SHA-256 of nothing.

    Raises:
        ValueError: the frontier is not one of that size.
    """
    subtrees = _subtrees(size, frontier)
    if not subtrees:
        return EMPTY_ROOT
    hashed = subtrees.pop()
    while subtrees:
        hashed = node_hash(subtrees.pop(), hashed)
    return hashed


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes by RFC 6962's own definition: slow, plain, a second opinion.

    The tree of n > 1 leaves splits at k, the largest power of two smaller than n.
    """
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(root_of(leaves[:k]), root_of(leaves[k:]))


def full_tiles(size_before: int, size_after: int) -> list[tuple[int, int]]:
    """Return (level, index) of the tiles that become full while the tree grows, lowest first.

    A tile of level 0 holds 256 leaf hashes; one of level n the `parent_hash` of 256 tiles of level
    n - 1, which stand before it in the list or were full before.

    Raises:
        ValueError: the tree shrinks.
    """
    if not 0 <= size_before <= size_after:
        raise ValueError(f"a tree does not go from {size_before} to {size_after} leaves")
    tiles: list[tuple[int, int]] = []
    level = 0
    while size_after:
        size_before >>= TILE_HEIGHT
        size_after >>= TILE_HEIGHT
        tiles += [(level, index) for index in range(size_before, size_after)]
        level += 1
    return tiles


def parent_hash(tile_hashes: bytes) -> bytes:
    """Return the root of a full tile, as it stands in the tile one level above.

    Raises:
        ValueError: these are not 256 hashes.
    """
    if len(tile_hashes) != TILE_WIDTH * HASH_BYTES:
        raise ValueError(f"a full tile has {TILE_WIDTH * HASH_BYTES} bytes, not {len(tile_hashes)}")
    return subtree_root(tile_hashes)


def subtree_root(joined: bytes) -> bytes:
    """Return the root of a full subtree out of its hashes: 1, 2, 4 ... of them, concatenated.

    Raises:
        ValueError: their number is no power of two.
    """
    level = _hashes(joined)
    if len(level).bit_count() != 1:
        raise ValueError(f"{len(level)} hashes make no full subtree")
    while len(level) > 1:
        level = _pair(level)
    return level[0]


def _subtrees(size: int, frontier: bytes) -> list[bytes]:
    if size < 0 or len(frontier) != size.bit_count() * HASH_BYTES:
        raise ValueError(f"{len(frontier)} bytes are not the frontier of {size} leaves")
    return _hashes(frontier)


def _hashes(joined: bytes) -> list[bytes]:
    return [joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES)]


def _pair(level: Sequence[bytes]) -> list[bytes]:
    pairs = zip(level[::2], level[1::2], strict=True)
    return [sha256(b"\x01" + left + right).digest() for left, right in pairs]
