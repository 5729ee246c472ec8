"""Records to carry away: a bag that proves itself, whoever reads it."""

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, BinaryIO, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.audit import NOT_KEPT, octets_answers
from api.moment import day_asked
from api.read_so_far import this_read
from api.security import Historian
from api.service import ServiceOf
from api.validation import BadField
from domain.day import Day
from ledger.bag_disclosures import Disclosable
from ledger.bag_plan import ACCOUNTS_MAX, BagAsked, ScopeRefused, parse_known_at, parse_place
from projections.bag_export import Export, export_bag

router = APIRouter(tags=["audit"])

_WAIT_SECONDS_MAX: Final = 5.0
_CHUNK: Final = 1 << 18

Place = Annotated[
    str | None,
    Query(max_length=40, description="a position, or a day (UTC) on which it was recorded"),
]


@router.get(
    "/export.zip", responses=octets_answers("application/zip"), response_class=StreamingResponse
)
async def read_export(
    auditor: Historian,
    service: ServiceOf,
    account: Annotated[
        list[UUID], Query(max_length=ACCOUNTS_MAX, description="only these; all, if none is given")
    ] = [],  # noqa: B006  # FastAPI copies it
    first: Annotated[Place, Query(alias="from")] = None,
    last: Annotated[Place, Query(alias="to")] = None,
    known_at: Annotated[
        str | None,
        Query(
            max_length=40,
            description="what was recorded by then: a position, or an instant with its offset "
            "from UTC; all that is sealed, if not given",
        ),
    ] = None,
    as_of: Annotated[
        Day | None, Query(description="the day of the figures; that of the last record, if none")
    ] = None,
    figures: Annotated[bool, Query(description="whether KPI figures are in it")] = True,  # noqa: FBT002  # a query parameter
) -> StreamingResponse:
    """Export records with their proofs as a BagIt bag (RFC 8493): the same scope, the same bytes.

    It holds no personal value. Its README.md says how to check it, its verify.py does so.
    """
    try:
        asked = BagAsked(
            auditor.tenant_id,
            tuple(account),
            parse_place("from", first),
            parse_place("to", last),
            parse_known_at(known_at),
        )
        export = Export(asked, figures=figures, as_of=_day(as_of))
        with TemporaryDirectory(prefix="tenure-export-") as folder:
            path = Path(folder, "bag.zip")

            async def level(position: int) -> None:
                await service.views.wait_for(auditor.tenant_id, position, _WAIT_SECONDS_MAX)

            async def put_on_record(_: Disclosable) -> None:
                # The answer is held back until the read log has it, and not given if it cannot be.
                this_read().export(form="bag")

            exported = await export_bag(
                service.ledger, export, path, level=level, put_on_record=put_on_record
            )
            # Its name may go at once: the bytes stay until the file is closed.
            file, size = await asyncio.to_thread(_opened, path)
    except ScopeRefused as error:
        raise BadField(error.field, str(error), place="query", code=error.code) from error
    headers = {
        **NOT_KEPT,
        "Content-Disposition": 'attachment; filename="tenure-bag.zip"',
        "Content-Length": str(size),
        "ETag": f'"{exported.written.sha256}"',
    }
    return StreamingResponse(_octets(file), headers=headers, media_type="application/zip")


def _opened(path: Path) -> tuple[BinaryIO, int]:
    return path.open("rb"), path.stat().st_size


def _octets(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while octets := file.read(_CHUNK):
            yield octets


def _day(as_of: date | None) -> date | None:
    return None if as_of is None else day_asked(as_of)
