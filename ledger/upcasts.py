"""How data stored under an older schema version becomes data of the next: read-only, at every load.

An entry turns the data of (name, version n) into that of version n + 1. The record in the ledger
is never touched. A new field with a default needs no entry.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

Upcast = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTS: Final[Mapping[tuple[str, int], Upcast]] = {}
