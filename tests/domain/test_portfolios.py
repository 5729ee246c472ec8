"""A manager's portfolio: opened, filled by what happens to accounts, bounded, handed on, closed."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain import commands
from domain.account import (
    AccountClosed,
    AccountEvent,
    AccountManagerAssigned,
    AccountManagerUnassigned,
    AccountOpened,
    AccountReopened,
    AccountTierChanged,
)
from domain.account_merge import AccountMerged
from domain.binding import account_stream
from domain.coverage import COVERAGE, AccountGraded
from domain.decision import Decision
from domain.learning import LearningTopic
from domain.manager import ManagerRole
from domain.override import Override
from domain.policy import Capacity, TierPoints
from domain.policy_set import POLICIES, PolicyPublished
from domain.portfolio import (
    PORTFOLIO,
    OverCapacityAccepted,
    PortfolioAccountReleased,
    PortfolioAccountReweighed,
    PortfolioAccountTaken,
    PortfolioCapacitySet,
    PortfolioClosed,
    PortfolioEvent,
    PortfolioFocus,
    PortfolioFocusSet,
    PortfolioOpened,
    PortfolioTrainingLogged,
    Training,
    portfolio_stream,
)
from domain.profile import Profile
from domain.tier import Tier, TierCriterion
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    ANNA,
    BEN,
    CLIENT,
    MARCH,
    MAY,
    OPENED,
    OTHER,
    PARTIES,
    TODAY,
    TOMORROW,
    uuid,
)
from tests.given import GivenStreams, given_streams

LEAD, SUPPORT = ManagerRole.ACCOUNT_MANAGER, ManagerRole.SUPPORT_CONTACT
ANNAS, BENS = portfolio_stream(ANNA), portfolio_stream(BEN)
THEIRS = account_stream(OTHER)
BEGUN = PortfolioOpened(manager_id=ANNA, opened_on=MARCH)
BENS_BEGUN = PortfolioOpened(manager_id=BEN, opened_on=MARCH)
NORTH = PortfolioFocus(territories=("North",), industries=("Warehousing",))
WORD = Override(approved_by=BEN, reason="Carla is back in June")
KEY = AccountTierChanged(
    was=Tier.PROSPECT, now=Tier.KEY, criteria=(TierCriterion.PRESTIGE,), policy_version=0
)
GRADED = AccountGraded(account_id=ACME, was=None, now=Tier.KEY)
TRAINING = Training(title="Negotiating with buyers", source="Trade school", hours=16)
LOGGED = PortfolioTrainingLogged(training_id=uuid(5), trained_on=MAY, training=TRAINING)


def leads(party_id: UUID = ANNA, *, primary: bool = True) -> AccountEvent:
    return AccountManagerAssigned(party_id=party_id, role=LEAD, primary=primary)


def taken(
    points: int = 0, tier: Tier = Tier.PROSPECT, account_id: UUID = ACME, **more: Any
) -> PortfolioEvent:
    return PortfolioAccountTaken(
        account_id=account_id, tier=tier, points=points, policy_version=0, **more
    )


def reweighed(was: int, now: int, tier: Tier, **more: Any) -> PortfolioAccountReweighed:
    return PortfolioAccountReweighed(
        account_id=ACME, tier=tier, was=was, now=now, **{"policy_version": 0, **more}
    )


def having(
    *events: PortfolioEvent, account: tuple[AccountEvent, ...] = (), more: Any = ()
) -> GivenStreams:
    return given_streams(
        *PARTIES, ACCOUNT_STREAM.record([OPENED, *account]), ANNAS.record([BEGUN, *events]), *more
    )


def ask(command: Callable[..., Decision], *args: Any, on: date = MAY, **more: Any) -> Decision:
    return command(ANNA, *args, on=on, today=TODAY, **more)


def assigning(party_id: UUID = ANNA, *, primary: bool = True, **more: Any) -> Decision:
    return commands.assign_manager(
        ACME, party_id=party_id, role=LEAD, primary=primary, on=MAY, today=TODAY, **more
    )


def to_key(**more: Any) -> Decision:
    return commands.change_tier(
        ACME,
        to=Tier.KEY,
        criteria=(TierCriterion.PRESTIGE,),
        reason="so it is",
        on=MAY,
        today=TODAY,
        **more,
    )


# Opening, and what it says of itself


def test_one_of_ours_is_given_a_portfolio_once() -> None:
    opening = ask(commands.open_portfolio, capacity=12, focus=NORTH, on=MARCH)
    begun = PortfolioOpened(manager_id=ANNA, opened_on=MARCH, capacity=12, focus=NORTH)

    given_streams(*PARTIES).when(opening).then(ANNAS.record([begun]))
    given_streams(*PARTIES, ANNAS.record([begun])).when(opening).then()
    given_streams(*PARTIES, ANNAS.record([BEGUN])).when(opening).then_refused("already-exists")
    assert opening.target == ANNAS


def test_a_portfolio_is_for_one_of_ours() -> None:
    opening = commands.open_portfolio(CLIENT, on=MARCH, today=TODAY)

    given_streams(*PARTIES).when(opening).then_refused("party-not-ours")
    given_streams().when(opening).then_not_found("party")
    given_streams(*PARTIES).when(
        commands.open_portfolio(ANNA, on=TOMORROW, today=TODAY)
    ).then_refused("in-the-future")


def test_a_portfolio_begins_with_what_the_manager_leads_already() -> None:
    opening = ask(commands.open_portfolio, account_ids=(ACME, ACME), on=MARCH)
    account = ACCOUNT_STREAM.record([OPENED, leads(), KEY])

    given_streams(*PARTIES, account).when(opening).then(ANNAS.record([BEGUN, taken(3, Tier.KEY)]))
    given_streams(*PARTIES, ACCOUNT_STREAM.record([OPENED, leads(BEN)])).when(opening).then_refused(
        "not-the-primary-manager", str(ACME)
    )
    given_streams(*PARTIES).when(opening).then_not_found("account")
    begun = ANNAS.record([BEGUN, taken(3, Tier.KEY)])
    given_streams(*PARTIES, account, begun).when(opening).then()
    small = ask(commands.open_portfolio, account_ids=(ACME,), capacity=2, on=MARCH)
    given_streams(*PARTIES, account).when(small).then_refused("capacity-exceeded", "0 of 2 points")
    passed = ask(commands.open_portfolio, account_ids=(ACME,), capacity=2, override=WORD, on=MARCH)
    given_streams(*PARTIES, account).when(passed).then(
        ANNAS.record([BEGUN.model_copy(update={"capacity": 2}), taken(3, Tier.KEY, override=WORD)])
    )


def test_a_closed_portfolio_is_opened_again_and_remembers_what_was_learned() -> None:
    closed = PortfolioClosed(closed_on=MAY)
    past: list[PortfolioEvent] = [BEGUN, LOGGED, closed]
    again = PortfolioOpened(manager_id=ANNA, opened_on=MAY)

    given_streams(*PARTIES, ANNAS.record(past)).when(ask(commands.open_portfolio)).then(
        ANNAS.record([again])
    )
    early = ask(commands.open_portfolio, on=date(2026, 5, 3))
    given_streams(*PARTIES, ANNAS.record(past)).when(early).then_refused(
        "before-the-portfolio-was-closed"
    )
    state = None
    for event in (*past, again):
        state = PORTFOLIO.evolve(state, event)
    assert state is not None
    assert (state.closed_on, set(state.trainings)) == (None, {uuid(5)})


def test_the_focus_changes_once() -> None:
    focusing = ask(commands.set_portfolio_focus, to=NORTH)
    event = PortfolioFocusSet(was=PortfolioFocus(), now=NORTH)

    having().when(focusing).then(ANNAS.record([event]))
    having(event).when(focusing).then()


def test_a_training_is_logged_once() -> None:
    logging = ask(commands.log_training, uuid(5), training=TRAINING)

    having().when(logging).then(ANNAS.record([LOGGED]))
    having(LOGGED).when(logging).then()
    other = ask(commands.log_training, uuid(5), training=Training(title="Another"))
    having(LOGGED).when(other).then_refused("already-exists")
    assert TRAINING.topic is LearningTopic.TRAINING


@pytest.mark.parametrize(
    "decision",
    [
        ask(commands.set_portfolio_capacity, to=5),
        ask(commands.set_portfolio_focus, to=NORTH),
        ask(commands.accept_over_capacity, points=5, until=TODAY, override=WORD),
        ask(commands.reweigh_portfolio),
        ask(commands.log_training, uuid(5), training=TRAINING),
    ],
)
def test_only_an_open_portfolio_changes(decision: Decision) -> None:
    having(PortfolioClosed(closed_on=MAY)).when(decision).then_refused("portfolio-closed", "05-04")
    given_streams(*PARTIES).when(decision).then_not_found("portfolio")
    assert decision.target == ANNAS


def test_a_portfolio_is_closed_once_it_is_empty() -> None:
    closing = ask(commands.close_portfolio)
    closed = PortfolioClosed(closed_on=MAY)
    released = PortfolioAccountReleased(account_id=ACME, points=0)

    having(taken()).when(closing).then_refused("portfolio-not-empty", "1 accounts")
    having(taken(), released).when(closing).then(ANNAS.record([closed]))
    having(closed).when(closing).then()
    having().when(ask(commands.close_portfolio, on=date(2026, 3, 1))).then_refused(
        "before-the-portfolio-was-opened"
    )
    having().when(ask(commands.close_portfolio, on=MARCH)).then(
        ANNAS.record([PortfolioClosed(closed_on=MARCH)])
    )


def test_nothing_stands_before_a_portfolio() -> None:
    with pytest.raises(ValueError, match=r"^portfolio\.closed stands before portfolio\.opened$"):
        PORTFOLIO.evolve(None, PortfolioClosed(closed_on=MAY))


@pytest.mark.parametrize("hours", [0, 10_001])
def test_a_training_takes_some_hours(hours: int) -> None:
    with pytest.raises(ValidationError, match="hours"):
        Training(title="Negotiating", hours=hours)


# What happens to an account happens to the portfolio


def test_who_leads_an_account_holds_it() -> None:
    having().when(assigning()).then(ACCOUNT_STREAM.record([leads()]), ANNAS.record([taken()]))
    having(taken(), account=(leads(),)).when(assigning()).then()
    beside = leads(primary=False)
    having().when(assigning(primary=False)).then(ACCOUNT_STREAM.record([beside]))


def test_a_manager_without_a_portfolio_leads_all_the_same() -> None:
    past = [*PARTIES, ACCOUNT_STREAM.record([OPENED])]

    given_streams(*past).when(assigning()).then(ACCOUNT_STREAM.record([leads()]))
    given_streams(*PARTIES, ACCOUNT_STREAM.record([OPENED, leads(BEN)])).when(to_key()).then(
        ACCOUNT_STREAM.record([KEY]), COVERAGE.record([GRADED])
    )


def test_a_new_leader_takes_over_from_the_old() -> None:
    bens = BENS.record([BENS_BEGUN])

    having(taken(), account=(leads(),), more=[bens]).when(assigning(BEN)).then(
        ACCOUNT_STREAM.record([leads(primary=False), leads(BEN)]),
        ANNAS.record([PortfolioAccountReleased(account_id=ACME, points=0)]),
        BENS.record([taken()]),
    )


def test_what_a_portfolio_never_held_is_not_released() -> None:
    bens = BENS.record([BENS_BEGUN])

    having(account=(leads(),), more=[bens]).when(assigning(BEN)).then(
        ACCOUNT_STREAM.record([leads(primary=False), leads(BEN)]), BENS.record([taken()])
    )


def test_a_manager_of_a_closed_portfolio_takes_no_account() -> None:
    having(PortfolioClosed(closed_on=MAY)).when(assigning()).then_refused("portfolio-closed")


def test_an_account_that_nobody_leads_is_held_by_nobody() -> None:
    unassigning = commands.unassign_manager(ACME, party_id=ANNA, role=LEAD, on=MAY, today=TODAY)

    having(taken(), account=(leads(),)).when(unassigning).then(
        ACCOUNT_STREAM.record([AccountManagerUnassigned(party_id=ANNA, role=LEAD)]),
        ANNAS.record([PortfolioAccountReleased(account_id=ACME, points=0)]),
    )


def test_a_higher_tier_weighs_more() -> None:
    having(taken(), account=(leads(),)).when(to_key()).then(
        ACCOUNT_STREAM.record([KEY]),
        ANNAS.record([reweighed(0, 3, Tier.KEY)]),
        COVERAGE.record([GRADED]),
    )


def test_the_last_points_are_not_given_twice() -> None:
    full = PortfolioCapacitySet(was=None, now=5)
    other = taken(3, Tier.KEY, OTHER)
    past = having(full, other, taken(), account=(leads(),))

    past.when(to_key()).then_refused("capacity-exceeded", "3 of 5 points, and 3 more")
    past.when(to_key(override=WORD)).then(
        ACCOUNT_STREAM.record([KEY]),
        ANNAS.record([reweighed(0, 3, Tier.KEY, override=WORD)]),
        COVERAGE.record([GRADED]),
    )
    enough = PortfolioCapacitySet(was=None, now=6)
    having(enough, other, taken(), account=(leads(),)).when(to_key(override=WORD)).then(
        ACCOUNT_STREAM.record([KEY]),
        ANNAS.record([reweighed(0, 3, Tier.KEY)]),
        COVERAGE.record([GRADED]),
    )
    theirs = WORD.model_copy(update={"approved_by": CLIENT})
    past.when(to_key(override=theirs)).then_refused("party-not-ours")


def test_the_policy_of_the_day_says_what_a_portfolio_bears() -> None:
    policy = PolicyPublished(version=1, effective_from=MAY, policy=Capacity(portfolio=2))
    past = having(taken(), account=(leads(),), more=[POLICIES.record([policy])])

    past.when(to_key()).then_refused("capacity-exceeded", "0 of 2 points, and 3 more")


def test_a_load_beyond_the_capacity_may_still_shrink() -> None:
    heavy = (leads(), KEY)
    lower = commands.change_tier(ACME, to=Tier.SALES, reason="they shrank", on=MAY, today=TODAY)
    down = AccountTierChanged(was=Tier.KEY, now=Tier.SALES, policy_version=0)
    full = [taken(3, Tier.KEY), taken(30, Tier.KEY, OTHER)]

    having(*full, account=heavy, more=[COVERAGE.record([GRADED])]).when(lower).then(
        ACCOUNT_STREAM.record([down]),
        ANNAS.record([reweighed(3, 1, Tier.SALES)]),
        COVERAGE.record([AccountGraded(account_id=ACME, was=Tier.KEY, now=Tier.SALES)]),
    )


def test_a_closed_account_leaves_the_portfolio_and_comes_back_with_it() -> None:
    closing = commands.close_account(
        ACME, churned=False, reason_code="x", reason="so it is", on=MAY, today=TODAY
    )
    closed = AccountClosed(closed_on=MAY, churned=False, reason_code="x")
    released = PortfolioAccountReleased(account_id=ACME, points=3)
    gone = AccountGraded(account_id=ACME, was=Tier.KEY, now=None)
    before, after = COVERAGE.record([GRADED]), COVERAGE.record([GRADED, gone])
    held = taken(3, Tier.KEY)

    having(held, account=(leads(), KEY), more=[before]).when(closing).then(
        ACCOUNT_STREAM.record([closed]), ANNAS.record([released]), COVERAGE.record([gone])
    )
    reopening = commands.reopen_account(ACME, reason="so it is", on=MAY, today=TODAY)
    having(held, released, account=(leads(), KEY, closed), more=[after]).when(reopening).then(
        ACCOUNT_STREAM.record([AccountReopened(reopened_on=MAY)]),
        ANNAS.record([held]),
        COVERAGE.record([GRADED]),
    )
    passing = commands.reopen_account(ACME, reason="so it is", override=WORD, on=MAY, today=TODAY)
    full = PortfolioCapacitySet(was=None, now=2)
    past = having(held, released, full, account=(leads(), KEY, closed), more=[after])
    past.when(reopening).then_refused("capacity-exceeded")
    past.when(passing).then(
        ACCOUNT_STREAM.record([AccountReopened(reopened_on=MAY)]),
        ANNAS.record([held.model_copy(update={"override": WORD})]),
        COVERAGE.record([GRADED]),
    )


def test_a_merged_account_leaves_the_portfolio() -> None:
    merging = commands.merge_account(ACME, into=OTHER, reason="one firm", on=MAY, today=TODAY)
    target = THEIRS.record([AccountOpened(opened_on=MARCH, profile=Profile(name="Other"))])

    having(taken(), account=(leads(),), more=[target]).when(merging).then(
        ACCOUNT_STREAM.record([AccountMerged(into=OTHER)]),
        ANNAS.record([PortfolioAccountReleased(account_id=ACME, points=0)]),
    )


# Capacity


def test_a_capacity_is_set_once_and_never_below_the_load() -> None:
    held = taken(3, Tier.KEY)
    setting = ask(commands.set_portfolio_capacity, to=3)
    event = PortfolioCapacitySet(was=None, now=3)

    having(held).when(setting).then(ANNAS.record([event]))
    having(held, event).when(setting).then()
    having(held).when(ask(commands.set_portfolio_capacity, to=2)).then_refused(
        "capacity-exceeded", "holds 3 points, more than 2"
    )
    back = ask(commands.set_portfolio_capacity, to=None)
    having(held, event).when(back).then(ANNAS.record([PortfolioCapacitySet(was=3, now=None)]))
    many = taken(31, Tier.KEY)
    wide = PortfolioCapacitySet(was=None, now=40)
    having(wide, many).when(back).then_refused("capacity-exceeded", "more than 30")


def accepted(points: int = 3, until: date = MAY) -> OverCapacityAccepted:
    return OverCapacityAccepted(points=points, until=until, override=WORD)


def test_more_is_borne_for_a_while() -> None:
    full = PortfolioCapacitySet(was=None, now=0)
    accepting = ask(commands.accept_over_capacity, points=3, until=MAY, override=WORD)
    past = having(full, taken(), account=(leads(),))

    past.when(accepting).then(ANNAS.record([accepted()]))
    having(full, accepted()).when(accepting).then()
    having(full, accepted(), taken(), account=(leads(),)).when(to_key()).then(
        ACCOUNT_STREAM.record([KEY]),
        ANNAS.record([reweighed(0, 3, Tier.KEY)]),
        COVERAGE.record([GRADED]),
    )
    for too_little in (accepted(points=2), accepted(until=date(2026, 5, 3))):
        having(full, too_little, taken(), account=(leads(),)).when(to_key()).then_refused(
            "capacity-exceeded"
        )


def test_what_is_accepted_is_accepted_from_now_on_by_one_of_ours() -> None:
    theirs = WORD.model_copy(update={"approved_by": CLIENT})
    over = ask(commands.accept_over_capacity, points=3, until=date(2026, 5, 3), override=WORD)

    having().when(over).then_refused("until-is-over")
    having().when(
        ask(commands.accept_over_capacity, points=3, until=MAY, override=theirs)
    ).then_refused("party-not-ours")


def test_another_policy_weighs_every_account_anew() -> None:
    lighter = Capacity(tiers=(TierPoints(tier=Tier.KEY, points=2),))
    published = PolicyPublished(version=1, effective_from=MAY, policy=lighter)
    held = [taken(3, Tier.KEY), taken(0, Tier.PROSPECT, OTHER)]
    past = having(*held, more=[POLICIES.record([published])])

    past.when(ask(commands.reweigh_portfolio)).then(
        ANNAS.record([reweighed(3, 2, Tier.KEY, policy_version=1)])
    )
    past.when(ask(commands.reweigh_portfolio, on=MARCH)).then()
    weighed = reweighed(3, 2, Tier.KEY, policy_version=1)
    having(*held, weighed, more=[POLICIES.record([published])]).when(
        ask(commands.reweigh_portfolio)
    ).then()


# Transfers


def transferring(*account_ids: UUID, to: UUID = BEN, **more: Any) -> Decision:
    return ask(
        commands.transfer_accounts,
        to_manager_id=to,
        role=LEAD,
        account_ids=account_ids,
        **more,
    )


OTHERS = AccountOpened(opened_on=MARCH, profile=Profile(name="Other"))


def both_led(*bens: PortfolioEvent) -> GivenStreams:
    held = [taken(3, Tier.KEY), taken(account_id=OTHER)]
    return having(
        *held,
        account=(leads(), KEY),
        more=[THEIRS.record([OTHERS, leads()]), BENS.record([BENS_BEGUN, *bens])],
    )


def test_accounts_go_over_to_another_manager_together() -> None:
    over: list[AccountEvent] = [
        leads(primary=False),
        leads(BEN),
        AccountManagerUnassigned(party_id=ANNA, role=LEAD),
    ]

    both_led().when(transferring(ACME, OTHER, ACME)).then(
        ACCOUNT_STREAM.record(over),
        THEIRS.record(over),
        ANNAS.record(
            [
                PortfolioAccountReleased(account_id=ACME, points=3),
                PortfolioAccountReleased(account_id=OTHER, points=0),
            ]
        ),
        BENS.record([taken(3, Tier.KEY), taken(account_id=OTHER)]),
    )
    assert transferring(ACME).target == ANNAS


def test_all_that_a_portfolio_holds_goes_over() -> None:
    moved = [leads(primary=False), leads(BEN), AccountManagerUnassigned(party_id=ANNA, role=LEAD)]
    everything = ask(commands.transfer_accounts, to_manager_id=BEN, role=LEAD)

    having(taken(3, Tier.KEY), account=(leads(), KEY), more=[BENS.record([BENS_BEGUN])]).when(
        everything
    ).then(
        ACCOUNT_STREAM.record(moved),
        ANNAS.record([PortfolioAccountReleased(account_id=ACME, points=3)]),
        BENS.record([taken(3, Tier.KEY)]),
    )
    having(more=[BENS.record([BENS_BEGUN])]).when(everything).then()


def test_accounts_go_over_all_or_none() -> None:
    small = PortfolioCapacitySet(was=None, now=2)

    both_led(small).when(transferring(OTHER, ACME)).then_refused(
        "capacity-exceeded", "0 of 2 points"
    )
    passed = transferring(ACME, override=WORD)
    both_led(small).when(passed).then(
        ACCOUNT_STREAM.record(
            [leads(primary=False), leads(BEN), AccountManagerUnassigned(party_id=ANNA, role=LEAD)]
        ),
        ANNAS.record([PortfolioAccountReleased(account_id=ACME, points=3)]),
        BENS.record([taken(3, Tier.KEY, override=WORD)]),
    )


def test_accounts_that_went_over_are_passed_over() -> None:
    having(account=(leads(BEN),), more=[BENS.record([BENS_BEGUN, taken()])]).when(
        transferring(ACME)
    ).then()


def test_only_what_a_manager_leads_goes_over() -> None:
    nobody = having(more=[BENS.record([BENS_BEGUN])])

    nobody.when(transferring(ACME)).then_refused("not-the-primary-manager", str(ACME))
    nobody.when(transferring(uuid(99))).then_not_found("account")
    having(account=(leads(),)).when(transferring(ACME)).then_not_found("portfolio")
    given_streams(*PARTIES, BENS.record([BENS_BEGUN])).when(transferring(ACME)).then_not_found(
        "portfolio"
    )
    both_led().when(transferring(ACME, on=TOMORROW)).then_refused("in-the-future")


# Who may lead


def test_a_key_account_is_led_by_a_manager_of_accounts() -> None:
    supporting = commands.assign_manager(
        ACME, party_id=ANNA, role=SUPPORT, primary=True, on=MAY, today=TODAY
    )
    led = AccountManagerAssigned(party_id=ANNA, role=SUPPORT, primary=True)

    having(account=(KEY,)).when(supporting).then_refused("role-cannot-lead", "support-contact")
    having(account=(led,)).when(to_key()).then_refused("role-cannot-lead", "account-manager")
    beside = commands.assign_manager(
        ACME, party_id=ANNA, role=SUPPORT, primary=False, on=MAY, today=TODAY
    )
    having(account=(KEY,)).when(beside).then(
        ACCOUNT_STREAM.record([led.model_copy(update={"primary": False})])
    )
