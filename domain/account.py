"""An account: a company we do business with, its profile, its tier and who looks after it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar, assert_never
from uuid import UUID

from pydantic import Field

from domain import (
    account_review,
    attribute,
    document,
    expectation,
    fit_score,
    hand_over,
    information,
    inquiry,
    need,
    note,
    preference,
    purchase_reason,
    recommendation,
    selection,
    signal,
)
from domain.account_merge import AccountMerged
from domain.account_review import AccountReviewed
from domain.attribute import AttributeSet
from domain.change import Change
from domain.country import Country
from domain.document import DOCUMENT_EVENTS, DocumentEvent
from domain.event import Aggregate, Event
from domain.expectation import ExpectationRecorded
from domain.external_reference import ExternalReference
from domain.fit_score import FitScored
from domain.hand_over import HAND_OVER_EVENTS, HandOverEvent
from domain.information import InformationGapClosed
from domain.inquiry import INQUIRY_EVENTS, InquiryEvent
from domain.manager import NO_MANAGERS, ManagerRole, Managers
from domain.need import NEED_EVENTS, NeedEvent
from domain.note import NOTE_EVENTS, NoteEvent
from domain.preference import PreferenceRecorded
from domain.profile import AnnualRevenue, EmployeeCount, Industry, Profile
from domain.purchase_reason import PurchaseReasonRecorded
from domain.recommendation import RECOMMENDATION_EVENTS, RecommendationEvent
from domain.selection import NEVER_SELECTED, SELECTION_EVENTS, Selection, SelectionEvent
from domain.signal import SIGNAL_EVENTS, SignalEvent
from domain.tier import Tier, TierCriterion
from domain.words import Code, Label, Name

# Events: these names and fields are the stored format. Add; never rename or remove.


class AccountOpened(Event):
    """An account begins as a prospect."""

    NAME: ClassVar[str] = "account.opened"
    opened_on: date
    profile: Profile
    references: tuple[ExternalReference, ...] = ()


class AccountProfileRevised(Event):
    """Holds only what changed; a field without a change is null."""

    NAME: ClassVar[str] = "account.profile-revised"
    name: Change[Name] | None = None
    legal_name: Change[Name | None] | None = None
    industry: Change[Industry | None] | None = None
    territory: Change[Label | None] | None = None
    country: Change[Country | None] | None = None
    employees: Change[EmployeeCount | None] | None = None
    annual_revenue: Change[AnnualRevenue | None] | None = None
    parent_account_id: Change[UUID | None] | None = None


class AccountTierChanged(Event):
    """`policy_version`: of the tier criteria that it met; null in events from before they did."""

    NAME: ClassVar[str] = "account.tier-changed"
    was: Tier
    now: Tier
    criteria: tuple[TierCriterion, ...] = ()
    policy_version: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class AccountManagerAssigned(Event):
    """A party of ours looks after the account in a role, as the primary manager or beside it."""

    NAME: ClassVar[str] = "account.manager-assigned"
    party_id: UUID
    role: ManagerRole
    primary: bool


class AccountManagerUnassigned(Event):
    NAME: ClassVar[str] = "account.manager-unassigned"
    party_id: UUID
    role: ManagerRole


class AccountHandedOver(Event):
    """After a won deal the executive who won it left the account to a manager."""

    NAME: ClassVar[str] = "account.handed-over"
    deal_id: UUID
    from_party_id: UUID
    to_party_id: UUID
    role: ManagerRole


class AccountClosed(Event):
    """`churned`: a customer left us; else the account was closed for reasons of our own.

    Of a customer that left us: `competitor` is whom for, `notice_on` when it told us.
    """

    NAME: ClassVar[str] = "account.closed"
    closed_on: date
    churned: bool
    reason_code: Code
    competitor: Name | None = None
    notice_on: date | None = None


class AccountReopened(Event):
    NAME: ClassVar[str] = "account.reopened"
    reopened_on: date


AccountConceptEvent = (
    NeedEvent
    | SignalEvent
    | DocumentEvent
    | NoteEvent
    | PreferenceRecorded
    | ExpectationRecorded
    | PurchaseReasonRecorded
    | AttributeSet
    | InquiryEvent
    | AccountReviewed
    | RecommendationEvent
    | InformationGapClosed
    | FitScored
    | SelectionEvent
    | HandOverEvent
)
"""What the account's stream holds of concepts that have files of their own."""

AccountEvent = (
    AccountOpened
    | AccountProfileRevised
    | AccountTierChanged
    | AccountManagerAssigned
    | AccountManagerUnassigned
    | AccountHandedOver
    | AccountClosed
    | AccountReopened
    | AccountMerged
    | AccountConceptEvent
)


@dataclass(frozen=True, slots=True)
class Account:
    """What decisions about an account need to remember."""

    profile: Profile
    opened_on: date
    tier: Tier = Tier.PROSPECT
    managers: Managers = NO_MANAGERS
    deals_handed_over: frozenset[UUID] = frozenset()
    closed_on: date | None = None
    reopened_on: date | None = None
    """When it was last taken up again."""
    merged_into: UUID | None = None
    needs: need.Needs = need.NO_NEEDS
    signals: signal.Signals = signal.NO_SIGNALS
    documents: document.Documents = document.NO_DOCUMENTS
    notes: note.Notes = note.NO_NOTES
    preferences: preference.Preferences = preference.NO_PREFERENCES
    expectations: expectation.Expectations = expectation.NO_EXPECTATIONS
    purchase_reasons: purchase_reason.PurchaseReasons = purchase_reason.NO_PURCHASE_REASONS
    attributes: attribute.Attributes = attribute.NO_ATTRIBUTES
    inquiries: inquiry.Inquiries = inquiry.NO_INQUIRIES
    reviews: account_review.Reviews = account_review.NO_REVIEWS
    recommendations: recommendation.Recommendations = recommendation.NO_RECOMMENDATIONS
    closed_gaps: information.ClosedGaps = information.NO_CLOSED_GAPS
    fit_scores: fit_score.FitScores = fit_score.NO_FIT_SCORES
    selection: Selection = NEVER_SELECTED
    hand_overs: hand_over.HandOvers = hand_over.NO_HAND_OVERS

    @property
    def is_open(self) -> bool:
        return self.closed_on is None and self.merged_into is None


def evolve(account: Account | None, event: AccountEvent) -> Account:  # noqa: C901, PLR0911 - one case an event
    """Fold one event into the state. Never refuses: what happened, happened."""
    if isinstance(event, AccountOpened):
        return Account(profile=event.profile, opened_on=event.opened_on)
    if account is None:
        raise ValueError(f"{event.NAME} stands before {AccountOpened.NAME}")
    match event:
        case AccountProfileRevised():
            changes = {field: value.now for field, value in event if value is not None}
            return replace(account, profile=account.profile.model_copy(update=changes))
        case AccountTierChanged():
            return replace(account, tier=event.now)
        case AccountManagerAssigned():
            managers = account.managers.set((event.party_id, event.role), event.primary)
            return replace(account, managers=managers)
        case AccountManagerUnassigned():
            managers = account.managers
            if (event.party_id, event.role) in managers:
                managers = managers.delete((event.party_id, event.role))
            return replace(account, managers=managers)
        case AccountHandedOver():
            return replace(account, deals_handed_over=account.deals_handed_over | {event.deal_id})
        case AccountClosed():
            return replace(account, closed_on=event.closed_on)
        case AccountReopened():
            return replace(account, closed_on=None, reopened_on=event.reopened_on)
        case AccountMerged():
            return replace(account, merged_into=event.into)
        case _:
            return replace(account, **_evolved_concept(account, event))


def _evolved_concept(  # noqa: C901, PLR0911, PLR0912 - one case a concept
    account: Account, event: AccountConceptEvent
) -> dict[str, Any]:
    """Return the field that the event changes."""
    if isinstance(event, NeedEvent):
        return {"needs": need.evolve(account.needs, event)}
    if isinstance(event, SignalEvent):
        return {"signals": signal.evolve(account.signals, event)}
    if isinstance(event, DocumentEvent):
        return {"documents": document.evolve(account.documents, event)}
    if isinstance(event, NoteEvent):
        return {"notes": note.evolve(account.notes, event)}
    if isinstance(event, InquiryEvent):
        return {"inquiries": inquiry.evolve(account.inquiries, event)}
    if isinstance(event, RecommendationEvent):
        return {"recommendations": recommendation.evolve(account.recommendations, event)}
    if isinstance(event, SelectionEvent):
        return {"selection": selection.evolve(account.selection, event)}
    if isinstance(event, HandOverEvent):
        return {"hand_overs": hand_over.evolve(account.hand_overs, event)}
    match event:
        case PreferenceRecorded():
            return {"preferences": preference.evolve(account.preferences, event)}
        case ExpectationRecorded():
            return {"expectations": expectation.evolve(account.expectations, event)}
        case PurchaseReasonRecorded():
            return {"purchase_reasons": purchase_reason.evolve(account.purchase_reasons, event)}
        case AttributeSet():
            return {"attributes": attribute.evolve(account.attributes, event)}
        case AccountReviewed():
            return {"reviews": account_review.evolve(account.reviews, event)}
        case InformationGapClosed():
            return {"closed_gaps": information.evolve(account.closed_gaps, event)}
        case FitScored():
            return {"fit_scores": fit_score.evolve(account.fit_scores, event)}
        case _:
            assert_never(event)


ACCOUNT: Aggregate[Account, AccountEvent] = Aggregate(
    name="account",
    events=(
        AccountOpened,
        AccountProfileRevised,
        AccountTierChanged,
        AccountManagerAssigned,
        AccountManagerUnassigned,
        AccountHandedOver,
        AccountClosed,
        AccountReopened,
        AccountMerged,
        *NEED_EVENTS,
        *SIGNAL_EVENTS,
        *DOCUMENT_EVENTS,
        *NOTE_EVENTS,
        PreferenceRecorded,
        ExpectationRecorded,
        PurchaseReasonRecorded,
        AttributeSet,
        *INQUIRY_EVENTS,
        AccountReviewed,
        *RECOMMENDATION_EVENTS,
        InformationGapClosed,
        FitScored,
        *SELECTION_EVENTS,
        *HAND_OVER_EVENTS,
    ),
    evolve=evolve,
)
