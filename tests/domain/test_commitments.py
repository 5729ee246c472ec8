from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain import commands
from domain.commitment import (
    CommitmentBroken,
    CommitmentKept,
    CommitmentMade,
    CommitmentReleased,
    CommitmentRescheduled,
    CommitmentTerms,
    CommittedBy,
)
from domain.commitment_decisions import make_commitment
from domain.decision import Decision
from domain.event import Recording
from domain.override import Override
from domain.policy import Commitments
from domain.policy_set import POLICIES, PolicyPublished
from domain.relationship import RELATIONSHIP, RelationshipEvent
from tests.domain.collaborations import NO, REQUEST, YES, request
from tests.domain.relationship_samples import (
    IDENTIFIED,
    JUNE,
    OPEN,
    PEOPLE,
    STARTED,
    after,
    asking,
    line,
    then,
)
from tests.domain.samples import ANNA, CLIENT, MARCH, MAY, TODAY, TOMORROW, uuid
from tests.given import CommandOutcome, given, given_streams

PROMISE = uuid(81)
OURS = CommitmentTerms(by=CommittedBy.US, text="A second crane", due_on=JUNE)
MADE = CommitmentMade(commitment_id=PROMISE, made_on=MAY, terms=OURS)
KEPT = CommitmentKept(commitment_id=PROMISE, kept_on=JUNE)
BROKEN = CommitmentBroken(commitment_id=PROMISE, broken_on=JUNE)
RELEASED = CommitmentReleased(commitment_id=PROMISE, released_on=JUNE)
WORD = Override(approved_by=ANNA, reason="the client is worth it")


def promising(terms: CommitmentTerms = OURS, on: date = MAY) -> Decision:
    return asking(commands.make_commitment, on, commitment_id=PROMISE, terms=terms)


def terms(**fields: Any) -> CommitmentTerms:
    return OURS.model_copy(update=fields)


def made(promised: CommitmentTerms) -> CommitmentMade:
    return CommitmentMade(commitment_id=PROMISE, made_on=MAY, terms=promised)


def settling(command: Any, on: date = JUNE) -> Decision:
    return asking(command, on, commitment_id=PROMISE)


def rescheduling(to: date) -> Decision:
    return asking(commands.reschedule_commitment, commitment_id=PROMISE, to=to)


SETTLEMENTS: list[tuple[Any, RelationshipEvent]] = [
    (commands.keep_commitment, KEPT),
    (commands.break_commitment, BROKEN),
    (commands.release_commitment, RELEASED),
]
EVERY_SETTLEMENT = pytest.mark.parametrize(("command", "event"), SETTLEMENTS)


def published(hours: int | None) -> Recording:
    policy = Commitments(unconfirmed_hours_max=hours)
    return POLICIES.record([PolicyPublished(version=1, effective_from=MAY, policy=policy)])


def under(hours: int | None, promised: CommitmentTerms, on: date = MAY) -> CommandOutcome:
    return given_streams(OPEN, *PEOPLE, line(), published(hours)).when(promising(promised, on))


@pytest.mark.parametrize(
    ("by", "owner"), [(CommittedBy.US, ANNA), (CommittedBy.THEM, CLIENT), (CommittedBy.US, None)]
)
def test_either_side_promises(by: CommittedBy, owner: UUID | None) -> None:
    promised = terms(by=by, owner_party_id=owner, department="Operations", effort_hours=8)

    then(after().when(promising(promised)), made(promised))
    then(after(made(promised)).when(promising(promised)))


@pytest.mark.parametrize(
    ("by", "owner", "code"),
    [(CommittedBy.US, CLIENT, "party-not-ours"), (CommittedBy.THEM, ANNA, "party-not-theirs")],
)
def test_the_owner_is_on_the_side_that_promises(by: CommittedBy, owner: UUID, code: str) -> None:
    after().when(promising(terms(by=by, owner_party_id=owner))).then_refused(code, str(owner))
    after().when(promising(terms(by=by, owner_party_id=uuid(99)))).then_not_found("party")


def test_an_id_is_of_one_commitment() -> None:
    after(MADE).when(promising(on=JUNE)).then_refused("commitment-id-taken", "2026-05-04")


def test_nothing_is_due_before_it_is_promised() -> None:
    after().when(promising(terms(due_on=MARCH))).then_refused("due-before-made", "2026-05-04")
    after(MADE).when(rescheduling(MARCH)).then_refused("due-before-made")
    then(after().when(promising(terms(due_on=MAY))), made(terms(due_on=MAY)))


def test_a_promise_of_ours_above_the_limit_must_be_confirmed() -> None:
    large = terms(effort_hours=41, collaboration_request_id=uuid(82))

    under(40, large).then_not_found("collaboration-request")
    unasked = terms(effort_hours=41)
    under(40, unasked).then_refused("commitment-unconfirmed", "41 hours are more than 40")
    then(under(40, terms(effort_hours=40)), made(terms(effort_hours=40)))
    then(under(40, terms()), made(terms()))
    then(under(None, unasked), made(unasked))


def test_a_large_promise_is_made_once_those_who_do_the_work_said_yes() -> None:
    large = terms(effort_hours=41, collaboration_request_id=REQUEST)
    past = [OPEN, *PEOPLE, line(), published(40)]

    given_streams(*past, request()).when(promising(large)).then_refused("commitment-unconfirmed")
    given_streams(*past, request(NO)).when(promising(large)).then_refused("commitment-unconfirmed")
    given_streams(*past, request(YES)).when(promising(large)).then(
        line().stream.record([made(large)])
    )


def test_a_promise_of_theirs_is_not_ours_to_confirm() -> None:
    large = terms(by=CommittedBy.THEM, effort_hours=41)

    then(under(40, large), made(large))


def test_the_limit_is_that_of_the_day_of_the_promise() -> None:
    past = given_streams(OPEN, *PEOPLE, line(), published(40))
    before = date(2026, 5, 3)

    past.when(promising(terms(effort_hours=41), before)).then(
        after_day(before, terms(effort_hours=41))
    )


def after_day(on: date, promised: CommitmentTerms) -> Recording:
    return line().stream.record([CommitmentMade(commitment_id=PROMISE, made_on=on, terms=promised)])


def test_the_word_of_one_of_ours_goes_before_the_limit() -> None:
    approved = terms(effort_hours=41, override=WORD)
    by_client = terms(effort_hours=41, override=WORD.model_copy(update={"approved_by": CLIENT}))
    by_nobody = terms(effort_hours=41, override=WORD.model_copy(update={"approved_by": uuid(99)}))

    then(under(40, approved), made(approved))
    under(40, by_client).then_refused("party-not-ours")
    under(40, by_nobody).then_not_found("party")


def test_a_confirmed_request_goes_before_the_limit() -> None:
    large = terms(effort_hours=41)

    given(RELATIONSHIP, STARTED, IDENTIFIED).when(
        make_commitment,
        commitment_id=PROMISE,
        terms=large,
        owner=None,
        approver=None,
        unconfirmed_hours_max=40,
        request_confirmed=True,
        on=MAY,
    ).then(made(large))


@EVERY_SETTLEMENT
def test_a_promise_is_settled_once(command: Any, event: RelationshipEvent) -> None:
    then(after(MADE).when(settling(command)), event)
    then(after(MADE, event).when(settling(command)))
    after(MADE, event).when(settling(command, TODAY)).then_refused("commitment-settled")
    after(MADE).when(settling(command, MARCH)).then_refused("before-the-commitment", "2026-05-04")
    after().when(settling(command)).then_not_found("commitment")


@EVERY_SETTLEMENT
def test_what_is_settled_is_settled(command: Any, event: RelationshipEvent) -> None:
    for other, _ in SETTLEMENTS:
        if other is not command:
            after(MADE, event).when(settling(other)).then_refused("commitment-settled")
    after(MADE, event).when(rescheduling(TOMORROW)).then_refused("commitment-settled")


def test_a_promise_is_put_off() -> None:
    moved = CommitmentRescheduled(commitment_id=PROMISE, was=JUNE, now=TOMORROW)

    then(after(MADE).when(rescheduling(TOMORROW)), moved)
    then(after(MADE, moved).when(rescheduling(TOMORROW)))
    after().when(rescheduling(TOMORROW)).then_not_found("commitment")


def test_nothing_happens_to_a_promise_before_it_is_made() -> None:
    with pytest.raises(ValueError, match=r"stands before relationship\.commitment-made"):
        RELATIONSHIP.evolve(RELATIONSHIP.evolve(None, STARTED), KEPT)
