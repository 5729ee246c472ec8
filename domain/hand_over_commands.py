"""The commands of a hand-over, from its brief to the day the account has its manager."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from uuid import UUID

from domain import account_decisions, hand_over_decisions
from domain.account import Account, AccountEvent, evolve
from domain.account_binding import in_open_account
from domain.account_coverage import covered
from domain.account_deals import ACCOUNT_DEALS
from domain.binding import deals_of, party_stream
from domain.check_in import CheckInStatus, Purpose
from domain.commitment import CommitmentStatus
from domain.decision import Decision, Source, States
from domain.event import Stream
from domain.hand_over import HandOverBrief, HandOverEvent, HandOverTerms, OpenCommitment
from domain.known import find
from domain.override import Override
from domain.refusal import Refused
from domain.relationship import Relationship, RelationshipEvent
from domain.relationship_binding import relationship_of, relationship_stream


def initiate_hand_over(
    account_id: UUID, hand_over_id: UUID, *, terms: HandOverTerms, on: date, today: date
) -> Decision:
    """Offer the account to a manager; what would stand against it in the end, does so now."""

    def decide(account: Account, states: States) -> Sequence[HandOverEvent]:
        initiated = hand_over_decisions.initiate(
            account.hand_overs, hand_over_id=hand_over_id, terms=terms, on=on
        )
        if initiated:
            _require_open(states, account_id, terms.brief.open_commitments)
            if not _handed_over(account, states, account_id, terms):
                raise Refused(
                    "already-handed-over",
                    f"the account was handed over to {terms.to_party_id} for the deal "
                    f"{terms.deal_id} before; there is nothing left to hand over",
                )
        return initiated

    beside: tuple[Source, ...] = (
        ACCOUNT_DEALS.of(account_id),
        party_stream(terms.to_party_id),
        *_relationships(account_id, terms.brief),
    )
    return in_open_account(account_id, decide, beside=beside, on=on, today=today)


def accept_hand_over(account_id: UUID, hand_over_id: UUID, *, on: date, today: date) -> Decision:
    def decide(account: Account, _: States) -> Sequence[HandOverEvent]:
        return hand_over_decisions.accept(account.hand_overs, hand_over_id=hand_over_id, on=on)

    return in_open_account(account_id, decide, on=on, today=today)


def return_hand_over(
    account_id: UUID,
    hand_over_id: UUID,
    *,
    gaps: Sequence[str] = (),
    reason: str,
    on: date,
    today: date,
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[HandOverEvent]:
        return hand_over_decisions.return_to_executive(
            account.hand_overs, hand_over_id=hand_over_id, gaps=gaps, reason=reason, on=on
        )

    return in_open_account(account_id, decide, on=on, today=today)


def resubmit_hand_over(
    account_id: UUID, hand_over_id: UUID, *, brief: HandOverBrief, on: date, today: date
) -> Decision:
    def decide(account: Account, states: States) -> Sequence[HandOverEvent]:
        resubmitted = hand_over_decisions.resubmit(
            account.hand_overs, hand_over_id=hand_over_id, brief=brief, on=on
        )
        if resubmitted:
            _require_open(states, account_id, brief.open_commitments)
        return resubmitted

    beside = _relationships(account_id, brief)
    return in_open_account(account_id, decide, beside=beside, on=on, today=today)


def complete_hand_over(
    account_id: UUID,
    hand_over_id: UUID,
    *,
    relationship_id: UUID,
    check_in_id: UUID,
    override: Override | None = None,
    on: date,
    today: date,
) -> Decision:
    """End the hand-over with the manager in the executive's place.

    The check-in is one of the account's, held to introduce the manager to the client.
    """

    def decide(account: Account, states: States) -> Sequence[AccountEvent]:
        completed = hand_over_decisions.complete(
            account.hand_overs,
            hand_over_id=hand_over_id,
            relationship_id=relationship_id,
            check_in_id=check_in_id,
            on=on,
        )
        if not completed:
            return []
        terms = account.hand_overs[hand_over_id].terms
        _require_introduction(
            states, account_id, relationship_id, check_in_id, manager_id=terms.to_party_id, on=on
        )
        after = reduce(evolve, completed, account)
        return [*completed, *_handed_over(after, states, account_id, terms)]

    beside = (
        ACCOUNT_DEALS.of(account_id),
        relationship_stream(relationship_id, account_id=account_id),
    )
    decision = in_open_account(account_id, decide, beside=beside, on=on, today=today)
    return covered(decision, override=override, on=on)


def cancel_hand_over(
    account_id: UUID, hand_over_id: UUID, *, reason: str, on: date, today: date
) -> Decision:
    def decide(account: Account, _: States) -> Sequence[HandOverEvent]:
        return hand_over_decisions.cancel(
            account.hand_overs, hand_over_id=hand_over_id, reason=reason, on=on
        )

    return in_open_account(account_id, decide, on=on, today=today)


def _handed_over(
    account: Account, states: States, account_id: UUID, terms: HandOverTerms
) -> Sequence[AccountEvent]:
    """Return what puts the manager in the executive's place, or refuse as that decision does."""
    return account_decisions.hand_over(
        account,
        states[party_stream(terms.to_party_id)],
        deal_id=terms.deal_id,
        deal_is_won=deals_of(states, ACCOUNT_DEALS.of(account_id)).is_won(terms.deal_id),
        from_party_id=terms.from_party_id,
        to_party_id=terms.to_party_id,
        role=terms.role,
    )


def _relationships(
    account_id: UUID, brief: HandOverBrief
) -> Sequence[Stream[Relationship, RelationshipEvent]]:
    """Return the streams that hold the commitments of a brief."""
    named = dict.fromkeys(each.relationship_id for each in brief.open_commitments)
    return [relationship_stream(each, account_id=account_id) for each in named]


def _require_open(states: States, account_id: UUID, commitments: Iterable[OpenCommitment]) -> None:
    for each in commitments:
        stream = relationship_stream(each.relationship_id, account_id=account_id)
        known = relationship_of(states, stream).commitments
        commitment = find("commitment", each.commitment_id, known)
        if commitment.status is not CommitmentStatus.OPEN:
            raise Refused(
                "commitment-settled",
                f"the commitment {each.commitment_id} is {commitment.status}; "
                "leave it out of the brief",
            )


def _require_introduction(
    states: States,
    account_id: UUID,
    relationship_id: UUID,
    check_in_id: UUID,
    *,
    manager_id: UUID,
    on: date,
) -> None:
    stream = relationship_stream(relationship_id, account_id=account_id)
    check_in = find("check-in", check_in_id, relationship_of(states, stream).check_ins)
    content, held_on = check_in.content, check_in.held_on
    if (
        check_in.status is not CheckInStatus.HELD
        or content is None
        or content.purpose is not Purpose.INTRODUCTION
        or held_on is None
        or held_on > on
    ):
        raise Refused(
            "introduction-not-held",
            f"the check-in {check_in_id} is no introduction held by {on}; "
            f"hold one with the purpose {Purpose.INTRODUCTION} first",
        )
    if manager_id not in content.internal_participants:
        raise Refused(
            "introduced-without-the-manager",
            f"the manager {manager_id} did not take part in the check-in {check_in_id}; "
            "name an introduction with the manager, or correct that one",
        )
