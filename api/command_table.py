"""Every command by its path, and the middleware that answers one at a time."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from fastapi import Request, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api.command_route import CommandRoute
from api.problems import EXPECTED, answer_problem


@dataclass(frozen=True, slots=True)
class FoundCommand:
    """What answers a command, and the ids that stand in its path."""

    path: str
    """Of the route, such as `/accounts/{account_id}/closure`."""
    answer: Callable[[Request], Awaitable[Response]]
    path_params: dict[str, str]

    async def respond(self, request: Request) -> Response:
        """Carry the command out; what stands against it is its answer."""
        try:
            return await self.answer(request)
        except EXPECTED as error:
            return await answer_problem(request, error)


class CommandTable:
    """The commands of an application."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        commands = [route for route in routes if isinstance(route, CommandRoute)]
        self._answers = [
            (route.path_regex, route.path, route.get_route_handler()) for route in commands
        ]

    def find(self, path: str) -> FoundCommand | None:
        """Return the command of this path, if there is one."""
        for pattern, template, answer in self._answers:
            found = pattern.match(path)
            if found is not None:
                return FoundCommand(template, answer, found.groupdict())
        return None


class Commands:
    """ASGI middleware: answers commands itself, and hands on everything else."""

    def __init__(self, app: ASGIApp, table: CommandTable) -> None:
        self._app = app
        self._table = table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            found = self._table.find(scope["path"])
            if found is not None:
                scope["path_params"], scope["command"] = found.path_params, found.path
                request = Request(scope, receive)
                response = await found.respond(request)
                await response(request.scope, request.receive, send)
                return
        await self._app(scope, receive, send)
