"""`tenure keys`: make, list and rotate the key that seals the logs; begin a new epoch."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from cli.serve import prepared_database
from domain.refusal import Refused
from ledger.checkpoints import read_log_keys
from ledger.database import local_postgres
from ledger.failure import CannotStart
from ledger.ledger import Ledger, open_ledger, signing_folder
from ledger.sealing import new_installation_name, read_heads, read_seal
from ledger.settings import load_settings
from ledger.signer import Signer, SignerRefused
from ledger.signing_keys import begin_new_epoch, rotate_key, verifier_keys
from ledger.tenants import DEFAULT_TENANT

T = TypeVar("T")

Reason = Annotated[str, typer.Option(help="Why; it stands in the log.")]

keys = typer.Typer(
    name="keys",
    help="Make, list and rotate the key that seals the logs; begin a new epoch.",
    no_args_is_help=True,
)


@keys.command()
def create(
    name: Annotated[
        str | None,
        typer.Option(help="What the logs' origins begin with, such as example.com/tenure."),
    ] = None,
) -> None:
    """Make the signing key, for this user's eyes alone; `tenure serve` does so on first use."""
    signer = Signer(signing_folder(load_settings()))
    try:
        made = signer.create_key(name or new_installation_name())
    except SignerRefused as error:
        raise CannotStart(str(error)) from error
    typer.echo(f"{signer.key_path} signs for the origins {made.name}/<tenant>; keep a copy of it")


@keys.command("list")
def list_all() -> None:
    """Print the verifier keys: of each log now, as auditors need it, and of those before."""

    async def run(ledger: Ledger, signer: Signer) -> None:
        async with ledger.pool.connection() as connection:
            logs = [
                (head.tenant_id, (await read_seal(connection, ledger.types, head.tenant_id)).epoch)
                for head in await read_heads(connection)
            ]
            current = verifier_keys(signer, logs) if signer.has_key else []
            for tenant_id, text in current:
                typer.echo(f"signs now     {tenant_id:<16} {text}")
            for tenant_id, _ in logs:
                for key in await read_log_keys(connection, tenant_id):
                    if (tenant_id, key.verifier_key) not in current:
                        typer.echo(f"signed before {tenant_id:<16} {key.verifier_key}")

    _with_ledger(run)


@keys.command()
def rotate(reason: Reason) -> None:
    """Let a new key sign from now on; both keys sign a statement of it, which stands in the log."""
    made = _with_ledger(lambda ledger, signer: rotate_key(ledger, signer, reason))
    typer.echo(f"signed by a new key of {made.name} from now on; `tenure keys list` prints it")


@keys.command("new-epoch")
def new_epoch(
    reason: Reason,
    tenant: Annotated[str, typer.Option(help="Whose log.")] = DEFAULT_TENANT,
) -> None:
    """Let a log that has lost what was sealed go on under another origin, and say so in it."""
    begun = _with_ledger(lambda ledger, signer: begin_new_epoch(ledger, signer, tenant, reason))
    typer.echo(f"the log goes on as {begun.origin}; its verifier key is {begun.key}")


def _with_ledger(act: Callable[[Ledger, Signer], Awaitable[T]]) -> T:
    """Open the ledger, a local PostgreSQL as it was found, and turn refusals into one sentence."""
    settings = load_settings()
    signer = Signer(signing_folder(settings))
    running = settings.database_url is None and local_postgres(settings).is_running()

    async def run(url: str) -> T:
        async with open_ledger(url, settings) as ledger:
            return await act(ledger, signer)

    with prepared_database(settings, keep_running=running) as url:
        try:
            return asyncio.run(run(url))
        except (SignerRefused, Refused) as error:
            raise CannotStart(str(error)) from error
