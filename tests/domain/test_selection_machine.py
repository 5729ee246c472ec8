"""Selection and hand-over under any commands in any order, held against a small model of them."""

from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain import commands
from domain.account import ACCOUNT, Account, AccountHandedOver
from domain.decision import Decision
from domain.event import Event, Recording
from domain.hand_over import HandOverStatus
from domain.manager import ManagerRole, primary_of
from domain.refusal import NotFound, Refused
from domain.selection import SelectionGround, SelectionOutcome
from tests.domain.hand_overs import (
    BETTER,
    BRIEF,
    INTRODUCTION,
    RELATIONSHIP,
    TERMS,
    introduced,
    relationship,
    world,
)
from tests.domain.samples import ACCOUNT_STREAM, ACME, ANNA, BEN, MARCH, MAY, TODAY, uuid
from tests.domain.test_selection import FACTORS, GROWN
from tests.given import decide, states_of

DAYS = st.sampled_from([MARCH, MAY, TODAY])
IDS = st.sampled_from([uuid(61), uuid(71)])
WHY = "so it is"
EXECUTIVE = ManagerRole.ACCOUNT_EXECUTIVE
OPEN = {HandOverStatus.INITIATED, HandOverStatus.ACCEPTED, HandOverStatus.RETURNED}


class SelectionAndHandOver(RuleBasedStateMachine):
    """The model knows whether the account is selected, and how each hand-over stands."""

    def __init__(self) -> None:
        super().__init__()
        self.past: list[Recording] = world(beside=relationship(introduced(held_on=MAY)))
        self.selected = False
        self.statuses: dict[UUID, HandOverStatus] = {}

    def ask(self, decision: Decision) -> list[Event] | None:
        """Carry a command out, and once more, which must change nothing; None: it was refused."""
        try:
            recordings = decide(self.past, decision)
        except (Refused, NotFound):
            return None
        events = [event for each in recordings for event in each.events]
        self.past = [*self.past, *recordings]
        again = [event for each in decide(self.past, decision) for event in each.events]
        assert again == []
        return events

    @property
    def account(self) -> Account:
        state: Account = states_of(self.past, [ACCOUNT_STREAM])[ACCOUNT_STREAM]
        return state

    @rule(on=DAYS, factors=st.sampled_from([FACTORS, GROWN]))
    def select(self, on: date, factors: Any) -> None:
        events = self.ask(
            commands.select_account(ACME, factors=factors, reason=WHY, on=on, today=TODAY)
        )
        assert not (events and self.selected)
        self.selected = self.selected or events is not None

    @rule(on=DAYS)
    def deselect(self, on: date) -> None:
        events = self.ask(commands.deselect_account(ACME, reason=WHY, on=on, today=TODAY))
        assert self.selected or not events
        self.selected = self.selected and not events

    @rule(on=DAYS, outcome=st.sampled_from(SelectionOutcome))
    def review(self, on: date, outcome: SelectionOutcome) -> None:
        events = self.ask(
            commands.review_selection(
                ACME,
                outcome=outcome,
                grounds=[SelectionGround.FIT],
                reason=WHY,
                on=on,
                today=TODAY,
            )
        )
        assert self.selected or not events
        if events and outcome is SelectionOutcome.DROP:
            self.selected = False

    @rule(on=DAYS, id_=IDS, brief=st.sampled_from([BRIEF, BETTER]))
    def initiate(self, on: date, id_: UUID, brief: Any) -> None:
        terms = TERMS.model_copy(update={"brief": brief})
        if self.ask(commands.initiate_hand_over(ACME, id_, terms=terms, on=on, today=TODAY)):
            assert not OPEN & set(self.statuses.values())
            assert id_ not in self.statuses
            self.statuses[id_] = HandOverStatus.INITIATED

    @rule(on=DAYS, id_=IDS)
    def accept(self, on: date, id_: UUID) -> None:
        decision = commands.accept_hand_over(ACME, id_, on=on, today=TODAY)
        self.step(id_, decision, {HandOverStatus.INITIATED}, HandOverStatus.ACCEPTED)

    @rule(on=DAYS, id_=IDS)
    def send_back(self, on: date, id_: UUID) -> None:
        decision = commands.return_hand_over(ACME, id_, reason=WHY, on=on, today=TODAY)
        self.step(id_, decision, OPEN - {HandOverStatus.RETURNED}, HandOverStatus.RETURNED)

    @rule(on=DAYS, id_=IDS, brief=st.sampled_from([BRIEF, BETTER]))
    def resubmit(self, on: date, id_: UUID, brief: Any) -> None:
        decision = commands.resubmit_hand_over(ACME, id_, brief=brief, on=on, today=TODAY)
        self.step(id_, decision, {HandOverStatus.RETURNED}, HandOverStatus.INITIATED)

    @rule(on=DAYS, id_=IDS)
    def complete(self, on: date, id_: UUID) -> None:
        decision = commands.complete_hand_over(
            ACME,
            id_,
            relationship_id=RELATIONSHIP,
            check_in_id=INTRODUCTION,
            on=on,
            today=TODAY,
        )
        self.step(id_, decision, {HandOverStatus.ACCEPTED}, HandOverStatus.COMPLETED)

    @rule(on=DAYS, id_=IDS)
    def cancel(self, on: date, id_: UUID) -> None:
        decision = commands.cancel_hand_over(ACME, id_, reason=WHY, on=on, today=TODAY)
        self.step(id_, decision, OPEN, HandOverStatus.CANCELLED)

    @precondition(lambda self: HandOverStatus.COMPLETED not in self.statuses.values())
    @rule(party_id=st.sampled_from([ANNA, BEN]))
    def change_executive(self, party_id: UUID) -> None:
        self.ask(
            commands.assign_manager(
                ACME, party_id=party_id, role=EXECUTIVE, primary=True, on=TODAY, today=TODAY
            )
        )

    def step(
        self, id_: UUID, decision: Decision, before: set[HandOverStatus], after: HandOverStatus
    ) -> None:
        if self.ask(decision):
            assert self.statuses[id_] in before
            self.statuses[id_] = after

    @invariant()
    def the_state_is_that_of_the_model(self) -> None:
        account = self.account
        assert (account.selection.selected is not None) == self.selected
        assert {id_: each.status for id_, each in account.hand_overs.items()} == self.statuses

    @invariant()
    def the_manager_is_there_when_and_only_when_a_hand_over_is_completed(self) -> None:
        events = [e for each in self.past for e in each.events if isinstance(e, AccountHandedOver)]
        completed = list(self.statuses.values()).count(HandOverStatus.COMPLETED)
        assert len(events) == completed <= 1
        manages = (BEN, ManagerRole.ACCOUNT_MANAGER) in self.account.managers
        assert manages == bool(completed)
        assert not completed or primary_of(self.account.managers) == (
            BEN,
            ManagerRole.ACCOUNT_MANAGER,
        )

    @invariant()
    def history_folds_from_its_stored_form(self) -> None:
        state: Account | None = None
        for each in self.past:
            if each.stream == ACCOUNT_STREAM:
                for event in each.events:
                    stored = type(event).model_validate_json(event.model_dump_json())
                    state = ACCOUNT.evolve(state, stored)  # type: ignore[arg-type]  # an account's
        assert state == self.account


SelectionAndHandOver.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None
)
TestSelectionAndHandOver = SelectionAndHandOver.TestCase
