"""Puts on record whom the service refused: a key of another role, or one that was revoked.

A text that is no key, or never was one, stands for nobody, and is in no tenant's log.
"""

import psycopg
from fastapi import Request
from psycopg_pool import PoolTimeout
from uuid_utils.compat import uuid7

from api.key_text import key_text
from api.read_names import path_asked, route_of
from api.service import Service
from domain.read import Reader, ReadRefused
from ledger.api_keys import Principal
from ledger.read_log import ReadEntry


async def note_refusal(request: Request, status: int, code: str) -> None:
    """Note a refusal; the same again within a minute is counted."""
    service: Service = request.app.state.service
    principal = request.scope.get("principal") or await _revoked(request, service)
    if principal is None:
        return
    method, route = request.method.lower(), route_of(request.scope)
    refused = ReadRefused(
        reader=Reader(role=principal.role.value, key_label=principal.label),
        method=method,
        route=route,
        path=path_asked(request.scope, was_found=False),
        status=int(status),
        code=code,
    )
    request_id = uuid7()
    entry = ReadEntry(
        tenant_id=principal.tenant_id,
        request_id=request_id,
        actor=principal.actor,
        events=(refused,),
        correlation_id=request_id,
    )
    await service.ledger.reads.count(entry, (principal, method, route, int(status), code))


async def _revoked(request: Request, service: Service) -> Principal | None:
    text = key_text(request)
    try:
        return await service.keys.find_revoked(text) if text else None
    except (psycopg.Error, PoolTimeout):
        return None  # nobody can be named while the database is away
