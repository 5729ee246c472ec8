"""Sealed logs that tests of bags share, since none of them changes a log."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger.bags import SealedLog, sealed_log


@pytest.fixture(scope="session")
def log(
    cluster_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SealedLog]:
    folder = tmp_path_factory.mktemp("log")
    with sealed_log(cluster_url, template, folder, tiny=False) as found:
        yield found


@pytest.fixture(scope="session")
def tiny(
    cluster_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SealedLog]:
    folder = tmp_path_factory.mktemp("tiny")
    with sealed_log(cluster_url, template, folder, tiny=True) as found:
        yield found


@pytest.fixture(scope="session")
def tiny_zip(tiny: SealedLog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bag") / "tiny.zip"
    tiny.bag(path)
    return path
