"""What holds of an account whatever is asked of it, in whatever order."""

from typing import Any

from hypothesis import given as for_any
from hypothesis import strategies as st

from domain import commands
from domain.account import ACCOUNT, Account
from domain.decision import Decision
from domain.event import Recording
from domain.manager import ManagerRole, primary_of
from domain.profile import ProfileRevision
from domain.refusal import NotFound, Refused
from domain.tier import LOOKED_AFTER, Tier, TierCriterion
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    ANNA,
    BEN,
    CLIENT,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MARCH,
    MAY,
    OPENED,
    PARTIES,
    TODAY,
    WON,
)
from tests.given import decide, states_of

DAYS = st.sampled_from([MARCH, MAY, TODAY])
OURS = st.sampled_from([ANNA, BEN])
ROLES = st.sampled_from(
    [ManagerRole.ACCOUNT_EXECUTIVE, ManagerRole.ACCOUNT_MANAGER, ManagerRole.KEY_ACCOUNT_MANAGER]
)
SHORT = st.one_of(st.none(), st.sampled_from(["North", "South"]))
REVISIONS = st.one_of(
    st.builds(ProfileRevision, territory=SHORT),
    st.builds(ProfileRevision, legal_name=SHORT, employees=st.one_of(st.none(), st.integers(0, 2))),
    st.builds(ProfileRevision, name=SHORT),
)


def asking(command: Any, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Decision]:
    return st.builds(command, st.just(ACME), on=DAYS, today=st.just(TODAY), **arguments)


WHY = st.just("so it is")
COMMANDS = st.one_of(
    asking(commands.revise_profile, revision=REVISIONS),
    asking(
        commands.change_tier,
        to=st.sampled_from(Tier),
        criteria=st.lists(st.sampled_from(TierCriterion), max_size=2),
        reason=WHY,
    ),
    asking(
        commands.assign_manager,
        party_id=st.sampled_from([ANNA, BEN, CLIENT]),
        role=ROLES,
        primary=st.booleans(),
    ),
    asking(commands.unassign_manager, party_id=OURS, role=ROLES),
    asking(
        commands.hand_over, deal_id=st.just(FIRST), from_party_id=OURS, to_party_id=OURS, role=ROLES
    ),
    asking(commands.close_account, churned=st.booleans(), reason_code=st.just("price"), reason=WHY),
    asking(commands.reopen_account, reason=WHY),
)
BEGINNING = [
    ACCOUNT_STREAM.record([OPENED]),
    FIRST_DEAL.record([DEAL_OPENED, WON]),
    *PARTIES,
]


def carried_out(past: list[Recording], decision: Decision) -> list[Recording]:
    """Carry out a command, twice, and check what holds of any."""
    try:
        recordings = decide(past, decision)
    except (Refused, NotFound):
        return past
    past = [*past, *recordings]
    again = decide(past, decision)
    assert [event for recording in again for event in recording.events] == []
    return past


def account_of(past: list[Recording]) -> Account:
    state: Account = states_of(past, [ACCOUNT_STREAM])[ACCOUNT_STREAM]
    return state


def check_step(before: Account, after: Account) -> None:
    assert sum(after.managers.values()) <= 1
    assert after.profile.name
    if before.tier in LOOKED_AFTER and after.tier in LOOKED_AFTER:
        assert primary_of(after.managers) or not primary_of(before.managers)
    if not (before.is_open or after.is_open):
        assert before == after
    if before.closed_on != after.closed_on:
        assert (before.tier, before.managers) == (after.tier, after.managers)


@for_any(st.lists(COMMANDS, max_size=20), st.integers(0, 20))
def test_whatever_is_asked_an_account_stays_in_order(asked: list[Decision], cut: int) -> None:
    past = list(BEGINNING)
    for decision in asked:
        before = account_of(past)
        past = carried_out(past, decision)
        check_step(before, account_of(past))

    history = [e for each in past if each.stream == ACCOUNT_STREAM for e in each.events]
    halves: Account | None = None
    for half in (history[:cut], history[cut:]):
        for event in half:
            stored = type(event).model_validate_json(event.model_dump_json())
            halves = ACCOUNT.evolve(halves, stored)  # type: ignore[arg-type]  # it is an account's
    assert halves == account_of(past)


def test_a_hand_over_is_among_what_is_asked() -> None:
    assign = commands.assign_manager(
        ACME,
        party_id=ANNA,
        role=ManagerRole.ACCOUNT_EXECUTIVE,
        primary=True,
        on=MAY,
        today=TODAY,
    )
    hand_over = commands.hand_over(
        ACME, deal_id=FIRST, from_party_id=ANNA, to_party_id=BEN, on=MAY, today=TODAY
    )
    past = carried_out(carried_out(list(BEGINNING), assign), hand_over)

    assert primary_of(account_of(past).managers) == (BEN, ManagerRole.ACCOUNT_MANAGER)
