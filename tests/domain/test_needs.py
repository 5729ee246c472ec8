from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain import commands
from domain.account import AccountClosed
from domain.change import Change
from domain.collaboration import CollaborationCancelled
from domain.decision import Decision
from domain.event import Recording
from domain.horizon import Horizon
from domain.need import (
    NeedIdentified,
    NeedMet,
    NeedRevised,
    NeedRevision,
    NeedSource,
    NeedTerms,
    NeedWithdrawn,
    SolutionFeasibility,
    SolutionProposed,
    SolutionTerms,
)
from tests.domain.collaborations import REQUEST, YES, request
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    CLIENT,
    MAY,
    OPENED,
    PARTIES,
    TODAY,
    TOMORROW,
    uuid,
)
from tests.given import given_streams

NEED, SOLUTION, CHECK_IN = uuid(51), uuid(52), uuid(53)
TERMS = NeedTerms(
    statement="Fewer breakdowns",
    latent=True,
    priority=4,
    horizon=Horizon.LONG,
    source=NeedSource.WORKSHOP,
    stated_by=CLIENT,
    check_in_id=CHECK_IN,
)
IDENTIFIED = NeedIdentified(
    need_id=NEED,
    statement="Fewer breakdowns",
    latent=True,
    priority=4,
    horizon=Horizon.LONG,
    source=NeedSource.WORKSHOP,
    stated_by=CLIENT,
    check_in_id=CHECK_IN,
)
PROPOSED = SolutionProposed(
    need_id=NEED,
    solution_id=SOLUTION,
    description="Inspect every month",
    feasibility=SolutionFeasibility.UNCONFIRMED,
)
MET = NeedMet(need_id=NEED, evidence="No breakdown since March")
WITHDRAWN = NeedWithdrawn(need_id=NEED)

CANCELLED = CollaborationCancelled(cancelled_on=MAY)


def having(*events: Any) -> Recording:
    return ACCOUNT_STREAM.record([OPENED, *events])


def identifying(on: date = MAY, **fields: Any) -> Decision:
    terms = TERMS.model_copy(update=fields)
    return commands.identify_need(ACME, NEED, terms=terms, on=on, today=TODAY)


def revising(**fields: Any) -> Decision:
    return commands.revise_need(ACME, NEED, revision=NeedRevision(**fields), on=MAY, today=TODAY)


def proposing(description: str = PROPOSED.description, **more: Any) -> Decision:
    solution = SolutionTerms(description=description, **more)
    return commands.propose_solution(ACME, NEED, SOLUTION, solution=solution, on=MAY, today=TODAY)


def meeting(evidence: str = MET.evidence, reason: str = "they say so") -> Decision:
    return commands.meet_need(ACME, NEED, evidence=evidence, reason=reason, on=MAY, today=TODAY)


def withdrawing(reason: str = "they sold the cranes") -> Decision:
    return commands.withdraw_need(ACME, NEED, reason=reason, on=MAY, today=TODAY)


EVERY = [identifying(stated_by=None), revising(priority=1), proposing(), meeting(), withdrawing()]


def test_a_need_is_identified() -> None:
    given_streams(having(), *PARTIES).when(identifying()).then(ACCOUNT_STREAM.record([IDENTIFIED]))


def test_a_need_that_nobody_in_particular_stated_is_identified() -> None:
    given_streams(having()).when(identifying(stated_by=None)).then(
        ACCOUNT_STREAM.record([IDENTIFIED.model_copy(update={"stated_by": None})])
    )


def test_who_stated_a_need_is_a_registered_party() -> None:
    given_streams(having()).when(identifying()).then_not_found("party")


def test_a_need_identified_again_adds_nothing_whatever_became_of_it() -> None:
    revised = NeedRevised(need_id=NEED, priority=Change(was=4, now=1))

    given_streams(having(IDENTIFIED, revised, MET), *PARTIES).when(identifying()).then()


def test_one_id_is_of_one_need() -> None:
    given_streams(having(IDENTIFIED), *PARTIES).when(identifying(priority=1)).then_refused(
        "already-exists", str(NEED)
    )


def test_a_need_is_not_identified_tomorrow() -> None:
    given_streams(having(), *PARTIES).when(identifying(TOMORROW)).then_refused("in-the-future")


def test_a_revision_holds_what_changed() -> None:
    given_streams(having(IDENTIFIED)).when(
        revising(statement="No breakdowns", priority=4, horizon=Horizon.SHORT)
    ).then(
        ACCOUNT_STREAM.record(
            [
                NeedRevised(
                    need_id=NEED,
                    statement=Change(was="Fewer breakdowns", now="No breakdowns"),
                    horizon=Change(was=Horizon.LONG, now=Horizon.SHORT),
                )
            ]
        )
    )


def test_a_revision_builds_on_the_one_before() -> None:
    first = NeedRevised(need_id=NEED, priority=Change(was=4, now=5))

    given_streams(having(IDENTIFIED, first)).when(revising(priority=2)).then(
        ACCOUNT_STREAM.record([NeedRevised(need_id=NEED, priority=Change(was=5, now=2))])
    )
    given_streams(having(IDENTIFIED, first)).when(revising(priority=5)).then()


def test_a_solution_is_proposed_once() -> None:
    given_streams(having(IDENTIFIED)).when(proposing()).then(ACCOUNT_STREAM.record([PROPOSED]))
    given_streams(having(IDENTIFIED, PROPOSED, MET)).when(proposing()).then()
    given_streams(having(IDENTIFIED, PROPOSED)).when(proposing("Another")).then_refused(
        "already-exists"
    )


def test_a_need_is_met_once() -> None:
    given_streams(having(IDENTIFIED)).when(meeting()).then(ACCOUNT_STREAM.record([MET]))
    given_streams(having(IDENTIFIED, MET)).when(meeting()).then()
    given_streams(having(IDENTIFIED, MET)).when(meeting("Another")).then_refused(
        "need-settled", "met"
    )


def test_a_need_is_withdrawn_once() -> None:
    given_streams(having(IDENTIFIED)).when(withdrawing()).then(ACCOUNT_STREAM.record([WITHDRAWN]))
    given_streams(having(IDENTIFIED, WITHDRAWN)).when(withdrawing()).then()


@pytest.mark.parametrize("decision", [revising(priority=1), proposing(), meeting()])
def test_a_withdrawn_need_stays_as_it_is(decision: Decision) -> None:
    given_streams(having(IDENTIFIED, WITHDRAWN)).when(decision).then_refused(
        "need-settled", "withdrawn"
    )


def test_a_need_that_is_met_is_not_withdrawn() -> None:
    given_streams(having(IDENTIFIED, MET)).when(withdrawing()).then_refused("need-settled")


@pytest.mark.parametrize("decision", [meeting(reason=" "), withdrawing("")])
def test_to_settle_a_need_takes_a_reason(decision: Decision) -> None:
    given_streams(having(IDENTIFIED)).when(decision).then_refused("reason-required")


@pytest.mark.parametrize("decision", EVERY[1:])
def test_an_unknown_need_is_not_found(decision: Decision) -> None:
    given_streams(having()).when(decision).then_not_found("need")


@pytest.mark.parametrize("decision", EVERY)
def test_needs_belong_to_an_account_that_is_open(decision: Decision) -> None:
    closed = AccountClosed(closed_on=MAY, churned=True, reason_code="price")

    given_streams().when(decision).then_not_found("account")
    given_streams(having(IDENTIFIED, closed)).when(decision).then_refused("account-closed")


@pytest.mark.parametrize("priority", [0, 6])
def test_a_priority_is_from_1_to_5(priority: int) -> None:
    with pytest.raises(ValidationError, match="priority"):
        NeedTerms(statement="Peace", source=NeedSource.DATA, priority=priority)


def test_a_solution_is_confirmed_by_a_request_that_was_answered_with_yes() -> None:
    asked: dict[str, Any] = {"feasibility": SolutionFeasibility.CONFIRMED, "request_id": REQUEST}
    confirmed = PROPOSED.model_copy(update=asked)
    world = [having(IDENTIFIED), *PARTIES]

    given_streams(*world).when(proposing(**asked)).then_not_found("collaboration-request")
    given_streams(*world, request()).when(proposing(**asked)).then_refused(
        "feasibility-unconfirmed", str(REQUEST)
    )
    given_streams(*world, request(YES)).when(proposing(**asked)).then(
        ACCOUNT_STREAM.record([confirmed])
    )
    given_streams(*world, request()).when(proposing(request_id=REQUEST)).then(
        ACCOUNT_STREAM.record([PROPOSED.model_copy(update={"request_id": REQUEST})])
    )
    unasked: dict[str, Any] = {"feasibility": SolutionFeasibility.CONFIRMED}
    given_streams(*world).when(proposing(**unasked)).then(
        ACCOUNT_STREAM.record([PROPOSED.model_copy(update=unasked)])
    )
    past = [having(IDENTIFIED, confirmed), request(YES, CANCELLED)]
    given_streams(*past).when(proposing(**asked)).then()
