"""`tenure import mappings` and `tenure import mapping NAME`: what exports Tenure can read."""

import sys
from typing import Annotated

import typer

from importers.failure import Unusable
from importers.mapping import MAPPINGS, find, load, shipped

EXIT_UNUSABLE = 2

Name = Annotated[str, typer.Argument(help="One of `tenure import mappings`.")]


def mappings() -> None:
    """List the exports of other systems that `tenure import crm` knows."""
    for path in shipped():
        known = load(path)
        typer.echo(f"{known.name:<32}{known.imports:<14}{known.title}")


def mapping(name: Name) -> None:
    """Print a mapping, to be copied, changed, and given to `tenure import crm --mapping`."""
    try:
        known = find(name)
    except Unusable as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(EXIT_UNUSABLE) from None
    typer.echo((MAPPINGS / f"{known.name}.toml").read_text(encoding="utf-8"), nl=False)
