"""`POST /commands`: many commands in one request, a line each, and an outcome a line.

Every line is carried out as if it had come alone: its own transaction, its own idempotency key,
its own outcome. Outcomes are kept until the last line has been read, on disk where they are many:
a client that sends everything before it reads anything would else wait for us, and we for it.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import Any, Final

import structlog
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from starlette.types import Message

from api.command_lines import CommandLine, TextLine, body_of, cut, filled_in, names_in
from api.command_table import CommandTable
from api.problems import PROBLEM_CONTENT, Answer, body_too_large, internal_error, new_instance
from api.problems import to_answer as problem_of
from api.security import MAY_COMMAND, authorise

log = structlog.get_logger()
router = APIRouter(tags=["commands"])

LINES_MAX: Final = 10_000
IN_FLIGHT_MAX: Final = 64
_IN_MEMORY_BYTES: Final = 1_048_576
_OF_SUBJECT: Final = 3
_MEDIA_TYPE: Final = "application/x-ndjson"
_OF_THE_CALLER: Final = frozenset(
    {b"authorization", b"x-api-key", b"x-correlation-id", b"x-causation-id"}
)

_LINE_SCHEMA: Final = CommandLine.model_json_schema(by_alias=True)
_OUTCOME_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["line", "status"],
    "properties": {
        "line": {"type": "integer", "description": "which line of the request"},
        "status": {"type": "integer", "description": "what the command alone would answer"},
        "receipt": {"$ref": "#/components/schemas/Receipt"},
        "location": {"type": "string"},
        "replayed": {"type": "boolean", "description": "carried out before under the same key"},
        "problem": {"$ref": "#/components/schemas/Problem"},
    },
}


@dataclass(slots=True)
class Batch:
    """The lines of one request that are being carried out."""

    request: Request
    table: CommandTable
    bytes_max: int
    named: dict[str, asyncio.Task[dict[str, Any]]] = field(default_factory=dict)
    """By the names that lines gave to what they create."""
    latest: dict[str, asyncio.Task[dict[str, Any]]] = field(default_factory=dict)
    """By the beginning of the path: lines about one account, say, are carried out in order."""

    def begin(self, line: TextLine) -> asyncio.Task[dict[str, Any]]:
        """Begin to carry out a line."""
        try:
            command = self._read(line)
        except RequestValidationError as error:
            return asyncio.create_task(self._refused(line, problem_of(self.request, error)))
        except _Refused as refused:
            return asyncio.create_task(self._refused(line, refused.answer))
        subject = _subject_of(command)
        earlier = [self.named[name] for name in sorted(names_in(command) & self.named.keys())]
        before = self.latest.get(subject) if subject else None
        task = asyncio.create_task(self._carried_out(line.number, command, earlier, before))
        if subject:
            self.latest[subject] = task
        if command.alias is not None:
            self.named[command.alias] = task
        return task

    def _read(self, line: TextLine) -> CommandLine:
        """Read a line.

        Raises:
            RequestValidationError: it is not what a line should be.
            _Refused: it is too long, one too many, or takes a name that is taken.
        """
        if line.text is None:
            raise _Refused(body_too_large(self.bytes_max))
        if line.number > LINES_MAX:
            detail = f"a batch has {LINES_MAX} lines at the most; send this one in another"
            raise _Refused(Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-many-lines", detail))
        try:
            command = CommandLine.model_validate_json(line.text)
        except ValidationError as error:
            raise RequestValidationError(
                [
                    {**each, "loc": ("body", *each["loc"])}
                    for each in error.errors(include_url=False)
                ]
            ) from None
        if command.alias in self.named:
            detail = f"an earlier line creates {command.alias!r} already; take another name"
            raise _Refused(Answer(HTTPStatus.UNPROCESSABLE_ENTITY, "name-taken", detail))
        return command

    async def _carried_out(
        self,
        number: int,
        command: CommandLine,
        earlier: list[asyncio.Task[dict[str, Any]]],
        before: asyncio.Task[dict[str, Any]] | None,
    ) -> dict[str, Any]:
        """Wait for the lines that this one builds on, and carry it out."""
        waited_for = [*earlier, *([before] if before is not None else [])]
        if waited_for:
            await asyncio.wait(waited_for)
        ids: dict[str, str] = {}
        for name in sorted(names_in(command) & self.named.keys()):
            receipt = self.named[name].result().get("receipt")
            if receipt is None:
                detail = f"the line that creates {name!r} was refused; mend that one first"
                answer = Answer(HTTPStatus.FAILED_DEPENDENCY, "earlier-line-refused", detail)
                return _outcome_of(number, answer)
            ids[name] = str(receipt["id"])
        return await self._answered(number, filled_in(command, ids))

    async def _answered(self, number: int, command: CommandLine) -> dict[str, Any]:
        found = self.table.find(command.path)
        if found is None:
            detail = f"no command has the path {command.path}; look it up in /docs"
            return _outcome_of(number, Answer(HTTPStatus.NOT_FOUND, "unknown-command", detail))
        request = self._request_of(command, found.path_params)
        try:
            response = await found.respond(request)
        except Exception:
            instance = new_instance()
            log.exception("line failed", instance=instance, line=number, path=command.path)
            response = internal_error(instance)
        headers = response.headers
        said = json.loads(bytes(response.body))
        outcome = {"line": number, "status": response.status_code}
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            return {**outcome, "problem": said}
        return {
            **outcome,
            "receipt": said,
            **({"location": headers["location"]} if "location" in headers else {}),
            **({"replayed": True} if "idempotent-replay" in headers else {}),
        }

    def _request_of(self, command: CommandLine, path_params: Mapping[str, str]) -> Request:
        """Make the request that the line stands for."""
        outer = self.request.scope
        headers = [pair for pair in outer["headers"] if pair[0] in _OF_THE_CALLER]
        headers.append((b"content-type", b"application/json"))
        headers.append((b"idempotency-key", command.idempotency_key.encode()))
        if command.if_match is not None:
            headers.append((b"if-match", f'"{command.if_match}"'.encode()))
        body = body_of(command)

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        scope = {
            **outer,
            "path": command.path,
            "raw_path": command.path.encode(),
            "query_string": b"",
            "headers": headers,
            "path_params": dict(path_params),
        }
        return Request(scope, receive)

    async def _refused(self, line: TextLine, answer: Answer) -> dict[str, Any]:
        return _outcome_of(line.number, answer)


def _subject_of(command: CommandLine) -> str | None:
    """Return what the line is about, such as `/accounts/{id}`; None: something new."""
    parts = command.path.split("/")
    return "/".join(parts[:_OF_SUBJECT]) if len(parts) > _OF_SUBJECT - 1 else None


class _Refused(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.detail)
        self.answer = answer


@router.post(
    "/commands",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "An outcome a line, in the order of the lines",
            "content": {_MEDIA_TYPE: {"schema": _OUTCOME_SCHEMA}},
        },
        401: {"content": PROBLEM_CONTENT, "description": "No key, or one that opens nothing"},
        403: {"content": PROBLEM_CONTENT, "description": "The key's role may not do this"},
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {_MEDIA_TYPE: {"schema": _LINE_SCHEMA}},
        }
    },
)
async def carry_out_commands(request: Request) -> StreamingResponse:
    """Carry out many commands, a JSON object a line (NDJSON), each as if it had come alone.

    Lines whose paths begin with the same two parts, such as `/accounts/{id}`, are carried out in
    their order; others side by side. A line that is refused does not hold up the others. Send the
    same lines again after a failure: what was carried out is not done twice.
    """
    await authorise(request, MAY_COMMAND)
    state = request.app.state
    batch = Batch(request, state.commands, state.service.settings.body_bytes_max)
    outcomes: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115
    try:
        await _carry_out(batch, outcomes)
    except BaseException:
        outcomes.close()
        raise
    return StreamingResponse(_told(outcomes), media_type=_MEDIA_TYPE)


async def _carry_out(batch: Batch, outcomes: "SpooledTemporaryFile[bytes]") -> None:
    """Keep some lines under way, and write down each outcome in the order of the lines."""
    under_way: deque[asyncio.Task[dict[str, Any]]] = deque()
    try:
        async for line in cut(batch.request.stream(), bytes_max=batch.bytes_max):
            under_way.append(batch.begin(line))
            while len(under_way) >= IN_FLIGHT_MAX or (under_way and under_way[0].done()):
                outcomes.write(_written(await under_way.popleft()))
        while under_way:
            outcomes.write(_written(await under_way.popleft()))
    finally:
        for task in under_way:
            task.cancel()


async def _told(outcomes: "SpooledTemporaryFile[bytes]") -> AsyncIterator[bytes]:
    with outcomes:
        outcomes.seek(0)
        while chunk := outcomes.read(65_536):
            yield chunk


def _outcome_of(number: int, answer: Answer) -> dict[str, Any]:
    problem = json.loads(bytes(answer.response().body))
    return {"line": number, "status": int(answer.status), "problem": problem}


def _written(outcome: Mapping[str, Any]) -> bytes:
    return json.dumps(outcome, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
