"""What a dry run says: how many events of each kind, and the first of them as sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.account import AccountManagerAssigned, AccountOpened, AccountTierChanged
from domain.check_in import CheckInHeld, CheckInScheduled
from domain.commitment import CommitmentKept, CommitmentMade
from domain.deal import (
    DealAmountRevised,
    DealExpectedCloseRevised,
    DealLost,
    DealMoved,
    DealOpened,
    DealOwnerChanged,
    DealWon,
)
from domain.event import Event
from domain.external_reference import ExternalReferenceClaimed
from domain.note import NoteAdded
from domain.order_book import OrderPlaced
from domain.party import PartyRegistered
from domain.relationship import RelationshipStarted
from domain.stakeholder import StakeholderIdentified
from importers.rehearsal import Rehearsal
from ledger.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would be recorded; empty after an import that was carried out."""

    counts: Mapping[str, int] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        if not self.counts:
            return {}
        return {"events": dict(self.counts), "sentences": self.sentences}

    def as_lines(self) -> list[str]:
        counts = [f"  {name:<30}{count:>12,}" for name, count in sorted(self.counts.items())]
        if not counts:
            return []
        return [
            "would record:",
            *counts,
            "first of all:",
            *(f"  {each}" for each in self.sentences),
        ]


def rehearsed(rehearsal: Rehearsal | None) -> Rehearsed:
    """Put into words what a rehearsal would have recorded."""
    if rehearsal is None:
        return Rehearsed()
    return Rehearsed(rehearsal.counts, tuple(map(_sentence, rehearsal.first)))


def _sentence(entry: Recorded) -> str:
    reason = f" ({entry.envelope.reason})" if entry.envelope.reason else ""
    return f"{entry.envelope.effective_at}: {_what(entry.event)}{reason}"


def _what(event: Event) -> str:  # noqa: C901, PLR0911, PLR0912  # one case an event
    match event:
        case AccountOpened(profile=profile):
            where = ", ".join(filter(None, (profile.territory, profile.country)))
            return f"opens the account {profile.name}" + (f" in {where}" if where else "")
        case AccountTierChanged():
            return f"the account goes from {event.was} to {event.now}"
        case ExternalReferenceClaimed():
            return f"the account is known as {event.system}:{event.id}"
        case PartyRegistered():
            return f"registers a person of {event.side}"
        case DealOpened():
            return (
                f"opens the deal {event.name} over {event.amount}, {event.kind}, in {event.stage}"
            )
        case DealOwnerChanged():
            return "one of ours has the deal from now on"
        case AccountManagerAssigned():
            leads = " who leads the account" if event.primary else ""
            return f"one of ours becomes the {event.role}{leads}"
        case CheckInScheduled():
            return f"a check-in is planned for {event.plan.planned_on}: {event.plan.channel}"
        case CheckInHeld():
            return f"a check-in is held: {', '.join((event.channel, *event.topics))}"
        case CommitmentMade():
            return f"we promise, until {event.terms.due_on}: {event.terms.text}"
        case CommitmentKept():
            return "a promise is kept"
        case DealMoved():
            return f"the deal moves from {event.was} to {event.now}"
        case DealAmountRevised():
            return f"the deal's amount goes from {event.was} to {event.now}"
        case DealExpectedCloseRevised():
            was, now = event.was or "no day", event.now or "no day"
            return f"the deal is expected to close on {now}, not on {was}"
        case DealWon():
            return f"the deal is won over {event.amount}"
        case DealLost():
            return f"the deal is lost: {event.reason_code}"
        case RelationshipStarted():
            return "begins a relationship with the account"
        case StakeholderIdentified():
            role = f", {event.buying_role}" if event.buying_role else ""
            return f"a person is a stakeholder of the account{role}"
        case NoteAdded():
            return "adds a note to the account"
        case OrderPlaced():
            lines = f", {len(event.lines)} lines" if event.lines else ""
            return f"places an order over {event.amount}{lines}"
        case _:
            return event.NAME
