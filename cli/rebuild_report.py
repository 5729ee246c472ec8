"""What a comparison found, on stdout: a line a table with what differs, or JSON lines."""

import json
from typing import Any, Final, Protocol

import typer

from projections.rebuilding.comparison import Counts, Difference, Kind

_SHOWN_MAX: Final = 20
"""Rows that are told one by one for each table; all of them are with --json."""


class Report(Protocol):
    """How a comparison is told."""

    rows_max: int | None
    """How many rows of a table are told one by one; None: all."""

    def row(self, difference: Difference) -> None: ...

    def table(self, counts: Counts) -> None:
        """Tell of a table, after its rows."""

    def end(self, said: str, /, **facts: Any) -> None: ...


class Lines:
    """For people."""

    rows_max: int | None = _SHOWN_MAX

    def row(self, difference: Difference) -> None:
        typer.echo(f"  {sentence_of(difference)}")

    def table(self, counts: Counts) -> None:
        wrong = counts.differ + counts.missing + counts.extra
        if wrong > _SHOWN_MAX:
            typer.echo(f"  ... and {wrong - _SHOWN_MAX:,} more: all of them with --json")
        typer.echo(
            f"{counts.table}: {counts.equal:,} rows equal, {counts.differ:,} differ, "
            f"{counts.missing:,} missing, {counts.extra:,} extra"
        )

    def end(self, said: str, /, **_: Any) -> None:
        typer.echo(said)


class JsonLines:
    """For programs: an object for each row that differs, for each table, and at the end."""

    rows_max: int | None = None

    def row(self, difference: Difference) -> None:
        typer.echo(json.dumps(difference.as_json()))

    def table(self, counts: Counts) -> None:
        typer.echo(
            json.dumps(
                {
                    "table": counts.table,
                    "equal": counts.equal,
                    "differ": counts.differ,
                    "missing": counts.missing,
                    "extra": counts.extra,
                }
            )
        )

    def end(self, _: str, /, **facts: Any) -> None:
        typer.echo(json.dumps(facts))


def sentence_of(difference: Difference) -> str:
    """Say which row is wrong, how, and which events it comes from."""
    key = ", ".join(f"{name} {value}" for name, value in difference.key.items())
    behind = ", ".join(f"{event['position']} {event['name']}" for event in difference.events)
    match difference.kind:
        case Kind.DIFFERS:
            what = "; ".join(
                f"{name} is {live}, the log makes {built}"
                for name, (live, built) in difference.columns.items()
            )
        case Kind.MISSING:
            what = "the log makes this row"
        case Kind.EXTRA:
            what = "the log does not make this row"
    return f"{difference.kind}: {key}: {what} (events: {behind or 'none'})"
