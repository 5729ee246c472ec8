"""Brings a database to the form that this program expects, and names the role it runs as."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo
from typing_extensions import override
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import parse_uri
from yoyo.migrations import default_migration_table, read_migrations

from ledger.failure import CannotStart

RUNTIME_ROLE: Final = "tenure_runtime"
"""What a running service acts as: it may append and read, and neither update nor delete history."""

_LOCK: Final = 7_346_001_923
"""An advisory lock of this number is held while a database is being migrated."""


class _Backend(PostgresqlPsycopgBackend):  # type: ignore[misc]  # yoyo carries no types
    """Leaves the parsing of the URL to libpq, which knows several hosts and every option."""

    def __init__(self, url: str) -> None:
        self._url = url
        super().__init__(parse_uri("postgresql+psycopg:///unused"), default_migration_table)

    @override
    def copy(self) -> "_Backend":
        return _Backend(self._url)

    @override
    def connect(self, dburi: Any) -> psycopg.Connection[Any]:
        connection = psycopg.connect(self._url, autocommit=True)
        connection.execute("CREATE SCHEMA IF NOT EXISTS migrations")
        connection.execute("SET search_path TO migrations")
        return connection


def migrate(url: str, *folders: Path) -> int:
    """Apply what is missing, in order, each in a transaction of its own; return how many were.

    Safe when interrupted and when two programs do it at once.

    Raises:
        CannotStart: the role of this URL may not create what is needed.
    """
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            # Held by the session, so that a killed program leaves no lock behind.
            connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
            _create_runtime_role(connection)
            return _apply_missing(url, folders)
    except psycopg.errors.InsufficientPrivilege as error:
        raise CannotStart(
            f"the role in DATABASE_URL may not set up the database ({error.diag.message_primary}); "
            f"let an administrator run `CREATE ROLE {RUNTIME_ROLE} NOLOGIN; GRANT {RUNTIME_ROLE} "
            "TO <that role>` and make that role the owner of the database"
        ) from error


def runtime_conninfo(url: str) -> str:
    """Return connection parameters under which the session acts as the runtime role."""
    return make_conninfo(url, options=f"-c role={RUNTIME_ROLE}", application_name="tenure")


def _apply_missing(url: str, folders: Iterable[Path]) -> int:
    backend = _Backend(url)
    try:
        backend.init_database()
        missing = backend.to_apply(read_migrations(*[str(folder) for folder in folders]))
        backend.apply_migrations(missing)
        return len(missing)
    finally:
        backend.connection.close()


def _create_runtime_role(connection: psycopg.Connection[Any]) -> None:
    is_member = connection.execute(
        "SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %s",
        (RUNTIME_ROLE,),
    ).fetchone()
    if is_member is None:
        # Another database's migration may be first: a role belongs to the whole server.
        with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            connection.execute(f"CREATE ROLE {RUNTIME_ROLE} NOLOGIN")
    if is_member != (True,):
        connection.execute(f"GRANT {RUNTIME_ROLE} TO current_user")
