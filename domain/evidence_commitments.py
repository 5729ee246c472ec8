"""What the commitments with an account contribute: those due, and those kept in time, by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.commitment import (
    CommitmentBroken,
    CommitmentKept,
    CommitmentMade,
    CommitmentReleased,
    CommitmentRescheduled,
    CommittedBy,
)
from domain.evidence import Contribution, Family, Measure, Occurrence, Question, counted

_MEASURES = {
    CommittedBy.US: (Measure.OUR_COMMITMENTS_DUE, Measure.OUR_COMMITMENTS_KEPT),
    CommittedBy.THEM: (Measure.THEIR_COMMITMENTS_DUE, Measure.THEIR_COMMITMENTS_KEPT),
}


@dataclass(slots=True)
class _Commitment:
    by: CommittedBy
    due_on: date
    position: int
    settled: bool = False
    released_on: date | None = None
    kept_on: date | None = None

    @property
    def was_released(self) -> bool:
        """Tell whether the other side let it go in time; later it had been due already."""
        return self.released_on is not None and self.released_on <= self.due_on


def _contribute(occurrences: Sequence[Occurrence], question: Question) -> Iterator[Contribution]:
    """Count the commitments due in the period, but for those released in time.

    One that is due on the day asked for and still open may be kept yet, so it does not count.
    """
    for commitment_id, each in _commitments(occurrences, question.as_of).items():
        is_decided = each.settled or each.due_on < question.as_of
        if each.was_released or not is_decided or not question.counts(each.due_on):
            continue
        due, kept = _MEASURES[each.by]
        in_time = each.kept_on is not None and each.kept_on <= each.due_on
        measures = (due, kept) if in_time else (due,)
        yield from counted(measures, each.position, each.due_on, commitment_id)


def _commitments(occurrences: Sequence[Occurrence], as_of: date) -> dict[UUID, _Commitment]:
    commitments: dict[UUID, _Commitment] = {}
    for each in occurrences:
        if isinstance(each.event, CommitmentMade):
            terms = each.event.terms
            made = _Commitment(terms.by, terms.due_on, each.position)
            commitments[each.event.commitment_id] = made
        elif each.on <= as_of:
            _follow(commitments, each)
    return commitments


def _follow(commitments: dict[UUID, _Commitment], each: Occurrence) -> None:
    match each.event:
        case CommitmentRescheduled(commitment_id=id_, now=due_on):
            commitments[id_].due_on = due_on
        case CommitmentKept(commitment_id=id_, kept_on=kept_on):
            commitments[id_].settled, commitments[id_].kept_on = True, kept_on
        case CommitmentBroken(commitment_id=id_):
            commitments[id_].settled = True
        case CommitmentReleased(commitment_id=id_, released_on=released_on):
            commitments[id_].settled, commitments[id_].released_on = True, released_on
        case _:
            return
    commitments[id_].position = each.position


COMMITMENTS = Family(
    name="commitments",
    events=(
        CommitmentMade,
        CommitmentRescheduled,
        CommitmentKept,
        CommitmentBroken,
        CommitmentReleased,
    ),
    contribute=_contribute,
)
