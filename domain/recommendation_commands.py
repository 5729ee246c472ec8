"""The commands of recommendations; what they are about must be the account's own."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import recommendation as recommendations
from domain.account import Account
from domain.account_binding import in_open_account
from domain.account_deals import ACCOUNT_DEALS
from domain.binding import deals_of
from domain.decision import Decision, States
from domain.known import find
from domain.recommendation import RecommendationEvent, RecommendationTerms


def make_recommendation(
    account_id: UUID,
    recommendation_id: UUID,
    *,
    terms: RecommendationTerms,
    on: date,
    today: date,
) -> Decision:
    deals = ACCOUNT_DEALS.of(account_id)

    def decide(account: Account, states: States) -> Sequence[RecommendationEvent]:
        if terms.deal_id is not None:
            find("deal", terms.deal_id, deals_of(states, deals).by_id)
        if terms.need_id is not None:
            find("need", terms.need_id, account.needs)
        if terms.signal_id is not None:
            find("signal", terms.signal_id, account.signals)
        return recommendations.make_recommendation(
            account.recommendations, recommendation_id=recommendation_id, terms=terms
        )

    return in_open_account(account_id, decide, beside=[deals], on=on, today=today)


def take_recommendation(
    account_id: UUID, recommendation_id: UUID, *, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[RecommendationEvent]:
        return recommendations.take_recommendation(
            account.recommendations, recommendation_id=recommendation_id
        )

    return in_open_account(account_id, decide, on=on, today=today)


def decline_recommendation(
    account_id: UUID, recommendation_id: UUID, *, reason: str, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[RecommendationEvent]:
        return recommendations.decline_recommendation(
            account.recommendations, recommendation_id=recommendation_id, reason=reason
        )

    return in_open_account(account_id, decide, on=on, today=today)
