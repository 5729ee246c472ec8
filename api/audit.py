"""What auditors' endpoints share: where the log ends, how long answers keep, how they may fail."""

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from psycopg import AsyncConnection

from api.problems import PROBLEM_CONTENT, BeyondHead
from api.security import MAY_READ_HISTORY, MAY_READ_READS, authorise
from domain.refusal import NotFound
from ledger.api_keys import Principal
from ledger.read_log import read_log_of
from ledger.reading import log_head

READ_LOG_PREFIX: Final = "/read-log"
"""Below it, everything that `/log` has, of the read log."""

FOR_EVER: Final = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Vary": "Authorization, X-API-Key",
}
"""What was recorded never changes; but which log it is depends on the key that asks."""
NOT_KEPT: Final = {"Cache-Control": "no-cache", "Vary": "Authorization, X-API-Key"}

AUDIT_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    code: {"content": PROBLEM_CONTENT, "description": text}
    for code, text in {
        401: "No key, or one that opens nothing",
        403: "The key's role may not read this",
        404: "It does not exist, or is not sealed yet",
        409: "It lies beyond the end of the log, which stands in `head`",
        422: "A parameter is wrong",
        503: "The database is busy or away",
    }.items()
}


def octets_answers(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Document an answer that is bytes."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return AUDIT_ANSWERS | {200: {"description": "The bytes", "content": {media_type: schema}}}


async def _audited(request: Request) -> Principal:
    """Return who asks, with the log that the address names in the place of the tenant's own."""
    if not request.url.path.startswith(f"{READ_LOG_PREFIX}/"):
        return await authorise(request, MAY_READ_HISTORY)
    principal = await authorise(request, MAY_READ_READS)
    return replace(principal, tenant_id=read_log_of(principal.tenant_id))


Auditor = Annotated[Principal, Depends(_audited)]
"""May read a log as it is sealed: the tenant's history, or below `/read-log` who read what."""


async def read_head(connection: AsyncConnection[Any], tenant_id: str) -> int:
    """Return the size of a tenant's log.

    Raises:
        NotFound: there is no such tenant.
    """
    head = await log_head(connection, tenant_id)
    if head is None and tenant_id.endswith("~reads"):
        return 0  # nothing was read yet
    if head is None:
        raise NotFound("tenant", tenant_id)
    return head.size


async def require_within(
    connection: AsyncConnection[Any], tenant_id: str, what: str, number: int
) -> None:
    """Make sure that the log has come to a position or a size.

    Raises:
        BeyondHead: it has not.
    """
    head = await read_head(connection, tenant_id)
    if number > head:
        raise BeyondHead(f"{what} {number}", head)
