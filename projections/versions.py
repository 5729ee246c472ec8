"""Which views were built by another version of their code than this program has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from typing_extensions import override

from projections.projection import Projection

BUILT_SQL: Final = "SELECT projection, version FROM projections.built"
# A view that holds nothing yet will be built by whoever runs now.
_NOTE_SQL: Final = """
    INSERT INTO projections.built (projection, version)
    SELECT name, version FROM unnest(%s::text[], %s::bigint[]) AS new (name, version)
    WHERE NOT EXISTS (
        SELECT FROM projections.checkpoint WHERE projection = new.name AND position > 0
    )
    ON CONFLICT (projection) DO UPDATE SET version = excluded.version
    WHERE built.version <> excluded.version
"""


@dataclass(frozen=True, slots=True)
class Outdated:
    """A view whose rows are not all as this program would make them."""

    view: str
    built: int
    program: int

    @override
    def __str__(self) -> str:
        return (
            f"view {self.view} was built by version {self.built} of its code, this program has "
            f"{self.program}: run `tenure rebuild {self.view}`"
        )


def note_versions(connection: psycopg.Connection[Any], projections: Sequence[Projection]) -> None:
    """Note by which version of its code each view will be built that has not been begun."""
    names = [projection.name for projection in projections]
    versions = [projection.version for projection in projections]
    connection.execute(_NOTE_SQL, (names, versions))


def outdated(built: Mapping[str, int], projections: Iterable[Projection]) -> list[Outdated]:
    """Compare what `BUILT_SQL` says with what this program has."""
    return [
        Outdated(projection.name, built[projection.name], projection.version)
        for projection in projections
        if built.get(projection.name, projection.version) != projection.version
    ]
