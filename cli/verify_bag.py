"""What `tenure verify` does with a bag: a file or a folder in the place of a service."""

from pathlib import Path

from cli.verify_asked import Asked, CannotRun, UnknownSource
from cli.verify_events import NAMES, event_steps, is_named
from ledger.bag import Bag
from ledger.bag_layout import BagBroken, BagRefused
from ledger.bag_verification import Given, verify_bag
from ledger.verification import Report, Verdict
from ledger.verification_report import skipped


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
        report = verify_bag(Path(source), asked.keys, given)
        if report.checkpoint is None or report.verdict is Verdict.TAMPERED:
            return report
        bag = Bag.open(Path(source))
        if not bag.is_whole_log:
            detail = "of a part of the log, nothing can be reckoned again"
            return report.with_steps(skipped("figures", detail), skipped("periods", detail))
        named = (record for record in bag.records() if is_named(record, NAMES))
        return report.with_steps(*event_steps(report, named, bag.records))
    except (BagRefused, BagBroken) as error:
        raise CannotRun(f"{source} is no bag that can be read: {error}") from error
    except OSError as error:
        raise CannotRun(f"{error.filename or source} cannot be read: {error.strerror}") from error
