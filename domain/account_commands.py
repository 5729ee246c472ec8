"""The commands of an account: to open, revise, grade, staff, hand over, close and reopen it."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from domain import (
    account_deals,
    account_decisions,
    deal_closing_decisions,
    external_reference,
    recurring_decisions,
)
from domain.account import Account, AccountEvent
from domain.account_cadence import cadences_level
from domain.account_coverage import covered
from domain.account_deals import ACCOUNT_DEALS
from domain.account_relationships import ACCOUNT_RELATIONSHIPS
from domain.binding import account_stream, deal_of, deal_stream, deals_of, party_stream, up_to
from domain.decision import Decision, Source, States, refuse_if_begun
from domain.decision import on as on_stream
from domain.event import Recording, Stream
from domain.external_reference import ExternalReference, external_reference_stream
from domain.house_rules import refuse_unknown_words
from domain.manager import ManagerRole
from domain.order_book import OrderBook, OrderEvent, order_book_stream
from domain.override import Override
from domain.policy import TierCriteria
from domain.policy_set import POLICIES, policies_of
from domain.profile import Profile, ProfileRevision
from domain.refusal import Refused
from domain.tier import Tier, TierCriterion


def open_account(
    account_id: UUID,
    *,
    profile: Profile,
    references: Sequence[ExternalReference] = (),
    on: date,
    today: date,
) -> Decision:
    """Open an account, and claim its external references for it alone."""
    account = account_stream(account_id)
    references = external_reference.distinct(references)
    claims = [
        (reference, external_reference_stream(reference, account_id=account_id))
        for reference in references
    ]
    parents = _parents(account_id, profile.parent_account_id)

    def decide(states: States) -> Sequence[Recording]:
        refuse_if_begun(states, account)
        opened = account_decisions.open_account(
            account_id, profile=profile, references=references, on=on
        )
        _refuse_bad_parents(states, account_id, parents)
        refuse_unknown_words(states, profile, on=on)
        return [
            account.record(opened),
            *(
                stream.record(
                    external_reference.claim(states.find(stream), reference, account_id=account_id)
                )
                for reference, stream in claims
            ),
        ]

    claimed = [stream for _, stream in claims]
    reads: tuple[Source, ...] = (account, POLICIES, *claimed, *parents)
    return up_to(today, on, Decision(account, reads, decide))


def revise_profile(
    account_id: UUID, *, revision: ProfileRevision, on: date, today: date
) -> Decision:
    account = account_stream(account_id)
    parents = _parents(account_id, revision.parent_account_id)

    def decide(states: States) -> Sequence[Recording]:
        was = states[account].profile
        events = account_decisions.revise_profile(states[account], account_id, revision=revision)
        _refuse_bad_parents(states, account_id, parents)
        refuse_unknown_words(states, was.revised(revision), was=was, on=on)
        return [account.record(events)]

    return up_to(today, on, Decision(account, (account, POLICIES, *parents), decide))


def change_tier(
    account_id: UUID,
    *,
    to: Tier,
    criteria: Collection[TierCriterion] = (),
    override: Override | None = None,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    """Change the tier, and with it the cadence of the account's relationships."""
    account = account_stream(account_id)

    def decide(states: States) -> Sequence[Recording]:
        policy = policies_of(states).in_force(TierCriteria, on)
        events = account_decisions.change_tier(
            states[account], policy, to=to, criteria=criteria, reason=reason
        )
        cadences = cadences_level(states, account_id, to, on=on) if events else []
        return [account.record(events), *cadences]

    reads: tuple[Source, ...] = (account, POLICIES, ACCOUNT_RELATIONSHIPS.of(account_id))
    decision = Decision(account, reads, decide)
    return up_to(today, on, covered(decision, override=override, on=on))


def assign_manager(
    account_id: UUID,
    *,
    party_id: UUID,
    role: ManagerRole,
    primary: bool,
    override: Override | None = None,
    on: date,
    today: date,
) -> Decision:
    account, party = account_stream(account_id), party_stream(party_id)

    def decide(states: States) -> Sequence[Recording]:
        events = account_decisions.assign_manager(
            states[account], states[party], party_id=party_id, role=role, primary=primary
        )
        return [account.record(events)]

    decision = Decision(account, (account, party), decide)
    return up_to(today, on, covered(decision, override=override, on=on))


def unassign_manager(
    account_id: UUID, *, party_id: UUID, role: ManagerRole, on: date, today: date
) -> Decision:
    decision = on_stream(
        account_stream(account_id), account_decisions.unassign_manager, party_id=party_id, role=role
    )
    return up_to(today, on, covered(decision, on=on))


def hand_over(
    account_id: UUID,
    *,
    deal_id: UUID,
    from_party_id: UUID,
    to_party_id: UUID,
    role: ManagerRole = ManagerRole.ACCOUNT_MANAGER,
    override: Override | None = None,
    on: date,
    today: date,
) -> Decision:
    """Hand the account over at once, without the steps of `domain/hand_over.py`."""
    account, to_party = account_stream(account_id), party_stream(to_party_id)
    deals = ACCOUNT_DEALS.of(account_id)

    def decide(states: States) -> Sequence[Recording]:
        events = account_decisions.hand_over(
            states[account],
            states[to_party],
            deal_id=deal_id,
            deal_is_won=deals_of(states, deals).is_won(deal_id),
            from_party_id=from_party_id,
            to_party_id=to_party_id,
            role=role,
        )
        return [account.record(events)]

    decision = Decision(account, (account, to_party, deals), decide)
    return up_to(today, on, covered(decision, override=override, on=on))


def close_account(  # noqa: PLR0913 - each is a fact of its own
    account_id: UUID,
    *,
    churned: bool,
    reason_code: str,
    competitor: str | None = None,
    notice_on: date | None = None,
    reason: str,
    lose_deals: Collection[UUID] = (),
    on: date,
    today: date,
) -> Decision:
    """Close the account; of its open deals, all must be named in `lose_deals`, to be lost with it.

    They are named one by one, so that a deal opened meanwhile is never lost unseen. Where the
    client has left us (`churned`), its recurring revenue ends with it.
    """
    account, deals = account_stream(account_id), ACCOUNT_DEALS.of(account_id)
    book = order_book_stream(account_id)
    losing = [deal_stream(deal_id, account_id=account_id) for deal_id in dict.fromkeys(lose_deals)]

    def decide(states: States) -> Sequence[Recording]:
        closed = account_decisions.close_account(
            states[account],
            churned=churned,
            reason_code=reason_code,
            competitor=competitor,
            notice_on=notice_on,
            reason=reason,
            on=on,
        )
        if not closed:
            return []
        account_deals.refuse_open_deals(deals_of(states, deals), lost_with_it=lose_deals)
        lost = [
            stream.record(
                deal_closing_decisions.lose_deal(
                    deal_of(states, stream), reason_code="account-closed", competitor=None, on=on
                )
            )
            for stream in losing
        ]
        ended = _ended_with_it(states, book, reason_code, on) if churned else []
        return [*lost, account.record(closed), *ended]

    decision = Decision(account, (account, deals, book, *losing), decide)
    return up_to(today, on, covered(decision, on=on))


def _ended_with_it(
    states: States, book: Stream[OrderBook, OrderEvent], reason_code: str, on: date
) -> Sequence[Recording]:
    state = states.find(book)
    if state is None:
        return []
    ended = recurring_decisions.end_all(state.recurring, reason_code=reason_code, on=on)
    return [book.record(ended)]


def reopen_account(
    account_id: UUID,
    *,
    override: Override | None = None,
    reason: str,
    on: date,
    today: date,
) -> Decision:
    """Take the account up again, back into the portfolio of the manager who led it."""
    decision = on_stream(
        account_stream(account_id), account_decisions.reopen_account, reason=reason, on=on
    )
    return up_to(today, on, covered(decision, override=override, on=on))


def _parents(
    account_id: UUID, parent_account_id: UUID | None
) -> tuple[Stream[Account, AccountEvent], ...]:
    """Return the stream of the parent, if there is one to be read beside the account's own."""
    if parent_account_id is None or parent_account_id == account_id:
        return ()
    return (account_stream(parent_account_id),)


def _refuse_bad_parents(
    states: States, account_id: UUID, parents: Sequence[Stream[Account, AccountEvent]]
) -> None:
    for parent in parents:
        if states[parent].profile.parent_account_id == account_id:
            raise Refused(
                "parent-is-child",
                f"the account {parent.id} has this one as its parent; take that away first",
            )
