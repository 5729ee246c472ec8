from typing import Any
from uuid import UUID

import pytest

from domain import commands
from domain.account import AccountClosed
from domain.account_merge import AccountMerged
from domain.binding import account_stream
from domain.channel import Channel
from domain.deal_terms import DealKind, DealTerms
from domain.decision import Decision
from domain.event import Recording
from domain.profile import ProfileRevision
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    CONTENT,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MAY,
    OPENED,
    ORDER,
    OTHER,
    TODAY,
    WON,
    euro,
    uuid,
)
from tests.given import given_streams

MERGED = AccountMerged(into=OTHER)
CLOSED = AccountClosed(closed_on=MAY, churned=False, reason_code="double")


def having(*events: Any) -> Recording:
    return ACCOUNT_STREAM.record([OPENED, *events])


def other(*events: Any) -> Recording:
    return account_stream(OTHER).record([OPENED, *events])


def merging(into: UUID = OTHER, reason: str = "the same company") -> Decision:
    return commands.merge_account(ACME, into=into, reason=reason, on=MAY, today=TODAY)


def test_an_account_is_merged_once() -> None:
    given_streams(having(), other()).when(merging()).then(ACCOUNT_STREAM.record([MERGED]))
    given_streams(having(MERGED), other()).when(merging()).then()
    given_streams(having(MERGED), other(CLOSED)).when(merging()).then()


def test_a_merger_takes_a_reason() -> None:
    given_streams(having(), other()).when(merging(reason="")).then_refused("reason-required")


def test_an_account_is_not_merged_into_itself() -> None:
    given_streams(having()).when(merging(ACME)).then_refused("merge-into-itself")


def test_both_accounts_are_there_and_open() -> None:
    third = account_stream(uuid(3)).record([OPENED])

    given_streams(other()).when(merging()).then_not_found("account")
    given_streams(having()).when(merging()).then_not_found("account")
    given_streams(having(CLOSED), other()).when(merging()).then_refused("account-closed")
    given_streams(having(), other(CLOSED)).when(merging()).then_refused("target-not-open")
    given_streams(having(), other(AccountMerged(into=uuid(3)))).when(merging()).then_refused(
        "target-not-open"
    )
    given_streams(having(MERGED), other(), third).when(merging(uuid(3))).then_refused(
        "account-merged", str(OTHER)
    )


def test_no_deal_is_open_in_an_account_that_is_merged() -> None:
    given_streams(having(), other(), FIRST_DEAL.record([DEAL_OPENED])).when(merging()).then_refused(
        "open-deals", str(FIRST)
    )
    given_streams(having(), other(), FIRST_DEAL.record([DEAL_OPENED, WON])).when(merging()).then(
        ACCOUNT_STREAM.record([MERGED])
    )


TERMS = DealTerms(kind=DealKind.NEW_BUSINESS, name="A crane", amount=euro("1"))
DAYS: dict[str, Any] = {"on": MAY, "today": TODAY}


@pytest.mark.parametrize(
    "decision",
    [
        commands.revise_profile(ACME, revision=ProfileRevision(territory="North"), **DAYS),
        commands.log_inquiry(ACME, uuid(51), channel=Channel.CALL, topic="Why?", **DAYS),
        commands.open_deal(ACME, uuid(22), terms=TERMS, **DAYS),
        commands.place_order(ACME, order_id=ORDER, content=CONTENT, today=TODAY),
        commands.cancel_order(ACME, order_id=ORDER, **DAYS),
        commands.void_check_in(ACME, uuid(62), check_in_id=uuid(63), reason="a typo", **DAYS),
        commands.close_account(
            ACME, churned=False, reason_code="double", reason="the same client", **DAYS
        ),
        commands.reopen_account(ACME, reason="the same client", **DAYS),
        commands.deselect_account(ACME, reason="the same client", **DAYS),
        commands.accept_hand_over(ACME, uuid(61), **DAYS),
    ],
)
def test_a_merged_account_names_the_one_to_go_on_with(decision: Decision) -> None:
    given_streams(having(MERGED), other()).when(decision).then_refused("account-merged", str(OTHER))
