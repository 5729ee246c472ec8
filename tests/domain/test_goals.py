"""To draft, set, revise, review and end a goal."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain import commands
from domain.account import AccountClosed
from domain.account_goals import NO_GOALS
from domain.change import Change
from domain.decision import Decision
from domain.event import Recording
from domain.goal import (
    GOAL,
    Assessment,
    GoalAbandoned,
    GoalAchieved,
    GoalDrafted,
    GoalEvent,
    GoalMissed,
    GoalReopened,
    GoalReviewed,
    GoalRevised,
    GoalSet,
    GoalState,
    GoalStatus,
    RevisionReason,
)
from domain.goal_terms import (
    Achievability,
    Aggregation,
    Band,
    Baseline,
    Direction,
    GoalDraft,
    GoalSide,
    GoalTerms,
    Horizon,
    Relevance,
    smart,
)
from domain.policy import Goals
from domain.policy_set import POLICIES, PolicyPublished
from tests.domain.goals import (
    DRAFT,
    DRAFTED,
    DUE,
    GOAL_SET,
    GOAL_STREAM,
    HALF_WAY,
    METRIC,
    OPEN,
    SALES,
    SALES_STREAM,
    SECOND_VALUE,
    START,
    TRAFFIC,
    goal,
    measured,
    on_goal,
)
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    CLIENT,
    MAY,
    OPENED,
    OTHER,
    PARTIES,
    TODAY,
    TOMORROW,
    uuid,
)
from tests.given import fold, given_streams

CLOSED = ACCOUNT_STREAM.record(
    [OPENED, AccountClosed(closed_on=MAY, churned=True, reason_code="price")]
)
WORLD = [OPEN, *PARTIES]
KEEP = METRIC.model_copy(update={"direction": Direction.MAINTAIN})
FALL = METRIC.model_copy(update={"direction": Direction.DECREASE})
BAND = Band(low=Decimal(45_000), high=Decimal(55_000))
MAINTAINED: dict[str, Any] = {"metric": KEEP, "target": None, "baseline": None, "band": BAND}


def setting(**changed: Any) -> Decision:
    draft = DRAFT.model_copy(update=changed)
    return commands.set_new_goal(ACME, TRAFFIC, draft=draft, on=START, today=TODAY)


def revising(**changed: Any) -> Decision:
    return on_goal(
        commands.revise_goal,
        terms=GoalTerms(**changed),
        reason_code=RevisionReason.MARKET_CHANGE,
        reason="the market turned",
        on=MAY,
    )


def drafted(*events: GoalEvent) -> Recording:
    return GOAL_STREAM.record([DRAFTED, *events])


def kept(*events: GoalEvent) -> Recording:
    keep = GoalSet(account_id=ACME, goal=smart(DRAFT.model_copy(update=MAINTAINED)))
    return GOAL_STREAM.record([keep, *events])


def revised(**changes: Change[Any]) -> GoalRevised:
    return GoalRevised(reason_code=RevisionReason.MARKET_CHANGE, **changes)


ACHIEVE = on_goal(commands.achieve_goal, on=MAY)
MISS = on_goal(commands.miss_goal, on=DUE)
ABANDON = on_goal(commands.abandon_goal, reason_code="budget", reason="no budget", on=MAY)
REOPEN = on_goal(commands.reopen_goal, reason="closed by mistake", on=TODAY)
REVIEW = on_goal(commands.review_goal, assessment=Assessment.AT_RISK, on=HALF_WAY)
ACHIEVED = GoalAchieved(achieved_on=MAY, final_value=Decimal(60_000))
MISSED = GoalMissed(missed_on=DUE, final_value=None)
ABANDONED = GoalAbandoned(abandoned_on=MAY, reason_code="budget")
REOPENED = GoalReopened(reopened_on=TODAY)
REACHED = measured("60000", MAY)
ENDS = [[REACHED, ACHIEVED], [MISSED], [ABANDONED]]
EVERY_END = pytest.mark.parametrize("end", ENDS, ids=lambda end: end[-1].NAME)
SETTING = on_goal(commands.set_goal, terms=GoalTerms(), on=START)


def test_a_smart_goal_is_set() -> None:
    given_streams(*WORLD).when(setting()).then(goal())


def test_a_goal_without_more_is_short_and_of_middle_priority() -> None:
    assert (GOAL_SET.goal.horizon, GOAL_SET.goal.priority) == (Horizon.SHORT, 3)


def test_a_goal_begins_once_in_an_account_that_is_open() -> None:
    given_streams(*WORLD, goal()).when(setting()).then_refused("already-exists")
    given_streams(CLOSED).when(setting()).then_refused("account-closed")
    given_streams().when(setting()).then_not_found("account")


@pytest.mark.parametrize(
    ("missing", "letters"),
    [
        ({"statement": None}, "S: statement;"),
        ({"metric": None}, "M: metric;"),
        ({"baseline": None, "target": None}, "M: baseline, target;"),
        ({"metric": KEEP, "target": None}, "M: band;"),
        ({"achievability": None}, "A: achievability;"),
        ({"relevance": None}, "R: relevance;"),
        ({"relevance": Relevance()}, "R: need_id or objective;"),
        ({"start_on": None, "due_on": None}, "T: start_on, due_on;"),
        ({"statement": None, "due_on": None}, "S: statement; T: due_on;"),
    ],
)
def test_what_is_missing_for_a_smart_goal_is_named(missing: dict[str, Any], letters: str) -> None:
    given_streams(*WORLD).when(setting(**missing)).then_refused("goal-not-smart", letters)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"due_on": START}, "date-order"),
        ({"due_on": START - timedelta(days=1)}, "date-order"),
        ({"target": Decimal("50000.00")}, "target-equals-baseline"),
        ({"target": Decimal(40_000)}, "target-against-direction"),
        ({"metric": FALL}, "target-against-direction"),
        ({"band": BAND}, "target-or-band"),
        ({"metric": KEEP, "band": BAND}, "target-or-band"),
        (MAINTAINED | {"band": Band(low=Decimal(2), high=Decimal(1))}, "band-reversed"),
        ({"baseline": Baseline(value=Decimal(1), on=TOMORROW)}, "baseline-in-the-future"),
    ],
)
def test_terms_that_contradict_themselves_are_refused(changed: dict[str, Any], code: str) -> None:
    given_streams(*WORLD).when(setting(**changed)).then_refused(code)


def test_a_metric_may_also_fall_or_be_maintained() -> None:
    fall = {"metric": FALL, "target": Decimal(40_000)}
    for changed in (fall, MAINTAINED):
        goal_set = GoalSet(account_id=ACME, goal=smart(DRAFT.model_copy(update=changed)))
        given_streams(*WORLD).when(setting(**changed)).then(GOAL_STREAM.record([goal_set]))


def test_a_goal_is_owned_by_one_of_ours_and_assessed_by_anyone_known() -> None:
    given_streams(*WORLD).when(setting(owner_id=CLIENT)).then_refused("party-not-ours")
    given_streams(*WORLD).when(setting(owner_id=uuid(99))).then_not_found("party")
    stranger = Achievability(basis="they say so", assessed_by=uuid(99))
    given_streams(*WORLD).when(setting(achievability=stranger)).then_not_found("party")


def test_an_internal_goal_may_support_one_of_the_clients() -> None:
    draft = DRAFT.model_copy(update={"side": GoalSide.INTERNAL, "supports_goal_id": TRAFFIC})
    decision = commands.set_new_goal(ACME, SALES, draft=draft, on=START, today=TODAY)
    internal = SALES_STREAM.record([GoalSet(account_id=ACME, goal=smart(draft))])

    given_streams(*WORLD, goal()).when(decision).then(internal)
    given_streams(*WORLD).when(decision).then_not_found("goal")
    own = GOAL_SET.model_copy(update={"account_id": OTHER})
    given_streams(*WORLD, GOAL_STREAM.record([own])).when(decision).then_not_found("goal")
    given_streams(*WORLD, internal, goal()).when(revising(supports_goal_id=SALES)).then_refused(
        "only-internal-goals-support"
    )
    ours = GOAL_SET.model_copy(
        update={"goal": GOAL_SET.goal.model_copy(update={"side": GoalSide.INTERNAL})}
    )
    given_streams(*WORLD, GOAL_STREAM.record([ours])).when(decision).then_refused(
        "supported-goal-not-client"
    )


def test_a_need_may_be_served() -> None:
    relevance = Relevance(need_id=uuid(81))
    served = GoalSet(account_id=ACME, goal=smart(DRAFT.model_copy(update={"relevance": relevance})))
    given_streams(*WORLD).when(setting(relevance=relevance)).then(GOAL_STREAM.record([served]))
    unknown = Relevance(need_id=uuid(99))
    given_streams(*WORLD).when(setting(relevance=unknown)).then_not_found("need")


def test_a_draft_may_be_incomplete() -> None:
    decision = commands.draft_goal(ACME, TRAFFIC, draft=DRAFTED.draft, on=START, today=TODAY)

    given_streams(*WORLD).when(decision).then(drafted())


def test_a_draft_is_set_once_it_is_complete() -> None:
    given_streams(*WORLD, drafted()).when(SETTING).then_refused("goal-not-smart", "M: metric")
    rest = {field: value for field, value in DRAFT if field != "side" and value is not None}
    complete = on_goal(commands.set_goal, terms=GoalTerms(**rest), on=START)
    given_streams(*WORLD, drafted()).when(complete).then(GOAL_STREAM.record([GOAL_SET]))


def test_a_goal_is_set_once() -> None:
    given_streams(*WORLD, goal()).when(SETTING).then()
    other = on_goal(commands.set_goal, terms=GoalTerms(priority=1), on=START)
    given_streams(*WORLD, goal()).when(other).then_refused("already-set")
    given_streams(*WORLD, goal(MISSED)).when(other).then_refused("goal-ended")


def test_a_goal_is_revised_in_mid_course() -> None:
    given_streams(*WORLD, goal()).when(revising(target=Decimal(57_000), priority=1)).then(
        GOAL_STREAM.record(
            [
                revised(
                    target=Change(was=Decimal(60_000), now=Decimal(57_000)),
                    priority=Change(was=3, now=1),
                )
            ]
        )
    )


def test_a_revision_that_changes_nothing_is_nothing() -> None:
    given_streams(*WORLD, goal()).when(revising(target=Decimal("60000.0"))).then()
    given_streams(*WORLD, goal()).when(revising()).then()


def test_a_draft_is_revised_too() -> None:
    given_streams(*WORLD, drafted()).when(revising(metric=METRIC, statement=None)).then(
        GOAL_STREAM.record(
            [
                revised(
                    metric=Change(was=None, now=METRIC),
                    statement=Change(was="More visits", now=None),
                )
            ]
        )
    )


def test_a_revised_goal_stays_smart() -> None:
    given_streams(*WORLD, goal()).when(revising(target=None)).then_refused("goal-not-smart", "M")
    given_streams(*WORLD, goal()).when(revising(metric=None)).then_refused("goal-not-smart", "M")


def test_what_is_measured_stays_for_the_life_of_a_goal() -> None:
    given_streams(*WORLD, goal()).when(revising(metric=FALL)).then_refused("unit-immutable")


def test_a_revision_says_why() -> None:
    decision = on_goal(
        commands.revise_goal,
        terms=GoalTerms(priority=1),
        reason_code=RevisionReason.ERROR,
        reason=" ",
        on=MAY,
    )
    given_streams(*WORLD, goal()).when(decision).then_refused("reason-required")


def test_measurements_stay_within_the_revised_span() -> None:
    past = goal(measured("51000", HALF_WAY), measured("52000", MAY, SECOND_VALUE))
    given_streams(*WORLD, past).when(revising(due_on=HALF_WAY)).then_refused(
        "due-before-last-measurement", str(MAY)
    )
    given_streams(*WORLD, past).when(revising(start_on=MAY)).then_refused(
        "start-after-first-measurement", str(HALF_WAY)
    )
    given_streams(*WORLD, past).when(revising(due_on=MAY)).then(
        GOAL_STREAM.record([revised(due_on=Change(was=DUE, now=MAY))])
    )


@EVERY_END
def test_a_goal_that_has_ended_is_not_revised_reviewed_or_ended_again(end: list[GoalEvent]) -> None:
    world = given_streams(*WORLD, goal(*end))
    later = [
        on_goal(command, on=TODAY, **more)
        for command, more in (
            (commands.achieve_goal, {}),
            (commands.miss_goal, {}),
            (commands.abandon_goal, {"reason_code": "budget", "reason": "none"}),
        )
    ]
    already = {GoalState.MISSED: 1}.get(fold(GOAL, GOAL_SET, *end).state)
    for number, decision in enumerate([*later, revising(priority=1), REVIEW]):
        if number == already:
            world.when(decision).then()  # DUE is TODAY
        else:
            world.when(decision).then_refused("goal-ended")


def test_a_review_keeps_what_was_reckoned_beside_the_assessment() -> None:
    past = goal(measured("55000", HALF_WAY))
    review = GoalReviewed(
        reviewed_on=HALF_WAY,
        assessment=Assessment.AT_RISK,
        computed=GoalStatus.ON_TRACK,
        policy_version=0,
    )
    given_streams(*WORLD, past).when(REVIEW).then(GOAL_STREAM.record([review]))
    reviewed = goal(measured("55000", HALF_WAY), review)
    given_streams(*WORLD, reviewed).when(REVIEW).then()


def test_a_review_goes_by_the_policy_of_its_day() -> None:
    strict = Goals(at_risk_beyond=Decimal(0), off_track_beyond=Decimal(0))
    published = PolicyPublished(version=1, effective_from=START, policy=strict)
    given_streams(*WORLD, POLICIES.record([published]), goal(measured("51000", HALF_WAY))).when(
        REVIEW
    ).then(
        GOAL_STREAM.record(
            [
                GoalReviewed(
                    reviewed_on=HALF_WAY,
                    assessment=Assessment.AT_RISK,
                    computed=GoalStatus.OFF_TRACK,
                    policy_version=1,
                )
            ]
        )
    )


def test_a_draft_is_not_reviewed_or_closed() -> None:
    for decision in (REVIEW, ACHIEVE, MISS):
        given_streams(*WORLD, drafted()).when(decision).then_refused("goal-not-set")


def test_a_goal_is_achieved_when_its_value_meets_the_target() -> None:
    given_streams(*WORLD, goal(REACHED)).when(ACHIEVE).then(GOAL_STREAM.record([ACHIEVED]))
    given_streams(*WORLD, goal(REACHED, ACHIEVED)).when(ACHIEVE).then()


def test_a_goal_is_not_achieved_short_of_its_target() -> None:
    given_streams(*WORLD, goal()).when(ACHIEVE).then_refused("target-not-met", "nothing")
    short = goal(measured("59999.99", MAY))
    given_streams(*WORLD, short).when(ACHIEVE).then_refused("target-not-met", "59999.99 visits")
    too_late = goal(measured("60000", TODAY))
    given_streams(*WORLD, too_late).when(ACHIEVE).then_refused("target-not-met")


def test_to_maintain_a_value_is_to_maintain_it_until_the_due_day() -> None:
    given_streams(*WORLD, kept(measured("50000", HALF_WAY))).when(ACHIEVE).then_refused("not-due")
    outside = kept(measured("56000", HALF_WAY))
    given_streams(*WORLD, outside).when(ACHIEVE).then_refused("target-not-met", "band from 45000")
    inside = kept(measured("50000", HALF_WAY))
    given_streams(*WORLD, inside).when(on_goal(commands.achieve_goal, on=DUE)).then(
        GOAL_STREAM.record([GoalAchieved(achieved_on=DUE, final_value=Decimal(50_000))])
    )


def test_the_final_value_is_what_the_measurements_come_to() -> None:
    mean = METRIC.model_copy(update={"aggregation": Aggregation.MEAN})
    goal_set = GoalSet(account_id=ACME, goal=smart(DRAFT.model_copy(update={"metric": mean})))
    values = [
        measured(value, HALF_WAY, uuid(100 + number))
        for number, value in enumerate(("60000", "60000", "60001"))
    ]
    given_streams(*WORLD, GOAL_STREAM.record([goal_set, *values])).when(ACHIEVE).then(
        GOAL_STREAM.record([GoalAchieved(achieved_on=MAY, final_value=Decimal("60000.333333"))])
    )


def test_a_goal_is_missed_on_its_due_day_or_later() -> None:
    early = on_goal(commands.miss_goal, on=DUE - timedelta(days=1))
    given_streams(*WORLD, goal()).when(early).then_refused("not-due", str(DUE))
    given_streams(*WORLD, goal()).when(MISS).then(GOAL_STREAM.record([MISSED]))
    given_streams(*WORLD, goal(MISSED)).when(MISS).then()
    given_streams(*WORLD, goal(measured("51000.50", MAY))).when(MISS).then(
        GOAL_STREAM.record([GoalMissed(missed_on=DUE, final_value=Decimal("51000.5"))])
    )


def test_a_goal_or_a_draft_is_abandoned_for_a_reason() -> None:
    silent = on_goal(commands.abandon_goal, reason_code="budget", reason="", on=MAY)
    given_streams(*WORLD, goal()).when(silent).then_refused("reason-required")
    for begun in (goal(), drafted()):
        given_streams(*WORLD, begun).when(ABANDON).then(GOAL_STREAM.record([ABANDONED]))
    given_streams(*WORLD, goal(ABANDONED)).when(ABANDON).then()


@EVERY_END
def test_a_goal_that_has_ended_is_reopened(end: list[GoalEvent]) -> None:
    given_streams(*WORLD, goal(*end)).when(REOPEN).then(GOAL_STREAM.record([REOPENED]))
    given_streams(*WORLD, goal(*end, REOPENED)).when(REOPEN).then()


def test_a_goal_is_not_reopened_before_it_ended_or_without_a_reason() -> None:
    early = on_goal(commands.reopen_goal, reason="closed by mistake", on=MAY)
    given_streams(*WORLD, goal(MISSED)).when(early).then_refused("before-the-goal-ended")
    silent = on_goal(commands.reopen_goal, reason="", on=TODAY)
    given_streams(*WORLD, goal(MISSED)).when(silent).then_refused("reason-required")


def test_a_reopened_draft_is_a_draft_again() -> None:
    assert fold(GOAL, DRAFTED, ABANDONED, REOPENED).state is GoalState.DRAFT
    assert fold(GOAL, GOAL_SET, MISSED, REOPENED).state is GoalState.ACTIVE


@pytest.mark.parametrize(
    "decision", [SETTING, revising(priority=1), REVIEW, ACHIEVE, MISS, ABANDON, REOPEN]
)
def test_every_command_needs_an_open_account_and_its_own_goal(decision: Decision) -> None:
    given_streams(CLOSED, goal()).when(decision).then_refused("account-closed")
    given_streams(*WORLD).when(decision).then_not_found("goal")
    others = GOAL_STREAM.record([GOAL_SET.model_copy(update={"account_id": OTHER})])
    given_streams(*WORLD, others).when(decision).then_not_found("goal")


def test_nothing_takes_effect_in_the_future() -> None:
    late = on_goal(commands.achieve_goal, on=TOMORROW)
    given_streams(*WORLD, goal()).when(late).then_refused("in-the-future")


def test_a_goal_begins_with_its_terms() -> None:
    with pytest.raises(ValueError, match=r"goal\.missed stands before goal\.drafted"):
        GOAL.evolve(None, MISSED)

    assert not NO_GOALS.has_active


def test_a_draft_is_not_taken_for_more() -> None:
    assert isinstance(fold(GOAL, DRAFTED).terms, GoalDraft)
    assert GoalDrafted.model_validate_json(DRAFTED.model_dump_json()) == DRAFTED
    assert GoalSet.model_validate_json(GOAL_SET.model_dump_json()) == GOAL_SET
