from datetime import date
from typing import Any, get_args
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain import commands
from domain.change import Change
from domain.channel import Channel
from domain.check_in import (
    CheckInCancelled,
    CheckInContent,
    CheckInCorrected,
    CheckInCorrection,
    CheckInMissed,
    CheckInPlan,
    CheckInRescheduled,
    CheckInScheduled,
    CheckInVoided,
    DocumentReference,
    NoteText,
    Purpose,
)
from domain.decision import Decision
from domain.personal import Personal
from domain.relationship import RELATIONSHIP, RelationshipEvent
from domain.stakeholder import StakeholderLeft
from tests.domain.relationship_samples import (
    APRIL,
    CARLA,
    CHECK_IN,
    CLOSED,
    CONTENT,
    ENDED,
    HELD,
    JUNE,
    LINE,
    NEED,
    PLAN,
    STARTED,
    TOO,
    after,
    asking,
    then,
)
from tests.domain.samples import ANNA, CLIENT, MARCH, MAY, TODAY, TOMORROW, uuid

SCHEDULED = CheckInScheduled(check_in_id=CHECK_IN, plan=PLAN)
OVERDUE = CheckInScheduled(check_in_id=CHECK_IN, plan=PLAN.model_copy(update={"planned_on": MAY}))
CANCELLED = CheckInCancelled(check_in_id=CHECK_IN)
MISSED = CheckInMissed(check_in_id=CHECK_IN)
VOIDED = CheckInVoided(check_in_id=CHECK_IN)
RECORDING = DocumentReference(uri="https://recordings.example/1", sha256="0" * 64)
EVERYTHING: dict[str, Any] = {
    "purpose": Purpose.QBR,
    "duration_min": 45,
    "topics": ("price", "delivery"),
    "questions_asked": ("What would make you stay?",),
    "need_ids": (NEED,),
    "solutions_presented": ("crane hire",),
    "sentiment": -2,
    "recording": RECORDING,
    "documents": (RECORDING,),
}


def plan(**fields: Any) -> CheckInPlan:
    return PLAN.model_copy(update=fields)


def content(**fields: Any) -> CheckInContent:
    return CONTENT.model_copy(update=fields)


def scheduling(planned: CheckInPlan = PLAN) -> Decision:
    return asking(commands.schedule_check_in, check_in_id=CHECK_IN, plan=planned)


def rescheduling(to: date = TOMORROW) -> Decision:
    return asking(commands.reschedule_check_in, check_in_id=CHECK_IN, to=to)


CANCELLING = asking(commands.cancel_check_in, check_in_id=CHECK_IN)
MISSING = asking(commands.miss_check_in, check_in_id=CHECK_IN)


def holding(what: CheckInContent = CONTENT, on: date = MAY, note: str | None = None) -> Decision:
    return asking(commands.hold_check_in, on, check_in_id=CHECK_IN, content=what, note=note)


def holding_planned(what: CheckInContent = CONTENT, note: str | None = None) -> Decision:
    return asking(commands.hold_planned_check_in, check_in_id=CHECK_IN, content=what, note=note)


def correcting(reason: str = "a slip", note: str | None = None, **fields: Any) -> Decision:
    return asking(
        commands.correct_check_in,
        check_in_id=CHECK_IN,
        correction=CheckInCorrection(**fields),
        note=note,
        reason=reason,
    )


def voiding(reason: str = "a slip") -> Decision:
    return asking(commands.void_check_in, check_in_id=CHECK_IN, reason=reason)


def test_a_check_in_is_planned_for_today_or_later() -> None:
    then(after().when(scheduling()), SCHEDULED)
    then(after(SCHEDULED).when(scheduling()))
    after().when(scheduling(plan(planned_on=JUNE))).then_refused("not-in-future", "2026-06-01")


def test_a_check_in_may_be_planned_with_nobody_named() -> None:
    alone = plan(participants=(), internal_participants=())

    then(after().when(scheduling(alone)), CheckInScheduled(check_in_id=CHECK_IN, plan=alone))


def test_a_check_in_is_planned_with_stakeholders_and_people_of_ours() -> None:
    both = plan(internal_participants=(ANNA,))

    then(after().when(scheduling(both)), CheckInScheduled(check_in_id=CHECK_IN, plan=both))
    after().when(scheduling(plan(participants=(CARLA,)))).then_refused(
        "participant-not-stakeholder", str(CARLA)
    )
    after().when(scheduling(plan(internal_participants=(CLIENT,)))).then_refused("party-not-ours")
    after().when(scheduling(plan(internal_participants=(uuid(99),)))).then_not_found("party")


@pytest.mark.parametrize("past", [SCHEDULED, HELD])
def test_an_id_is_of_one_check_in(past: RelationshipEvent) -> None:
    after(past).when(scheduling(plan(planned_on=TOMORROW))).then_refused(
        "duplicate-check-in", str(CHECK_IN)
    )
    after(past).when(holding(content(sentiment=1))).then_refused("duplicate-check-in")


def test_a_planned_check_in_is_put_off() -> None:
    moved = CheckInRescheduled(check_in_id=CHECK_IN, was=TODAY, now=TOMORROW)

    then(after(SCHEDULED).when(rescheduling()), moved)
    then(after(SCHEDULED, moved).when(rescheduling()))
    after(SCHEDULED).when(rescheduling(MAY)).then_refused("not-in-future")


def test_a_planned_check_in_is_cancelled_once() -> None:
    then(after(SCHEDULED).when(CANCELLING), CANCELLED)
    then(after(SCHEDULED, CANCELLED).when(CANCELLING))


def test_a_planned_check_in_is_missed_once_its_day_is_over() -> None:
    then(after(OVERDUE).when(MISSING), MISSED)
    then(after(OVERDUE, MISSED).when(MISSING))
    after(SCHEDULED).when(MISSING).then_refused("check-in-not-due", "2026-06-30")


@pytest.mark.parametrize(
    ("decision", "done"),
    [
        (rescheduling(), None),
        (CANCELLING, CANCELLED),
        (MISSING, MISSED),
        (holding_planned(content(sentiment=1)), None),
    ],
    ids=["reschedule", "cancel", "miss", "hold"],
)
@pytest.mark.parametrize(
    ("past", "code"),
    [
        ((HELD,), "check-in-already-held"),
        ((OVERDUE, HELD), "check-in-already-held"),
        ((OVERDUE, CANCELLED), "check-in-cancelled"),
        ((OVERDUE, MISSED), "check-in-missed"),
        ((HELD, VOIDED), "check-in-void"),
        ((OVERDUE, MISSED, VOIDED), "check-in-void"),
    ],
    ids=str,
)
def test_only_what_is_still_planned_goes_on(
    decision: Decision,
    done: RelationshipEvent | None,
    past: tuple[RelationshipEvent, ...],
    code: str,
) -> None:
    if past[-1] == done:
        then(after(*past).when(decision))
    else:
        after(*past).when(decision).then_refused(code)


@pytest.mark.parametrize(
    "decision",
    [rescheduling(), CANCELLING, MISSING, holding_planned(), correcting(sentiment=1), voiding()],
)
def test_a_check_in_that_is_not_on_record_is_not_found(decision: Decision) -> None:
    after().when(decision).then_not_found("check-in")


def test_a_check_in_is_held_without_a_plan() -> None:
    then(after().when(holding()), HELD)
    then(after(HELD).when(holding()))


def test_a_check_in_is_held_as_planned_or_otherwise() -> None:
    then(after(SCHEDULED).when(holding_planned()), HELD)
    then(after(SCHEDULED, HELD).when(holding_planned()))


def test_a_check_in_says_what_it_was_about() -> None:
    event = HELD.model_copy(update=EVERYTHING)

    then(after().when(holding(content(**EVERYTHING))), event)
    then(after(event).when(holding(content(**EVERYTHING))))


@pytest.mark.parametrize("decide", [holding, holding_planned])
def test_a_check_in_is_about_needs_of_the_account(decide: Any) -> None:
    after(SCHEDULED).when(decide(content(need_ids=(NEED, uuid(99))))).then_not_found("need")


def test_a_note_is_about_nobody_but_the_relationship() -> None:
    noted = HELD.model_copy(update={"note": "They grumbled."})

    then(after().when(holding(note="They grumbled.")), noted)
    assert get_args(NoteText)[1:] == (Personal(subject="relationship_id"),)
    assert noted.relationship_id == LINE


def test_a_note_that_comes_too_late_is_no_repetition() -> None:
    after(HELD).when(holding(note="They grumbled.")).then_refused("duplicate-check-in")
    after(SCHEDULED, HELD).when(holding_planned(note="They grumbled.")).then_refused(
        "check-in-already-held"
    )


@pytest.mark.parametrize("decide", [holding, holding_planned])
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"participants": ()}, "participants-required"),
        ({"internal_participants": ()}, "internal-participants-required"),
        ({"participants": (CLIENT, CARLA)}, "participant-not-stakeholder"),
        ({"internal_participants": (ANNA, CLIENT)}, "party-not-ours"),
    ],
)
def test_a_check_in_is_held_by_both_sides(decide: Any, fields: dict[str, Any], code: str) -> None:
    past = (SCHEDULED,) if decide is holding_planned else ()

    after(*past).when(decide(content(**fields))).then_refused(code)


def test_an_email_may_reach_nobody_in_particular() -> None:
    mail = content(channel=Channel.EMAIL, participants=())

    then(
        after().when(holding(mail)),
        HELD.model_copy(update={"channel": Channel.EMAIL, "participants": ()}),
    )


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2026, 3, 1), "before-the-relationship-began"),
        (MARCH, "participant-not-stakeholder"),
        (TODAY, "participant-not-stakeholder"),
        (TOMORROW, "in-the-future"),
    ],
)
def test_a_check_in_is_held_while_its_participants_count(on: date, code: str) -> None:
    left = StakeholderLeft(party_id=CLIENT, left_on=MAY)

    after(left).when(holding(on=on)).then_refused(code)


def test_a_correction_holds_what_it_changes() -> None:
    corrected = CheckInCorrected(
        check_in_id=CHECK_IN,
        relationship_id=LINE,
        held_on=Change(was=MAY, now=APRIL),
        channel=Change(was=Channel.CALL, now=Channel.VISIT),
        participants=Change(was=(CLIENT,), now=(CLIENT, CARLA)),
        sentiment=Change(was=None, now=2),
    )
    same: dict[str, Any] = {
        "held_on": APRIL,
        "channel": Channel.VISIT,
        "participants": (CLIENT, CARLA),
        "sentiment": 2,
    }

    then(after(TOO, HELD).when(correcting(**same)), corrected)
    then(after(TOO, HELD, corrected).when(correcting(**same)))
    then(after(TOO, HELD).when(correcting()))


def test_a_correction_takes_away_only_what_may_be_absent() -> None:
    event = HELD.model_copy(update=EVERYTHING)
    taken = CheckInCorrected(
        check_in_id=CHECK_IN,
        relationship_id=LINE,
        duration_min=Change(was=45, now=None),
        sentiment=Change(was=-2, now=None),
        recording=Change(was=RECORDING, now=None),
    )

    nothing: dict[str, Any] = dict.fromkeys(CheckInCorrection.model_fields)

    then(after(event).when(correcting(**nothing)), taken)


def test_a_correction_gives_a_new_note() -> None:
    noted = CheckInCorrected(check_in_id=CHECK_IN, relationship_id=LINE, note="They smiled.")

    then(after(HELD).when(correcting(note="They smiled.")), noted)


@pytest.mark.parametrize("account", [None, CLOSED])
def test_what_is_over_may_still_be_put_right(account: Any) -> None:
    past = after(HELD, ENDED, **({} if account is None else {"account": account}))
    corrected = CheckInCorrected(
        check_in_id=CHECK_IN, relationship_id=LINE, sentiment=Change(was=None, now=0)
    )

    then(past.when(correcting(sentiment=0)), corrected)
    then(past.when(voiding()), VOIDED)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"held_on": TOMORROW}, "in-the-future"),
        ({"held_on": MARCH}, "participant-not-stakeholder"),
        ({"held_on": date(2026, 3, 1)}, "before-the-relationship-began"),
        ({"participants": ()}, "participants-required"),
        ({"participants": (CARLA,)}, "participant-not-stakeholder"),
        ({"internal_participants": ()}, "internal-participants-required"),
        ({"internal_participants": (CLIENT,)}, "party-not-ours"),
        ({"reason": " ", "sentiment": 1}, "reason-required"),
    ],
    ids=str,
)
def test_a_correction_is_held_to_the_same_rules(fields: dict[str, Any], code: str) -> None:
    after(HELD).when(correcting(**fields)).then_refused(code)


@pytest.mark.parametrize(
    ("past", "code"),
    [
        ((SCHEDULED,), "check-in-not-held"),
        ((OVERDUE, MISSED), "check-in-not-held"),
        ((SCHEDULED, CANCELLED), "check-in-cancelled"),
        ((HELD, VOIDED), "check-in-void"),
    ],
    ids=str,
)
def test_only_what_was_held_is_corrected(past: tuple[RelationshipEvent, ...], code: str) -> None:
    after(*past).when(correcting(sentiment=1)).then_refused(code)


@pytest.mark.parametrize("past", [(HELD,), (SCHEDULED, HELD), (OVERDUE, MISSED)], ids=str)
def test_what_was_held_or_missed_is_void_once(past: tuple[RelationshipEvent, ...]) -> None:
    then(after(*past).when(voiding()), VOIDED)
    then(after(*past, VOIDED).when(voiding()))
    after(*past).when(voiding("")).then_refused("reason-required")


@pytest.mark.parametrize(
    ("past", "code"),
    [((SCHEDULED,), "check-in-not-held"), ((SCHEDULED, CANCELLED), "check-in-cancelled")],
    ids=str,
)
def test_a_plan_is_not_void(past: tuple[RelationshipEvent, ...], code: str) -> None:
    after(*past).when(voiding()).then_refused(code)


@pytest.mark.parametrize("event", [CANCELLED, MISSED, VOIDED])
def test_nothing_happens_to_a_check_in_that_was_never_planned_or_held(
    event: RelationshipEvent,
) -> None:
    with pytest.raises(ValueError, match="stands before the check-in itself"):
        RELATIONSHIP.evolve(RELATIONSHIP.evolve(None, STARTED), event)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sentiment", -3),
        ("sentiment", 3),
        ("duration_min", 0),
        ("duration_min", 10_081),
        ("topics", ("",)),
        ("channel", "email"),
        ("recording", {"uri": "https://x", "sha256": "0"}),
        ("recording", {"uri": "", "sha256": "0" * 64}),
    ],
    ids=str,
)
def test_a_check_in_keeps_to_its_scales(field: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=field):
        CheckInContent.model_validate({"channel": "call", field: value})


def test_other_ids_are_other_check_ins() -> None:
    second: UUID = uuid(62)
    other = HELD.model_copy(update={"check_in_id": second})

    then(
        after(HELD).when(asking(commands.hold_check_in, check_in_id=second, content=CONTENT)),
        other,
    )
