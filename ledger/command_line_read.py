"""A read that an operator makes at the command line, as the read log has it."""

import getpass
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Final
from uuid import UUID

from uuid_utils.compat import uuid7

from domain.read import ReadAnswered, Reader, ReadKind, in_parts
from ledger.read_log import ReadEntry

_ROLE: Final = "operator"
_STATUS: Final = 200
_NAME_MAX: Final = 64


def command_line_read(  # noqa: PLR0913  # each is a part of the entry
    tenant_id: str,
    kind: ReadKind,
    command: str,
    *,
    form: str,
    rows: int | None = None,
    subjects: Iterable[UUID] = (),
    values: int = 0,
    account_id: UUID | None = None,
    reason: str | None = None,
) -> ReadEntry:
    """Return the entry of a command such as `tenure reads export`, to be committed before it shows.

    `values` counts the personal values in what it shows, `subjects` are the persons they are about.
    """
    request_id = uuid7()
    answered = ReadAnswered(
        kind=kind,
        reader=Reader(role=_ROLE, key_label=None),
        route=command,
        form=form,
        status=_STATUS,
        rows=rows,
        values=values,
    )
    return ReadEntry(
        tenant_id=tenant_id,
        request_id=request_id,
        actor=f"cli:{_user()}",
        events=in_parts(answered, tuple(dict.fromkeys(subjects))),
        correlation_id=request_id,
        account_id=account_id,
        reason=reason,
    )


def _user() -> str:
    """Return who runs this program; in a container that may be nobody the system knows."""
    name = "unknown"
    with suppress(OSError, KeyError):
        name = getpass.getuser()
    return re.sub(r"[^A-Za-z0-9._-]", "-", name)[:_NAME_MAX] or "unknown"
