"""What is overdue, and how accounts fall into segments, over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from api.moment import AsOf, day_asked
from api.paging import Paged
from api.reading import LIST_ANSWERS, Form, Listed, Reading, listed
from projections.overdue import OverdueFilter, OverdueRow, list_overdue
from projections.page import Page
from projections.segments import SegmentBy, SegmentRow, segments

router = APIRouter(tags=["worklists"])


class Segments(BaseModel):
    """Open accounts by segment, the largest first."""

    by: SegmentBy
    items: list[SegmentRow]


@router.get("/segments", responses=LIST_ANSWERS, response_model=Segments)
async def read_segments(
    view: Reading,
    response: Response,
    form: Form,
    by: Annotated[SegmentBy, Query(description="by what accounts are put together")],
    manager_id: UUID | None = None,
) -> Any:
    """Count the open accounts of each segment; sizes by staff as the European Union has them."""
    rows = await segments(view.connection, view.tenant_id, by=by, manager_id=manager_id)
    if form == "csv":
        return listed(Page(rows, None), SegmentRow, response, form)
    return Segments(by=by, items=list(rows))


@router.get("/overdue", responses=LIST_ANSWERS, response_model=Listed[OverdueRow])
async def read_overdue(
    paged: Paged, wanted: Annotated[OverdueFilter, Depends()], as_of: AsOf = None
) -> Any:
    """Read everything that was overdue on a day in open accounts, the longest first."""
    view = paged.view
    page = await list_overdue(
        view.connection,
        view.tenant_id,
        wanted=wanted,
        as_of=day_asked(as_of),
        after=paged.after,
        limit=paged.limit,
    )
    return paged.show(page, OverdueRow)
