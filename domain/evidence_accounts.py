"""What the accounts themselves contribute: customers at the opening and lost, active, key ones."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from domain.account import (
    AccountClosed,
    AccountOpened,
    AccountReopened,
    AccountTierChanged,
)
from domain.account_merge import AccountMerged
from domain.evidence import Contribution, Family, Measure, Occurrence, Question, counted
from domain.tier import LOOKED_AFTER, Tier


def _contribute(occurrences: Sequence[Occurrence], question: Question) -> Iterator[Contribution]:
    """Count a customer: an open account above the tier of a prospect."""
    by_day = sorted(occurrences, key=lambda each: (each.on, each.position))
    standing = _Standing(by_day, question.closing)
    if standing.is_customer:
        measures = [Measure.ACTIVE_ACCOUNTS]
        if standing.tier in LOOKED_AFTER:
            measures.append(Measure.KEY_ACCOUNTS)
        yield from counted(measures, standing.position, question.closing, standing.account_id)
    if question.opening is None:
        return
    opening = _Standing(by_day, question.opening)
    if opening.is_customer:
        at_opening = [Measure.CUSTOMERS_AT_OPENING]
        yield from counted(at_opening, opening.position, question.opening, opening.account_id)
        if standing.churned_on is not None:
            lost = [Measure.CUSTOMERS_LOST]
            yield from counted(lost, standing.position, standing.churned_on, opening.account_id)


class _Standing:
    """An account at the end of a day."""

    def __init__(self, by_day: Sequence[Occurrence], day: date) -> None:
        self.account_id: UUID | None = None
        self.tier = Tier.PROSPECT
        self.is_open = False
        self.churned_on: date | None = None
        self.position = 0
        for each in by_day:
            if each.on <= day:
                self._follow(each)

    @property
    def is_customer(self) -> bool:
        return self.is_open and self.tier is not Tier.PROSPECT

    def _follow(self, each: Occurrence) -> None:
        match each.event:
            case AccountOpened():
                self.account_id, self.is_open = each.stream_id, True
            case AccountTierChanged(now=tier):
                self.tier = tier
            case AccountClosed(closed_on=closed_on, churned=churned):
                self.is_open, self.churned_on = False, closed_on if churned else None
            case AccountReopened():
                self.is_open, self.churned_on = True, None
            case AccountMerged():
                self.is_open = False
            case _:
                return
        self.position = max(self.position, each.position)


ACCOUNTS = Family(
    name="accounts",
    events=(AccountOpened, AccountTierChanged, AccountClosed, AccountReopened, AccountMerged),
    contribute=_contribute,
)
