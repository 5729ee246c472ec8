"""The commands of a party: to register and revise it."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from domain import party as parties
from domain.binding import party_stream, up_to
from domain.decision import Decision, States, refuse_if_begun
from domain.decision import on as on_stream
from domain.event import Recording
from domain.party import ContactField, Side


def register_party(
    party_id: UUID,
    *,
    side: Side,
    name: str,
    email: str | None = None,
    phone: str | None = None,
    department: str | None = None,
    on: date,
    today: date,
) -> Decision:
    party = party_stream(party_id)

    def decide(states: States) -> Sequence[Recording]:
        refuse_if_begun(states, party)
        events = parties.register_party(
            party_id, side=side, name=name, email=email, phone=phone, department=department
        )
        return [party.record(events)]

    return up_to(today, on, Decision(party, (party,), decide))


def revise_party(
    party_id: UUID,
    *,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    department: str | None = None,
    withdraw: Collection[ContactField] = (),
    on: date,
    today: date,
) -> Decision:
    decision = on_stream(
        party_stream(party_id),
        parties.revise_party,
        party_id,
        name=name,
        email=email,
        phone=phone,
        department=department,
        withdraw=withdraw,
    )
    return up_to(today, on, decision)
