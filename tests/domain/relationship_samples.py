"""A small relationship for the tests of the domain: its people, and how commands reach it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from domain.account import AccountClosed
from domain.binding import party_stream
from domain.cadence import Cadence, CadenceOrigin
from domain.channel import Channel
from domain.check_in import CheckInContent, CheckInHeld, CheckInPlan, Purpose
from domain.decision import Decision
from domain.event import Recording
from domain.horizon import Horizon
from domain.need import NeedIdentified, NeedSource
from domain.party import PartyRegistered, Side
from domain.relationship import RelationshipEnded, RelationshipEvent, RelationshipStarted
from domain.relationship_binding import relationship_stream
from domain.stakeholder import StakeholderIdentified
from tests.domain.samples import ACCOUNT_STREAM, ACME, ANNA, CLIENT, MARCH, MAY, OPENED, TODAY, uuid
from tests.given import CommandOutcome, given_streams

LINE, OTHER_LINE = uuid(51), uuid(52)
CARLA, STRANGER = uuid(14), uuid(15)
CHECK_IN, NEED = uuid(61), uuid(71)
APRIL = date(2026, 4, 1)
JUNE = date(2026, 6, 1)

STREAM = relationship_stream(LINE, account_id=ACME)
OTHER_STREAM = relationship_stream(OTHER_LINE, account_id=ACME)
NEED_IDENTIFIED = NeedIdentified(
    need_id=NEED,
    statement="Fewer breakdowns",
    latent=False,
    priority=3,
    horizon=Horizon.SHORT,
    source=NeedSource.CHECK_IN,
)
OPEN = ACCOUNT_STREAM.record([OPENED, NEED_IDENTIFIED])
CLOSED = ACCOUNT_STREAM.record(
    [OPENED, AccountClosed(closed_on=TODAY, churned=True, reason_code="price")]
)
PEOPLE = [
    party_stream(party_id).record([PartyRegistered(party_id=party_id, side=side, name="someone")])
    for party_id, side in (
        (ANNA, Side.OURS),
        (CLIENT, Side.THEIRS),
        (CARLA, Side.THEIRS),
        (STRANGER, Side.THEIRS),
    )
]

STARTED = RelationshipStarted(account_id=ACME, started_on=MARCH)
ENDED = RelationshipEnded(ended_on=TODAY)
IDENTIFIED = StakeholderIdentified(party_id=CLIENT, identified_on=APRIL)
TOO = StakeholderIdentified(party_id=CARLA, identified_on=APRIL)
AGREED = Cadence(every_days=10, grace_days=2, origin=CadenceOrigin.AGREED_WITH_CLIENT)

PLAN = CheckInPlan(planned_on=TODAY, channel=Channel.VIDEO, participants=(CLIENT,))
CONTENT = CheckInContent(
    channel=Channel.CALL, participants=(CLIENT,), internal_participants=(ANNA,)
)
HELD = CheckInHeld(
    check_in_id=CHECK_IN,
    relationship_id=LINE,
    held_on=MAY,
    channel=Channel.CALL,
    purpose=Purpose.CATCH_UP,
    participants=(CLIENT,),
    internal_participants=(ANNA,),
)


def line(*events: RelationshipEvent) -> Recording:
    """Return the relationship, in which one stakeholder was identified, after more events."""
    return STREAM.record([STARTED, IDENTIFIED, *events])


def asking(command: Callable[..., Decision], on: date = MAY, **arguments: Any) -> Decision:
    return command(ACME, LINE, on=on, today=TODAY, **arguments)


def after(*events: RelationshipEvent, account: Recording = OPEN) -> Any:
    """Give all of it: the account, its people, and the relationship after these events."""
    return given_streams(account, *PEOPLE, line(*events))


def then(outcome: CommandOutcome, *events: RelationshipEvent) -> None:
    """Check that the relationship goes on with these events, and nothing else does."""
    outcome.then(*([STREAM.record(list(events))] if events else []))
