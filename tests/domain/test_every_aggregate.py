"""What the domain declares is what the ledger knows."""

import pkgutil
from collections.abc import Iterable
from importlib import import_module
from typing import TypeVar

import domain
from domain.aggregates import EVERY_AGGREGATE, EVERY_FAMILY
from domain.event import Aggregate, Family

K = TypeVar("K")


def declared(kind: type[K]) -> Iterable[K]:
    """Yield the constants of this kind in every module of the domain."""
    for module in pkgutil.iter_modules(domain.__path__):
        for value in vars(import_module(f"domain.{module.name}")).values():
            if isinstance(value, kind):
                yield value


def test_every_aggregate_is_known() -> None:
    assert {each.name for each in declared(Aggregate)} == {each.name for each in EVERY_AGGREGATE}


def test_every_family_is_known() -> None:
    assert {each.name for each in declared(Family)} == {each.name for each in EVERY_FAMILY}
