#!/usr/bin/env python3
"""Verify an export bag of Tenure with Python alone, 3.8 or newer: one file, no package, no network.

    python3 verify.py BAG --key VKEY [--disclosures FILE] [--tlog-proof POSITION]

BAG is the zip file, or the folder it was unpacked into. VKEY is the verifier key of the log, which
somebody handed to you: a key that lies in the bag proves nothing and is never used. If you do not
trust the sender of the bag, do not run the copy of this file that lies in it either: take one from
elsewhere, or read this one; it is made to be read.

Exit codes: 0 verified; 2 wrong usage; 3 tampering found, the first place is named; 4 incomplete;
5 could not run: it is no bag, or cannot be read.

In the order of the file: what is said at the end, Ed25519 (RFC 8032), signed notes and checkpoints
(C2SP), Merkle trees (RFC 6962), the zip file and the folder, manifests (RFC 8493), records, tables.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import os
import re
import stat
import struct
import sys
import zlib
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO, TextIO, Union

    Point = tuple[int, int, int, int]
    Bag = Union["ZippedBag", "FolderBag"]

LIMITS = (
    "Records are shown to be unchanged since they were sealed, not to be true.",
    "Acts that nobody recorded are not shown at all.",
    "Without an independent witness, or a checkpoint that you keep, a second history goes unseen.",
    "Back-dating is caught only beyond the interval of checkpoints.",
    "Ed25519 is not post-quantum.",
)
OF_ACCOUNTS = (
    "A bag of some accounts shows no gap within a stream that it holds. It cannot show that it "
    "holds every stream, nor that none goes on after the last version that streams.csv names: for "
    "that, compare it with a bag of the whole log (`tenure verify BAG --against WHOLE`)."
)
NOT_CHECKED = (
    ("figures", "data/kpis.csv is the sender's reckoning; nothing here reckons it again"),
    ("parquet", "only the hashes; `tenure verify` compares them with the tables"),
    ("schemas", "data/schemas and the readme are the sender's words; nothing signs them"),
    ("witnesses", "no policy asks for a witness"),
)

VERIFIED, USAGE, TAMPERED, INCOMPLETE, COULD_NOT_RUN = 0, 2, 3, 4, 5
HASH = 32
SIZE_MAX = 2**63 - 1
RECORD_BYTES_MAX = 65535
SMALL_BYTES_MAX = 4 * 1024 * 1024  # of what is read whole: manifests, the checkpoint, the scope
FILES_MAX = 2000
INTEGER_MAX = 2**53 - 1
DEPTH_MAX = 32


class Tampered(Exception):
    """Something is not what was sealed, or contradicts itself."""


class Unusable(Exception):
    """There is no bag here, or it cannot be read as one."""


class Incomplete(Exception):
    """What should be there to be checked is not."""


# --- Ed25519 (RFC 8032, section 5.1.7), strict: one form of every number and point ---------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z


def decode_point(octets: bytes) -> Point | None:
    """Return the point, or None where these bytes are the one form of none."""
    number = int.from_bytes(octets, "little")
    y, is_odd = number & (2**255 - 1), number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_ONE % P
    if x * x % P != square or (x == 0 and is_odd):
        return None
    if x % 2 != is_odd:
        x = P - x
    return x, y, 1, x * y % P


def add_points(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0])
    b = (one[1] + one[0]) * (other[1] + other[0])
    c = 2 * D * one[3] * other[3]
    d = 2 * one[2] * other[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply_point(factor: int, point: Point) -> Point:
    product = NEUTRAL
    while factor:
        if factor & 1:
            product = add_points(product, point)
        point = add_points(point, point)
        factor >>= 1
    return product


def are_equal(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (
        one[1] * other[2] - other[1] * one[2]
    ) % P == 0


BASE = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or NEUTRAL


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the holder of a public key has signed a message."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = decode_point(public), decode_point(signature[:32])
    response = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or response >= ORDER:
        return False
    if are_equal(multiply_point(8, key), NEUTRAL):
        return False  # a key of small order has signed everything
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    right = add_points(commitment, multiply_point(challenge, key))
    return are_equal(multiply_point(response, BASE), right)


# --- Keys, signed notes, checkpoints (C2SP signed-note, tlog-checkpoint) --------------------------


def unbase64(text: str) -> bytes:
    try:
        octets = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError as error:
        raise ValueError("not base64") from error
    if base64.b64encode(octets).decode("ascii") != text:
        raise ValueError("not base64 as it is written")
    return octets


def key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def parse_key(text: str) -> tuple[str, bytes]:
    """Read `name+hash+base64`; return the name and the 32 bytes of the key."""
    name, _, rest = text.strip().partition("+")
    hashed, _, encoded = rest.partition("+")
    octets = unbase64(encoded)
    if not name or any(letter.isspace() or letter < " " for letter in name):
        raise ValueError("a key is written name+hash+base64")
    if octets[:1] != b"\x01" or len(octets) != 33:
        raise ValueError("not an Ed25519 key")
    if key_id(name, octets[1:]).hex() != hashed:
        raise ValueError("the hash in it is another key's")
    return name, octets[1:]


def verify_checkpoint(note: bytes, keys: list[tuple[str, bytes]]) -> tuple[str, int, bytes]:
    """Return (origin, size, root) of a checkpoint that one of these keys has signed."""
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise Tampered("the checkpoint is not UTF-8") from None
    head, blank, tail = whole.rpartition("\n\n")
    text = head + "\n"
    if not blank or not tail.endswith("\n"):
        raise Tampered("the checkpoint has no signatures")
    if any(letter < " " and letter != "\n" for letter in text):
        raise Tampered("the checkpoint has control characters")
    origin, size, root = parse_checkpoint(text)
    lines = tail[:-1].split("\n")
    if len(lines) > 100:
        raise Tampered("the checkpoint has more than 100 signatures")
    signed = False
    for line in lines:
        name, space, encoded = line[2:].partition(" ")
        try:
            octets = unbase64(encoded)
        except ValueError:
            octets = b""
        if line[:2] != "\u2014 " or not space or not name or len(octets) <= 4:
            raise Tampered(f"the checkpoint has a line that is no signature: {line[:80]!r}")
        for trusted, public in keys:
            if trusted == name == origin and octets[:4] == key_id(name, public):
                if not is_signed(public, text.encode(), octets[4:]):
                    raise Tampered(f"the signature of {name} is not of this checkpoint")
                signed = True
    if not signed:
        raise Tampered(f"the checkpoint of {origin} is signed by none of the keys given")
    return origin, size, root


def parse_checkpoint(text: str) -> tuple[str, int, bytes]:
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise Tampered("a checkpoint has three lines or more, and no empty one")
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1], re.ASCII) or int(lines[1]) > SIZE_MAX:
        raise Tampered(f"{lines[1][:32]!r} is no size of a log")
    try:
        root = unbase64(lines[2])
    except ValueError as error:
        raise Tampered(f"the root in the checkpoint is {error}") from None
    if len(root) != HASH:
        raise Tampered("the root in the checkpoint is no hash")
    return lines[0], int(lines[1]), root


# --- Merkle trees (RFC 6962; the checks of proofs are those of RFC 9162) --------------------------


def leaf_hash(record: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf; `peaks` are the roots of its full subtrees, largest first."""

    def __init__(self, size: int, peaks: list[bytes]) -> None:
        if bin(size).count("1") != len(peaks):
            raise Tampered(f"proof.json: the frontier is not that of {size} events")
        self.size, self.peaks = size, list(peaks)

    def add(self, leaf: bytes) -> None:
        rest = self.size
        while rest & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            rest >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        peaks = list(self.peaks)
        hashed = peaks.pop()
        while peaks:
            hashed = node_hash(peaks.pop(), hashed)
        return hashed


def check_inclusion(leaf: bytes, index: int, size: int, root: bytes, proof: list[bytes]) -> None:
    """Raise Tampered unless the leaf stands at this index of the tree of this size and root."""
    if not 0 <= index < size <= SIZE_MAX:
        raise Tampered(f"index {index} is not one of {size}")
    require_hashes([leaf, root, *proof])
    if climb(index, size - 1, leaf, proof)[1] != root:
        raise Tampered("the inclusion proof leads to another root")


def check_consistency(
    before: int, size: int, root_before: bytes, root: bytes, proof: list[bytes]
) -> None:
    """Raise Tampered unless the smaller tree is the beginning of the larger one."""
    if not 0 < before <= size <= SIZE_MAX:
        raise Tampered(f"a log of {before} events is not the beginning of one of {size}")
    require_hashes([root_before, root, *proof])
    if before == size:
        if proof or root_before != root:
            raise Tampered("the records are not those that were sealed: another root")
        return
    place, last = before - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    path = list(proof)
    if before & (before - 1) == 0:
        path.insert(0, root_before)
    if not path:
        raise Tampered("the consistency proof is too short")
    found_before, found = climb(place, last, path[0], path[1:])
    if found_before != root_before or found != root:
        raise Tampered("the records are not those that were sealed: the proof leads elsewhere")


def require_hashes(hashes: list[bytes]) -> None:
    for each in hashes:
        if len(each) != HASH:
            raise Tampered(f"a hash has {HASH} bytes, not {len(each)}")


def climb(place: int, last: int, hashed: bytes, proof: list[bytes]) -> tuple[bytes, bytes]:
    """Hash up to the root: of the tree that ends here, and of the whole one."""
    before = hashed
    for sibling in proof:
        if last == 0:
            raise Tampered("a proof is too long")
        if place & 1 or place == last:
            before, hashed = node_hash(sibling, before), node_hash(sibling, hashed)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise Tampered("a proof is too short")
    return before, hashed


# --- The bag: a zip file in the one form that Tenure writes, or a folder --------------------------

TOP = "tenure-bag"
TAGS = ("README.md", "bagit.txt", "verify.py")
LAST = ("bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,3}", re.ASCII)
MARK = 0xFFFFFFFF  # "look into the zip64 field"


def place_of(name: str) -> tuple[int, str]:
    """Sort files as the zip has them: what is written first, the payload, what is known last."""
    return (0 if name in TAGS else 2 + LAST.index(name) if name in LAST else 1, name)


def local_header(name: bytes, size: int, crc: int) -> bytes:
    extra = struct.pack("<HHQQ", 1, 16, size, size)
    fixed = (b"PK\x03\x04", 45, 0, 0, 0, 33, crc, MARK, MARK, len(name), len(extra))
    return struct.pack("<4sHHHHHIIIHH", *fixed) + name + extra


def central_directory(entries: list[tuple[bytes, int, int, int]], at: int) -> bytes:
    """Write the end of the zip; `entries` are (name, size, crc, place of the header)."""
    octets = b""
    for name, size, crc, offset in entries:
        extra = struct.pack("<HHQQQ", 1, 24, size, size, offset)
        fixed = (b"PK\x01\x02", 813, 45, 0, 0, 0, 33, crc, MARK, MARK, len(name), len(extra))
        octets += struct.pack("<4sHHHHHHIIIHH", *fixed)
        octets += struct.pack("<HHHII", 0, 0, 0, 0o100644 << 16, MARK) + name + extra
    count, size = len(entries), len(octets)
    octets += struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 813, 45, 0, 0, count, count, size, at)
    octets += struct.pack("<4sIQI", b"PK\x06\x07", 0, at + size, 1)
    return octets + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65535, 65535, MARK, MARK, 0)


class Slice(io.RawIOBase):
    """A part of a file, to be read as a file."""

    def __init__(self, path: str, start: int, size: int) -> None:
        super().__init__()
        self._file = open(path, "rb")
        self._file.seek(start)
        self._left = size

    def readable(self) -> bool:  # type: ignore[explicit-override]  # not in Python 3.8
        return True

    def readinto(self, buffer: Any) -> int:  # type: ignore[explicit-override]  # not in Python 3.8
        octets = self._file.read(min(len(buffer), self._left))
        buffer[: len(octets)] = octets
        self._left -= len(octets)
        return len(octets)

    def close(self) -> None:  # type: ignore[explicit-override]  # as above
        self._file.close()
        super().close()


class ZippedBag:
    """The files of a zip: `sizes` by name; `crcs` must be held against what is read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.sizes: dict[str, int] = {}
        self.crcs: dict[str, int] = {}
        self._starts: dict[str, int] = {}
        entries: list[tuple[bytes, int, int, int]] = []
        at = 0
        with open(path, "rb") as file:
            whole = os.fstat(file.fileno()).st_size
            head = file.read(30)
            while head[:4] == b"PK\x03\x04" and len(head) == 30 and len(entries) < FILES_MAX:
                crc, length = struct.unpack("<14xI8xH2x", head)
                name = file.read(length)
                extra = file.read(20)
                size = struct.unpack("<4x8xQ", extra)[0] if len(extra) == 20 else 0
                if head + name + extra != local_header(name, size, crc):
                    raise Unusable(f"byte {at}: not the zip that Tenure writes")
                start = at + 50 + length
                if start + size > whole:
                    raise Unusable(f"{name[:80]!r} goes beyond the end of the file")
                self._add(name, start, size, crc)
                entries.append((name, size, crc, at))
                at = start + size
                file.seek(at)
                head = file.read(30)
            end = central_directory(entries, at)
            file.seek(at)
            if whole - at != len(end) or file.read() != end:
                raise Unusable(f"byte {at} on: not the end of a zip that Tenure writes")
        names = list(self.sizes)
        if names != sorted(set(names), key=place_of):
            raise Unusable("the files are not in the order in which Tenure writes them")

    def _add(self, octets: bytes, start: int, size: int, crc: int) -> None:
        name = octets.decode("ascii", "replace")
        if not name.startswith(TOP + "/") or not NAME.fullmatch(name[len(TOP) + 1 :]):
            raise Unusable(f"{name[:80]!r} is no name of a file in a bag")
        name = name[len(TOP) + 1 :]
        if name in self.sizes:
            raise Unusable(f"{name} stands twice in the zip")
        self.sizes[name], self.crcs[name], self._starts[name] = size, crc, start

    def open(self, name: str) -> BinaryIO:
        return io.BufferedReader(Slice(self.path, self._starts[name], self.sizes[name]), 65536)


class FolderBag:
    """The files of an unpacked bag; links and all that is no plain file are refused."""

    def __init__(self, path: str) -> None:
        if not os.path.isfile(os.path.join(path, "bagit.txt")):
            path = os.path.join(path, TOP)
        self.path = path
        self.sizes: dict[str, int] = {}
        self.crcs: dict[str, int] = {}
        for folder, folders, files in os.walk(path, onerror=refuse_folder):
            for each in folders + files:
                full = os.path.join(folder, each)
                status = os.lstat(full)
                name = os.path.relpath(full, path).replace(os.sep, "/")
                if stat.S_ISDIR(status.st_mode):
                    continue
                if not stat.S_ISREG(status.st_mode) or not NAME.fullmatch(name):
                    raise Unusable(f"{name[:80]!r} is no plain file of a bag")
                if len(self.sizes) >= FILES_MAX:
                    raise Unusable(f"more than {FILES_MAX} files")
                self.sizes[name] = status.st_size

    def open(self, name: str) -> BinaryIO:
        return open(os.path.join(self.path, *name.split("/")), "rb")


def refuse_folder(error: OSError) -> NoReturn:
    raise Unusable(f"a folder cannot be read: {error.strerror}")


def open_bag(path: str) -> Bag:
    return FolderBag(path) if os.path.isdir(path) else ZippedBag(path)


def read_small(bag: Bag, name: str) -> bytes:
    """Return the whole of a file that is not large."""
    if name not in bag.sizes:
        raise Tampered(f"{name} is missing")
    if bag.sizes[name] > SMALL_BYTES_MAX:
        raise Unusable(f"{name} has {bag.sizes[name]} bytes, which is absurd")
    with bag.open(name) as file:
        return file.read()


def read_lines(bag: Bag, name: str, bytes_max: int) -> Iterator[bytes]:
    """Yield the lines of a file without their newlines."""
    with bag.open(name) as file:
        number = 0
        while True:
            line = file.readline(bytes_max + 2)
            if not line:
                return
            number += 1
            if not line.endswith(b"\n"):
                raise Tampered(f"{name}, line {number}: too long, or cut off")
            yield line[:-1]


# --- Manifests (RFC 8493) -------------------------------------------------------------------------

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def check_manifests(bag: Bag) -> int:
    """Hash every file, and hold the manifests against that, to the byte."""
    if read_small(bag, "bagit.txt") != BAGIT:
        raise Tampered("bagit.txt is not that of a bag")
    for name in LAST:
        read_small(bag, name)  # before all else is hashed, in vain
    hashes = {name: hash_file(bag, name) for name in sorted(bag.sizes)}
    payload = {name: hashes[name] for name in hashes if name.startswith("data/")}
    tags = {name: hashes[name] for name in hashes if name not in payload}
    tags.pop("tagmanifest-sha256.txt", None)
    check_manifest(bag, "manifest-sha256.txt", payload)
    check_manifest(bag, "tagmanifest-sha256.txt", tags)
    for name in tags:
        if name not in TAGS and name not in LAST:
            raise Tampered(f"{name} has no place in a bag")
    oxum = f"Payload-Oxum: {sum(bag.sizes[name] for name in payload)}.{len(payload)}"
    if oxum not in read_small(bag, "bag-info.txt").decode("utf-8", "replace").split("\n"):
        raise Tampered(f"bag-info.txt does not say {oxum}")
    return len(hashes)


def hash_file(bag: Bag, name: str) -> str:
    hashed, crc, size = hashlib.sha256(), 0, 0
    with bag.open(name) as file:
        while True:
            octets = file.read(1 << 20)
            if not octets:
                break
            hashed.update(octets)
            crc = zlib.crc32(octets, crc)
            size += len(octets)
    if size != bag.sizes[name] or bag.crcs.get(name, crc) != crc:
        raise Tampered(f"{name} is not what the zip says of it (length or CRC)")
    return hashed.hexdigest()


def check_manifest(bag: Bag, name: str, hashes: dict[str, str]) -> None:
    given = read_small(bag, name)
    expected = "".join(f"{hashes[each]}  {each}\n" for each in sorted(hashes)).encode()
    if given == expected:
        return
    said = {}
    for line in given.decode("utf-8", "replace").split("\n"):
        hashed, _, each = line.partition("  ")
        said[each] = hashed
    for each in sorted(hashes):
        if said.get(each) != hashes[each]:
            raise Tampered(f"{each} is not the file that {name} names")
    raise Tampered(f"{name} names what is not there, or is not written as Tenure writes it")


# --- Records: canonical JSON, read strictly -------------------------------------------------------

KEY = re.compile(r"[a-z0-9_$.-]+", re.ASCII)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
FORM = {
    "account_id": (UUID, None),
    "actor": (str,),
    "causation_id": (UUID, None),
    "command_id": (UUID,),
    "correlation_id": (UUID,),
    "data": (dict,),
    "effective_at": (DAY,),
    "format": (int,),
    "name": (re.compile(r"[a-z0-9-]{1,80}\.[a-z0-9-]{1,80}", re.ASCII),),
    "on_behalf_of": (list,),
    "position": (int,),
    "prev_in_stream": (re.compile(r"[0-9a-f]{64}", re.ASCII), None),
    "reason": (str, None),
    "recorded_at": (INSTANT,),
    "schema_version": (int,),
    "stream_id": (UUID,),
    "stream_type": (str,),
    "tenant_id": (str,),
    "version": (int,),
}


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def refuse_number(text: str) -> NoReturn:
    raise ValueError(f"the number {text[:24]} is not an integer")


def read_integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > INTEGER_MAX:
        raise ValueError(f"the integer {text[:24]} is beyond 2^53 - 1")
    return int(text)


def read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key stands twice")
    for key in value:
        if not KEY.fullmatch(key):
            raise ValueError(f"{key[:80]!r} is no key")
    return value


STRICT = json.JSONDecoder(
    object_pairs_hook=read_object,
    parse_float=refuse_number,
    parse_int=read_integer,
    parse_constant=refuse_number,
)


def parse_json(octets: bytes) -> Any:
    """Read canonical JSON (RFC 8785); whatever could be read in two ways is refused."""
    if octets.count(b"{") + octets.count(b"[") > DEPTH_MAX:
        require_shallow(octets)
    value = STRICT.decode(octets.decode())
    if canonical(value) != octets:
        raise ValueError("not in canonical form")
    return value


def require_shallow(octets: bytes) -> None:
    depth, within = 0, False
    for letter in re.findall(rb'\\.|["{}\[\]]', octets, re.DOTALL):
        if letter == b'"':
            within = not within
        elif not within and letter in b"{[":
            depth += 1
            if depth > DEPTH_MAX:
                raise ValueError(f"more than {DEPTH_MAX} levels")
        elif not within and letter in b"}]":
            depth -= 1


def parse_record(line: bytes) -> dict[str, Any]:
    """Read a record, or raise ValueError."""
    record = parse_json(line)
    if not isinstance(record, dict) or sorted(record) != sorted(FORM):
        raise ValueError("its keys are not those of a record")
    for key, allowed in FORM.items():
        if not any(is_of(record[key], form) for form in allowed):
            raise ValueError(f"the wrong value for {key}")
    if not all(isinstance(each, str) for each in record["on_behalf_of"]):
        raise ValueError("the wrong value for on_behalf_of")
    if record["format"] != 1 or min(record[k] for k in ("position", "version")) < 1:
        raise ValueError("the wrong value for format, position or version")
    return record


def is_of(value: Any, form: Any) -> bool:
    if form is None:
        return value is None
    if isinstance(form, type):
        return type(value) is form
    return isinstance(value, str) and form.fullmatch(value) is not None


class Streams:
    """What was read of each stream: (type, first version, last version, records, last leaf)."""

    def __init__(self, from_the_first: bool) -> None:
        self.seen: dict[str, tuple[str, int, int, int, bytes]] = {}
        self._from_the_first, self._recorded_at = from_the_first, ""

    def read(self, record: dict[str, Any], leaf: bytes) -> None:
        stream, version, before = record["stream_id"], record["version"], record["prev_in_stream"]
        position = record["position"]
        place = f"position {position}, stream {stream}: "
        if stream in self.seen:
            kind, first, last, count, last_leaf = self.seen[stream]
            if version != last + 1:
                raise Tampered(f"{place}version {last + 1} is missing; version {version} is next")
            if before != last_leaf.hex():
                raise Tampered(place + "the link is not to the event before it")
        else:
            kind, first, count = record["stream_type"], version, 0
            if self._from_the_first and version != 1:
                raise Tampered(f"{place}version 1 is missing; version {version} is the first")
            if (version == 1) != (before is None):
                raise Tampered(place + "the first event of a stream alone has no link")
        if record["recorded_at"] < self._recorded_at:
            raise Tampered(place + "recorded before the event before it")
        self._recorded_at = record["recorded_at"]
        self.seen[stream] = (kind, first, version, count + 1, leaf)

    def table(self) -> Iterator[bytes]:
        yield row(["stream_id", "stream_type", "first_version", "last_version", "records"])
        for stream in sorted(self.seen):
            kind, first, last, count, _ = self.seen[stream]
            yield row([stream, kind, first, last, count])


# --- Tables that are derived from the records -----------------------------------------------------

ENVELOPE = [
    "position",
    "recorded_at",
    "effective_at",
    "name",
    "schema_version",
    "stream_type",
    "stream_id",
    "version",
    "account_id",
    "actor",
    "on_behalf_of",
    "reason",
    "correlation_id",
    "causation_id",
    "command_id",
]
SHORT = [
    "position",
    "recorded_at",
    "effective_at",
    "account_id",
    "stream_id",
    "version",
    "actor",
    "reason",
]
PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


def cell(value: Any) -> str:
    """Write a value as CSV: null is nothing, every text is quoted, the rest is JSON."""
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = value if isinstance(value, str) else canonical(value).decode()
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not PLAIN_NUMBER.fullmatch(text):
        text = "'" + text  # else a spreadsheet would carry it out
    return '"{}"'.format(text.replace('"', '""'))


def row(values: list[Any]) -> bytes:
    return (",".join(cell(value) for value in values) + "\r\n").encode()


def flatten(data: dict[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        path = f"{above}.{key}"
        if isinstance(value, dict) and value:
            yield from flatten(value, path)
        else:
            yield path, value


class Tables:
    """Holds the tables of a bag against its records, record by record."""

    def __init__(self, bag: Bag, columns: dict[str, set[str]]) -> None:
        self._columns = {name: sorted(paths) for name, paths in columns.items()}
        self._files = {name: bag.open(f"data/csv/{name}.csv") for name in ["events", *columns]}
        self._expect("events", ENVELOPE + ["leaf", "data"], 0)
        for name, paths in self._columns.items():
            self._expect(name, SHORT + paths, 0)

    def read(self, record: dict[str, Any], leaf: bytes) -> None:
        values = [record[key] for key in ENVELOPE] + [
            leaf.hex(),
            canonical(record["data"]).decode(),
        ]
        self._expect("events", values, record["position"])
        flat = dict(flatten(record["data"], "data"))
        values = [record[key] for key in SHORT]
        values += [flat.get(path) for path in self._columns[record["name"]]]
        self._expect(record["name"], values, record["position"])

    def end(self) -> None:
        for name, file in self._files.items():
            if file.read(1):
                raise Tampered(f"data/csv/{name}.csv has more rows than there are records")
            file.close()

    def _expect(self, name: str, values: list[Any], position: int) -> None:
        expected = row(values)
        if self._files[name].read(len(expected)) != expected:
            raise Tampered(f"data/csv/{name}.csv is not what the record at {position} says")


# --- The steps ------------------------------------------------------------------------------------

SCOPE_KEYS = ["accounts", "first", "format", "known_at", "last", "tenant_id"]


def read_scope(bag: Bag) -> dict[str, Any]:
    """Return what the bag is said to hold."""
    scope = read_json_file(bag, "data/scope.json")
    if sorted(scope) != SCOPE_KEYS or scope["format"] != 1:
        raise Tampered("scope.json is not of this form")
    accounts, first, last, known_at = (
        scope[key] for key in ("accounts", "first", "last", "known_at")
    )
    if not isinstance(accounts, list) or not all(is_of(each, UUID) for each in accounts):
        raise Tampered("scope.json: the accounts are no ids")
    if accounts != sorted(set(accounts)) or not is_of(scope["tenant_id"], str):
        raise Tampered(
            "scope.json: the accounts or the tenant are not written as Tenure writes them"
        )
    if not all(type(each) is int for each in (first, last, known_at)):
        raise Tampered("scope.json: the positions are no numbers")
    if not 1 <= first <= last <= known_at:
        raise Tampered(f"scope.json: positions {first} to {last} of {known_at}")
    return scope


def read_json_file(bag: Bag, name: str) -> dict[str, Any]:
    octets = read_small(bag, name)
    try:
        value = parse_json(octets[:-1])
    except (ValueError, RecursionError) as error:
        raise Tampered(f"{name}: {error}") from None
    if not isinstance(value, dict) or octets[-1:] != b"\n":
        raise Tampered(f"{name} is not of this form")
    return value


def read_hashes(value: Any, what: str) -> list[bytes]:
    if not isinstance(value, list) or len(value) > 64:
        raise Tampered(f"{what} is no proof")
    if not all(isinstance(each, str) and re.fullmatch(r"[0-9a-f]{64}", each) for each in value):
        raise Tampered(f"{what}: a hash is not 32 bytes in hex")
    return [bytes.fromhex(each) for each in value]


def read_records(bag: Bag, scope: dict[str, Any]) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield (record, leaf), each at a position where it may stand."""
    expected, limit = scope["first"], RECORD_BYTES_MAX
    for line in read_lines(bag, "data/records.jsonl", limit):
        try:
            record = parse_record(line)
        except (ValueError, RecursionError) as error:
            raise Tampered(f"position {expected} or later: no record: {error}") from None
        position = record["position"]
        if scope["accounts"]:
            is_in = record["account_id"] in scope["accounts"] or record["stream_type"] == "seal"
            if not is_in or not expected <= position <= scope["last"]:
                raise Tampered(f"position {position} has no place in this bag")
        elif position != expected:
            raise Tampered(f"position {expected} is missing; {position} is next")
        if record["tenant_id"] != scope["tenant_id"]:
            raise Tampered(f"position {position}: of another tenant")
        expected = position + 1
        yield record, leaf_hash(line)
    if not scope["accounts"] and expected != scope["last"] + 1:
        raise Tampered(f"position {expected} is missing; the records end")


def check_contained(
    bag: Bag, scope: dict[str, Any], size: int, root: bytes
) -> tuple[Streams, dict[str, set[str]], set[str]]:
    """Hold every record against the checkpoint; return streams, columns by event, digests."""
    streams = Streams(scope["first"] == 1)
    columns: dict[str, set[str]] = {}
    digests: set[str] = set()
    proof = read_json_file(bag, "data/proof.json")
    if sorted(proof) != ["consistency", "frontier"]:
        raise Tampered("proof.json is not of this form")
    known_at = scope["known_at"]
    if known_at > size:
        raise Incomplete(f"known at {known_at}, but the checkpoint seals {size} events")
    frontier = read_hashes(proof["frontier"], "proof.json")
    consistency = read_hashes(proof["consistency"], "proof.json")
    tree = None if scope["accounts"] else Tree(scope["first"] - 1, frontier)
    proofs = read_lines(bag, "data/proofs.jsonl", 8192) if scope["accounts"] else iter(())
    if scope["accounts"] and (frontier or consistency):
        raise Tampered("proof.json has hashes that prove nothing")
    for record, leaf in read_records(bag, scope):
        streams.read(record, leaf)
        flat = list(flatten(record["data"], "data"))
        columns.setdefault(record["name"], set()).update(path for path, _ in flat)
        digests.update(each for path, each in flat if path.endswith(".$sd") and is_of(each, str))
        if tree is not None:
            tree.add(leaf)
        else:
            check_line(proofs, record["position"], leaf, size, root)
    if next(proofs, None) is not None:
        raise Tampered("proofs.jsonl has more lines than there are records")
    if tree is not None:
        check_consistency(tree.size, size, tree.root(), root, consistency)
    return streams, columns, digests


def check_line(proofs: Iterator[bytes], position: int, leaf: bytes, size: int, root: bytes) -> None:
    try:
        line = parse_json(next(proofs, b"{}"))
    except (ValueError, RecursionError) as error:
        raise Tampered(f"proofs.jsonl, position {position}: {error}") from None
    if not isinstance(line, dict) or sorted(line) != ["position", "proof"]:
        raise Tampered(f"the proof of position {position} is missing")
    if line["position"] != position:
        raise Tampered(f"the proof of position {position} is missing")
    try:
        hashes = read_hashes(line["proof"], "proofs.jsonl")
        check_inclusion(leaf, position - 1, size, root, hashes)
    except Tampered as error:
        raise Tampered(f"position {position}: {error}") from None


def check_tables(
    bag: Bag, scope: dict[str, Any], streams: Streams, columns: dict[str, set[str]]
) -> None:
    with bag.open("data/streams.csv") as file:
        for expected in streams.table():
            if file.read(len(expected)) != expected:
                raise Tampered("streams.csv is not what the records say")
        if file.read(1):
            raise Tampered("streams.csv has more rows than there are streams")
    tables = Tables(bag, columns)
    for record, leaf in read_records(bag, scope):
        tables.read(record, leaf)
    tables.end()


def check_files(bag: Bag, scope: dict[str, Any], names: Iterable[str]) -> None:
    """Make sure that all that must be there is, and nothing else."""
    needed = {
        f"data/{each}"
        for each in (
            "checkpoint.txt",
            "keys.txt",
            "policy.txt",
            "proof.json",
            "records.jsonl",
            "scope.json",
            "streams.csv",
            "csv/events.csv",
        )
    }
    needed |= {f"data/csv/{name}.csv" for name in names}
    needed |= {f"data/schemas/{name}.json" for name in names}
    if scope["accounts"]:
        needed.add("data/proofs.jsonl")
    allowed = needed | {"data/kpis.csv", "data/parquet/events.parquet"}
    allowed |= {f"data/parquet/{name}.parquet" for name in names}
    payload = {name for name in bag.sizes if name.startswith("data/")}
    for name in sorted(needed - payload):
        raise Tampered(f"{name} is missing")
    for name in sorted(payload - allowed):
        raise Tampered(f"{name} has no place in this bag")


def check_disclosures(path: str, digests: set[str]) -> int:
    """Hold a file of disclosures (RFC 9901), one a line, against the digests in the records."""
    count = 0
    with open(path, "rb") as file:
        for line in file:
            hashed = hashlib.sha256(line.rstrip(b"\n")).digest()
            if base64.urlsafe_b64encode(hashed).rstrip(b"=").decode("ascii") not in digests:
                raise Tampered(f"disclosure {count + 1} is of no record in this bag")
            count += 1
    return count


def write_tlog_proof(bag: Bag, position: int) -> bytes:
    """Return the proof of one record of a bag of accounts in the form of C2SP tlog-proof."""
    if "data/proofs.jsonl" not in bag.sizes:
        raise Unusable("this bag needs no proof for each record: its root is recomputed from all")
    for line in read_lines(bag, "data/proofs.jsonl", 8192):
        given = parse_json(line)
        if given["position"] == position:
            hashes = [base64.b64encode(bytes.fromhex(h)).decode() for h in given["proof"]]
            head = ["c2sp.org/tlog-proof@v1", f"index {position - 1}", *hashes, "", ""]
            return "\n".join(head).encode() + read_small(bag, "data/checkpoint.txt")
    raise Unusable(f"position {position} is not in this bag")


class Said:
    """Says what was checked, and what came of it; the exit code counts, even if nobody listens."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.doing = "bag"

    def passed(self, name: str, detail: str) -> None:
        self.rest(f"PASS     {name:<12} {detail}")

    def rest(self, *lines: str) -> None:
        try:
            self._out.write("".join(f"{line}\n" for line in lines))
            self._out.flush()
        except BrokenPipeError:
            self._out = open(os.devnull, "w", encoding="utf-8")
            if sys.stdout is not None:
                os.dup2(self._out.fileno(), 1)  # or Python complains as it ends


def verify(
    path: str, keys: list[tuple[str, bytes]], said: Said, disclosures: str | None = None
) -> None:
    """Go through all steps; raise at the first that fails."""
    bag = open_bag(path)
    said.passed("bag", f"{check_manifests(bag)} files are those that the manifests name")
    said.doing = "signature"
    note = read_small(bag, "data/checkpoint.txt")
    origin, size, root = verify_checkpoint(note, keys)
    said.passed("signature", f"{origin}, {size} events")
    said.doing = "records"
    scope = read_scope(bag)
    for name in ("data/records.jsonl", "data/streams.csv"):
        if name not in bag.sizes or (scope["accounts"] and "data/proofs.jsonl" not in bag.sizes):
            raise Tampered("records, streams or proofs are missing")
    streams, columns, digests = check_contained(bag, scope, size, root)
    count = sum(each[3] for each in streams.seen.values())
    how = "each has its inclusion proof" if scope["accounts"] else "they lead to the sealed root"
    first, last = scope["first"], scope["last"]
    said.passed("records", f"{count} records of {first} to {last}; {how}")
    said.passed("streams", f"{len(streams.seen)} streams: versions and links follow one another")
    said.doing = "tables"
    check_files(bag, scope, columns)
    check_tables(bag, scope, streams, columns)
    said.passed("tables", f"{len(columns) + 2} tables are what the records say")
    if disclosures is not None:
        said.doing = "disclosures"
        number = check_disclosures(disclosures, digests)
        said.passed("disclosures", f"{number} are those that records hold the digests of")
    said.rest(*(f"SKIPPED  {name:<12} {why}" for name, why in NOT_CHECKED))
    said.rest("", *LIMITS, *([OF_ACCOUNTS] if scope["accounts"] else []))
    said.rest("The key in the bag was not used; the keys that you gave were.")


class Usage(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:  # type: ignore[explicit-override]  # not in Python 3.8
        self.exit(USAGE, f"verify.py: {message} (verify.py --help tells more)\n")


def main(arguments: list[str] | None = None, out: TextIO | None = None) -> int:
    """Run; return the exit code."""
    out = out or sys.stdout
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(errors="backslashreplace")  # whatever the terminal can show
    parser = Usage(
        description="Verify an export bag of Tenure. Exit codes: 0 verified, 2 usage, "
        "3 tampering found, 4 incomplete, 5 could not run."
    )
    parser.add_argument("bag", help="the zip file, or the folder that it was unpacked into")
    parser.add_argument(
        "--key",
        action="append",
        required=True,
        metavar="VKEY",
        help="a verifier key that was handed to you; may be repeated",
    )
    parser.add_argument("--disclosures", metavar="FILE", help="hold this file against the records")
    parser.add_argument(
        "--tlog-proof",
        type=int,
        metavar="POSITION",
        help="write the proof of one record for other software, and do no more",
    )
    said = Said(out)
    try:
        asked = parser.parse_args(arguments)
        keys = [parse_key(text) for text in asked.key]
    except SystemExit as error:
        return int(error.code or 0)
    except ValueError as error:
        sys.stderr.write(f"verify.py: --key: {error}\n")
        return USAGE
    return run(asked, keys, said)


def run(asked: argparse.Namespace, keys: list[tuple[str, bytes]], said: Said) -> int:
    """Turn what happens into an exit code; nothing ends in a traceback."""
    try:
        if asked.tlog_proof is not None:
            octets = write_tlog_proof(open_bag(asked.bag), asked.tlog_proof)
            said.rest(octets.decode()[:-1])
            return VERIFIED
        verify(asked.bag, keys, said, asked.disclosures)
    except Tampered as error:
        said.rest(f"FAIL     {said.doing:<12} {error}", "", f"tampered: {error}")
        return TAMPERED
    except Incomplete as error:
        said.rest(f"SKIPPED  {said.doing:<12} {error}", "", f"incomplete: {error}")
        return INCOMPLETE
    except (
        Unusable,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        RecursionError,
        MemoryError,
    ) as error:
        said.rest(f"could not run: {error or type(error).__name__}")
        return COULD_NOT_RUN
    said.rest("", "verified")
    return VERIFIED


if __name__ == "__main__":
    sys.exit(main())
