"""The stakeholder map: who counts on the client's side, how, and how we stand with them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.change import Change
from domain.stakeholder import (
    BuyingRole,
    PoliticalStatus,
    RelationshipLevel,
    StakeholderAssessed,
    StakeholderAssessment,
    StakeholderIdentified,
    StakeholderLeft,
    StakeholderRevised,
)
from ledger.recorded import Recorded
from projections.list_by_day import DayOrder, list_by_day
from projections.page import Page
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class StakeholderRow:
    """One stakeholder as they stand; the columns of `projections.stakeholder`."""

    account_id: UUID
    relationship_id: UUID
    party_id: UUID
    since: date
    left_on: date | None
    job_title: str | None
    buying_role: BuyingRole | None
    political_status: PoliticalStatus | None
    reports_to: UUID | None
    influence: int | None
    support: int | None
    coverage: int | None
    decision_power: int | None
    level_current: RelationshipLevel | None
    level_desired: RelationshipLevel | None
    assessed_on: date | None
    assessment_check_in_id: UUID | None
    position: int


def evolve(row: StakeholderRow | None, entry: Recorded) -> StakeholderRow:
    """Fold one entry about a stakeholder into its row."""
    event = entry.event
    if isinstance(event, StakeholderIdentified):
        return _identified(row, event, entry)
    if row is None:
        raise ValueError(f"{entry.envelope.name} stands before {StakeholderIdentified.NAME}")
    match event:
        case StakeholderRevised():
            changes = {name: each.now for name, each in event if isinstance(each, Change)}
            row = replace(row, **changes)
        case StakeholderAssessed(assessed_on=assessed_on, assessment=assessment):
            row = replace(row, **_assessment(assessment), assessed_on=assessed_on)
        case StakeholderLeft(left_on=left_on):
            row = replace(row, left_on=left_on)
        case _:
            return row
    return replace(row, position=entry.position)


def key_of(entry: Recorded) -> Key | None:
    match entry.event:
        case (
            StakeholderIdentified(party_id=party_id)
            | StakeholderRevised(party_id=party_id)
            | StakeholderAssessed(party_id=party_id)
            | StakeholderLeft(party_id=party_id)
        ):
            return entry.envelope.stream_id, party_id
        case _:
            return None


STAKEHOLDERS: Final = RowView(
    name="stakeholders",
    table="stakeholder",
    row=StakeholderRow,
    key=("relationship_id", "party_id"),
    key_of=key_of,
    evolve=evolve,
)

_FIRST_FIRST: Final = DayOrder("since", "party_id", newest_first=False)


async def list_stakeholders(
    connection: AsyncConnection[Any],
    tenant_id: str,
    relationship_id: UUID,
    *,
    buying_role: BuyingRole | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page[StakeholderRow]:
    """Return the stakeholders of a relationship, also who left, in the order they came.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    return await list_by_day(
        STAKEHOLDERS,
        connection,
        tenant_id,
        order=_FIRST_FIRST,
        wanted={"relationship_id": relationship_id, "buying_role": buying_role},
        after=after,
        limit=limit,
    )


def _identified(
    row: StakeholderRow | None, event: StakeholderIdentified, entry: Recorded
) -> StakeholderRow:
    """Begin the row, or go on with that of somebody who has come back."""
    account_id = entry.envelope.account_id
    if account_id is None:
        raise ValueError(f"{entry.envelope.name} belongs to no account")
    judged = _assessment(StakeholderAssessment()) | {"assessed_on": None}
    if row is not None:
        judged = {name: getattr(row, name) for name in judged}
    return StakeholderRow(
        account_id=account_id,
        relationship_id=entry.envelope.stream_id,
        party_id=event.party_id,
        since=event.identified_on,
        left_on=None,
        job_title=event.job_title,
        buying_role=event.buying_role,
        political_status=event.political_status,
        reports_to=event.reports_to,
        **judged,
        position=entry.position,
    )


def _assessment(assessment: StakeholderAssessment) -> dict[str, Any]:
    fields = dict(assessment)
    return fields | {"assessment_check_in_id": fields.pop("check_in_id")}
