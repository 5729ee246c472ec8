"""Parties over HTTP: people on our side and theirs, and their data to those who may see them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, StringConstraints

from api.command import Body, CommandAsked, today
from api.command_route import command
from api.reading import READ_ANSWERS, Reading
from api.shown import Shown, show
from domain import commands
from domain.party import PARTY, ContactField, PartyForgotten, PartyRegistered, PartyRevised, Side
from domain.refusal import NotFound
from domain.words import PRINTED, Label, Name
from ledger.reading import read_stream

router = APIRouter(prefix="/parties", tags=["parties"])

Contact = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=PRINTED)]


class NewParty(Body):
    side: Side
    name: Name
    email: Contact | None = None
    phone: Contact | None = None
    department: Label | None = Field(None, description="of ours: where they work")


class PartyRevision(Body):
    name: Name | None = Field(None, description="the new name; the old one stays, if not given")
    email: Contact | None = None
    phone: Contact | None = None
    department: Label | None = None
    withdraw: tuple[ContactField, ...] = Field((), description="what no longer holds at all")


class PartyView(BaseModel):
    """A party as it stands."""

    party_id: UUID
    side: Side
    name: Shown
    email: Shown
    phone: Shown
    department: str | None
    version: int


@command(router, "")
async def register_party(body: NewParty, asked: CommandAsked) -> Response:
    decision = commands.register_party(
        asked.new_id(),
        side=body.side,
        name=body.name,
        email=body.email,
        phone=body.phone,
        department=body.department,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body, location="/parties/{id}")


@command(router, "/{party_id}/revisions")
async def revise_party(party_id: UUID, body: PartyRevision, asked: CommandAsked) -> Response:
    decision = commands.revise_party(
        party_id,
        name=body.name,
        email=body.email,
        phone=body.phone,
        department=body.department,
        withdraw=body.withdraw,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@router.get("/{party_id}", responses=READ_ANSWERS, response_model=PartyView)
async def read_party(party_id: UUID, view: Reading, response: Response) -> Any:
    """Read a party from its own stream, so that no view holds what is personal."""
    ledger = view.service.ledger
    entries = await read_stream(view.connection, ledger.types, view.tenant_id, party_id)
    if view.past is not None:
        entries = [entry for entry in entries if view.past.holds(entry)]
    if not entries or entries[0].envelope.stream_type != PARTY.name:
        raise NotFound(PARTY.name, party_id)
    side, department, digests = _latest([entry.event for entry in entries])
    subjects = {digest: party_id for digest in digests.values() if digest}
    known = await show(view, subjects, account_id=None)
    version = entries[-1].envelope.version
    response.headers["ETag"] = f'"{version}"'
    shown = {name: known[digest] if digest else None for name, digest in digests.items()}
    return PartyView(party_id=party_id, side=side, department=department, version=version, **shown)


def _latest(events: list[Any]) -> tuple[Side, str | None, dict[str, str | None]]:
    """Return the side, the department, and the digest of each personal value that holds now."""
    side, department = Side.OURS, None
    digests = dict.fromkeys(("name", "email", "phone"), None)
    for event in events:
        if isinstance(event, PartyForgotten):
            continue
        if isinstance(event, PartyRegistered):
            side = event.side
        department = event.department or department
        given = {name: getattr(event, name) for name in digests}
        digests |= {name: value for name, value in given.items() if value is not None}
        if isinstance(event, PartyRevised):
            digests |= dict.fromkeys(event.withdrawn, None)
    return side, department, {str(name): digest for name, digest in digests.items()}
