"""The read log over HTTP: who read what, when, why and by which right; and of one person, who."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api.reading import LIST_ANSWERS, After, Form, Limit, Listed, listed
from api.security import ReaderOfReads
from api.service import Service, ServiceOf
from domain.day import Day
from domain.party import PARTY
from domain.read import Asked, ReadAnswered, ReadRefused
from domain.refusal import NotFound
from ledger.api_keys import Principal
from ledger.command import Actor
from ledger.reading import read_stream
from ledger.reads import REFUSED, ReadsWanted, find_reads
from ledger.recorded import Recorded
from projections.page import BadCursor, Page

router = APIRouter(tags=["read log"])

_POSITION_DIGITS_MAX: Final = 18

Kind = Literal["disclosure", "export", "list", "records", "read-log", "refusal"]
By = Annotated[Actor | None, Query(description="who read: `key:<id>`, or `cli:<user>`")]
OfAccount = Annotated[UUID | None, Query(description="reads about one account")]
OfKind = Annotated[Kind | None, Query(description="what makes it worth a record")]
Through = Annotated[UUID | None, Query(description="reads through one break-glass access")]
First = Annotated[Day | None, Query(description="on this day (UTC) or later")]
Last = Annotated[Day | None, Query(description="on this day (UTC) or earlier")]
OfPerson = Annotated[UUID | None, Query(description="reads that showed values about one person")]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What one request read, or was refused; never what it said.

    `path` and `filters` are `name=value`; the name alone where the value might be personal.
    `values` counts the personal values shown, `subjects` names the persons they are about.
    """

    position: int
    recorded_at: datetime
    read_id: UUID
    kind: str
    actor: str
    key_label: str | None
    role: str
    route: str
    path: tuple[str, ...]
    filters: tuple[str, ...]
    account_id: UUID | None
    subjects: tuple[UUID, ...]
    values: int
    rows: int | None
    form: str | None
    status: int
    code: str | None
    times: int
    reason: str | None
    break_glass_id: UUID | None
    correlation_id: UUID


@dataclass(frozen=True, slots=True)
class _ReadPages:
    """One page of reads that somebody asked for."""

    principal: Principal
    service: Service
    response: Response
    form: str
    after: str | None
    limit: int

    async def answer(self, wanted: ReadsWanted) -> Any:
        before = None if self.after is None else position_before(self.after)
        ledger = self.service.ledger
        async with ledger.pool.connection() as connection:
            found = await find_reads(
                connection,
                ledger.types,
                self.principal.tenant_id,
                wanted,
                before=before,
                limit=self.limit + 1,
            )
        rows = [read_row(entry) for entry in found[: self.limit]]
        if wanted.subject is not None:  # of the others that were shown beside them, nothing
            rows = [replace(row, subjects=(wanted.subject,)) for row in rows]
        following = str(rows[-1].position) if len(found) > self.limit else None
        return listed(Page(rows, following), ReadRow, self.response, self.form)


async def _pages(  # each is a part of what is asked for
    principal: ReaderOfReads,
    service: ServiceOf,
    response: Response,
    form: Form,
    after: After = None,
    limit: Limit = 100,
) -> _ReadPages:
    return _ReadPages(principal, service, response, form, after, limit)


ReadsPaged = Annotated[_ReadPages, Depends(_pages)]


@router.get("/read-log", responses=LIST_ANSWERS, response_model=Listed[ReadRow])
async def read_reads(  # each is a filter of the list
    paged: ReadsPaged,
    *,
    actor: By = None,
    subject_id: OfPerson = None,
    account_id: OfAccount = None,
    kind: OfKind = None,
    break_glass_id: Through = None,
    first: First = None,
    last: Last = None,
) -> Any:
    """Read who read what, the last first. That is a read as well, and stands there from now on."""
    return await paged.answer(
        ReadsWanted(actor, subject_id, account_id, kind, break_glass_id, first, last)
    )


@router.get("/parties/{party_id}/readers", responses=LIST_ANSWERS, response_model=Listed[ReadRow])
async def read_readers(
    party_id: UUID, paged: ReadsPaged, first: First = None, last: Last = None
) -> Any:
    """Read who has been shown a person's data, the last first (GDPR, Article 15)."""
    ledger, tenant_id = paged.service.ledger, paged.principal.tenant_id
    async with ledger.pool.connection() as connection:
        entries = await read_stream(connection, ledger.types, tenant_id, party_id)
    if not entries or entries[0].envelope.stream_type != PARTY.name:
        raise NotFound(PARTY.name, party_id)
    return await paged.answer(ReadsWanted(subject=party_id, first=first, last=last))


def read_row(entry: Recorded[Any]) -> ReadRow:
    """Return an entry of the read log as one row."""
    envelope, event = entry.envelope, entry.event
    answered = event if isinstance(event, ReadAnswered) else None
    refused = event if isinstance(event, ReadRefused) else None
    return ReadRow(
        position=envelope.position,
        recorded_at=envelope.recorded_at,
        read_id=envelope.stream_id,
        kind=answered.kind if answered else REFUSED,
        actor=envelope.actor,
        key_label=event.reader.key_label,
        role=event.reader.role,
        route=event.route if answered else f"{event.method.upper()} {event.route}",
        path=tuple(map(_text, event.path)),
        filters=tuple(map(_text, answered.filters)) if answered else (),
        account_id=envelope.account_id,
        subjects=answered.subjects if answered else (),
        values=answered.values if answered else 0,
        rows=answered.rows if answered else None,
        form=answered.form if answered else None,
        status=event.status,
        code=refused.code if refused else None,
        times=event.times,
        reason=envelope.reason,
        break_glass_id=answered.break_glass_id if answered else None,
        correlation_id=envelope.correlation_id,
    )


def _text(asked: Asked) -> str:
    return asked.name if asked.value is None else f"{asked.name}={asked.value}"


def position_before(cursor: str) -> int:
    """Read the position that the page before ended with.

    Raises:
        BadCursor: it is none.
    """
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= _POSITION_DIGITS_MAX):
        raise BadCursor
    return int(cursor)
