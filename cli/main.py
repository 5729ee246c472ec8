"""`tenure`: one file a command; what stops a command is one sentence, never a traceback."""

import sys

import typer

from cli.api_keys import api_keys
from cli.clv import clv
from cli.database import database
from cli.doctor import doctor
from cli.drill import drill
from cli.erase import erase
from cli.explain import explain
from cli.export import export
from cli.figures import figures
from cli.holds import holds
from cli.import_ import import_
from cli.keys import keys
from cli.openapi import openapi
from cli.parked import parked
from cli.play import play_demo
from cli.plot import plot
from cli.projections import projections
from cli.reads import reads
from cli.rebuild import rebuild
from cli.replay import replay
from cli.run import run
from cli.serve import serve
from cli.vault import vault
from cli.verify import verify
from cli.witness import witness
from ledger.failure import CannotStart

EXIT_CANNOT_START = 3

app = typer.Typer(
    name="tenure",
    help="The system of record for account management.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command()(run)
app.command()(serve)
app.command("demo")(play_demo)
app.add_typer(api_keys, name="api-keys")
app.add_typer(keys)
app.add_typer(database)
app.add_typer(import_)
app.command()(explain)
app.command()(plot)
app.command()(replay)
app.add_typer(clv)
app.add_typer(figures)
app.command()(rebuild)
app.add_typer(parked)
app.add_typer(reads)
app.add_typer(projections)
app.add_typer(erase)
app.add_typer(holds)
app.add_typer(vault)
app.command()(drill)
app.command()(export)
app.command()(verify)
app.add_typer(witness)
app.command()(doctor)
app.command()(openapi)


def main() -> None:
    """Run the command line; exits with 3 where something outside keeps it from running."""
    try:
        app()
    except CannotStart as error:
        sys.stderr.write(f"tenure: {error}\n")
        sys.exit(EXIT_CANNOT_START)


if __name__ == "__main__":
    main()
