"""A database for each test: a clone of a template that is migrated once for each worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from ledger.migrate import migrate

ROOT = Path(__file__).parent.parent
MIGRATIONS = (ROOT / "ledger" / "migrations", ROOT / "projections" / "migrations")


def _drop(cluster_url: str, name: str) -> None:
    with psycopg.connect(cluster_url, autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def _create(cluster_url: str, name: str, template: str | None = None) -> str:
    statement = SQL("CREATE DATABASE {}").format(Identifier(name))
    if template:
        statement += SQL(" TEMPLATE {}").format(Identifier(template))
    with psycopg.connect(cluster_url, autocommit=True) as connection:
        connection.execute(statement)
    return make_conninfo(cluster_url, dbname=name)


@pytest.fixture(scope="session")
def template(cluster_url: str) -> Iterator[str]:
    """Name a migrated database with the tenant `default`, to be cloned."""
    name = f"tenure_template_{uuid4().hex[:12]}"
    url = _create(cluster_url, name)
    try:
        migrate(url, *MIGRATIONS)
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO ledger.tenant VALUES ('default', 'Default')")
            connection.execute("INSERT INTO ledger.log_head (tenant_id) VALUES ('default')")
        yield name
    finally:
        _drop(cluster_url, name)


@contextmanager
def cloned(cluster_url: str, template: str) -> Iterator[str]:
    """Give a copy of a database that nobody uses, as its owner; drop it in the end."""
    name = f"tenure_test_{uuid4().hex[:12]}"
    url = _create(cluster_url, name, template)
    try:
        yield url
    finally:
        _drop(cluster_url, name)


@pytest.fixture
def database_url(cluster_url: str, template: str) -> Iterator[str]:
    """Give a fresh migrated database, as its owner; drop it after the test."""
    with cloned(cluster_url, template) as url:
        yield url
