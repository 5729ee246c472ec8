"""What is asked for because of an activity: in the relationship with the whole account, once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain import commands
from domain.account_relationships import ACCOUNT_RELATIONSHIPS, NO_RELATIONSHIPS
from domain.check_in import CheckInContent, CheckInPlan, CheckInStatus
from domain.commitment import CommitmentStatus, CommitmentTerms
from domain.decision import Decision, States
from domain.event import Recording
from domain.policy_set import POLICIES
from domain.refusal import Refused
from domain.relationship import Relationship
from domain.relationship_binding import relationship_of, relationship_stream
from importers.identity import relationship_id_of
from importers.stakeholders import whole_of
from importers.taking import DIFFERS


@dataclass(frozen=True, slots=True)
class ActivityRef:
    """Which activity, of which account, and the day it is today."""

    account_id: UUID
    id: UUID
    today: date


def hold_step(ref: ActivityRef, *, content: CheckInContent, note: str | None, on: date) -> Decision:
    """Record that the check-in was held, planned or not; one that is there is left as it is."""

    def choose(relationship_id: UUID, relationship: Relationship) -> Decision | None:
        known = relationship.check_ins.get(ref.id)
        if known is not None and known.status is not CheckInStatus.PLANNED:
            if (known.status, known.held_on) == (CheckInStatus.HELD, on):
                return None
            raise _differs(ref)
        hold = commands.hold_check_in if known is None else commands.hold_planned_check_in
        return hold(
            ref.account_id,
            relationship_id,
            check_in_id=ref.id,
            content=content,
            note=note,
            on=on,
            today=ref.today,
        )

    return _in_the_whole(ref, choose)


def plan_step(ref: ActivityRef, *, plan: CheckInPlan, on: date) -> Decision:
    """Plan the check-in, on the day `on`; one that is there is left as it is."""

    def choose(relationship_id: UUID, relationship: Relationship) -> Decision | None:
        known = relationship.check_ins.get(ref.id)
        if known is not None:
            if (known.status, known.plan) == (CheckInStatus.PLANNED, plan):
                return None
            raise _differs(ref)
        return commands.schedule_check_in(
            ref.account_id,
            relationship_id,
            check_in_id=ref.id,
            plan=plan,
            on=on,
            today=ref.today,
        )

    return _in_the_whole(ref, choose)


def promise_step(ref: ActivityRef, *, terms: CommitmentTerms, on: date) -> Decision:
    """Make the commitment, on the day `on`; one that is there is left as it is."""

    def choose(relationship_id: UUID, relationship: Relationship) -> Decision | None:
        known = relationship.commitments.get(ref.id)
        if known is not None:
            if (known.terms, known.made_on) == (terms, on):
                return None
            raise _differs(ref)
        return commands.make_commitment(
            ref.account_id,
            relationship_id,
            commitment_id=ref.id,
            terms=terms,
            on=on,
            today=ref.today,
        )

    return _in_the_whole(ref, choose)


def keep_step(ref: ActivityRef, *, on: date) -> Decision:
    """Keep the commitment; one that is settled is left as it is."""

    def choose(relationship_id: UUID, relationship: Relationship) -> Decision | None:
        known = relationship.commitments.get(ref.id)
        if known is not None and known.status is not CommitmentStatus.OPEN:
            if known.status is CommitmentStatus.KEPT:
                return None
            raise _differs(ref)
        return commands.keep_commitment(
            ref.account_id, relationship_id, commitment_id=ref.id, on=on, today=ref.today
        )

    return _in_the_whole(ref, choose)


def _in_the_whole(
    ref: ActivityRef, choose: Callable[[UUID, Relationship], Decision | None]
) -> Decision:
    """Carry out what is chosen in the relationship with the whole account.

    One that was begun by an import and has ended stands for those that are not there: it says so.
    """
    family = ACCOUNT_RELATIONSHIPS.of(ref.account_id)
    derived_id = relationship_id_of(ref.account_id)
    derived = relationship_stream(derived_id, account_id=ref.account_id)

    def decide(states: States) -> Sequence[Recording]:
        id_ = whole_of(states.find(family) or NO_RELATIONSHIPS) or derived_id
        stream = relationship_stream(id_, account_id=ref.account_id)
        chosen = choose(id_, relationship_of(states, stream))
        return [] if chosen is None else chosen.decide(states)

    return Decision(derived, (derived, family, POLICIES), decide)


def _differs(ref: ActivityRef) -> Refused:
    return Refused(DIFFERS, f"the activity {ref.id} is there already, and reads otherwise now")
