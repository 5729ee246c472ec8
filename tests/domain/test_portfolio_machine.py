"""Portfolios under any commands in any order: what is held is what is led, and never too much."""

from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain import commands
from domain.account import AccountOpened
from domain.account_coverage import leader_of
from domain.binding import account_stream
from domain.coverage import COVERAGE, NO_COVERAGE
from domain.decision import Decision
from domain.event import Recording
from domain.manager import ManagerRole
from domain.override import Override
from domain.policy import Capacity
from domain.portfolio import PORTFOLIO, Portfolio, portfolio_stream
from domain.profile import Profile
from domain.refusal import NotFound, Refused
from domain.tier import Tier, TierCriterion
from tests.domain.samples import ANNA, BEN, MARCH, PARTIES, TODAY, uuid
from tests.given import decide, states_of

ACCOUNTS = [uuid(number) for number in (1, 2, 3)]
MANAGERS = [ANNA, BEN]
WORD = Override(approved_by=ANNA, reason="for now")
ONE, SOMEBODY = st.sampled_from(ACCOUNTS), st.sampled_from(MANAGERS)
WORDS = st.sampled_from([None, None, None, WORD])
ROLES = st.sampled_from([ManagerRole.ACCOUNT_MANAGER, ManagerRole.ACCOUNT_EXECUTIVE])
WHY = "so it is"


class Portfolios(RuleBasedStateMachine):
    """Both portfolios are there from the beginning; a third manager never has one."""

    def __init__(self) -> None:
        super().__init__()
        self.past: list[Recording] = list(PARTIES)
        self.overridden: set[UUID] = set()
        for account_id in ACCOUNTS:
            opened = AccountOpened(opened_on=MARCH, profile=Profile(name="Acme"))
            self.past.append(account_stream(account_id).record([opened]))
        for manager_id in MANAGERS:
            self.ask(commands.open_portfolio(manager_id, capacity=5, on=MARCH, today=TODAY))

    def ask(self, decision: Decision) -> bool:
        """Carry a command out, and once more, which must change nothing."""
        try:
            recordings = decide(self.past, decision)
        except (Refused, NotFound):
            return False
        keys = [each.stream.key for each in recordings if each.events]
        assert len(set(keys)) == len(keys)
        for each in recordings:
            for event in each.events:
                if getattr(event, "override", None) is not None:
                    self.overridden.add(each.stream.id)
        self.past = [*self.past, *recordings]
        assert not any(each.events for each in decide(self.past, decision))
        return True

    @rule(account_id=ONE, manager_id=SOMEBODY, role=ROLES, primary=st.booleans(), override=WORDS)
    def assign(self, **asked: Any) -> None:
        account_id, party_id = asked.pop("account_id"), asked.pop("manager_id")
        self.ask(
            commands.assign_manager(account_id, party_id=party_id, on=TODAY, today=TODAY, **asked)
        )

    @rule(account_id=ONE, manager_id=SOMEBODY, role=ROLES)
    def unassign(self, account_id: UUID, manager_id: UUID, role: ManagerRole) -> None:
        self.ask(
            commands.unassign_manager(
                account_id, party_id=manager_id, role=role, on=TODAY, today=TODAY
            )
        )

    @rule(account_id=ONE, to=st.sampled_from(Tier), override=WORDS)
    def change_tier(self, account_id: UUID, to: Tier, override: Override | None) -> None:
        self.ask(
            commands.change_tier(
                account_id,
                to=to,
                criteria=[TierCriterion.PRESTIGE],
                override=override,
                reason=WHY,
                on=TODAY,
                today=TODAY,
            )
        )

    @rule(account_id=ONE)
    def close(self, account_id: UUID) -> None:
        self.ask(
            commands.close_account(
                account_id, churned=True, reason_code="x", reason=WHY, on=TODAY, today=TODAY
            )
        )

    @rule(account_id=ONE, override=WORDS)
    def reopen(self, account_id: UUID, override: Override | None) -> None:
        self.ask(
            commands.reopen_account(
                account_id, override=override, reason=WHY, on=TODAY, today=TODAY
            )
        )

    @rule(account_id=ONE, into=ONE)
    def merge(self, account_id: UUID, into: UUID) -> None:
        self.ask(commands.merge_account(account_id, into=into, reason=WHY, on=TODAY, today=TODAY))

    @rule(
        manager_id=SOMEBODY,
        to_manager_id=SOMEBODY,
        account_ids=st.lists(ONE, min_size=1, max_size=3),
        override=WORDS,
    )
    def transfer(self, manager_id: UUID, **asked: Any) -> None:
        self.ask(
            commands.transfer_accounts(
                manager_id, role=ManagerRole.ACCOUNT_MANAGER, on=TODAY, today=TODAY, **asked
            )
        )

    @rule(manager_id=SOMEBODY, to=st.none() | st.integers(0, 8))
    def set_capacity(self, manager_id: UUID, to: int | None) -> None:
        self.ask(commands.set_portfolio_capacity(manager_id, to=to, on=TODAY, today=TODAY))

    def portfolio(self, manager_id: UUID) -> Portfolio:
        stream = portfolio_stream(manager_id)
        state: Portfolio = states_of(self.past, [stream])[stream]
        return state

    @invariant()
    def what_is_held_is_what_is_led(self) -> None:
        accounts = {
            account_id: states_of(self.past, [stream])[stream]
            for account_id in ACCOUNTS
            for stream in [account_stream(account_id)]
        }
        points = Capacity().points_of
        for manager_id in MANAGERS:
            held = self.portfolio(manager_id).held
            assert {id_: (each.tier, each.points) for id_, each in held.items()} == {
                id_: (account.tier, points(account.tier))
                for id_, account in accounts.items()
                if leader_of(account) == manager_id
            }
        covered = (states_of(self.past, [COVERAGE]).find(COVERAGE) or NO_COVERAGE).tiers
        assert dict(covered) == {
            id_: account.tier
            for id_, account in accounts.items()
            if account.is_open and account.tier is not Tier.PROSPECT
        }

    @invariant()
    def no_portfolio_holds_too_much_but_on_somebodys_word(self) -> None:
        for manager_id in MANAGERS:
            portfolio = self.portfolio(manager_id)
            capacity = 30 if portfolio.capacity is None else portfolio.capacity
            overridden = portfolio_stream(manager_id).id in self.overridden
            assert portfolio.load <= capacity or overridden

    @invariant()
    def history_folds_from_its_stored_form(self) -> None:
        for manager_id in MANAGERS:
            state: Portfolio | None = None
            for each in self.past:
                for event in each.events:
                    if each.stream == portfolio_stream(manager_id):
                        stored = type(event).model_validate_json(event.model_dump_json())
                        state = PORTFOLIO.evolve(state, stored)  # type: ignore[arg-type]  # its own
            assert state == self.portfolio(manager_id)


Portfolios.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestPortfolios = Portfolios.TestCase
