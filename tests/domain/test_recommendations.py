from typing import Any

import pytest

from domain import commands
from domain.decision import Decision
from domain.event import Recording
from domain.horizon import Horizon
from domain.need import NeedIdentified, NeedSource
from domain.recommendation import (
    RecommendationDeclined,
    RecommendationMade,
    RecommendationTaken,
    RecommendationTerms,
)
from domain.signal import SignalKind, SignalRaised
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MAY,
    OPENED,
    TODAY,
    uuid,
)
from tests.given import given_streams

ID, NEED, SIGNAL = uuid(51), uuid(52), uuid(53)
MADE = RecommendationMade(
    recommendation_id=ID,
    statement="Offer the service contract",
    basis=("They asked twice",),
    deal_id=FIRST,
    need_id=NEED,
    signal_id=SIGNAL,
)
TAKEN = RecommendationTaken(recommendation_id=ID)
DECLINED = RecommendationDeclined(recommendation_id=ID)
IDENTIFIED = NeedIdentified(
    need_id=NEED,
    statement="Service",
    latent=False,
    priority=3,
    horizon=Horizon.SHORT,
    source=NeedSource.DATA,
)
RAISED = SignalRaised(
    signal_id=SIGNAL,
    kind=SignalKind.OPPORTUNITY,
    title="Asked",
    anticipated=False,
    severity=1,
    source="call",
)
DEAL = FIRST_DEAL.record([DEAL_OPENED])


def having(*events: Any) -> Recording:
    return ACCOUNT_STREAM.record([OPENED, *events])


def making(**fields: Any) -> Decision:
    terms = RecommendationTerms(
        statement=MADE.statement,
        basis=MADE.basis,
        **{"deal_id": FIRST, "need_id": NEED, "signal_id": SIGNAL} | fields,
    )
    return commands.make_recommendation(ACME, ID, terms=terms, on=MAY, today=TODAY)


def taking() -> Decision:
    return commands.take_recommendation(ACME, ID, on=MAY, today=TODAY)


def declining(reason: str = "no budget") -> Decision:
    return commands.decline_recommendation(ACME, ID, reason=reason, on=MAY, today=TODAY)


def test_a_recommendation_is_made_once() -> None:
    past = having(IDENTIFIED, RAISED)

    given_streams(past, DEAL).when(making()).then(ACCOUNT_STREAM.record([MADE]))
    given_streams(having(IDENTIFIED, RAISED, MADE, TAKEN), DEAL).when(making()).then()
    given_streams(having(IDENTIFIED, RAISED, MADE), DEAL).when(making(deal_id=None)).then_refused(
        "already-exists"
    )


def test_a_recommendation_may_be_about_nothing_in_particular() -> None:
    nothing = {"deal_id": None, "need_id": None, "signal_id": None}

    given_streams(having()).when(making(**nothing)).then(
        ACCOUNT_STREAM.record([MADE.model_copy(update=nothing)])
    )


def test_what_a_recommendation_is_about_is_the_accounts_own() -> None:
    given_streams(having(IDENTIFIED, RAISED)).when(making()).then_not_found("deal")
    given_streams(having(RAISED), DEAL).when(making()).then_not_found("need")
    given_streams(having(IDENTIFIED), DEAL).when(making()).then_not_found("signal")


def test_a_recommendation_is_taken_once() -> None:
    given_streams(having(MADE)).when(taking()).then(ACCOUNT_STREAM.record([TAKEN]))
    given_streams(having(MADE, TAKEN)).when(taking()).then()
    given_streams(having(MADE, DECLINED)).when(taking()).then_refused(
        "recommendation-settled", "declined"
    )


def test_a_recommendation_is_declined_once_and_for_a_reason() -> None:
    given_streams(having(MADE)).when(declining()).then(ACCOUNT_STREAM.record([DECLINED]))
    given_streams(having(MADE, DECLINED)).when(declining()).then()
    given_streams(having(MADE, TAKEN)).when(declining()).then_refused("recommendation-settled")
    given_streams(having(MADE)).when(declining(" ")).then_refused("reason-required")


@pytest.mark.parametrize("decision", [taking(), declining()])
def test_an_unknown_recommendation_is_not_found(decision: Decision) -> None:
    given_streams(having()).when(decision).then_not_found("recommendation")
