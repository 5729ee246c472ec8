from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain import commands
from domain.change import Change
from domain.decision import Decision
from domain.event import Recording
from domain.signal import (
    SignalAssessed,
    SignalAssessment,
    SignalKind,
    SignalOutcome,
    SignalRaised,
    SignalResolved,
    SignalTerms,
)
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MARCH,
    MAY,
    OPENED,
    SECOND,
    TODAY,
    TOMORROW,
    uuid,
)
from tests.given import given_streams

SIGNAL = uuid(51)
TERMS = SignalTerms(
    kind=SignalKind.RISK,
    title="The buyer retires",
    anticipated=True,
    severity=4,
    likelihood=Decimal(70),
    due_on=TOMORROW,
    mitigation="Meet the successor",
    source="check-in",
)
RAISED = SignalRaised(
    signal_id=SIGNAL,
    kind=SignalKind.RISK,
    title="The buyer retires",
    anticipated=True,
    severity=4,
    likelihood=Decimal(70),
    due_on=TOMORROW,
    mitigation="Meet the successor",
    source="check-in",
)
EXPIRED = SignalResolved(signal_id=SIGNAL, outcome=SignalOutcome.EXPIRED)


def having(*events: Any) -> Recording:
    return ACCOUNT_STREAM.record([OPENED, *events])


def raising(**fields: Any) -> Decision:
    terms = TERMS.model_copy(update=fields)
    return commands.raise_signal(ACME, SIGNAL, terms=terms, on=MAY, today=TODAY)


def assessing(**fields: Any) -> Decision:
    assessment = SignalAssessment(**fields)
    return commands.assess_signal(ACME, SIGNAL, assessment=assessment, on=MAY, today=TODAY)


def resolving(outcome: SignalOutcome, **fields: Any) -> Decision:
    return commands.resolve_signal(ACME, SIGNAL, outcome=outcome, on=MAY, today=TODAY, **fields)


EXPIRING = resolving(SignalOutcome.EXPIRED)


def test_a_signal_is_raised_once() -> None:
    given_streams(having()).when(raising()).then(ACCOUNT_STREAM.record([RAISED]))
    given_streams(having(RAISED, EXPIRED)).when(raising()).then()
    given_streams(having(RAISED)).when(raising(severity=1)).then_refused("already-exists")


def test_an_assessment_holds_what_changed() -> None:
    given_streams(having(RAISED)).when(
        assessing(severity=5, likelihood=None, due_on=TOMORROW, mitigation="Call")
    ).then(
        ACCOUNT_STREAM.record(
            [
                SignalAssessed(
                    signal_id=SIGNAL,
                    severity=Change(was=4, now=5),
                    likelihood=Change(was=Decimal(70), now=None),
                    mitigation=Change(was="Meet the successor", now="Call"),
                )
            ]
        )
    )


def test_an_assessment_builds_on_the_one_before() -> None:
    first = SignalAssessed(
        signal_id=SIGNAL, severity=Change(was=4, now=2), due_on=Change(was=TOMORROW, now=None)
    )

    given_streams(having(RAISED, first)).when(assessing(severity=2, due_on=None)).then()
    given_streams(having(RAISED, first)).when(assessing(due_on=MARCH)).then(
        ACCOUNT_STREAM.record(
            [SignalAssessed(signal_id=SIGNAL, due_on=Change(was=None, now=MARCH))]
        )
    )


def test_a_signal_always_has_a_severity() -> None:
    given_streams(having(RAISED)).when(assessing(severity=None)).then_refused("severity-required")


@pytest.mark.parametrize(
    "outcome", [SignalOutcome.MITIGATED, SignalOutcome.MATERIALISED, SignalOutcome.EXPIRED]
)
def test_a_signal_is_resolved_once(outcome: SignalOutcome) -> None:
    resolved = SignalResolved(signal_id=SIGNAL, outcome=outcome)

    given_streams(having(RAISED)).when(resolving(outcome)).then(ACCOUNT_STREAM.record([resolved]))
    given_streams(having(RAISED, resolved)).when(resolving(outcome)).then()


def test_a_signal_is_converted_into_a_deal_of_the_account() -> None:
    deal = FIRST_DEAL.record([DEAL_OPENED])

    given_streams(having(RAISED), deal).when(
        resolving(SignalOutcome.CONVERTED, deal_id=FIRST)
    ).then(
        ACCOUNT_STREAM.record(
            [SignalResolved(signal_id=SIGNAL, outcome=SignalOutcome.CONVERTED, deal_id=FIRST)]
        )
    )
    given_streams(having(RAISED), deal).when(
        resolving(SignalOutcome.CONVERTED, deal_id=SECOND)
    ).then_not_found("deal")
    given_streams(having(RAISED), deal).when(resolving(SignalOutcome.CONVERTED)).then_refused(
        "deal-required"
    )


def test_no_other_outcome_leads_to_a_deal() -> None:
    given_streams(having(RAISED), FIRST_DEAL.record([DEAL_OPENED])).when(
        resolving(SignalOutcome.EXPIRED, deal_id=FIRST)
    ).then_refused("deal-without-conversion", "expired")


def test_a_resolved_signal_stays_as_it_is() -> None:
    past = having(RAISED, EXPIRED)

    given_streams(past).when(assessing(severity=1)).then_refused("signal-resolved", "expired")
    given_streams(past).when(resolving(SignalOutcome.MITIGATED)).then_refused("signal-resolved")
    given_streams(past).when(assessing(severity=4)).then()


@pytest.mark.parametrize("decision", [assessing(severity=1), EXPIRING])
def test_an_unknown_signal_is_not_found(decision: Decision) -> None:
    given_streams(having()).when(decision).then_not_found("signal")


@pytest.mark.parametrize(
    "wrong", [{"severity": 0}, {"severity": 6}, {"likelihood": "100.1"}, {"likelihood": "-1"}]
)
def test_severity_and_likelihood_have_their_scales(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"less|greater"):
        SignalTerms.model_validate(TERMS.model_dump() | wrong)
