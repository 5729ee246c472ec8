"""A small world for the tests of hand-overs: Anna has won the deal, Ben shall have the account."""

from typing import Any, Final

from domain.account import AccountHandedOver, AccountManagerAssigned, AccountManagerUnassigned
from domain.channel import Channel
from domain.check_in import CheckInHeld, Purpose
from domain.commitment import CommitmentKept, CommitmentMade, CommitmentTerms, CommittedBy
from domain.event import Recording
from domain.hand_over import (
    HandOverAccepted,
    HandOverBrief,
    HandOverCancelled,
    HandOverCompleted,
    HandOverInitiated,
    HandOverResubmitted,
    HandOverReturned,
    HandOverTerms,
    OpenCommitment,
)
from domain.manager import ManagerRole
from domain.relationship import RelationshipStarted
from domain.relationship_binding import relationship_stream
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    ANNA,
    BEN,
    CLIENT,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MARCH,
    MAY,
    OPENED,
    PARTIES,
    TODAY,
    WON,
    uuid,
)

HAND_OVER: Final = uuid(61)
RELATIONSHIP, INTRODUCTION, PROMISE = uuid(62), uuid(63), uuid(64)
RELATIONSHIP_STREAM: Final = relationship_stream(RELATIONSHIP, account_id=ACME)

PROMISED: Final = OpenCommitment(relationship_id=RELATIONSHIP, commitment_id=PROMISE)
BRIEF: Final = HandOverBrief(notes=("Their plant stops in August",), open_commitments=(PROMISED,))
BETTER: Final = BRIEF.model_copy(update={"risks": ("A new buyer in autumn",)})
TERMS: Final = HandOverTerms(
    deal_id=FIRST, from_party_id=ANNA, to_party_id=BEN, due_on=TODAY, brief=BRIEF
)

BY_ANNA: Final = AccountManagerAssigned(
    party_id=ANNA, role=ManagerRole.ACCOUNT_EXECUTIVE, primary=True
)
INITIATED: Final = HandOverInitiated(hand_over_id=HAND_OVER, initiated_on=MAY, terms=TERMS)
ACCEPTED: Final = HandOverAccepted(hand_over_id=HAND_OVER, accepted_on=MAY)
RETURNED: Final = HandOverReturned(hand_over_id=HAND_OVER, returned_on=MAY, gaps=("risks",))
RESUBMITTED: Final = HandOverResubmitted(hand_over_id=HAND_OVER, resubmitted_on=TODAY, brief=BETTER)
COMPLETED: Final = HandOverCompleted(
    hand_over_id=HAND_OVER,
    completed_on=TODAY,
    relationship_id=RELATIONSHIP,
    check_in_id=INTRODUCTION,
)
CANCELLED: Final = HandOverCancelled(hand_over_id=HAND_OVER, cancelled_on=TODAY)
HANDED_OVER: Final = (
    AccountHandedOver(
        deal_id=FIRST, from_party_id=ANNA, to_party_id=BEN, role=ManagerRole.ACCOUNT_MANAGER
    ),
    AccountManagerUnassigned(party_id=ANNA, role=ManagerRole.ACCOUNT_EXECUTIVE),
    AccountManagerAssigned(party_id=BEN, role=ManagerRole.ACCOUNT_MANAGER, primary=True),
)

STARTED: Final = RelationshipStarted(account_id=ACME, scope=None, started_on=MARCH)
MADE: Final = CommitmentMade(
    commitment_id=PROMISE,
    made_on=MARCH,
    terms=CommitmentTerms(by=CommittedBy.US, text="Spare parts", due_on=TODAY),
)
KEPT: Final = CommitmentKept(commitment_id=PROMISE, kept_on=MAY)
WON_DEAL: Final = FIRST_DEAL.record([DEAL_OPENED, WON])


def introduced(**fields: Any) -> CheckInHeld:
    known: dict[str, Any] = {
        "check_in_id": INTRODUCTION,
        "relationship_id": RELATIONSHIP,
        "held_on": TODAY,
        "channel": Channel.MEETING,
        "purpose": Purpose.INTRODUCTION,
        "participants": (CLIENT,),
        "internal_participants": (ANNA, BEN),
    }
    return CheckInHeld(**(known | fields))


def relationship(*events: Any) -> Recording:
    return RELATIONSHIP_STREAM.record([STARTED, MADE, *events])


def world(*events: Any, beside: Recording | None = None) -> list[Recording]:
    """Return what is on record: the account with these events, the deal, what is beside it."""
    account = ACCOUNT_STREAM.record([OPENED, BY_ANNA, *events])
    return [account, WON_DEAL, beside or relationship(introduced()), *PARTIES]
