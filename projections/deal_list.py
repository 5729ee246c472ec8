"""Deals as they are looked for: those that have something in common, opened last first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from domain.deal_terms import DealKind, DealStage, DealStatus
from domain.words import PRINTED
from projections.deals import DEALS
from projections.row_list import Condition, RowList

DEAL_LIST: Final = RowList(DEALS, kind="deal", by="opened_on", id="deal_id")

_CONDITIONS: Final[Mapping[str, str]] = {
    "product": "%s = ANY (products)",
    "need_id": "%s::uuid = ANY (need_ids)",
    "goal_id": "%s::uuid = ANY (goal_ids)",
    "closing_from": "expected_close_on >= %s::date",
    "closing_until": "expected_close_on <= %s::date",
    "overdue_as_of": "status = 'open' AND expected_close_on < %s::date",
    "contract_ends_by": "contract_ends_on <= %s::date",
}


Words = Annotated[str | None, Field(max_length=255, pattern=PRINTED)]


@dataclass(frozen=True, slots=True)
class DealFilter:
    """What the deals of a list have in common; None: it does not matter.

    `overdue_as_of`: open, and expected to be closed before that day. `contract_ends_by`: the last
    day of its contract is that day or earlier.
    """

    status: DealStatus | None = None
    stage: DealStage | None = None
    kind: DealKind | None = None
    owner_id: UUID | None = None
    currency: Words = None
    signal_id: UUID | None = None
    product: Words = None
    need_id: UUID | None = None
    goal_id: UUID | None = None
    closing_from: date | None = None
    closing_until: date | None = None
    overdue_as_of: date | None = None
    contract_ends_by: date | None = None

    @property
    def equal(self) -> Mapping[str, Any]:
        """Return the columns that have one value each."""
        return {name: getattr(self, name) for name in self.__slots__ if name not in _CONDITIONS}

    @property
    def beside(self) -> Sequence[Condition]:
        """Return what else holds of them."""
        return [
            (condition, [value])
            for name, condition in _CONDITIONS.items()
            if (value := getattr(self, name)) is not None
        ]
