"""`tenure holds`: place and release legal holds, which keep what would else be erased."""

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

import typer

from api.business_day import today
from api.security import MAY_ADMINISTER
from cli.acting import Acting, ApiKey, Reason, act
from cli.folded_view import folded_rows
from cli.running_database import running_database
from domain import commands
from domain.legal_hold import LEGAL_HOLD, HoldScope
from ledger.tenants import DEFAULT_TENANT
from projections.legal_holds import LEGAL_HOLDS

holds = typer.Typer(
    name="holds",
    help="Legal holds: what may not be erased for now.",
    no_args_is_help=True,
)


@holds.command()
def place(
    scope: Annotated[HoldScope, typer.Argument(help="What is kept.")],
    reason: Reason,
    api_key: ApiKey,
    subject: Annotated[
        UUID | None, typer.Option(help="The account with everyone its history names, or a person.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its last day, if it has one.")
    ] = None,
) -> None:
    """Keep the whole tenant, an account or a person from being erased."""

    async def work(acting: Acting) -> UUID:
        hold_id = uuid4()
        decision = commands.place_hold(
            hold_id,
            scope=scope,
            subject_id=subject,
            until=None if until is None else until.date(),
            reason=reason,
            on=today(),
            today=today(),
        )
        await acting.carry_out(decision, reason=reason)
        return hold_id

    typer.echo(f"{act(api_key, MAY_ADMINISTER, work)}  placed")


@holds.command()
def release(
    hold_id: Annotated[UUID, typer.Argument(metavar="HOLD", help="The id of the hold.")],
    reason: Reason,
    api_key: ApiKey,
) -> None:
    """Let go of what a hold keeps."""

    async def work(acting: Acting) -> None:
        decision = commands.release_hold(hold_id, reason=reason, on=today(), today=today())
        await acting.carry_out(decision, reason=reason)

    act(api_key, MAY_ADMINISTER, work)
    typer.echo(f"{hold_id}  released")


@holds.command("list")
def list_all(
    tenant: Annotated[str, typer.Option(help="Whose log.")] = DEFAULT_TENANT,
) -> None:
    """List the holds, in the order of the log."""
    with running_database() as url:
        for row in folded_rows(url, tenant, LEGAL_HOLDS, LEGAL_HOLD.name):
            whom = f" {row.subject_id}" if row.subject_id else ""
            until = f" until {row.until}" if row.until else ""
            state = f"released on {row.released_on}" if row.released_on else f"placed{until}"
            typer.echo(f"{row.hold_id}  {row.scope}{whom}  {state}  {row.reason}")
