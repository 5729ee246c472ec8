"""What holds of the deals of an account whatever is asked of them, in whatever order."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given as for_any
from hypothesis import strategies as st

from domain import commands
from domain.account_deals import ACCOUNT_DEALS, NO_DEALS, AccountDeals
from domain.deal_contract import ContractDraft
from domain.deal_negotiation import NegotiationTerms, ProposalTerms
from domain.deal_terms import DealCorrection, DealKind, DealStage, DealStatus, DealTerms
from domain.decision import Decision
from domain.event import Recording
from domain.refusal import NotFound, Refused
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    CLIENT,
    CONTRACT,
    FIRST,
    MARCH,
    MAY,
    OPENED,
    PARTIES,
    SECOND,
    TODAY,
    euro,
    uuid,
)
from tests.given import states_of

DEALS = ACCOUNT_DEALS.of(ACME)
DAYS = st.sampled_from([MARCH, MAY, TODAY])
AMOUNTS = st.integers(0, 3).map(lambda amount: euro(str(amount)))
PRODUCTS = st.lists(st.sampled_from(["crane", "hook"]), max_size=2, unique=True).map(tuple)
KINDS = st.sampled_from(DealKind)
TERMS = st.builds(DealTerms, kind=KINDS, name=st.just("A deal"), amount=AMOUNTS, products=PRODUCTS)
CONTRACTS = st.sampled_from([CONTRACT, CONTRACT.model_copy(update={"document": "hook.pdf"})])
CORRECTIONS = st.builds(
    DealCorrection,
    kind=st.none() | KINDS,
    amount=st.none() | AMOUNTS,
    products=st.none() | PRODUCTS,
    won_on=st.none() | DAYS,
)


DOLLARS = AMOUNTS.map(lambda amount: amount.model_copy(update={"currency": "USD"}))
DRAFTS = st.just(ContractDraft(document="crane.pdf", sha256="1" * 64, to=(CLIENT,)))
PROPOSALS = st.builds(ProposalTerms, customer_value=st.just("time"), amount=st.none() | AMOUNTS)
NEGOTIATIONS = st.builds(
    NegotiationTerms,
    term=st.sampled_from(["payment", "notice"]),
    ours=st.just("30 days"),
    theirs=st.sampled_from(["60 days", "90 days"]),
)


def talk(command: Any) -> Any:
    """Give what is talked over one of two ids."""

    def decide(account_id: UUID, deal_id: UUID, **arguments: Any) -> Decision:
        number = 91 if arguments["on"] == MAY else 92
        decision: Decision = command(account_id, deal_id, uuid(number), **arguments)
        return decision

    return decide


def asking(command: Any, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Decision]:
    ids = st.sampled_from([FIRST, SECOND])
    return st.builds(command, st.just(ACME), ids, on=DAYS, today=st.just(TODAY), **arguments)


OPENING = asking(commands.open_deal, terms=TERMS)
WHY = {"reason": st.just("so it is")}
CODE = {"reason_code": st.just("price")}
CHANGE = st.one_of(
    asking(commands.move_deal, to=st.sampled_from(DealStage)),
    asking(commands.revise_deal_amount, to=AMOUNTS),
    asking(commands.revise_deal_expected_close, to=st.none() | DAYS),
    asking(commands.revise_deal_products, to=PRODUCTS),
    asking(commands.sign_contract, contract=CONTRACTS),
    asking(commands.win_deal, amount=st.none() | AMOUNTS),
    asking(commands.lose_deal, **CODE),
    asking(commands.correct_deal, correction=CORRECTIONS, **WHY),
    asking(commands.reverse_deal, **CODE, **WHY),
    asking(commands.reopen_deal, **WHY),
    asking(commands.revise_deal_probability, to=st.none() | st.just(Decimal(50))),
    asking(commands.change_deal_currency, to=AMOUNTS | DOLLARS),
    asking(commands.reclassify_deal, to=KINDS),
    asking(commands.send_contract, draft=DRAFTS),
    asking(commands.void_contract, **CODE, **WHY),
    asking(talk(commands.present_proposal), terms=PROPOSALS),
    asking(talk(commands.negotiate_terms), terms=NEGOTIATIONS),
)
ENDED = {
    DealStatus.WON: {DealStatus.REVERSED},
    DealStatus.LOST: {DealStatus.OPEN},
    DealStatus.REVERSED: {DealStatus.OPEN},
}
"""What may become of a deal that has ended."""


def carried_out(past: list[Recording], decision: Decision) -> list[Recording]:
    """Carry out a command, twice, and check what holds of any."""
    try:
        recordings = decision.decide(states_of(past, decision.reads))
    except (Refused, NotFound):
        return past
    past = [*past, *recordings]
    try:
        again = decision.decide(states_of(past, decision.reads))
    except Refused as refused:
        if refused.code != "already-exists":  # an id that was opened is not opened again
            raise
    else:
        assert [event for recording in again for event in recording.events] == []
    return past


def deals_of(past: list[Recording]) -> AccountDeals:
    return states_of(past, [DEALS]).find(DEALS) or NO_DEALS


def check_step(before: AccountDeals, after: AccountDeals) -> None:
    for deal_id, deal in after.by_id.items():
        assert deal.amount.amount >= 0
        assert (deal.won_on is not None) == (deal.status in {DealStatus.WON, DealStatus.REVERSED})
        assert deal.status is DealStatus.OPEN or deal.ended_on is not None
        rounds = sorted((each.term, each.round) for each in deal.negotiations.values())
        assert len(set(rounds)) == len(rounds)
        assert deal.won_on is None or deal.opened_on <= deal.won_on <= TODAY
        was = before.by_id.get(deal_id)
        if was is not None and was.status is not DealStatus.OPEN:
            assert deal.status in {was.status, *ENDED[was.status]}
            assert (deal.stage, deal.expected_close_on) == (was.stage, was.expected_close_on)
        if was is not None:
            assert was.contract in {None, deal.contract} or deal.voided is not None
    for one, two in ((FIRST, SECOND), (SECOND, FIRST)):
        if two in after.by_id and two not in before.by_id and one not in before.by_id:
            assert after.by_id[two].kind is DealKind.NEW_BUSINESS


@for_any(st.lists(OPENING | CHANGE | CHANGE, max_size=20), st.integers(0, 20))
def test_whatever_is_asked_deals_stay_in_order(asked: list[Decision], cut: int) -> None:
    past = [ACCOUNT_STREAM.record([OPENED]), *PARTIES]
    for decision in asked:
        before = deals_of(past)
        past = carried_out(past, decision)
        check_step(before, deals_of(past))

    history = [
        (each.stream.id, event) for each in past[len(PARTIES) + 1 :] for event in each.events
    ]
    halves = NO_DEALS
    for half in (history[:cut], history[cut:]):
        for deal_id, event in half:
            stored = type(event).model_validate_json(event.model_dump_json())
            halves = ACCOUNT_DEALS.evolve(halves, deal_id, stored)  # type: ignore[arg-type]  # a deal's
    assert halves == deals_of(past)


@for_any(st.lists(CHANGE, max_size=20))
def test_nothing_happens_to_a_deal_that_was_never_opened(asked: list[Decision]) -> None:
    past = [ACCOUNT_STREAM.record([OPENED]), *PARTIES]
    for decision in asked:
        past = carried_out(past, decision)

    assert deals_of(past) == NO_DEALS
