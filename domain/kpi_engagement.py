"""How well we use the time with a client: check-ins, those who decide, and promises."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.commitment import CommitmentStatus, CommittedBy
from domain.figure import Figure, percent, running
from domain.kpi import NoData
from domain.period import Period
from domain.stakeholder import BuyingRole

DECISION_ROLES: Final = frozenset({BuyingRole.DECISION_MAKER, BuyingRole.ECONOMIC_BUYER})
"""Who says yes, and who lets the money go."""


@dataclass(frozen=True, slots=True)
class HeldCheckIn:
    """What a check-in that was held brought: numbers of each; who decides among those present."""

    held_on: date
    needs: int = 0
    commitments: int = 0
    solutions: int = 0
    decision_makers: int = 0

    @property
    def has_substance(self) -> bool:
        """Tell whether a need was found, something promised, or a solution presented."""
        return self.needs + self.commitments + self.solutions > 0

    @property
    def is_with_decision_makers(self) -> bool:
        return self.decision_makers > 0


@dataclass(frozen=True, slots=True)
class CheckInQuality:
    """The share of check-ins that had both, and of those that had each."""

    both: Figure
    with_substance: Figure
    with_decision_makers: Figure


@dataclass(frozen=True, slots=True)
class DecisionMaker:
    """A stakeholder with a decision role who has not left, and the days of their check-ins."""

    stakeholder_id: UUID
    met_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class DueCommitment:
    """A promise, the day that was agreed on last, and how and when it was settled."""

    by: CommittedBy
    due_on: date
    status: CommitmentStatus = CommitmentStatus.OPEN
    settled_on: date | None = None


def check_in_quality(
    check_ins: Iterable[HeldCheckIn], *, period: Period, as_of: date
) -> CheckInQuality:
    """Return 100 x check-ins with substance and somebody who decides / check-ins held.

    Percent, 0 to 100, shown to one decimal. The parts do not add up to the whole.

    Raises:
        NoData: `no-check-ins`; none was held in the period.
    """
    held = [each for each in check_ins if each.held_on in period and each.held_on <= as_of]
    if not held:
        raise NoData("no-check-ins", "no check-in was held in the period")
    flags = running(period, as_of)

    def share(having: int) -> Figure:
        return percent(having, len(held), count=len(held), flags=flags)

    return CheckInQuality(
        both=share(sum(each.has_substance and each.is_with_decision_makers for each in held)),
        with_substance=share(sum(each.has_substance for each in held)),
        with_decision_makers=share(sum(each.is_with_decision_makers for each in held)),
    )


def decision_maker_coverage(
    decision_makers: Iterable[DecisionMaker], *, period: Period, as_of: date
) -> Figure:
    """Return 100 x decision makers met in the period / all of them: percent, to one decimal.

    Raises:
        NoData: `no-decision-makers`; not to know who decides is a gap, no coverage of 0.
    """
    known = list(decision_makers)
    if not known:
        raise NoData("no-decision-makers", "nobody is known who decides")
    met = sum(any(day in period and day <= as_of for day in each.met_on) for each in known)
    return percent(met, len(known), count=len(known), flags=running(period, as_of))


def commitments_kept(
    commitments: Iterable[DueCommitment], *, by: CommittedBy, period: Period, as_of: date
) -> Figure:
    """Return 100 x promises of one side kept in time / those due: percent, to one decimal.

    A promise belongs to the period of its due day. It is not due yet, and left out, as long as that
    day is not over and it is not settled. One that the other side released in time was never due;
    `apart` counts those.

    Raises:
        NoData: `nothing-due`.
    """
    due = [
        each
        for each in commitments
        if each.by is by and each.due_on in period and each.due_on <= as_of
    ]
    released = sum(_in_time(each, CommitmentStatus.RELEASED) for each in due)
    kept = sum(_in_time(each, CommitmentStatus.KEPT) for each in due)
    undecided = sum(each.due_on == as_of and not _settled(each, as_of) for each in due)
    decided = len(due) - released - undecided
    if decided == 0:
        raise NoData("nothing-due", "no commitment was due in the period")
    return percent(kept, decided, count=decided, apart=released, flags=running(period, as_of))


def _settled(commitment: DueCommitment, as_of: date) -> bool:
    return commitment.settled_on is not None and commitment.settled_on <= as_of


def _in_time(commitment: DueCommitment, status: CommitmentStatus) -> bool:
    return commitment.status is status and _settled(commitment, commitment.due_on)
