"""What is asked for because a row names an owner: to register it, and to let it own something."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from domain import commands
from domain.binding import account_stream, deal_stream
from domain.deal_terms import DealStatus
from domain.decision import States
from domain.event import Recording
from domain.manager import ManagerRole, primary_of
from domain.party import Side
from domain.refusal import NotFound, Refused
from importers.deal_steps import DealRef
from importers.owners import Owner
from importers.registering import register_once
from importers.taking import DIFFERS, Taken


def register_owner(owner: Owner, *, on: date, today: date, reason: str | None) -> Sequence[Taken]:
    """Register the owner from the day on, if the owners file says so and it is not on record."""
    if owner.person is None:
        return ()
    registering = register_once(
        owner.party_id,
        side=Side.OURS,
        name=owner.person.name,
        email=owner.person.email,
        on=on,
        today=today,
    )
    return (Taken(registering, on, reason),)


def manage_account(
    account_id: UUID,
    owner: Owner,
    *,
    role: ManagerRole,
    on: date,
    today: date,
    reason: str | None,
) -> Taken:
    """Let the owner lead the account, once; who leads it here is not put out of office.

    Raises (when decided):
        Refused: `DIFFERS`, if somebody else leads it or it is closed; and what the domain says,
            such as `capacity-exceeded`.
    """
    assigning = commands.assign_manager(
        account_id, party_id=owner.party_id, role=role, primary=True, on=on, today=today
    )
    account = account_stream(account_id)

    def decide(states: States) -> Sequence[Recording]:
        known = states[account]
        primary = primary_of(known.managers)
        if primary is not None and primary[0] == owner.party_id:
            return []
        if primary is not None or not known.is_open:
            raise Refused(DIFFERS, f"the account {account_id} is in other hands, or closed")
        return assigning.decide(states)

    key = f"{account_id}:managed-by:{owner.party_id}:{role}"
    return Taken(replace(assigning, decide=decide), on, reason, key=key)


def own_deal(ref: DealRef, owner: Owner, *, on: date, reason: str | None) -> Taken:
    """Let the owner have the deal, once; whoever has it here keeps it.

    Raises (when decided):
        Refused: `DIFFERS`, if somebody else has it or it has ended; and what the domain says.
    """
    changing = commands.change_deal_owner(
        ref.account_id, ref.deal_id, to=owner.party_id, on=on, today=ref.today
    )
    stream = deal_stream(ref.deal_id, account_id=ref.account_id)

    def decide(states: States) -> Sequence[Recording]:
        known = states.find(stream)
        if known is None:
            raise NotFound("deal", ref.deal_id)
        if known.owner_id == owner.party_id:
            return []
        is_open = known.account_id == ref.account_id and known.status is DealStatus.OPEN
        if known.owner_id is not None or not is_open:
            raise Refused(DIFFERS, f"the deal {ref.deal_id} is in other hands, or has ended")
        return changing.decide(states)

    key = f"{ref.deal_id}:owned-by:{owner.party_id}"
    return Taken(replace(changing, decide=decide), on, reason, key=key)
