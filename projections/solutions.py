"""Solutions: what was proposed to meet which need."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.need import SolutionFeasibility, SolutionProposed
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class SolutionRow:
    """One solution; the columns of `projections.solution`."""

    account_id: UUID
    solution_id: UUID
    need_id: UUID
    description: str
    feasibility: SolutionFeasibility
    request_id: UUID | None
    proposed_on: date
    position: int


def evolve(row: SolutionRow | None, entry: Recorded) -> SolutionRow:
    """Fold one entry about a solution into its row."""
    event = entry.event
    if not isinstance(event, SolutionProposed):
        raise ValueError(f"{entry.envelope.name} is of no solution, like {row}")  # noqa: TRY004
    return SolutionRow(
        account_id=entry.envelope.stream_id,
        **dict(event),
        proposed_on=entry.envelope.effective_at,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    if isinstance(event, SolutionProposed):
        return entry.envelope.stream_id, event.solution_id
    return None


SOLUTIONS: Final = RowView(
    name="solutions",
    table="solution",
    row=SolutionRow,
    key=("account_id", "solution_id"),
    key_of=key_of,
    evolve=evolve,
)
SOLUTION_LIST: Final = RowList(SOLUTIONS, "solution", by="proposed_on", id="solution_id")
