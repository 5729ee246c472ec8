"""What of a request's address may stand in the read log: ids, days, numbers and fixed words.

The rest could hold what is personal, such as a name that was searched for: of that, only that it
was asked for.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal, get_args, get_origin
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.types import Scope

from domain.read import Asked

_VALUE_MAX: Final = 100
_FILTERS_MAX: Final = 40
_SAFE_CLASSES: Final = (Enum, UUID, date, int, Decimal)
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{1,19}")
_WORD: Final = re.compile(r"[a-z0-9][a-z0-9._/-]{0,63}")

_filters_of: Final[dict[tuple[str, str], Mapping[str, bool]]] = {}
"""By the path and the name of a route."""


def route_of(scope: Scope) -> str:
    """Return the template of the path that was asked for; never the path itself."""
    route = scope.get("route")
    return str(route.path) if isinstance(route, APIRoute) else str(scope.get("command", "unknown"))


def path_asked(scope: Scope, *, was_found: bool) -> tuple[Asked, ...]:
    """Return the names in the path with their values; words alone if the thing was found."""
    safe = [_ID, _WORD] if was_found else [_ID]
    return tuple(
        Asked(name=name, value=text if any(form.fullmatch(text) for form in safe) else None)
        for name, text in ((n, str(v)) for n, v in scope.get("path_params", {}).items())
    )


def filters_asked(scope: Scope) -> tuple[Asked, ...]:
    """Return the parameters that the route knows, and the values of those that are safe to keep."""
    route = scope.get("route")
    if not isinstance(route, APIRoute):
        return ()
    key = route.path, route.name
    known = _filters_of.get(key)
    if known is None:
        known = _filters_of[key] = dict(_parameters(route.dependant))
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True):
        if name in known:
            given.setdefault(name, []).append(value)
    return tuple(
        Asked(name=name, value=_kept(values) if known[name] else None)
        for name, values in [*given.items()][:_FILTERS_MAX]
    )


def account_asked(scope: Scope) -> UUID | None:
    """Return the one account that the request is about, if it says so."""
    filters = {each.name: each.value for each in filters_asked(scope)}
    text = scope.get("path_params", {}).get("account_id") or filters.get("account_id")
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _kept(values: Sequence[str]) -> str | None:
    text = ",".join(values)
    return text if text.isprintable() and 0 < len(text) <= _VALUE_MAX else None


def _parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Name every query parameter of a route, and tell whether its values are safe to keep."""
    for field in dependant.query_params:
        yield field.alias, _is_safe(field.field_info.annotation)
    for below in dependant.dependencies:
        yield from _parameters(below)


def _is_safe(annotation: Any) -> bool:
    """Tell whether a type has no values but ids, days, numbers, yes and no, and fixed words."""
    if hasattr(annotation, "__metadata__"):
        return _is_safe(annotation.__origin__)
    if isinstance(annotation, type) and issubclass(annotation, _SAFE_CLASSES):
        return True
    if annotation is type(None) or get_origin(annotation) is Literal:
        return True
    parts = get_args(annotation)
    return bool(parts) and all(_is_safe(part) for part in parts if part is not Ellipsis)
