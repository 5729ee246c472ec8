"""Which field of a request is wrong, and why, without repeating what was sent in it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

_FRIENDLY: Final = {
    "uuid_parsing": "is not an id; give one like 0199b3a2-7c4e-7d10-9f00-3a5b6c7d8e9f",
    "extra_forbidden": "is not a field of this request; leave it out",
    "unexpected_keyword_argument": "is not a field of this request; leave it out",
    "missing": "is required",
}


class FieldError(BaseModel):
    """A field that is wrong; what was sent in it is not repeated."""

    model_config = ConfigDict(serialize_by_alias=True)

    place: str = Field(alias="in", examples=["body", "query", "path", "header"])
    field: str = Field(examples=["amount.currency"])
    problem: str
    code: str


class BadField(Exception):
    """One field is wrong, or one header or parameter."""

    def __init__(self, field: str, problem: str, *, place: str = "body", code: str) -> None:
        super().__init__(problem)
        self.field, self.place, self.code = field, place, code


def field_errors(errors: Iterable[Any]) -> list[FieldError]:
    """Turn pydantic's errors, whose places begin with `body`, `query` ..., into ours."""
    turned = []
    for error in errors:
        place, *path = error["loc"]
        turned.append(
            FieldError.model_validate(
                {
                    "in": str(place),
                    "field": _path(path) or str(place),
                    "problem": _problem(error),
                    "code": error["type"].replace("_", "-"),
                }
            )
        )
    return turned


def _path(parts: Sequence[str | int]) -> str:
    """Write a place as `lines[3].amount`."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path


def _problem(error: Mapping[str, Any]) -> str:
    """Say what is wrong; rules of our own begin with what was sent, which is left out."""
    kind = error["type"]
    if kind in _FRIENDLY:
        return _FRIENDLY[kind]
    if kind != "value_error":
        return str(error["msg"])
    sent = error.get("input")
    return str(error["ctx"]["error"]).removeprefix(f"{sent!r} ").removeprefix(f"{sent} ")
