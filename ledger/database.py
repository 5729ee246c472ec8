"""The database to use: the operator's, or a local PostgreSQL that is ours to start and stop."""

from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from ledger.failure import CannotStart
from ledger.local_postgres import LocalPostgres, find_binaries
from ledger.settings import Settings, masked_url

VERSION_MIN: Final = 15
_REACH_SECONDS_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Database:
    """Where the database is, and the local server behind it where there is one."""

    url: str
    server: LocalPostgres | None = None

    def stop(self) -> None:
        """Stop the server if it is ours."""
        if self.server is not None:
            self.server.stop()


def local_postgres(settings: Settings) -> LocalPostgres:
    """Return the local server of this data folder, running or not."""
    return LocalPostgres(settings.data_dir / "postgres", binaries=find_binaries(settings))


def open_database(settings: Settings) -> Database:
    """Check the operator's database, or start the local one.

    Raises:
        CannotStart: it cannot be reached, is too old, or cannot be started.
    """
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        check_reachable(url)
        return Database(url)
    server = local_postgres(settings)
    return Database(server.start(), server)


def check_reachable(url: str) -> str:
    """Return the version of the server.

    Raises:
        CannotStart: it cannot be reached or is older than PostgreSQL 15.
    """
    _check_readable(url)
    try:
        with psycopg.connect(url, connect_timeout=_REACH_SECONDS_MAX) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.OperationalError as error:
        raise CannotStart(
            f"the database {masked_url(url)} cannot be reached ({_reason(error, url)}); check that "
            "it runs and that DATABASE_URL names it, or unset DATABASE_URL to use a local one"
        ) from None  # libpq may quote the password
    if version < VERSION_MIN:
        raise CannotStart(
            f"the database {masked_url(url)} runs PostgreSQL {version}; "
            f"Tenure needs {VERSION_MIN} or newer"
        )
    return str(version)


def _check_readable(url: str) -> None:
    """Refuse what libpq would cut in the wrong place, and then quote a piece of the password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        parts = {}
    if (
        not parts
        or "@" in str(parts.get("host", ""))
        or ("://" in url and masked_url(url) == "***")
    ):
        raise CannotStart(
            "DATABASE_URL is not a PostgreSQL URL; give one like "
            "postgresql://user:password@host:5432/database, "
            "with the special characters of the password percent-encoded"
        )


def _reason(error: psycopg.OperationalError, url: str) -> str:
    said = (str(error).strip().splitlines() or ["it says nothing"])[0]
    password = str(conninfo_to_dict(url).get("password") or "")
    return said.replace(password, "***") if password else said
