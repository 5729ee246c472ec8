"""What auditors' endpoints share: where the log ends, how long answers keep, how they may fail."""

from typing import Any, Final

from psycopg import AsyncConnection

from api.problems import PROBLEM_CONTENT, BeyondHead
from domain.refusal import NotFound
from ledger.reading import log_head

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


async def read_head(connection: AsyncConnection[Any], tenant_id: str) -> int:
    """Return the size of a tenant's log.

    Raises:
        NotFound: there is no such tenant.
    """
    head = await log_head(connection, tenant_id)
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
