"""Where a log is verified: at a service, in a database, in a bag. Others are added here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

import psycopg

from cli.remote_log import CannotRead, RemoteLog
from cli.verify_asked import (
    AccountScope,
    Asked,
    CannotRun,
    Sample,
    SampleScope,
    UnknownSource,
)
from cli.verify_bag import is_bag, verified_bag
from cli.verify_events import NAMES, Noticing, event_steps
from cli.verify_persons import person_steps
from cli.verify_progress import VerifyProgress
from ledger.database import check_reachable
from ledger.failure import CannotStart
from ledger.parallel_replay import verify_stored
from ledger.partial_verification import ProvingSource, Scope, verify_some
from ledger.settings import masked_url
from ledger.stored_log import open_stored_log
from ledger.verification import Report, replay_rows, verify_log


class _Accounts(ProvingSource, Protocol):
    def positions_of(self, account_id: UUID, size: int) -> list[int]: ...


def verified(asked: Asked) -> Report:
    """Verify a source of whatever kind.

    Raises:
        UnknownSource: it is of none.
        CannotRun: it cannot be read.
    """
    for kind in KINDS:
        if kind.is_meant(asked.source):
            return kind.verify(asked)
    raise UnknownSource("give the http:// address of a service, a postgresql:// URL, or a bag")


def _verify_service(asked: Asked) -> Report:
    try:
        log = RemoteLog.open(asked.source, asked.api_key)
        if asked.part is not None:
            return _verify_part(log, asked, asked.part, log.size)
        with VerifyProgress() as progress:
            noticing = Noticing(log)
            report = verify_log(
                noticing,
                asked.keys,
                asked.state,
                policy=asked.policy,
                now=asked.now,
                replay=lambda sizes: replay_rows(
                    noticing, sizes, lambda read: progress.advanced(read, log.size)
                ),
            )
        records = lambda: (row.record for row in log.rows())  # noqa: E731  # read again if needed
        return report.with_steps(*event_steps(report, noticing.named, records))
    except CannotRead as error:
        raise CannotRun(str(error)) from error


def _verify_database(asked: Asked) -> Report:
    try:
        check_reachable(asked.source)
        with open_stored_log(asked.source, asked.tenant, asked.origins) as log:
            if asked.part is not None:
                return _verify_part(log, asked, asked.part, log.last_position())
            with VerifyProgress() as progress:
                report = verify_stored(
                    log,
                    asked.source,
                    asked.keys,
                    asked.state,
                    policy=asked.policy,
                    now=asked.now,
                    progress=progress.advanced,
                )
            named, records = log.records_named(NAMES), lambda: log.records_named(None)
            return report.with_steps(
                *event_steps(report, named, records), *person_steps(report, log)
            )
    except CannotStart as error:
        raise CannotRun(str(error)) from error
    except psycopg.Error as error:
        said = error.diag.message_primary or type(error).__name__
        url = masked_url(asked.source)
        raise CannotRun(f"the database {url} cannot be read: {said}") from error


def _verify_part(log: _Accounts, asked: Asked, part: Sample | UUID, size: int) -> Report:
    scope: Scope = (
        SampleScope(part)
        if isinstance(part, Sample)
        else AccountScope(part, log.positions_of(part, size))
    )
    return verify_some(log, asked.keys, asked.state, scope, policy=asked.policy, now=asked.now)


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _is_database(source: str) -> bool:
    return source.startswith(("postgres://", "postgresql://")) or "=" in source


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source: how it is told, and how it is verified."""

    is_meant: Callable[[str], bool]
    verify: Callable[[Asked], Report]


KINDS: Final = (
    Kind(_is_address, _verify_service),
    Kind(is_bag, verified_bag),
    Kind(_is_database, _verify_database),
)
"""Tried in this order."""
