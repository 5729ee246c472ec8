"""A batch of commands as text: cut into lines, and each line read."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

Alias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class CommandLine(BaseModel):
    """One line: the path and body of a command, and the headers that it would have come with.

    `as` names what the command creates, so that later lines may say `{name}` for its id, within
    their path or as a whole text within their body.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Annotated[str, StringConstraints(pattern=r"^/[^\s?#]{1,1000}$")]
    body: dict[str, JsonValue] = Field(default_factory=dict)
    idempotency_key: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,128}$")]
    if_match: int | None = Field(None, ge=1, description="the version that must be current")
    alias: Alias | None = Field(None, alias="as")


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line as it came; None: it was too long to be kept."""

    number: int
    text: bytes | None


_NEWLINE: Final = b"\n"


async def cut(chunks: AsyncIterator[bytes], *, bytes_max: int) -> AsyncIterator[TextLine]:
    """Cut text into its lines that are not blank, numbered from 1; never keep more than one."""
    number, kept, too_long = 1, bytearray(), False
    async for chunk in chunks:
        *ended, rest = chunk.split(_NEWLINE)
        for part in ended:
            too_long = too_long or len(kept) + len(part) > bytes_max
            line = TextLine(number, None if too_long else bytes(kept) + part)
            if line.text is None or line.text.strip():
                yield line
            number, too_long = number + 1, False
            kept.clear()
        too_long = too_long or len(kept) + len(rest) > bytes_max
        if too_long:
            kept.clear()
        else:
            kept += rest
    if too_long or kept.strip():
        yield TextLine(number, None if too_long else bytes(kept))


def names_in(line: CommandLine) -> set[str]:
    """Return the names that a line says for ids of earlier ones."""
    in_path = {part[1:-1] for part in line.path.split("/") if _is_name(part)}
    return in_path | {text[1:-1] for text in _texts(line.body) if _is_name(text)}


def filled_in(line: CommandLine, ids: dict[str, str]) -> CommandLine:
    """Put ids into the places of their names."""
    if not ids:
        return line
    path = "/".join(str(_filled(part, ids)) for part in line.path.split("/"))
    return line.model_copy(update={"path": path, "body": _filled(line.body, ids)})


def body_of(line: CommandLine) -> bytes:
    return json.dumps(line.body, ensure_ascii=False, separators=(",", ":")).encode()


def _is_name(text: str) -> bool:
    return text.startswith("{") and text.endswith("}")


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return []


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        return ids.get(value[1:-1], value) if _is_name(value) else value
    if isinstance(value, dict):
        return {key: _filled(part, ids) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, ids) for part in value]
    return value
