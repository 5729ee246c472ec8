"""Fixtures that every test may ask for."""

import pytest
import structlog

pytest_plugins = ["tests.cluster", "tests.databases"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def _plain_tracebacks() -> None:
    """Log as plainly as can be: a coloured traceback with all locals takes up to a second."""
    plain = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(processors=[structlog.processors.add_log_level, plain])
