"""The options that every import takes, and what they say."""

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import StringConstraints, TypeAdapter, ValidationError

from domain.words import PRINTED
from importers.failure import Unusable

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be recorded, and record nothing.")
]
RejectsOption = Annotated[
    Path | None,
    typer.Option(
        "--rejects",
        help="Where rows that cannot be taken go, with line and reason; "
        "FILE.rejects.csv (or .ndjson) if not given. Overwritten at the first such row.",
    ),
]
ActorOption = Annotated[
    str | None,
    typer.Option(help="On whose behalf: a kind and a random id, such as user:0199...; no names."),
]
ReasonOption = Annotated[
    str | None,
    typer.Option(
        "--reason",
        help="Why, in a few words; rows of closed periods are rejected without. Name no persons.",
    ),
]
ReasonText = Annotated[str, StringConstraints(max_length=500, pattern=PRINTED)]
Tenant = Annotated[str, typer.Option(help="Whose log.")]
Encoding = Annotated[
    str | None,
    typer.Option(help="Such as cp1250; if not given: UTF-8, or else CP-1252 or CP-1250."),
]
Delimiter = Annotated[
    str | None, typer.Option(help="What stands between cells; if not given, found out.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]

_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}


def delimiter_of(said: str | None) -> str | None:
    """Return the character meant.

    Raises:
        Unusable: it is not one character.
    """
    mark = _DELIMITERS.get(said or "", said)
    if mark is not None and len(mark) != 1:
        raise Unusable(f"--delimiter {mark!r} is not one character")
    return mark


def of_type(kind: Any, option: str, text: str) -> str:
    """Read what an option says as a type of the domain.

    Raises:
        Unusable: the type does not admit it.
    """
    try:
        return str(TypeAdapter(kind).validate_python(text))
    except ValidationError as error:
        raise Unusable(f"{option} {text!r}: {error.errors()[0]['msg']}") from None
