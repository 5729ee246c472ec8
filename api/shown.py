"""Personal values as they are shown: the text, its digest alone, or that it was erased."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from api.personal_values import reveal_to_reader
from api.reading import View
from ledger.disclosures import find_erased


class Undisclosed(BaseModel):
    """A personal value that the reader may not see."""

    undisclosed: str = Field(description="the digest that stands in the record")


class Erased(BaseModel):
    """A personal value that nobody can see any more: whom it was about was erased."""

    erased: str = Field(description="the digest that stands in the record")
    erased_at: datetime
    position: int = Field(description="of the event that says so")


Shown = str | Undisclosed | Erased | None


async def show(
    view: View, subjects: Mapping[str, UUID], *, account_id: UUID | None
) -> Mapping[str, Shown]:
    """Return what the reader sees for each digest; `subjects` says whom each is about.

    `account_id` is the account in whose history they stand, if in one.

    Raises:
        BadField: as `reveal_to_reader`.
    """
    known = await reveal_to_reader(view, list(subjects), account_id=account_id)
    missing = {digest: whose for digest, whose in subjects.items() if digest not in known}
    shown: dict[str, Shown] = dict(known)
    shown |= {digest: Undisclosed(undisclosed=digest) for digest in missing}
    if missing:
        erased = await find_erased(view.connection, view.tenant_id, missing)
        for digest, at in erased.items():
            shown[digest] = Erased(erased=digest, erased_at=at.erased_at, position=at.position)
    return shown
