"""The commands of an account's inquiries."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import inquiry as inquiries
from domain.account import Account
from domain.account_binding import in_open_account
from domain.channel import Channel
from domain.decision import Decision, States
from domain.inquiry import InquiryEvent


def log_inquiry(
    account_id: UUID, inquiry_id: UUID, *, channel: Channel, topic: str, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[InquiryEvent]:
        return inquiries.log_inquiry(
            account.inquiries, inquiry_id=inquiry_id, channel=channel, topic=topic
        )

    return in_open_account(account_id, decide, on=on, today=today)


def resolve_inquiry(
    account_id: UUID, inquiry_id: UUID, *, outcome: str, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[InquiryEvent]:
        return inquiries.resolve_inquiry(account.inquiries, inquiry_id=inquiry_id, outcome=outcome)

    return in_open_account(account_id, decide, on=on, today=today)
