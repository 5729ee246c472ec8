"""An erasure takes two persons, and is kept from nothing but a legal hold."""

from datetime import date
from uuid import UUID

import pytest

from domain import commands
from domain.account import ACCOUNT, AccountOpened
from domain.account_persons import ACCOUNT_PERSONS
from domain.binding import account_stream, party_stream
from domain.change import Change
from domain.channel import Channel
from domain.check_in import CheckInCorrected, CheckInHeld, Purpose
from domain.decision import Decision, Held, States, held_key
from domain.erasure import (
    ERASURE,
    Asker,
    ErasureRejected,
    ErasureRequested,
    ErasureWithdrawn,
    LegalBasis,
    PersonalDataErased,
    SubjectKind,
)
from domain.erasure_commands import erasure_stream
from domain.event import Recording
from domain.legal_hold import (
    LEGAL_HOLD,
    LEGAL_HOLD_STREAM,
    HoldScope,
    LegalHoldPlaced,
    LegalHoldReleased,
    held_accounts,
)
from domain.party import PartyForgotten, PartyRegistered, Side
from domain.profile import Profile
from domain.relationship import RELATIONSHIP, RelationshipEvent, RelationshipStarted
from domain.stakeholder import StakeholderIdentified
from domain.survey import Instrument, SurveyAnswered, SurveySent
from tests.given import CommandOutcome, fold, given_streams, states_of

TODAY = date(2026, 5, 20)
ERASURE_ID, PERSON, ACCOUNT_ID, RELATIONSHIP_ID, HOLD = (UUID(int=n) for n in range(1, 6))
ADA, BOB = Asker(("key:ada",)), Asker(("key:bob",))
HELD = Held(3, "ab" * 32)
PARTY = party_stream(PERSON)
STREAM = erasure_stream(ERASURE_ID)

REGISTERED = PARTY.record([PartyRegistered(party_id=PERSON, side=Side.THEIRS, name="Ada")])
REQUEST = ErasureRequested(
    erasure_id=ERASURE_ID,
    subject_id=PERSON,
    subject_kind=SubjectKind.PARTY,
    legal_basis=LegalBasis.CONSENT_WITHDRAWN,
    requested_by=ADA.persons,
)
REQUESTED = STREAM.record([REQUEST])
ERASED = PersonalDataErased(
    erasure_id=ERASURE_ID,
    subject_id=PERSON,
    subject_kind=SubjectKind.PARTY,
    request_position=7,
    requested_by=ADA.persons,
    approved_by=BOB.persons,
    disclosures=3,
    digests_root="ab" * 32,
)
FORGOTTEN = PARTY.record([PartyForgotten(party_id=PERSON, erasure_id=ERASURE_ID)])


def request(
    kind: SubjectKind = SubjectKind.PARTY, subject_id: UUID = PERSON, reason: str = "asked"
) -> Decision:
    return commands.request_erasure(
        ERASURE_ID,
        subject_id=subject_id,
        subject_kind=kind,
        legal_basis=LegalBasis.CONSENT_WITHDRAWN,
        by=ADA,
        reason=reason,
        on=TODAY,
        today=TODAY,
    )


def approve(by: Asker = BOB, subject_id: UUID = PERSON, *accounts: UUID) -> Decision:
    return commands.approve_erasure(
        ERASURE_ID,
        subject_id=subject_id,
        held_accounts=accounts,
        by=by,
        request_position=7,
        on=TODAY,
        today=TODAY,
    )


def carried_out(decision: Decision, *past: Recording) -> CommandOutcome:
    """Decide an erasure, of whose subject `HELD` is kept."""

    def decide() -> list[Recording]:
        sources = [*decision.reads, PARTY]
        states = dict(states_of(past, sources).by_key)  # type: ignore[call-overload]  # a dict
        assert decision.erases is not None
        return list(decision.decide(States({**states, held_key(decision.erases): HELD})))

    return CommandOutcome(decide)


def test_one_person_asks_for_an_erasure() -> None:
    given_streams(REGISTERED).when(request()).then(REQUESTED)


@pytest.mark.parametrize(
    ("kind", "past"),
    [
        (
            SubjectKind.ACCOUNT,
            account_stream(PERSON).record(
                [AccountOpened(opened_on=TODAY, profile=Profile(name="Acme"))]
            ),
        ),
        (
            SubjectKind.RELATIONSHIP,
            RELATIONSHIP.stream(PERSON, account_id=ACCOUNT_ID).record(
                [RelationshipStarted(account_id=ACCOUNT_ID, started_on=TODAY)]
            ),
        ),
    ],
)
def test_texts_about_an_account_or_a_relationship_are_erased_too(
    kind: SubjectKind, past: Recording
) -> None:
    requested = REQUEST.model_copy(update={"subject_kind": kind})

    given_streams(past).when(request(kind)).then(STREAM.record([requested]))


def test_a_request_names_somebody_who_is_known_and_says_why() -> None:
    given_streams().when(request()).then_not_found("party")
    given_streams().when(request(SubjectKind.ACCOUNT)).then_not_found(ACCOUNT.name)
    given_streams(REGISTERED).when(request(reason=" ")).then_refused("reason-required")
    given_streams(REGISTERED, REQUESTED).when(request()).then_refused("already-exists")


def test_another_person_approves_and_it_is_done_at_once() -> None:
    carried_out(approve(), REGISTERED, REQUESTED).then(STREAM.record([ERASED]), FORGOTTEN)


def test_texts_are_erased_without_a_word_in_the_stream_they_are_about() -> None:
    requested = REQUEST.model_copy(update={"subject_kind": SubjectKind.ACCOUNT})
    erased = ERASED.model_copy(update={"subject_kind": SubjectKind.ACCOUNT})

    carried_out(approve(), STREAM.record([requested])).then(STREAM.record([erased]))


@pytest.mark.parametrize(
    ("requester", "approver"),
    [
        (ADA, ADA),
        (Asker(("person:ada", "key:one")), Asker(("person:ada", "key:two"))),
        (Asker(("key:ada", "person:chief")), Asker(("key:bob", "person:chief"))),
        (ADA, Asker(("key:bob",), key_makers=("key:ada",))),
        (Asker(("key:ada",), key_makers=("key:bob",)), BOB),
    ],
    ids=["the same key", "two keys of one", "both for one", "made the other", "made by the other"],
)
def test_one_person_does_not_decide_on_their_own_request(requester: Asker, approver: Asker) -> None:
    update = {"requested_by": requester.persons, "key_makers": requester.key_makers}
    requested = STREAM.record([REQUEST.model_copy(update=update)])
    reject = commands.reject_erasure(ERASURE_ID, by=approver, reason="no", on=TODAY, today=TODAY)

    carried_out(approve(approver), REGISTERED, requested).then_refused("same-person")
    given_streams(requested).when(reject).then_refused("same-person")


def test_two_keys_that_a_third_person_made_are_two_persons() -> None:
    assert not Asker(("key:a",), ("key:admin",)).may_be(Asker(("key:b",), ("key:admin",)))


def test_a_request_is_rejected_by_another_for_a_reason() -> None:
    def reject(reason: str) -> Decision:
        return commands.reject_erasure(ERASURE_ID, by=BOB, reason=reason, on=TODAY, today=TODAY)

    rejected = STREAM.record([ErasureRejected(erasure_id=ERASURE_ID)])
    given_streams(REQUESTED).when(reject("still a client")).then(rejected)
    given_streams(REQUESTED).when(reject("")).then_refused("reason-required")
    given_streams(REQUESTED, rejected).when(reject("still a client")).then()
    given_streams(STREAM.record([ERASED])).when(reject("late")).then_refused("erasure-settled")
    given_streams().when(reject("late")).then_not_found("erasure")


def test_a_request_is_withdrawn_by_whoever_made_it() -> None:
    def withdraw(by: Asker) -> Decision:
        return commands.withdraw_erasure(ERASURE_ID, by=by, on=TODAY, today=TODAY)

    withdrawn = STREAM.record([ErasureWithdrawn(erasure_id=ERASURE_ID)])
    given_streams(REQUESTED).when(withdraw(ADA)).then(withdrawn)
    given_streams(REQUESTED).when(withdraw(BOB)).then_refused("not-the-requester")
    given_streams(REQUESTED, withdrawn).when(withdraw(ADA)).then()
    carried_out(approve(), REGISTERED, REQUESTED, withdrawn).then_refused("erasure-settled")


def test_what_was_erased_is_not_erased_twice() -> None:
    carried_out(approve(), REGISTERED, REQUESTED, STREAM.record([ERASED]), FORGOTTEN).then()


def test_a_settled_erasure_does_not_stand_before_its_request() -> None:
    with pytest.raises(ValueError, match="stands before"):
        ERASURE.evolve(None, ErasureWithdrawn(erasure_id=ERASURE_ID))


def test_nothing_personal_is_added_to_a_party_that_was_erased() -> None:
    revise = commands.revise_party(PERSON, name="Ada", on=TODAY, today=TODAY)

    given_streams(REGISTERED, FORGOTTEN).when(revise).then_refused("person-erased")


def test_the_register_is_replayed_whatever_the_log_has_lost() -> None:
    replay = commands.replay_erasure(ERASED)
    replayed = ERASED.model_copy(update={"request_position": None, "replayed": True})

    carried_out(replay, REGISTERED).then(STREAM.record([replayed]), FORGOTTEN)
    carried_out(replay, REGISTERED, FORGOTTEN).then(STREAM.record([replayed]))
    carried_out(replay).then(STREAM.record([replayed]))


# Legal holds


def hold(scope: HoldScope, subject_id: UUID | None, until: date | None = None) -> Recording:
    placed = LegalHoldPlaced(hold_id=HOLD, scope=scope, subject_id=subject_id, until=until)
    return LEGAL_HOLD_STREAM.record([placed])


def place(
    scope: HoldScope = HoldScope.TENANT,
    subject_id: UUID | None = None,
    until: date | None = None,
    reason: str = "a court asked",
) -> Decision:
    return commands.place_hold(
        HOLD, scope=scope, subject_id=subject_id, until=until, reason=reason, on=TODAY, today=TODAY
    )


RELEASED = LEGAL_HOLD_STREAM.record([LegalHoldReleased(hold_id=HOLD)])


@pytest.mark.parametrize(
    ("scope", "subject_id"),
    [(HoldScope.TENANT, None), (HoldScope.ACCOUNT, ACCOUNT_ID), (HoldScope.PERSON, PERSON)],
)
def test_a_hold_is_placed_on_the_tenant_an_account_or_a_person(
    scope: HoldScope, subject_id: UUID | None
) -> None:
    given_streams().when(place(scope, subject_id)).then(hold(scope, subject_id))


def test_a_hold_says_what_it_keeps_until_when_and_why() -> None:
    given_streams().when(place(HoldScope.TENANT, PERSON)).then_refused("subject-required")
    given_streams().when(place(HoldScope.PERSON)).then_refused("subject-required")
    given_streams().when(place(reason="")).then_refused("reason-required")
    given_streams().when(place(until=date(2026, 5, 19))).then_refused("not-in-future")
    given_streams(hold(HoldScope.TENANT, None)).when(place()).then_refused("already-exists")


def test_a_hold_is_released_for_a_reason() -> None:
    def release(reason: str = "the case is closed") -> Decision:
        return commands.release_hold(HOLD, reason=reason, on=TODAY, today=TODAY)

    placed = hold(HoldScope.TENANT, None)
    given_streams(placed).when(release()).then(RELEASED)
    given_streams(placed, RELEASED).when(release()).then()
    given_streams(placed).when(release("")).then_refused("reason-required")
    given_streams().when(release()).then_not_found("legal-hold")


RELATIONSHIP_STREAM = RELATIONSHIP.stream(RELATIONSHIP_ID, account_id=ACCOUNT_ID)
STARTED = RelationshipStarted(account_id=ACCOUNT_ID, started_on=TODAY)
CHECK_IN = CheckInHeld(
    check_in_id=UUID(int=20),
    relationship_id=RELATIONSHIP_ID,
    held_on=TODAY,
    channel=Channel.VIDEO,
    purpose=Purpose.CATCH_UP,
    participants=(PERSON,),
    internal_participants=(UUID(int=9),),
)
NAMING: list[RelationshipEvent] = [
    StakeholderIdentified(party_id=PERSON, identified_on=TODAY),
    CHECK_IN,
    CheckInCorrected(
        check_in_id=UUID(int=20),
        relationship_id=RELATIONSHIP_ID,
        participants=Change(was=(), now=(PERSON,)),
    ),
    SurveySent(
        survey_id=UUID(int=21),
        sent_on=TODAY,
        instrument=Instrument.NPS,
        wave="2026-Q2",
        recipients=(PERSON,),
    ),
    SurveyAnswered(
        survey_id=UUID(int=21),
        answer_id=UUID(int=22),
        responded_on=TODAY,
        score=9,
        party_id=PERSON,
        comment_subject_id=PERSON,
    ),
]


@pytest.mark.parametrize("event", NAMING, ids=lambda event: event.NAME)
def test_a_hold_on_an_account_keeps_everyone_that_its_history_names(
    event: RelationshipEvent,
) -> None:
    state = ACCOUNT_PERSONS.evolve(None, RELATIONSHIP_ID, STARTED)
    state = ACCOUNT_PERSONS.evolve(state, RELATIONSHIP_ID, event)

    assert {PERSON, RELATIONSHIP_ID} <= state.subjects
    assert ACCOUNT_PERSONS.evolve(state, RELATIONSHIP_ID, event) is state


def test_an_anonymous_answer_names_nobody() -> None:
    answer = NAMING[-1].model_copy(update={"party_id": None})
    state = ACCOUNT_PERSONS.evolve(None, RELATIONSHIP_ID, answer)

    assert state.subjects == {RELATIONSHIP_ID}


IN_ACCOUNT = RELATIONSHIP_STREAM.record([STARTED, NAMING[0]])


@pytest.mark.parametrize(
    "placed",
    [
        hold(HoldScope.TENANT, None),
        hold(HoldScope.PERSON, PERSON),
        hold(HoldScope.PERSON, PERSON, until=TODAY),
        hold(HoldScope.ACCOUNT, ACCOUNT_ID),
    ],
)
def test_what_is_held_is_not_erased(placed: Recording) -> None:
    approval = approve(BOB, PERSON, ACCOUNT_ID)

    carried_out(approval, REGISTERED, REQUESTED, IN_ACCOUNT, placed).then_refused(
        "legal-hold", str(HOLD)
    )


@pytest.mark.parametrize(
    "holds",
    [
        [hold(HoldScope.PERSON, ACCOUNT_ID)],
        [hold(HoldScope.ACCOUNT, ACCOUNT_ID)],
        [hold(HoldScope.TENANT, None, until=date(2026, 5, 19))],
        [hold(HoldScope.TENANT, None), RELEASED],
    ],
    ids=["another person", "an account without them", "over", "released"],
)
def test_a_hold_that_does_not_concern_a_person_keeps_nothing_of_theirs(
    holds: list[Recording],
) -> None:
    approval = approve(BOB, PERSON, ACCOUNT_ID)

    carried_out(approval, REGISTERED, REQUESTED, *holds).then(STREAM.record([ERASED]), FORGOTTEN)


def test_the_accounts_under_a_hold_today_are_known_beforehand() -> None:
    placed = [
        LegalHoldPlaced(hold_id=UUID(int=n), scope=scope, subject_id=subject_id, until=until)
        for n, (scope, subject_id, until) in enumerate(
            [
                (HoldScope.ACCOUNT, ACCOUNT_ID, TODAY),
                (HoldScope.ACCOUNT, PERSON, date(2026, 5, 19)),
                (HoldScope.PERSON, PERSON, None),
                (HoldScope.TENANT, None, None),
            ]
        )
    ]
    holds = fold(LEGAL_HOLD, *placed)

    assert held_accounts(holds, today=TODAY) == (ACCOUNT_ID,)
    released = LEGAL_HOLD.evolve(holds, LegalHoldReleased(hold_id=UUID(int=0)))
    assert held_accounts(released, today=TODAY) == ()


def test_a_hold_placed_while_an_erasure_is_approved_is_looked_at_again() -> None:
    placed = hold(HoldScope.ACCOUNT, ACCOUNT_ID)

    carried_out(approve(), REGISTERED, REQUESTED, IN_ACCOUNT, placed).then_refused("holds-changed")
