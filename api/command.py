"""From a request to a command and its answer: who, why, when, under which key, at which version."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Final, TypeVar
from uuid import UUID, uuid5

from fastapi import Depends, Request, Response, status
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from uuid_utils.compat import uuid7

from api.business_day import today as today  # noqa: PLC0414 - every command needs it
from api.problems import PROBLEM_CONTENT
from api.security import MAY_COMMAND, authorise
from api.service import Service
from api.validation import BadField
from domain.day import Day
from domain.decision import Decision
from ledger.api_keys import Principal
from ledger.command import Command, Idempotency, Receipt

_KEY: Final = re.compile(r"[\x21-\x7e]{1,128}")

M = TypeVar("M", bound=BaseModel)

_IDS: Final = UUID("5c1a1f5e-8f5b-4b0e-9a55-6c1f4a0f3f0d")
"""Namespace of the ids that are made from idempotency keys."""

_ETAG: Final = re.compile(r'"([0-9]{1,18})"')


def no_nul(text: str) -> str:
    """Refuse U+0000, which PostgreSQL's text cannot hold."""
    if "\0" in text:
        raise ValueError("it holds the character U+0000; leave that out")
    return text


Reason = Annotated[
    str, StringConstraints(max_length=500, strip_whitespace=True), AfterValidator(no_nul)
]


class Body(BaseModel):
    """What every command may say beside what it is about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    DAY_FIELD: ClassVar[str] = "effective_at"
    """The field that says on which day the command takes effect."""

    effective_at: Day | None = Field(
        None, description="the business day on which it took effect; today, if not given"
    )
    reason: Reason = Field("", description="why, in a few words; do not name persons")

    @property
    def on(self) -> date:
        """Return the day on which the command takes effect.

        Raises:
            BadField: it has not come yet.
        """
        day, last = self.day or today(), today()
        if day > last:
            problem = f"has not come yet; give a day up to today, {last}"
            raise BadField(self.DAY_FIELD, problem, code="in-the-future")
        return day

    @property
    def day(self) -> date | None:
        return self.effective_at


def only(body: Body, model: type[M]) -> M:
    """Take the fields of `model` out of a body; what was left out there stays left out."""
    names = model.model_fields.keys() & body.model_fields_set
    return model(**{name: getattr(body, name) for name in names})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to carry out a command: everything but what the command is about."""

    service: Service
    principal: Principal
    idempotency: Idempotency | None
    expected_version: int | None
    command_id: UUID
    correlation_id: UUID
    """Of the conversation; one that begins with this command has the command's own id."""
    causation_id: UUID | None

    def new_id(self) -> UUID:
        """Make the id of what the command creates: under one key, always the same."""
        if self.idempotency is None:
            return uuid7()
        return uuid5(_IDS, f"{self.principal.tenant_id} {self.idempotency.key}")

    async def carry_out(self, decision: Decision, body: Body, *, location: str = "") -> Response:
        """Hand the command to the writer, and answer with its receipt."""
        command = Command(
            tenant_id=self.principal.tenant_id,
            decision=decision,
            actor=self.principal.actor,
            effective_at=body.on,
            command_id=self.command_id,
            correlation_id=self.correlation_id,
            causation_id=self.causation_id,
            reason=body.reason or None,
            idempotency=self.idempotency,
            expected_version=self.expected_version,
        )
        started, metrics = time.perf_counter(), self.service.metrics
        try:
            outcome = await self.service.ledger.writer.execute(command)
        except Exception as error:
            metrics.commands.labels(type(error).__name__).inc()
            raise
        metrics.command_seconds.observe(time.perf_counter() - started)
        metrics.commands.labels("replayed" if outcome.replayed else "carried-out").inc()
        return self.answer(outcome.receipt, replayed=outcome.replayed, location=location)

    def answer(self, receipt: Receipt, *, replayed: bool, location: str) -> Response:
        headers = {
            "ETag": f'"{receipt.version}"',
            "X-Correlation-Id": str(self.correlation_id),
        }
        if location:
            headers["Location"] = location.format(id=receipt.id)
        if replayed:
            headers["Idempotent-Replay"] = "true"
        code = status.HTTP_200_OK if receipt.position is None else status.HTTP_201_CREATED
        return Response(receipt.model_dump_json(), code, headers, "application/json")


async def ask(request: Request) -> Asked:
    """Read the headers of a command; `_HEADERS` documents them.

    Raises:
        Unauthenticated, Forbidden: the key may not command.
        BadField: a header is malformed.
    """
    return await asked_by(request, await authorise(request, MAY_COMMAND))


async def asked_by(request: Request, principal: Principal) -> Asked:
    """Read the headers of a command of somebody who may give it.

    Raises:
        BadField: a header is malformed.
    """
    service: Service = request.app.state.service
    await service.business_days.use(principal.tenant_id)
    headers = dict(request.headers)
    if_match, key = headers.get("if-match"), headers.get("idempotency-key")
    idempotency = None
    if key is not None:
        if not _KEY.fullmatch(key):
            raise _malformed("Idempotency-Key", "is not 1 to 128 visible ASCII characters")
        idempotency = Idempotency(key, await _request_hash(request, if_match))
    command_id = uuid7()
    return Asked(
        service=service,
        principal=principal,
        idempotency=idempotency,
        expected_version=_version(if_match),
        command_id=command_id,
        correlation_id=_id_in(headers, "X-Correlation-Id") or command_id,
        causation_id=_id_in(headers, "X-Causation-Id"),
    )


CommandAsked = Annotated[Asked, Depends(ask)]


def _malformed(header: str, problem: str) -> BadField:
    return BadField(header, problem, place="header", code="malformed-header")


def _id_in(headers: Mapping[str, str], name: str) -> UUID | None:
    text = headers.get(name.lower())
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise _malformed(name, "is not an id; give a UUID") from None


async def _request_hash(request: Request, if_match: str | None) -> bytes:
    """Hash everything that makes two requests the same one."""
    parts = (request.method.encode(), request.url.path.encode(), (if_match or "").encode())
    return sha256(b"\0".join([*parts, await request.body()])).digest()


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match == "*":
        return None
    found = _ETAG.fullmatch(if_match)
    if found is None:
        problem = 'is not an ETag; give that of the resource as you last read it, such as "7", or *'
        raise _malformed("If-Match", problem)
    return int(found[1])


_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": Receipt, "description": "Everything was already as asked"},
    201: {"model": Receipt, "description": "Recorded, or recorded before under the same key"},
    **{
        code: {"content": PROBLEM_CONTENT, "description": text}
        for code, text in {
            401: "No key, or one that opens nothing",
            403: "The key's role may not do this",
            404: "What the command names does not exist",
            409: "The business refuses; `code` says which rule, `detail` what would be allowed",
            412: "It does not stand at the version of If-Match; `current_version` says where",
            415: "The body is not JSON",
            413: "The body or the event is too large",
            422: "A field is wrong, or the Idempotency-Key came with another request before",
            503: "Nothing was recorded, or it is not known; try again after Retry-After",
        }.items()
    },
}

_HEADERS: Final[list[dict[str, Any]]] = [
    {"in": "header", "name": name, "required": False, "description": text, "schema": schema}
    for name, text, schema in (
        (
            "Idempotency-Key",
            "the same key and request again: the same answer, and nothing done twice",
            {"type": "string", "pattern": "^[\\x21-\\x7e]{1,128}$"},
        ),
        (
            "If-Match",
            'the ETag that must be current, such as `"7"`; else 412',
            {"type": "string", "pattern": '^(\\*|"[0-9]{1,18}")$'},
        ),
        (
            "X-Correlation-Id",
            "the conversation that the command belongs to",
            {"type": "string", "format": "uuid"},
        ),
        (
            "X-Causation-Id",
            "the event or command that led to it",
            {"type": "string", "format": "uuid"},
        ),
    )
]

COMMAND: Final[dict[str, Any]] = {
    "status_code": 201,
    "responses": _ANSWERS,
    "response_model": None,  # receipts are written once, by `Asked`
    "openapi_extra": {"parameters": _HEADERS},
}
"""How every command is routed and documented."""
