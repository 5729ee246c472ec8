"""The database as commands find it that are run beside a service, or without one."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.serve import prepared_database
from ledger.database import local_postgres
from ledger.settings import Settings, load_settings


@contextmanager
def running_database() -> Iterator[str]:
    """Give the owner's URL; a local PostgreSQL that runs already is left running."""
    settings = load_settings()
    with prepared_database(settings, keep_running=_is_running(settings)) as url:
        yield url


def _is_running(settings: Settings) -> bool:
    return settings.database_url is None and local_postgres(settings).is_running()
