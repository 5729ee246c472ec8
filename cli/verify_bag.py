"""What `tenure verify` does with a bag: a file or a folder in the place of a service."""

from pathlib import Path

from cli.verify_asked import Asked, CannotRun, UnknownSource
from ledger.bag_layout import BagBroken, BagRefused
from ledger.bag_verification import Given, verify_bag
from ledger.verification import Report


def is_bag(source: str) -> bool:
    """Tell whether a file or a folder is meant."""
    return source.endswith(".zip") or Path(source).exists()


def verified_bag(asked: Asked) -> Report:
    """Verify a bag.

    Raises:
        UnknownSource: a part of it is asked for, and a bag is verified as a whole.
        CannotRun: it is none, or cannot be read.
    """
    if asked.part is not None:
        raise UnknownSource("a bag is verified as a whole; leave --account and --sample out")
    source = asked.source
    given = Given(asked.state, asked.against, asked.disclosures, asked.policy, asked.now)
    try:
        return verify_bag(Path(source), asked.keys, given)
    except (BagRefused, BagBroken) as error:
        raise CannotRun(f"{source} is no bag that can be read: {error}") from error
    except OSError as error:
        raise CannotRun(f"{error.filename or source} cannot be read: {error.strerror}") from error
