"""The command that records a review of an account."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import account_review
from domain.account import Account
from domain.account_binding import in_open_account
from domain.account_review import AccountReviewed, ReviewContent
from domain.decision import Decision, States
from domain.period import Period


def review_account(
    account_id: UUID,
    review_id: UUID,
    *,
    period: Period,
    content: ReviewContent,
    on: date,
    today: date,
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[AccountReviewed]:
        return account_review.review_account(
            account.reviews, review_id=review_id, period=period, content=content, on=on
        )

    return in_open_account(account_id, decide, on=on, today=today)
