"""What naive readers make of the events of one account: slow, and one question at a time.

Written from the domain's page and the catalogue of KPIs alone. Known at a position is what was
recorded by then. A correction or a void restates an item; what else happens to it holds from its
own day on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from domain.period import Period
from ledger.recorded import Recorded

Entries = Sequence[Recorded]
Share = tuple[Fraction, Fraction]
"""A part and the whole; their sums over accounts are those of a group."""
NOTHING: Share = (Fraction(0), Fraction(0))
CUSTOMER_TIERS = ("sales", "key", "strategic")
KEY_TIERS = ("key", "strategic")
DECIDING = ("decision-maker", "economic-buyer")
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """A period, as of a day."""

    period: Period
    as_of: date

    @property
    def last(self) -> date:
        """The last day that counts."""
        if self.period.until == date.max:
            return self.as_of
        return min(self.as_of, self.period.until - _A_DAY)

    @property
    def before(self) -> date | None:
        """The day before the period, if it has begun."""
        first = self.period.first
        return None if first == date.min or first > self.as_of else first - _A_DAY

    def has(self, day: date) -> bool:
        return self.period.first <= day < self.period.until and day <= self.as_of


ShareOf = Callable[[Entries, Asked], Share]


def by_day(entries: Entries, day: date) -> list[Recorded]:
    """Return what had happened by the end of a day, in the order of days."""
    known = [each for each in entries if each.envelope.effective_at <= day]
    return sorted(known, key=lambda each: (each.envelope.effective_at, each.position))


def named(entries: Entries, *names: str) -> list[Any]:
    return [each.event for each in entries if each.envelope.name in names]


def tier_on(entries: Entries, day: date) -> str:
    changes = named(by_day(entries, day), "account.tier-changed")
    return str(changes[-1].now) if changes else "prospect"


def is_customer(entries: Entries, day: date) -> bool:
    is_open = False
    for each in by_day(entries, day):
        if each.envelope.name in {"account.opened", "account.reopened"}:
            is_open = True
        if each.envelope.name in {"account.closed", "account.merged"}:
            is_open = False
    return is_open and tier_on(entries, day) in CUSTOMER_TIERS


def churned(entries: Entries, day: date) -> bool:
    """Tell whether the client had left us by then, and not come back."""
    ends = [
        each.event
        for each in by_day(entries, day)
        if each.envelope.name in {"account.closed", "account.reopened"}
    ]
    return bool(ends) and bool(getattr(ends[-1], "churned", False))


def logo_churn(entries: Entries, asked: Asked) -> Share:
    if asked.before is None or not is_customer(entries, asked.before):
        return NOTHING
    return Fraction(churned(entries, asked.last)), Fraction(1)


def key_account_share(entries: Entries, asked: Asked) -> Share:
    if not is_customer(entries, asked.last):
        return NOTHING
    return Fraction(tier_on(entries, asked.last) in KEY_TIERS), Fraction(1)


def profile_on(entries: Entries, day: date) -> dict[str, Any] | None:
    profile: dict[str, Any] | None = None
    for each in by_day(entries, day):
        if each.envelope.name == "account.opened":
            profile = dict(each.event.profile)  # type: ignore[attr-defined]
        if each.envelope.name == "account.profile-revised" and profile is not None:
            profile |= {name: value.now for name, value in each.event if value is not None}
    return profile


def fit(entries: Entries, asked: Asked) -> Share:
    scores = named(by_day(entries, asked.last), "account.fit-scored")
    return (Fraction(scores[-1].total), Fraction(1)) if scores else NOTHING


def completeness(entries: Entries, asked: Asked, requirements: Sequence[Any]) -> Share:
    day = asked.last
    profile = profile_on(entries, day)
    if profile is None:
        return NOTHING
    ranks = ("prospect", *CUSTOMER_TIERS)
    rank = ranks.index(tier_on(entries, day))
    known = {name.replace("_", "-") for name, value in profile.items() if value is not None}
    happened = by_day(entries, day)
    known |= {each.requirement_key for each in named(happened, "account.information-gap-closed")}
    gone = {each.need_id for each in named(happened, "account.need-withdrawn")}
    if any(each.need_id not in gone for each in named(happened, "account.need-identified")):
        known.add("need")
    if any(
        role_on(entries, line, party, day) == "decision-maker"
        for line, party in stakeholders(entries)
    ):
        known.add("decision-maker")
    items = [item for item in requirements if ranks.index(item.from_tier) <= rank]
    found = sum(item.weight for item in items if item.key in known)
    return Fraction(found), Fraction(sum(item.weight for item in items))


def stakeholders(entries: Entries) -> set[tuple[UUID, UUID]]:
    return {
        (each.envelope.stream_id, each.event.party_id)  # type: ignore[attr-defined]
        for each in entries
        if each.envelope.name == "relationship.stakeholder-identified"
    }


def role_on(entries: Entries, line: UUID, party: UUID, day: date) -> str | None:
    """Return the part that somebody plays on a day, on which they count."""
    role, counts = None, False
    for each in by_day(entries, day):
        event: Any = each.event
        if each.envelope.stream_id != line or getattr(event, "party_id", None) != party:
            continue
        match each.envelope.name:
            case "relationship.stakeholder-identified":
                role, counts = event.buying_role, True
            case "relationship.stakeholder-revised" if event.buying_role is not None:
                role = event.buying_role.now
            case "relationship.stakeholder-left":
                counts = event.left_on == day
            case _:
                pass
    return role if counts else None


def commitments(entries: Entries, asked: Asked, side: str) -> Share:
    due = kept = 0
    for made in named(entries, "relationship.commitment-made"):
        if made.terms.by != side:
            continue
        due_on, status, settled_on = made.terms.due_on, "open", date.max
        for each in by_day(entries, asked.as_of):
            event: Any = each.event
            if getattr(event, "commitment_id", None) != made.commitment_id:
                continue
            match each.envelope.name.removeprefix("relationship.commitment-"):
                case "rescheduled":
                    due_on = event.now
                case "kept" | "broken" | "released" as status:
                    settled_on = each.envelope.effective_at
                case _:
                    pass
        may_come_yet = status == "open" and due_on >= asked.as_of
        released_in_time = status == "released" and settled_on <= due_on
        if asked.has(due_on) and not may_come_yet and not released_in_time:
            due += 1
            kept += status == "kept" and settled_on <= due_on
    return Fraction(kept), Fraction(due)


def answers(entries: Entries, asked: Asked, instrument: str) -> list[int]:
    """Return the scores that count: of each respondent the latest one."""
    surveys = [
        each.survey_id
        for each in named(entries, "relationship.survey-sent")
        if each.instrument == instrument
    ]
    found: list[tuple[date, int, UUID, int]] = []
    for number, given in enumerate(named(entries, "relationship.survey-answered")):
        if given.survey_id not in surveys:
            continue
        day, score, void = given.responded_on, given.score, False
        for each in entries:
            event: Any = each.event
            if getattr(event, "answer_id", None) != given.answer_id:
                continue
            if each.envelope.name == "relationship.survey-answer-corrected":
                score = event.score.now if event.score else score
                day = event.responded_on.now if event.responded_on else day
            void = void or each.envelope.name == "relationship.survey-answer-voided"
        if asked.has(day) and not void:
            found.append((day, number, given.party_id or given.answer_id, score))
    latest = {respondent: score for _, _, respondent, score in sorted(found)}
    return list(latest.values())


def net_promoters(entries: Entries, asked: Asked) -> Share:
    scores = answers(entries, asked, "nps")
    net = sum(score > 8 for score in scores) - sum(score < 7 for score in scores)
    return Fraction(net), Fraction(len(scores))


def satisfied(entries: Entries, asked: Asked) -> Share:
    scores = answers(entries, asked, "csat")
    return Fraction(sum(score in {4, 5} for score in scores)), Fraction(len(scores))


def satisfaction(entries: Entries, asked: Asked) -> Share:
    """Add up the answers from 0 (1 of 5) to 100 (5 of 5)."""
    scores = answers(entries, asked, "csat")
    return Fraction(sum((score - 1) * 25 for score in scores)), Fraction(len(scores))


@dataclass
class Win:
    on: date
    amount: Decimal
    currency: str
    kind: str
    classification: int
    reversed_on: date = date.max


def wins(entries: Entries) -> Iterator[Win]:
    """Yield every win of every deal as it was corrected."""
    for opened in entries:
        if opened.envelope.name == "deal.opened":
            stream_id = opened.envelope.stream_id
            yield from _wins([e for e in entries if e.envelope.stream_id == stream_id])


def _wins(of_deal: Entries) -> list[Win]:
    """Follow a deal; an amount and a day that are corrected are those of the win that stands."""
    found: list[Win] = []
    kind, classification, is_won = "", 0, False
    for each in of_deal:
        event: Any = each.event
        match each.envelope.name:
            case "deal.opened":
                kind = event.kind
            case "deal.reclassified":
                kind, classification = event.now, classification + 1
            case "deal.won":
                money, is_won = event.amount, True
                found.append(Win(event.won_on, money.amount, money.currency, kind, classification))
            case "deal.reversed":
                found[-1].reversed_on, is_won = event.reversed_on, False
            case "deal.corrected":
                kind = event.kind.now if event.kind else kind
                _restate(found, event, kind, classification)
                if is_won:
                    _correct(found[-1], event)
            case _:
                pass
    return found


def _restate(found: Sequence[Win], event: Any, kind: str, classification: int) -> None:
    """Change the kind of all that was won as what the deal was wrongly taken for."""
    for win in found:
        if event.kind and win.classification == classification:
            win.kind = kind


def _correct(win: Win, event: Any) -> None:
    win.amount = event.amount.now.amount if event.amount else win.amount
    win.on = event.won_on.now if event.won_on else win.on


def paid(entries: Entries, day: date) -> dict[str, Fraction]:
    """Return what is paid every month at the end of a day, by currency."""
    lines: dict[UUID, list[tuple[date, Any]]] = {}
    for each in entries:
        event: Any = each.event
        match each.envelope.name.removeprefix("recurring-revenue."):
            case "started":
                lines[event.recurring_id] = [(event.terms.starts_on, event.terms.monthly)]
            case "changed" | "ended" | "reactivated":
                lines[event.recurring_id].append((event.movement.on, event.movement.now))
            case "corrected":
                lines[event.recurring_id][-1] = (event.now.on, event.now.now)
            case "voided":
                del lines[event.recurring_id]
            case _:
                pass
    sums: dict[str, Fraction] = {}
    for movements in lines.values():
        past = [money for on, money in movements if on <= day]
        if past:
            money = past[-1]
            sums[money.currency] = sums.get(money.currency, Fraction()) + Fraction(money.amount)
    return sums


def retention(entries: Entries, asked: Asked, *, gross: bool) -> dict[str, Share]:
    if asked.before is None:
        return {}
    now = paid(entries, asked.last)
    found = {}
    for currency, was in paid(entries, asked.before).items():
        if was > 0:
            kept = now.get(currency, Fraction())
            found[currency] = (min(was, kept) if gross else kept, was)
    return found
