"""Which class reads which stored name and schema version."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.event import Aggregate, Event
from ledger.failure import CannotStart
from ledger.stored_data import check_storable
from ledger.upcasts import UPCASTS, Upcast


class EventTypes:
    """Every stored name that this program can read, with the upcasts that lead to its version.

    Raises:
        ValueError: two classes share a stored name, a class cannot be stored exactly, or an
            upcast is missing.
    """

    def __init__(
        self,
        aggregates: Iterable[Aggregate[Any, Any]],
        upcasts: Mapping[tuple[str, int], Upcast] = UPCASTS,
    ) -> None:
        self._classes: dict[str, type[Event]] = {}
        self._upcasts = upcasts
        for aggregate in aggregates:
            for event_class in aggregate.events:
                self._add(event_class)

    def _add(self, event_class: type[Event]) -> None:
        check_storable(event_class)
        name = event_class.NAME
        if name in self._classes:
            raise ValueError(f"{event_class} and {self._classes[name]} are both stored as {name}")
        for version in range(1, event_class.SCHEMA_VERSION):
            if (name, version) not in self._upcasts:
                raise ValueError(f"{name} has no upcast from schema version {version}")
        self._classes[name] = event_class

    def read(self, name: str, schema_version: int, data: dict[str, Any]) -> Event:
        """Turn stored data into the event, upcast to the version of today."""
        event_class = self._classes[name]
        for version in range(schema_version, event_class.SCHEMA_VERSION):
            data = self._upcasts[name, version](data)
        return event_class.model_validate(data)

    def can_read(self, name: str, schema_version: int) -> bool:
        event_class = self._classes.get(name)
        return event_class is not None and 1 <= schema_version <= event_class.SCHEMA_VERSION

    def require(self, kinds: Iterable[tuple[str, int]]) -> None:
        """Make sure that everything stored can be read.

        Raises:
            CannotStart: the log holds a name or a schema version that this program does not know.
        """
        unknown = sorted(kind for kind in kinds if not self.can_read(*kind))
        if unknown:
            names = ", ".join(f"{name} (schema version {version})" for name, version in unknown)
            raise CannotStart(
                f"the log holds events that this version of Tenure cannot read: {names}; "
                "start the version that wrote them, or a newer one"
            )
