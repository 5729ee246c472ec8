"""Lets answers out once what they show is on record, as far as it has to be.

ASGI middleware. Personal values and exports wait for the read log's commit, and are not given
without it; lists over several accounts are noted and go out at once.
"""

import re
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

from api.problems import answer_problem
from api.read_kinds import COUNTED, kind_of
from api.read_names import account_asked, filters_asked, path_asked, route_of
from api.read_so_far import ReadSoFar, begin_read
from api.service import Service
from api.validation import BadField
from domain.read import ReadAnswered, Reader, in_parts
from ledger.api_keys import Principal
from ledger.read_log import ReadEntry, ReadNotLogged

REASON_HEADER: Final = "Tenure-Reason"
_REASON_MAX: Final = 500
_ERRORS_FROM: Final = 400
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class ReadGate:
    """Middleware: holds an answer back until its read is on record."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            read = ReadSoFar(uuid7(), _reason(Headers(scope=scope)))
        except BadField as error:
            await (await answer_problem(Request(scope), error))(scope, receive, send)
            return
        begin_read(read)
        await self._app(scope, receive, _Gate(scope, receive, send, read).send)


class _Gate:
    """What one answer goes through."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, read: ReadSoFar) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._read = read
        self._is_withheld = False

    async def send(self, message: Message) -> None:
        if self._is_withheld:
            return
        if message["type"] == "http.response.start":
            try:
                await self._put_on_record(message)
            except ReadNotLogged as error:
                self._is_withheld = True
                problem = await answer_problem(Request(self._scope), error)
                await problem(self._scope, self._receive, self._send)
                return
        await self._send(message)

    async def _put_on_record(self, message: Message) -> None:
        """Commit the read, or note it, or do neither.

        Raises:
            ReadNotLogged: it had to be committed, and cannot be.
        """
        principal: Principal | None = self._scope.get("principal")
        route = route_of(self._scope)
        kind = None if message["status"] >= _ERRORS_FROM else kind_of(route, self._read)
        if principal is None or kind is None or self._is_command:
            return
        answered = ReadAnswered(
            kind=kind,
            reader=Reader(role=principal.role.value, key_label=principal.label),
            route=route,
            path=path_asked(self._scope, was_found=True),
            filters=filters_asked(self._scope),
            form=self._read.form,
            status=message["status"],
            rows=self._read.rows,
            values=self._read.values,
            break_glass_id=self._read.break_glass_id,
        )
        service: Service = self._scope["app"].state.service
        entry = self._entry(principal, answered)
        if self._read.is_held_back:
            await service.ledger.reads.commit(entry)
        elif route in COUNTED:
            await service.ledger.reads.count(entry, (principal, route))
            return
        else:
            await service.ledger.reads.note(entry)
        service.metrics.reads_logged.labels(kind.value).inc()
        headers = MutableHeaders(scope=message)
        headers["Tenure-Read-Id"] = str(self._read.request_id)
        if self._read.break_glass_id is not None:
            headers["Tenure-Break-Glass"] = str(self._read.break_glass_id)

    @property
    def _is_command(self) -> bool:
        return self._scope["method"] != "GET" and not self._read.is_held_back

    def _entry(self, principal: Principal, answered: ReadAnswered) -> ReadEntry:
        read = self._read
        return ReadEntry(
            tenant_id=principal.tenant_id,
            request_id=read.request_id,
            actor=principal.actor,
            events=in_parts(answered, tuple(read.subjects)),
            correlation_id=_correlation(Headers(scope=self._scope)) or read.request_id,
            account_id=account_asked(self._scope),
            reason=read.reason,
            break_glass_id=read.break_glass_id,
        )


def _reason(headers: Headers) -> str | None:
    """Read why somebody reads, which is UTF-8 as all text here.

    Raises:
        BadField: it is not, or too long.
    """
    sent = headers.get(REASON_HEADER)
    if sent is None or not sent.strip():
        return None
    try:
        text = sent.encode("latin-1").decode("utf-8").strip()
    except UnicodeDecodeError:
        raise _malformed("is not UTF-8") from None
    if len(text) > _REASON_MAX or _CONTROL.search(text):
        raise _malformed(f"is not up to {_REASON_MAX} characters of plain text")
    return text


def _malformed(problem: str) -> BadField:
    return BadField(REASON_HEADER, problem, place="header", code="malformed-header")


def _correlation(headers: Headers) -> UUID | None:
    text: Any = headers.get("x-correlation-id")
    try:
        return UUID(text) if text else None
    except ValueError:
        return None  # a read is not refused for it
