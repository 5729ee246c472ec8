"""The parties that a command names: they must be known, and some must be ours."""

from collections.abc import Iterable
from uuid import UUID

from domain.binding import party_stream
from domain.decision import States
from domain.event import Stream
from domain.override import Override
from domain.party import Party, PartyEvent, Side
from domain.refusal import Refused


def parties(*party_ids: UUID | None) -> tuple[Stream[Party, PartyEvent], ...]:
    """Return the streams of the parties that are named, for a command to read beforehand."""
    return tuple(party_stream(party_id) for party_id in party_ids if party_id is not None)


def require_known(states: States, party_ids: Iterable[UUID | None]) -> None:
    """Make sure that every party named is on record.

    Raises:
        NotFound: one is not.
    """
    for party_id in party_ids:
        if party_id is not None:
            states[party_stream(party_id)]


def require_ours(states: States, party_id: UUID | None) -> None:
    """Make sure that the party, if one is named, is one of ours.

    Raises:
        NotFound: it is not on record.
        Refused: `party-not-ours`.
    """
    if party_id is not None and states[party_stream(party_id)].side is not Side.OURS:
        raise Refused(
            "party-not-ours",
            f"the party {party_id} is on the client's side; name one of our own",
        )


def require_our_word(states: States, override: Override | None) -> None:
    """Make sure that an override, if there is one, is given by one of ours.

    Raises:
        NotFound: who approved it is not on record.
        Refused: `party-not-ours`.
    """
    require_ours(states, override.approved_by if override else None)
