"""How a command's request is read: ids in the path, one JSON body, the headers; nothing else.

FastAPI documents these routes, but does not take part in answering them: its general way of
finding a route and reading a request took half of a command's time (ADR 0013).
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from inspect import signature
from typing import Any, Final, TypeVar, get_type_hints
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from typing_extensions import override

from api.command import COMMAND, ask

Endpoint = TypeVar("Endpoint", bound=Callable[..., Coroutine[Any, Any, Response]])

_ID: Final = TypeAdapter(UUID)
_GIVEN: Final = ("body", "asked")


def command(router: APIRouter, path: str) -> Callable[[Endpoint], Endpoint]:
    """Route POST requests to a command: `async def endpoint(*ids, body, asked) -> Response`."""

    def add(endpoint: Endpoint) -> Endpoint:
        router.add_api_route(
            path, endpoint, methods=["POST"], route_class_override=CommandRoute, **COMMAND
        )
        return endpoint

    return add


class CommandRoute(APIRoute):
    """A route to a command: who asks is asked first, then everything that is wrong is named.

    Raises:
        TypeError: the endpoint takes something else than UUIDs, `body` and `asked`.
    """

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        endpoint = self.endpoint
        types = get_type_hints(endpoint)
        ids = [name for name in signature(endpoint).parameters if name not in _GIVEN]
        if "asked" not in types or any(types[name] is not UUID for name in ids):
            raise TypeError(f"{endpoint} does not look like a command")
        body_type = TypeAdapter(types["body"])

        async def handle(request: Request) -> Response:
            asked = await ask(request)
            _require_json(request)
            text = await request.body()
            try:
                path = {name: _ID.validate_python(request.path_params[name]) for name in ids}
                body = body_type.validate_json(text)
            except ValidationError:
                raise _everything_wrong(request.path_params, ids, body_type, text) from None
            response: Response = await endpoint(**path, body=body, asked=asked)
            return response

        return handle


def _require_json(request: Request) -> None:
    """Refuse another form than JSON.

    Raises:
        HTTPException: 415.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise HTTPException(415)


def _everything_wrong(
    path: Mapping[str, str], ids: list[str], body_type: TypeAdapter[Any], text: bytes
) -> RequestValidationError:
    """Collect what is wrong with every id and every field, for one answer."""
    errors = [
        {**error, "loc": ("path", name, *error["loc"])}
        for name in ids
        for error in _wrong_with(_ID.validate_python, path[name])
    ]
    errors += [
        {**error, "loc": ("body", *error["loc"])}
        for error in _wrong_with(body_type.validate_json, text)
    ]
    return RequestValidationError(errors)


def _wrong_with(validate: Callable[[Any], Any], value: Any) -> Sequence[Mapping[str, Any]]:
    try:
        validate(value)
    except ValidationError as wrong:
        return wrong.errors(include_url=False)
    return []
