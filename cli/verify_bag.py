"""What `tenure verify` does with a bag: a file or a folder in the place of a service."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ledger.bag_layout import BagBroken, BagRefused
from ledger.bag_verification import Given, verify_bag
from ledger.note import VerifierKey
from ledger.seal_state import Sealed
from ledger.verification import Report


class NoBag(Exception):
    """It cannot be verified; one sentence that says why."""


def is_bag(source: str) -> bool:
    """Tell whether a file or a folder is meant."""
    return source.endswith(".zip") or Path(source).exists()


def verified_bag(
    source: str,
    keys: Sequence[VerifierKey],
    kept: Mapping[str, Sealed],
    *,
    against: Path | None,
    disclosures: Path | None,
) -> Report:
    """Verify a bag.

    Raises:
        NoBag: it is none, or cannot be read.
    """
    try:
        return verify_bag(Path(source), keys, Given(kept, against, disclosures))
    except (BagRefused, BagBroken) as error:
        raise NoBag(f"{source} is no bag that can be read: {error}") from error
    except OSError as error:
        raise NoBag(f"{error.filename or source} cannot be read: {error.strerror}") from error
