from datetime import date
from uuid import UUID

import pytest

from domain import commands
from domain.account import (
    ACCOUNT,
    AccountClosed,
    AccountEvent,
    AccountHandedOver,
    AccountManagerAssigned,
    AccountManagerUnassigned,
    AccountTierChanged,
)
from domain.deal import DealEvent, DealLost, DealReversed
from domain.decision import Decision
from domain.event import Recording
from domain.manager import ManagerRole, primary_of
from domain.tier import Tier, TierCriterion
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    ANNA,
    BEN,
    CLIENT,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MAY,
    OPENED,
    OTHER,
    PARTIES,
    TODAY,
    TOMORROW,
    WON,
    uuid,
)
from tests.given import given, given_streams

EXECUTIVE = ManagerRole.ACCOUNT_EXECUTIVE
MANAGER = ManagerRole.ACCOUNT_MANAGER
CLOSED = AccountClosed(closed_on=MAY, churned=True, reason_code="price")
KEY = AccountTierChanged(was=Tier.PROSPECT, now=Tier.KEY, criteria=(TierCriterion.PRESTIGE,))


def assigned(
    party_id: UUID = ANNA, role: ManagerRole = MANAGER, *, primary: bool = True
) -> AccountManagerAssigned:
    return AccountManagerAssigned(party_id=party_id, role=role, primary=primary)


def unassigned(party_id: UUID = ANNA, role: ManagerRole = MANAGER) -> AccountManagerUnassigned:
    return AccountManagerUnassigned(party_id=party_id, role=role)


def past(*events: AccountEvent) -> tuple[Recording, ...]:
    return (ACCOUNT_STREAM.record([OPENED, *events]), *PARTIES)


def recorded(*events: AccountEvent) -> Recording:
    return ACCOUNT_STREAM.record(events)


def assign(
    party_id: UUID = ANNA, role: ManagerRole = MANAGER, *, primary: bool = True, on: date = MAY
) -> Decision:
    return commands.assign_manager(
        ACME, party_id=party_id, role=role, primary=primary, on=on, today=TODAY
    )


def unassign(party_id: UUID = ANNA, *, on: date = MAY) -> Decision:
    return commands.unassign_manager(ACME, party_id=party_id, role=MANAGER, on=on, today=TODAY)


def test_a_manager_is_assigned_once() -> None:
    given_streams(*past()).when(assign()).then(recorded(assigned()))
    given_streams(*past(assigned())).when(assign()).then()


def test_a_new_primary_manager_takes_over_from_the_old() -> None:
    given_streams(*past(assigned(ANNA))).when(assign(BEN)).then(
        recorded(assigned(ANNA, primary=False), assigned(BEN))
    )


def test_a_second_manager_leaves_the_primary_one_alone() -> None:
    given_streams(*past(assigned(ANNA))).when(assign(BEN, primary=False)).then(
        recorded(assigned(BEN, primary=False))
    )


def test_one_party_may_hold_two_roles() -> None:
    given_streams(*past(assigned(ANNA))).when(assign(ANNA, EXECUTIVE, primary=False)).then(
        recorded(assigned(ANNA, EXECUTIVE, primary=False))
    )


def test_an_account_has_one_primary_manager_at_most() -> None:
    state = given(ACCOUNT, OPENED, assigned(ANNA), assigned(ANNA, primary=False), assigned(BEN))

    assert primary_of(state.state.managers) == (BEN, MANAGER)
    assert primary_of(given(ACCOUNT, OPENED).state.managers) is None


def test_a_client_does_not_manage_its_own_account() -> None:
    given_streams(*past()).when(assign(CLIENT)).then_refused("party-not-ours", str(CLIENT))


def test_a_manager_must_be_a_known_party() -> None:
    given_streams(*past()).when(assign(uuid(99))).then_not_found("party")


def test_managers_are_of_a_known_account() -> None:
    given_streams(*PARTIES).when(assign()).then_not_found("account")
    given_streams(*PARTIES).when(unassign()).then_not_found("account")


def test_a_closed_account_keeps_its_managers() -> None:
    given_streams(*past(assigned(), CLOSED)).when(assign(BEN)).then_refused("account-closed")
    given_streams(*past(assigned(), CLOSED)).when(unassign()).then_refused("account-closed")


def test_managers_do_not_change_tomorrow() -> None:
    given_streams(*past()).when(assign(on=TOMORROW)).then_refused("in-the-future")
    given_streams(*past(assigned())).when(unassign(on=TOMORROW)).then_refused("in-the-future")


def test_a_manager_is_unassigned_once() -> None:
    given_streams(*past(assigned())).when(unassign()).then(recorded(unassigned()))
    given_streams(*past(assigned(), unassigned())).when(unassign()).then()


def test_who_is_not_assigned_in_that_role_is_not_unassigned() -> None:
    given_streams(*past(assigned(ANNA, EXECUTIVE))).when(unassign(ANNA)).then()


def test_a_key_account_keeps_a_primary_manager() -> None:
    given_streams(*past(assigned(), KEY)).when(unassign()).then_refused("primary-required", "key")
    given_streams(*past(assigned(), KEY)).when(assign(primary=False)).then_refused(
        "primary-required"
    )


def test_a_prospect_may_be_left_without_a_primary_manager() -> None:
    given_streams(*past(assigned())).when(assign(primary=False)).then(
        recorded(assigned(primary=False))
    )


def test_the_second_manager_of_a_key_account_may_go() -> None:
    both = (assigned(ANNA), assigned(BEN, primary=False), KEY)

    given_streams(*past(*both)).when(unassign(BEN)).then(recorded(unassigned(BEN)))


HANDED_OVER = AccountHandedOver(deal_id=FIRST, from_party_id=ANNA, to_party_id=BEN, role=MANAGER)
BY_ANNA = assigned(ANNA, EXECUTIVE)
RELEASED = unassigned(ANNA, EXECUTIVE)
WON_DEAL = FIRST_DEAL.record([DEAL_OPENED, WON])


def hand_over(
    *,
    from_party_id: UUID = ANNA,
    to_party_id: UUID = BEN,
    role: ManagerRole = MANAGER,
    on: date = MAY,
) -> Decision:
    return commands.hand_over(
        ACME,
        deal_id=FIRST,
        from_party_id=from_party_id,
        to_party_id=to_party_id,
        role=role,
        on=on,
        today=TODAY,
    )


def test_after_a_won_deal_the_executive_hands_over_to_a_manager() -> None:
    given_streams(*past(BY_ANNA), WON_DEAL).when(hand_over()).then(
        recorded(HANDED_OVER, RELEASED, assigned(BEN))
    )


def test_a_hand_over_sent_twice_is_done_once() -> None:
    done = past(BY_ANNA, HANDED_OVER, RELEASED, assigned(BEN))

    given_streams(*done, WON_DEAL).when(hand_over()).then()


def test_a_deal_is_handed_over_to_one_manager() -> None:
    done = past(BY_ANNA, HANDED_OVER, RELEASED, assigned(BEN))

    given_streams(*done, WON_DEAL).when(hand_over(to_party_id=ANNA)).then_refused(
        "already-handed-over", str(FIRST)
    )


def test_a_key_account_is_handed_over_without_a_day_alone() -> None:
    given_streams(*past(BY_ANNA, KEY), WON_DEAL).when(hand_over()).then(
        recorded(HANDED_OVER, RELEASED, assigned(BEN))
    )


def test_the_executive_may_become_the_manager() -> None:
    to_herself = HANDED_OVER.model_copy(update={"to_party_id": ANNA})

    given_streams(*past(BY_ANNA), WON_DEAL).when(hand_over(to_party_id=ANNA)).then(
        recorded(to_herself, RELEASED, assigned(ANNA))
    )


def test_an_account_may_be_handed_over_to_the_manager_it_has() -> None:
    both = past(assigned(BEN), assigned(ANNA, EXECUTIVE, primary=False))

    given_streams(*both, WON_DEAL).when(hand_over()).then(recorded(HANDED_OVER, RELEASED))


def test_another_primary_manager_steps_back_at_a_hand_over() -> None:
    strategic = ManagerRole.STRATEGIC_ACCOUNT_MANAGER
    both = past(assigned(BEN, strategic), assigned(ANNA, EXECUTIVE, primary=False))

    given_streams(*both, WON_DEAL).when(hand_over()).then(
        recorded(HANDED_OVER, RELEASED, assigned(BEN, strategic, primary=False), assigned(BEN))
    )


@pytest.mark.parametrize(
    "events", [[], [DEAL_OPENED], [DEAL_OPENED, DealLost(reason_code="price")]]
)
def test_nothing_is_handed_over_before_a_deal_is_won(events: list[DealEvent]) -> None:
    given_streams(*past(BY_ANNA), FIRST_DEAL.record(events)).when(hand_over()).then_refused(
        "deal-not-won", str(FIRST)
    )


def test_a_reversed_win_is_not_handed_over() -> None:
    reversed_ = FIRST_DEAL.record([DEAL_OPENED, WON, DealReversed(reason_code="fraud")])

    given_streams(*past(BY_ANNA), reversed_).when(hand_over()).then_refused("deal-not-won")


def test_the_won_deal_is_the_accounts_own() -> None:
    theirs = DEAL_OPENED.model_copy(update={"account_id": OTHER})
    stream = FIRST_DEAL.aggregate.stream(FIRST, account_id=OTHER)

    given_streams(*past(BY_ANNA), stream.record([theirs, WON])).when(hand_over()).then_refused(
        "deal-not-won"
    )


def test_only_the_executive_hands_over() -> None:
    given_streams(*past(assigned(ANNA)), WON_DEAL).when(hand_over()).then_refused(
        "not-the-executive", str(ANNA)
    )


def test_an_account_is_handed_over_to_a_manager_not_to_an_executive() -> None:
    given_streams(*past(BY_ANNA), WON_DEAL).when(hand_over(role=EXECUTIVE)).then_refused(
        "role-not-a-manager"
    )


def test_an_account_is_handed_over_to_one_of_ours() -> None:
    given_streams(*past(BY_ANNA), WON_DEAL).when(hand_over(to_party_id=CLIENT)).then_refused(
        "party-not-ours"
    )
    given_streams(*past(BY_ANNA), WON_DEAL).when(hand_over(to_party_id=uuid(99))).then_not_found(
        "party"
    )


def test_a_closed_account_is_not_handed_over() -> None:
    given_streams(*past(BY_ANNA, CLOSED), WON_DEAL).when(hand_over()).then_refused("account-closed")


def test_an_account_is_not_handed_over_tomorrow() -> None:
    given_streams(*past(BY_ANNA), WON_DEAL).when(hand_over(on=TOMORROW)).then_refused(
        "in-the-future"
    )


def test_an_unassignment_of_nobody_changes_nothing() -> None:
    assert given(ACCOUNT, OPENED, unassigned()).state == given(ACCOUNT, OPENED).state
