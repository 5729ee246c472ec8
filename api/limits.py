"""Refuses request bodies that are too large, before anyone reads them whole."""

from collections.abc import Collection
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import body_too_large


class _TooLarge(Exception):
    pass


class BodyLimit:
    """ASGI middleware: more than `bytes_max` bytes of body are answered 413.

    `unlimited`: the paths of those that read a body bit by bit and keep their own limits.
    """

    def __init__(self, app: ASGIApp, bytes_max: int, unlimited: Collection[str] = ()) -> None:
        self._app = app
        self._bytes_max = bytes_max
        self._unlimited = frozenset(unlimited)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._unlimited:
            await self._app(scope, receive, send)
            return
        announced = self._announced(scope)
        if announced is not None:  # the server reads no more than was announced
            if announced > self._bytes_max:
                await self._refuse(scope, receive, send)
            else:
                await self._app(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._bytes_max:
                raise _TooLarge
            return message

        async def unless_too_large(message: Message) -> None:
            if read <= self._bytes_max:
                await send(message)

        # Whoever reads the body may make an answer of their own out of the error.
        with suppress(_TooLarge):
            await self._app(scope, counted, unless_too_large)
        if read > self._bytes_max:
            await self._refuse(scope, receive, send)

    def _announced(self, scope: Scope) -> int | None:
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit():
                return int(value)
        return None

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await body_too_large(self._bytes_max).response()(scope, receive, send)
