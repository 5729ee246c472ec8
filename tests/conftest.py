"""Fixtures that every test may ask for."""

import pytest

pytest_plugins = ["tests.cluster", "tests.databases"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
