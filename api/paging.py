"""What every list is asked with: how fresh, in which form, which page of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Response

from api.reading import After, Form, Limit, PresentReading, Reading, View, listed
from projections.page import Page
from projections.row_list import Condition, RowList
from projections.row_view import Row

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Pages:
    """One page of a list that somebody asked for."""

    view: View
    response: Response
    form: str
    after: str | None
    limit: int

    async def read(
        self, rows: RowList[R], wanted: Mapping[str, Any], beside: Sequence[Condition] = ()
    ) -> Page[R]:
        return await rows.page(
            self.view.connection,
            self.view.tenant_id,
            wanted,
            beside=beside,
            after=self.after,
            limit=self.limit,
        )

    async def answer(
        self,
        rows: RowList[R],
        row_class: type[R],
        wanted: Mapping[str, Any],
        beside: Sequence[Condition] = (),
    ) -> Any:
        """Answer with a page of rows as they are."""
        return self.show(await self.read(rows, wanted, beside), row_class)

    def show(self, page: Page[Any], row_class: type[Any]) -> Any:
        return listed(page, row_class, self.response, self.form)


async def _pages(
    view: Reading, response: Response, form: Form, after: After = None, limit: Limit = 100
) -> Pages:
    return Pages(view, response, form, after, limit)


async def _present_pages(
    view: PresentReading, response: Response, form: Form, after: After = None, limit: Limit = 100
) -> Pages:
    return Pages(view, response, form, after, limit)


Paged = Annotated[Pages, Depends(_pages)]
PresentPaged = Annotated[Pages, Depends(_present_pages)]
"""The same, of views as they stand, for what answers for a moment by itself."""
