"""`tenure erase`: ask for what is known of a person to be erased; decide on another's request."""

from typing import Annotated
from uuid import UUID, uuid4

import typer

from api.business_day import today
from api.security import MAY_ADMINISTER, MAY_COMMAND, asker_of
from cli.acting import Acting, ApiKey, Reason, act
from cli.folded_view import folded_rows
from cli.running_database import running_database
from domain import commands
from domain.erasure import ERASURE, LegalBasis, SubjectKind
from ledger.erasing import approval, register_erasures
from ledger.erasure_register import ErasureRegister
from ledger.tenants import DEFAULT_TENANT
from projections.erasures import ERASURES

ErasureId = Annotated[UUID, typer.Argument(metavar="ERASURE", help="The id of the request.")]

erase = typer.Typer(
    name="erase",
    help="Erase what is known of a person: one asks, another approves.",
    no_args_is_help=True,
)


@erase.command()
def request(
    subject_id: Annotated[
        UUID, typer.Argument(metavar="SUBJECT", help="The party; or the account or relationship.")
    ],
    legal_basis: Annotated[LegalBasis, typer.Option(help="GDPR, Article 17(1), or other law.")],
    reason: Reason,
    api_key: ApiKey,
    kind: Annotated[
        SubjectKind, typer.Option(help="What the subject is: whose texts are to go.")
    ] = SubjectKind.PARTY,
) -> None:
    """Ask for an erasure; nothing is erased before another person approves."""

    async def work(acting: Acting) -> UUID:
        erasure_id = uuid4()
        decision = commands.request_erasure(
            erasure_id,
            subject_id=subject_id,
            subject_kind=kind,
            legal_basis=legal_basis,
            by=asker_of(acting.principal),
            reason=reason,
            on=today(),
            today=today(),
        )
        await acting.carry_out(decision, reason=reason)
        return erasure_id

    typer.echo(f"{act(api_key, MAY_COMMAND, work)}  requested; another person approves it")


@erase.command()
def approve(erasure_id: ErasureId, api_key: ApiKey) -> None:
    """Erase what another person has asked for: at once, and for ever."""

    async def work(acting: Acting) -> None:
        ledger, tenant_id = acting.ledger, acting.principal.tenant_id
        async with ledger.pool.connection() as connection:
            decision = await approval(
                connection,
                ledger.types,
                tenant_id,
                erasure_id,
                by=asker_of(acting.principal),
                on=today(),
                today=today(),
            )
        await acting.carry_out(decision)
        await register_erasures(ledger, ErasureRegister.of(acting.settings), tenant_id)

    act(api_key, MAY_ADMINISTER, work)
    typer.echo(f"{erasure_id}  erased; GET /erasures/{erasure_id}/certificate proves it")


@erase.command()
def reject(erasure_id: ErasureId, reason: Reason, api_key: ApiKey) -> None:
    """Decide against another person's request."""

    async def work(acting: Acting) -> None:
        by = asker_of(acting.principal)
        decision = commands.reject_erasure(
            erasure_id, by=by, reason=reason, on=today(), today=today()
        )
        await acting.carry_out(decision, reason=reason)

    act(api_key, MAY_ADMINISTER, work)
    typer.echo(f"{erasure_id}  rejected")


@erase.command()
def withdraw(erasure_id: ErasureId, api_key: ApiKey) -> None:
    """Take back your own request."""

    async def work(acting: Acting) -> None:
        by = asker_of(acting.principal)
        decision = commands.withdraw_erasure(erasure_id, by=by, on=today(), today=today())
        await acting.carry_out(decision)

    act(api_key, MAY_COMMAND, work)
    typer.echo(f"{erasure_id}  withdrawn")


@erase.command("list")
def list_all(
    tenant: Annotated[str, typer.Option(help="Whose log.")] = DEFAULT_TENANT,
) -> None:
    """List the requests, in the order of the log, and what became of each."""
    with running_database() as url:
        for row in folded_rows(url, tenant, ERASURES, ERASURE.name):
            count = "" if row.disclosures is None else f"  {row.disclosures} disclosures"
            asked = f"asked on {row.requested_on} by {row.requested_by[0]}"
            typer.echo(
                f"{row.erasure_id}  {row.status:<9}  {row.subject_kind} {row.subject_id}  "
                f"{asked}{count}"
            )
