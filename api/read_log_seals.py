"""Everything that `/log` has, of the read log: below `/read-log`, as it is sealed and verified."""

from typing import Final

from fastapi import APIRouter
from fastapi.routing import APIRoute

from api import audit_checkpoints, audit_proofs, audit_tiles
from api.audit import READ_LOG_PREFIX

router: Final = APIRouter(prefix=READ_LOG_PREFIX)

for route in (
    route
    for module in (audit_checkpoints, audit_proofs, audit_tiles)
    for route in module.router.routes
    if isinstance(route, APIRoute)
):
    router.add_api_route(
        route.path,
        route.endpoint,
        methods=sorted(route.methods or ()),
        tags=route.tags,
        responses=route.responses,
        response_model=route.response_model,
        response_class=route.response_class,
    )
