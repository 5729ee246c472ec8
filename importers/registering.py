"""Persons are registered once: one that is on record is left as it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.commands import register_party
from domain.decision import Decision, States
from domain.event import Recording
from domain.party import Side


def register_once(
    party_id: UUID,
    *,
    side: Side,
    name: str,
    email: str | None = None,
    phone: str | None = None,
    on: date,
    today: date,
) -> Decision:
    """Register a person, unless it is there already: what it was called is not known here."""
    registering = register_party(
        party_id, side=side, name=name, email=email, phone=phone, on=on, today=today
    )

    def decide(states: States) -> Sequence[Recording]:
        return [] if states.find(registering.target) is not None else registering.decide(states)

    return replace(registering, decide=decide)
