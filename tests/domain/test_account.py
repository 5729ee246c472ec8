from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain import commands
from domain.account import (
    ACCOUNT,
    AccountClosed,
    AccountEvent,
    AccountOpened,
    AccountProfileRevised,
    AccountReopened,
    AccountTierChanged,
)
from domain.account_decisions import close_account, reopen_account, revise_profile
from domain.change import Change
from domain.deal import DealLost
from domain.decision import Decision
from domain.event import Recording
from domain.profile import AnnualRevenue, Industry, Profile, ProfileRevision
from domain.tier import Tier
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MARCH,
    MAY,
    OPENED,
    OTHER,
    SECOND,
    SECOND_DEAL,
    TODAY,
    TOMORROW,
    WON,
    euro,
)
from tests.given import given, given_streams

CLOSED = AccountClosed(closed_on=MAY, churned=True, reason_code="price")
LOST_WITH_IT = DealLost(reason_code="account-closed", lost_on=MAY)


def opening(profile: Profile = OPENED.profile, on: date = MARCH) -> Decision:
    return commands.open_account(ACME, profile=profile, on=on, today=TODAY)


def closing(*lose_deals: Any, on: date = MAY) -> Decision:
    return commands.close_account(
        ACME,
        churned=True,
        reason_code="price",
        reason="went to a competitor",
        lose_deals=lose_deals,
        on=on,
        today=TODAY,
    )


def revising(**fields: Any) -> Decision:
    revision = ProfileRevision.model_validate(fields)
    return commands.revise_profile(ACME, revision=revision, on=MAY, today=TODAY)


def account(*events: AccountEvent) -> Recording:
    return ACCOUNT_STREAM.record([OPENED, *events])


def test_an_account_is_opened_with_its_profile() -> None:
    given_streams().when(opening()).then(account())


def test_an_account_is_opened_once() -> None:
    given_streams(account()).when(opening()).then_refused("already-exists", str(ACME))


def test_an_account_is_not_opened_tomorrow() -> None:
    given_streams().when(opening(on=TOMORROW)).then_refused("in-the-future", "2026-06-30")


def test_an_account_is_not_its_own_parent() -> None:
    own = Profile(name="Acme", parent_account_id=ACME)

    given_streams().when(opening(own)).then_refused("parent-is-itself")
    given_streams(account()).when(revising(parent_account_id=ACME)).then_refused("parent-is-itself")


def test_a_parent_must_be_known() -> None:
    child = Profile(name="Acme", parent_account_id=OTHER)

    given_streams().when(opening(child)).then_not_found("account")
    given_streams(account()).when(revising(parent_account_id=OTHER)).then_not_found("account")


def other(**fields: Any) -> Recording:
    opened = AccountOpened(opened_on=MARCH, profile=Profile(name="Other", **fields))
    return ACCOUNT.stream(OTHER, account_id=OTHER).record([opened])


def test_a_parent_may_have_a_parent_of_its_own() -> None:
    child = Profile(name="Acme", parent_account_id=OTHER)

    given_streams(other(parent_account_id=SECOND)).when(opening(child)).then(
        ACCOUNT_STREAM.record([AccountOpened(opened_on=MARCH, profile=child)])
    )


def test_two_accounts_are_not_each_others_parents() -> None:
    past = other(parent_account_id=ACME)
    child = Profile(name="Acme", parent_account_id=OTHER)

    given_streams(past).when(opening(child)).then_refused("parent-is-child", str(OTHER))
    given_streams(account(), past).when(revising(parent_account_id=OTHER)).then_refused(
        "parent-is-child"
    )


def test_a_revision_records_only_what_changed() -> None:
    given_streams(account()).when(revising(name="Acme", employees=40)).then(
        ACCOUNT_STREAM.record([AccountProfileRevised(employees=Change(was=None, now=40))])
    )


def test_a_revision_may_make_a_field_unknown_again() -> None:
    past = AccountProfileRevised(territory=Change(was=None, now="North"))

    given_streams(account(past)).when(revising(territory=None)).then(
        ACCOUNT_STREAM.record([AccountProfileRevised(territory=Change(was="North", now=None))])
    )


def test_every_field_of_a_profile_can_be_revised() -> None:
    now = Profile(
        name="Acme Cranes",
        legal_name="Acme Cranes GmbH",
        industry=Industry(label="Cranes", scheme="nace", code="28.22"),
        territory="North",
        country="DE",
        employees=41,
        annual_revenue=AnnualRevenue(amount=euro("1e6"), year=2025),
        parent_account_id=OTHER,
    )
    revision = ProfileRevision.model_validate(now.model_dump())
    state = given(ACCOUNT, OPENED).state
    (revised,) = revise_profile(state, ACME, revision=revision)

    assert ACCOUNT.evolve(state, revised).profile == now
    assert set(AccountProfileRevised.model_fields) == set(Profile.model_fields)


def test_a_revision_to_the_same_is_no_event() -> None:
    given_streams(account()).when(revising(name="Acme", territory=None)).then()
    given_streams(account()).when(revising()).then()


def test_an_account_keeps_a_name() -> None:
    given_streams(account()).when(revising(name=None)).then_refused("name-required")


def test_a_closed_account_is_not_revised() -> None:
    given_streams(account(CLOSED)).when(revising(employees=1)).then_refused(
        "account-closed", "2026-05-04"
    )


@pytest.mark.parametrize(
    "decision",
    [
        revising(employees=1),
        closing(),
        commands.reopen_account(ACME, reason="back", on=MAY, today=TODAY),
    ],
)
def test_an_unknown_account_is_not_found(decision: Decision) -> None:
    given_streams().when(decision).then_not_found("account")


def test_an_account_is_closed_once() -> None:
    given_streams(account()).when(closing()).then(ACCOUNT_STREAM.record([CLOSED]))
    given_streams(account(CLOSED)).when(closing(on=TODAY)).then()


def leaving(*, churned: bool = True, notice_on: date | None = MARCH) -> Decision:
    return commands.close_account(
        ACME,
        churned=churned,
        reason_code="price",
        competitor="Cranes & Co",
        notice_on=notice_on,
        reason="went to a competitor",
        on=MAY,
        today=TODAY,
    )


def test_a_client_that_leaves_gives_notice_and_goes_to_a_competitor() -> None:
    told = {"competitor": "Cranes & Co", "notice_on": MARCH}

    given_streams(account()).when(leaving()).then(
        ACCOUNT_STREAM.record([CLOSED.model_copy(update=told)])
    )


def test_an_account_that_we_close_has_no_competitor() -> None:
    given_streams(account()).when(leaving(churned=False)).then_refused("not-churned")


def test_no_notice_lies_after_the_end() -> None:
    given_streams(account()).when(leaving(notice_on=TODAY)).then_refused("notice-after-the-end")


@pytest.mark.parametrize("reason", ["", " \n\t"])
def test_closing_and_reopening_need_a_reason(reason: str) -> None:
    given(ACCOUNT, OPENED).when(
        close_account, churned=False, reason_code="price", reason=reason, on=MAY
    ).then_refused("reason-required")
    given(ACCOUNT, OPENED, CLOSED).when(reopen_account, reason=reason, on=MAY).then_refused(
        "reason-required"
    )


def test_an_account_is_not_closed_before_it_was_opened() -> None:
    given_streams(account()).when(closing(on=date(2026, 3, 1))).then_refused(
        "before-the-account-was-opened", "2026-03-02"
    )


def test_an_account_may_be_closed_on_the_day_it_was_opened() -> None:
    given_streams(account()).when(closing(on=MARCH)).then(
        ACCOUNT_STREAM.record([CLOSED.model_copy(update={"closed_on": MARCH})])
    )


def test_an_account_is_not_closed_tomorrow() -> None:
    given_streams(account()).when(closing(on=TOMORROW)).then_refused("in-the-future")


OPEN_DEALS = (account(), FIRST_DEAL.record([DEAL_OPENED]), SECOND_DEAL.record([DEAL_OPENED]))


def test_an_account_with_open_deals_is_not_closed_unless_all_are_named() -> None:
    given_streams(*OPEN_DEALS).when(closing()).then_refused("open-deals", f"{FIRST}, {SECOND}")
    given_streams(*OPEN_DEALS).when(closing(SECOND)).then_refused("open-deals", f": {FIRST};")


def test_deals_that_are_named_are_lost_with_the_account() -> None:
    given_streams(*OPEN_DEALS).when(closing(SECOND, FIRST, SECOND)).then(
        SECOND_DEAL.record([LOST_WITH_IT]),
        FIRST_DEAL.record([LOST_WITH_IT]),
        ACCOUNT_STREAM.record([CLOSED]),
    )


def test_a_closing_with_its_deals_sent_twice_adds_nothing() -> None:
    lost = FIRST_DEAL.record([DEAL_OPENED, LOST_WITH_IT])

    given_streams(account(CLOSED), lost).when(closing(FIRST)).then()


def test_a_deal_that_was_lost_before_may_be_named_to_be_lost() -> None:
    lost = FIRST_DEAL.record([DEAL_OPENED, DealLost(reason_code="price")])

    given_streams(account(), lost).when(closing(FIRST)).then(ACCOUNT_STREAM.record([CLOSED]))


def test_a_won_deal_is_not_lost_with_the_account() -> None:
    won = FIRST_DEAL.record([DEAL_OPENED, WON])

    given_streams(account(), won).when(closing(FIRST)).then_refused("deal-closed", "won")
    given_streams(account(), won).when(closing()).then(ACCOUNT_STREAM.record([CLOSED]))


def test_only_deals_of_the_account_are_lost_with_it() -> None:
    theirs = FIRST_DEAL.record([DEAL_OPENED.model_copy(update={"account_id": OTHER})])

    given_streams(account()).when(closing(FIRST)).then_not_found("deal")
    given_streams(account(), theirs).when(closing(FIRST)).then_not_found("deal")


def reopening(on: date) -> Decision:
    return commands.reopen_account(ACME, reason="they came back", on=on, today=TODAY)


def test_a_closed_account_is_reopened_once() -> None:
    reopened = AccountReopened(reopened_on=MAY)

    given_streams(account(CLOSED)).when(reopening(MAY)).then(ACCOUNT_STREAM.record([reopened]))
    given_streams(account(CLOSED, reopened)).when(reopening(MAY)).then()
    given_streams(account()).when(reopening(MAY)).then()


@pytest.mark.parametrize(
    ("on", "code"), [(MARCH, "before-the-account-was-closed"), (TOMORROW, "in-the-future")]
)
def test_an_account_is_reopened_from_its_closing_to_today(on: date, code: str) -> None:
    given_streams(account(CLOSED)).when(reopening(on)).then_refused(code)


def test_a_reopened_account_is_as_it_was() -> None:
    graded = AccountTierChanged(was=Tier.PROSPECT, now=Tier.SALES)

    reopened = given(ACCOUNT, OPENED, graded, CLOSED, AccountReopened(reopened_on=MAY)).state

    assert reopened == replace(given(ACCOUNT, OPENED, graded).state, reopened_on=MAY)


def test_a_reopened_account_is_closed_from_its_reopening_on() -> None:
    reopened = account(CLOSED, AccountReopened(reopened_on=TODAY))

    given_streams(reopened).when(closing()).then_refused(
        "before-the-account-was-reopened", "2026-06-30"
    )


def test_nothing_stands_before_the_opening() -> None:
    with pytest.raises(ValueError, match=r"^account\.closed stands before account\.opened$"):
        ACCOUNT.evolve(None, CLOSED)


@pytest.mark.parametrize("code", ["", "Price", "too dear", "a" * 65, "price\n", "-price"])
def test_a_reason_code_is_a_word_for_programs(code: str) -> None:
    with pytest.raises(ValidationError):
        AccountClosed(closed_on=MAY, churned=True, reason_code=code)
