"""What was signed or verified last, by origin, as a file keeps it: the signer's, an auditor's."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.merkle import HASH_BYTES
from ledger.proofs import SIZE_MAX

STATE_BYTES_MAX: Final = 64 * 1024 * 1024
_FORMAT: Final = 1
_ROOT: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Sealed:
    """How large a log was, and its root."""

    size: int
    root: bytes


def write_state(state: Mapping[str, Sealed]) -> bytes:
    origins = {
        origin: {"size": sealed.size, "root": sealed.root.hex()} for origin, sealed in state.items()
    }
    text = json.dumps({"format": _FORMAT, "origins": origins}, indent=1, sort_keys=True)
    return text.encode() + b"\n"


def parse_state(octets: bytes) -> dict[str, Sealed]:
    """Read what `write_state` wrote.

    Raises:
        ValueError: it is something else.
    """
    try:
        value = json.loads(octets)
        if value["format"] != _FORMAT:
            raise ValueError(f"format {value['format']}")
        return {origin: _sealed(**sealed) for origin, sealed in value["origins"].items()}
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"not of this form: {error}") from error


def _sealed(size: int, root: str) -> Sealed:
    if type(size) is not int or not 0 < size <= SIZE_MAX or not _ROOT.fullmatch(root):
        raise ValueError(f"{size!r} and {root!r} are no size and root")
    return Sealed(size, bytes.fromhex(root)[:HASH_BYTES])
