"""What is asked of other departments, who may answer, and what hangs on the answer."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain import commands
from domain.account import AccountClosed
from domain.binding import party_stream
from domain.collaboration import (
    COLLABORATION_REQUEST,
    Collaboration,
    CollaborationAcknowledged,
    CollaborationAnswer,
    CollaborationAnswered,
    CollaborationCancelled,
    CollaborationDeclined,
    CollaborationEscalated,
    CollaborationEvent,
    CollaborationFulfilled,
    CollaborationRequested,
    CollaborationStatus,
)
from domain.collaboration_decisions import NEXT
from domain.decision import Decision
from domain.event import Recording
from domain.horizon import Horizon
from domain.need import NeedIdentified, NeedSource
from domain.party import PartyRegistered, Side
from domain.refusal import NotFound, Refused
from tests.domain.collaborations import (
    DUE,
    NO,
    OLGA,
    OPERATIONS,
    REQUEST,
    REQUESTED,
    STREAM,
    TERMS,
    YES,
    request,
)
from tests.domain.goals import TRAFFIC, goal
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    ANNA,
    BEN,
    CLIENT,
    MARCH,
    MAY,
    OPENED,
    OTHER,
    PARTIES,
    TODAY,
    TOMORROW,
    uuid,
)
from tests.given import GivenStreams, decide, given_streams, states_of

OPEN = ACCOUNT_STREAM.record([OPENED])
WORLD = [OPEN, *PARTIES, OPERATIONS]
ACKNOWLEDGED = CollaborationAcknowledged(by=OLGA, acknowledged_on=MAY)
DECLINED = CollaborationDeclined(by=OLGA, declined_on=MAY, reason_code="no-capacity")
ESCALATED = CollaborationEscalated(to=BEN, escalated_on=MAY)
FULFILLED = CollaborationFulfilled(fulfilled_on=MAY)
CANCELLED = CollaborationCancelled(cancelled_on=MAY)
WHY = "so it is"


def having(*events: CollaborationEvent) -> GivenStreams:
    return given_streams(*WORLD, request(*events))


def ask(command: Callable[..., Decision], on: date = MAY, **more: Any) -> Decision:
    return command(ACME, REQUEST, on=on, today=TODAY, **more)


def acknowledging(on: date = MAY, by: UUID = OLGA) -> Decision:
    return ask(commands.acknowledge_collaboration, on, by=by)


def answering(on: date = MAY, by: UUID = OLGA, **more: Any) -> Decision:
    fields = {"answer": CollaborationAnswer.YES, **more}
    return ask(commands.answer_collaboration, on, by=by, **fields)


def declining(on: date = MAY, by: UUID = OLGA, reason: str = WHY) -> Decision:
    return ask(commands.decline_collaboration, on, by=by, reason_code="no-capacity", reason=reason)


def escalating(on: date = MAY, to: UUID = BEN, reason: str = WHY) -> Decision:
    return ask(commands.escalate_collaboration, on, to=to, reason=reason)


def fulfilling(on: date = MAY) -> Decision:
    return ask(commands.fulfil_collaboration, on)


def cancelling(on: date = MAY, reason: str = WHY) -> Decision:
    return ask(commands.cancel_collaboration, on, reason=reason)


def requesting(on: date = MAY, **changed: Any) -> Decision:
    return ask(commands.request_collaboration, on, terms=TERMS.model_copy(update=changed))


STEPS: list[tuple[Any, CollaborationEvent, tuple[CollaborationEvent, ...]]] = [
    (acknowledging, ACKNOWLEDGED, ()),
    (answering, YES, ()),
    (declining, DECLINED, ()),
    (escalating, ESCALATED, ()),
    (fulfilling, FULFILLED, (YES,)),
    (cancelling, CANCELLED, ()),
]
EVERY_STEP = pytest.mark.parametrize(("asking", "event", "before"), STEPS)


def test_another_department_is_asked_once() -> None:
    given_streams(*WORLD).when(requesting()).then(request())
    having().when(requesting()).then_refused("already-exists")
    assert requesting().target == STREAM


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"need_id": uuid(99)}, "need"),
        ({"goal_id": uuid(99)}, "goal"),
        ({"requested_by": uuid(99)}, "party"),
    ],
)
def test_what_a_request_names_is_on_record(changed: dict[str, Any], kind: str) -> None:
    given_streams(*WORLD).when(requesting(**changed)).then_not_found(kind)


def test_a_request_may_be_for_a_need_and_a_goal() -> None:
    need = NeedIdentified(
        need_id=uuid(99),
        statement="A crane",
        latent=False,
        priority=1,
        horizon=Horizon.SHORT,
        source=NeedSource.CHECK_IN,
    )
    named: dict[str, Any] = {"need_id": uuid(99), "goal_id": TRAFFIC, "requested_by": None}
    terms = TERMS.model_copy(update=named)
    world = [ACCOUNT_STREAM.record([OPENED, need]), goal()]

    given_streams(*world).when(requesting(**named)).then(
        STREAM.record([CollaborationRequested(account_id=ACME, requested_on=MAY, terms=terms)])
    )


def test_a_request_is_of_ours_and_due_from_its_day_on() -> None:
    given_streams(*WORLD).when(requesting(requested_by=CLIENT)).then_refused("party-not-ours")
    given_streams(*WORLD).when(requesting(due_on=date(2026, 5, 3))).then_refused(
        "due-before-requested"
    )
    same_day = TERMS.model_copy(update={"due_on": MAY})
    given_streams(*WORLD).when(requesting(due_on=MAY)).then(
        STREAM.record([REQUESTED.model_copy(update={"terms": same_day})])
    )
    assert DUE > MAY


@EVERY_STEP
def test_a_step_is_taken_once(
    asking: Any, event: CollaborationEvent, before: tuple[CollaborationEvent, ...]
) -> None:
    having(*before).when(asking()).then(STREAM.record([event]))
    having(*before, event).when(asking()).then()
    assert asking().target == STREAM


@EVERY_STEP
def test_a_step_needs_its_request_and_an_open_account(
    asking: Any, event: CollaborationEvent, before: tuple[CollaborationEvent, ...]
) -> None:
    closed = ACCOUNT_STREAM.record(
        [OPENED, AccountClosed(closed_on=MAY, churned=False, reason_code="x")]
    )
    theirs = STREAM.record([REQUESTED.model_copy(update={"account_id": OTHER}), *before])

    assert event.NAME.startswith("collaboration-request.")
    given_streams(*WORLD).when(asking()).then_not_found("collaboration-request")
    given_streams(*WORLD, theirs).when(asking()).then_not_found("collaboration-request")
    given_streams(*PARTIES, OPERATIONS, request(*before)).when(asking()).then_not_found("account")
    given_streams(closed, *PARTIES, OPERATIONS, request(*before)).when(asking()).then_refused(
        "account-closed"
    )


@EVERY_STEP
def test_a_step_is_taken_from_the_day_of_the_last_one_to_today(
    asking: Any, event: CollaborationEvent, before: tuple[CollaborationEvent, ...]
) -> None:
    assert event.NAME
    having(*before).when(asking(MARCH)).then_refused("before-the-last-step", "2026-05-04")
    having(*before).when(asking(TOMORROW)).then_refused("in-the-future")


@pytest.mark.parametrize(
    ("path", "asking", "allowed"),
    [
        ((YES,), acknowledging, "cancelled, fulfilled"),
        ((ACKNOWLEDGED,), fulfilling, "answered, cancelled, declined, escalated"),
        ((DECLINED,), answering, "cancelled, escalated"),
        ((YES, FULFILLED), cancelling, "nothing else any more"),
        ((CANCELLED,), escalating, "nothing else any more"),
    ],
)
def test_what_a_request_may_become_is_told(
    path: tuple[CollaborationEvent, ...], asking: Any, allowed: str
) -> None:
    having(*path).when(asking()).then_refused("illegal-transition", f"may become {allowed}$")


def test_a_no_is_not_fulfilled() -> None:
    having(NO).when(fulfilling()).then_refused("answered-with-no")
    having(NO).when(cancelling()).then(STREAM.record([CANCELLED]))


def test_an_alternative_is_told() -> None:
    other: dict[str, Any] = {"answer": CollaborationAnswer.ALTERNATIVE}
    told = CollaborationAnswered(
        by=OLGA, answered_on=MAY, answer=CollaborationAnswer.ALTERNATIVE, text="In July"
    )

    having().when(answering(**other)).then_refused("text-required")
    having().when(answering(**other, text="In July")).then(STREAM.record([told]))
    having(told).when(fulfilling()).then(STREAM.record([FULFILLED]))


@pytest.mark.parametrize("asking", [acknowledging, answering, declining])
def test_only_who_was_asked_answers(asking: Any) -> None:
    having().when(asking(by=ANNA)).then_refused("not-the-department-asked", "of no department")
    having().when(asking(by=CLIENT)).then_refused("not-the-department-asked", "operations was")
    having().when(asking(by=uuid(99))).then_not_found("party")
    by_ben = asking(by=BEN)
    having(ESCALATED).when(asking(by=ANNA)).then_refused("not-the-department-asked")
    (recording,) = decide([*WORLD, request(ESCALATED)], by_ben)
    assert recording.events[0].by == BEN  # type: ignore[attr-defined]  # each of the three has it


def test_a_client_of_a_department_of_that_name_does_not_answer() -> None:
    theirs = PartyRegistered(
        party_id=uuid(98), side=Side.THEIRS, name="someone", department="operations"
    )
    world = [*WORLD, party_stream(uuid(98)).record([theirs]), request()]

    given_streams(*world).when(answering(by=uuid(98))).then_refused("not-the-department-asked")


def test_a_request_is_escalated_to_one_of_ours() -> None:
    having().when(escalating(to=CLIENT)).then_refused("party-not-ours")
    having(DECLINED).when(escalating()).then(STREAM.record([ESCALATED]))


@pytest.mark.parametrize("asking", [declining, escalating, cancelling])
def test_a_refusal_needs_a_reason(asking: Any) -> None:
    having().when(asking(reason=" ")).then_refused("reason-required")


@pytest.mark.parametrize(
    ("path", "confirmed"),
    [
        ((), False),
        ((YES,), True),
        ((YES, FULFILLED), True),
        ((YES, CANCELLED), False),
        ((NO,), False),
    ],
)
def test_a_request_is_confirmed_by_a_standing_yes(
    path: tuple[CollaborationEvent, ...], confirmed: object
) -> None:
    state: Collaboration = states_of([request(*path)], [STREAM])[STREAM]

    assert state.is_confirmed is confirmed


def test_nothing_stands_before_a_request() -> None:
    with pytest.raises(ValueError, match=r"^collaboration-request\.answered stands before"):
        COLLABORATION_REQUEST.evolve(None, YES)


DAYS = st.sampled_from([MAY, DUE, TODAY])
ANSWERS = st.sampled_from(CollaborationAnswer)
MOVES = st.one_of(
    st.builds(acknowledging, DAYS),
    st.builds(lambda on, answer: answering(on, answer=answer, text="In July"), DAYS, ANSWERS),
    st.builds(declining, DAYS),
    st.builds(escalating, DAYS),
    st.builds(fulfilling, DAYS),
    st.builds(cancelling, DAYS),
)


@for_any(st.lists(MOVES, max_size=12), st.integers(0, 12))
def test_whatever_is_asked_a_request_goes_its_way(asked: list[Decision], cut: int) -> None:
    past: list[Recording] = [*WORLD, request()]
    for decision in asked:
        before: Collaboration = states_of(past, [STREAM])[STREAM]
        try:
            past = [*past, *decide(past, decision)]
        except (Refused, NotFound):
            continue
        after: Collaboration = states_of(past, [STREAM])[STREAM]
        assert [event for each in decide(past, decision) for event in each.events] == []
        assert after == before or after.status in NEXT[before.status]
        assert before.latest_on <= after.latest_on <= TODAY
        assert after.status is not CollaborationStatus.FULFILLED or (
            after.answer is not CollaborationAnswer.NO
        )

    history = [event for each in past if each.stream == STREAM for event in each.events]
    state: Collaboration | None = None
    for half in (history[:cut], history[cut:]):
        for event in half:
            stored = type(event).model_validate_json(event.model_dump_json())
            state = COLLABORATION_REQUEST.evolve(state, stored)  # type: ignore[arg-type]  # its own
    assert state == states_of(past, [STREAM])[STREAM]
