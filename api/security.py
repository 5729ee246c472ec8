"""Who asks, and what they may do.

The key is read here and not by FastAPI's own security classes, whose dependencies took a tenth of
a command's time (benchmarks/append.py, 2026-11-23); api/app.py documents the schemes.
"""

from typing import Annotated, Any, Final

from fastapi import Depends, Request

from api.key_text import key_text
from api.problems import Forbidden, Unauthenticated
from api.service import Service
from domain.erasure import Asker
from ledger.api_keys import Principal, Role

SECURITY_SCHEMES: Final[dict[str, Any]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key: `tenure_…`"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key"},
}

MAY_COMMAND: Final = frozenset({Role.MANAGER, Role.ADMIN})
MAY_READ_HISTORY: Final = frozenset({Role.MANAGER, Role.AUDITOR, Role.ADMIN})
MAY_ADMINISTER: Final = frozenset({Role.ADMIN})
MAY_SEE_PERSONAL: Final = frozenset({Role.MANAGER, Role.ADMIN})
MAY_READ_READS: Final = frozenset({Role.AUDITOR, Role.ADMIN})


async def authenticate(request: Request) -> Principal:
    """Return whom the request's key stands for.

    Raises:
        Unauthenticated: it carries no key, or one that opens nothing.
    """
    text = key_text(request)
    if not text:
        raise Unauthenticated(
            "this needs an API key; send it as `Authorization: Bearer <key>` or `X-API-Key: <key>`"
        )
    service: Service = request.app.state.service
    principal = await service.keys.find(text)
    if principal is None:
        raise Unauthenticated("this API key opens nothing; it may have been revoked")
    request.scope["principal"] = principal  # for whoever puts the request on record
    return principal


async def authorise(request: Request, allowed: frozenset[Role]) -> Principal:
    """Return whom the request's key stands for, if it has one of these roles.

    Raises:
        Unauthenticated: as above.
        Forbidden: the key has another role.
    """
    principal = await authenticate(request)
    require_role(principal, allowed)
    return principal


def require_role(principal: Principal, allowed: frozenset[Role]) -> None:
    """Make sure that a key has one of these roles.

    Raises:
        Forbidden: it has another.
    """
    if principal.role not in allowed:
        raise Forbidden(
            f"a key of the role {principal.role} may not do this; use one of the role "
            + " or ".join(sorted(allowed))
        )


def asker_of(principal: Principal) -> Asker:
    """Return who is behind a key, for what takes two persons.

    Several keys of one holder are one person; a key made over the API has been seen by its maker.
    """
    persons = dict.fromkeys([principal.actor, f"key:{principal.key_id}"])
    return Asker(tuple(persons), principal.key_makers)


async def _historian(request: Request) -> Principal:
    return await authorise(request, MAY_READ_HISTORY)


async def _reader_of_reads(request: Request) -> Principal:
    return await authorise(request, MAY_READ_READS)


async def _administrator(request: Request) -> Principal:
    return await authorise(request, MAY_ADMINISTER)


Reader = Annotated[Principal, Depends(authenticate)]
"""May read views and figures: everyone who has a key."""
Historian = Annotated[Principal, Depends(_historian)]
"""May read the events themselves."""
ReaderOfReads = Annotated[Principal, Depends(_reader_of_reads)]
"""May read who read what."""
Administrator = Annotated[Principal, Depends(_administrator)]
"""May make and revoke API keys."""
