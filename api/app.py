"""Puts the parts together: one application around an open ledger and its views."""

from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from fastapi_offline import FastAPIOffline

from api import (
    account_mergers,
    account_past,
    account_reviews,
    accounts,
    api_keys,
    audit_checkpoints,
    audit_cosignatures,
    audit_proofs,
    audit_tiles,
    break_glass,
    check_ins,
    collaborations,
    command_batch,
    commitments,
    deal_endings,
    deal_talks,
    deals,
    documents,
    erasure_certificate,
    erasures,
    events,
    export,
    figures,
    goal_views,
    goals,
    hand_overs,
    health,
    information,
    inquiries,
    kpis,
    learnings,
    legal_holds,
    lifetime_value,
    needs,
    notes,
    orders,
    parked,
    parties,
    periods,
    pipeline,
    plan_views,
    plan_work,
    plans,
    policies,
    portfolios,
    preferences,
    read_log,
    read_log_seals,
    recommendations,
    recurring_revenue,
    relationships,
    selection,
    signals,
    stakeholders,
    surveys,
    tier_history,
    tier_review,
    timeline,
    worklists,
)
from api.business_day import BusinessDays
from api.command_table import Commands, CommandTable
from api.limits import BodyLimit
from api.metrics import Metrics
from api.past import PastReads
from api.problems import EXPECTED, Problem, answer_problem, internal_error, new_instance
from api.read_gate import ReadGate
from api.security import SECURITY_SCHEMES
from api.service import Service
from ledger.api_keys import KeyRing
from ledger.ledger import Ledger
from ledger.sealer import Sealer
from ledger.settings import Settings
from ledger.witness_policy import known_witnesses
from projections.views import Views

_DESCRIPTION: Final = """\
The system of record for account management.

Every command is recorded as events that are never changed. A command is safe to send again with
the same `Idempotency-Key`. Its receipt says at which position of the log it stands; give that as
`min_position` to a read that must show it. Errors are problems (RFC 9457): `code` is for programs,
`detail` says what to do, `instance` is the id to quote.

Every view can be read as it stood: `as_of` is a business day, `known_at` a position of the log or
an instant. `Tenure-As-Of` and `Tenure-Known-At` say which moment an answer is of.

Where a view failed at an event of an account, it leaves the account's events out from there on:
`Tenure-Parked: deals@120` says so in reads of the account, `Tenure-Parked-Count` in all others.

Who read what is on record: personal values and exports before they are shown (else 503
`read-not-logged`), lists over several accounts and refusals soon after. `Tenure-Read-Id` names the
entry, `Tenure-Reason` in a request says why; reads through break-glass must say so.
"""

log = structlog.get_logger()


def create_app(
    ledger: Ledger, views: Views, settings: Settings, sealer: Sealer | None = None
) -> FastAPI:
    """Make the application; the caller opens and closes what it works with."""
    app = FastAPIOffline(
        title="Tenure",
        version="1",
        description=_DESCRIPTION,
        separate_input_output_schemas=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # /metrics is our own
    )
    app.state.service = Service(
        ledger,
        views,
        KeyRing(ledger.pool),
        BusinessDays(ledger.pool, ledger.types),
        settings,
        Metrics(),
        PastReads(ledger.types, events_max=settings.replay_events_max),
        sealer,
        known_witnesses(settings.witnesses),
    )
    # Orders are the busiest, and routes are tried in their order; a router that is included would
    # look for the route twice.
    for module in (
        orders,
        accounts,
        deals,
        deal_endings,
        deal_talks,
        pipeline,
        parties,
        policies,
        periods,
        kpis,
        figures,
        events,
        account_mergers,
        account_past,
        account_reviews,
        documents,
        information,
        inquiries,
        learnings,
        lifetime_value,
        needs,
        notes,
        preferences,
        recommendations,
        signals,
        timeline,
        api_keys,
        health,
        goals,
        goal_views,
        plans,
        plan_work,
        plan_views,
        relationships,
        check_ins,
        commitments,
        stakeholders,
        surveys,
        hand_overs,
        selection,
        tier_review,
        portfolios,
        collaborations,
        recurring_revenue,
        command_batch,
        worklists,
        tier_history,
        parked,
        erasures,
        erasure_certificate,
        legal_holds,
        audit_checkpoints,
        audit_cosignatures,
        audit_proofs,
        audit_tiles,
        read_log,
        read_log_seals,
        break_glass,
        export,
    ):
        app.router.routes.extend(module.router.routes)
    for error_class in EXPECTED:
        app.add_exception_handler(error_class, answer_problem)
    app.add_exception_handler(Exception, _unexpected)
    app.state.commands = table = CommandTable(app.router.routes)
    app.add_middleware(ReadGate)
    app.add_middleware(Commands, table=table)
    app.add_middleware(BodyLimit, bytes_max=settings.body_bytes_max, unlimited=("/commands",))
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's own way
    return app


async def _unexpected(request: Request, error: Exception) -> Response:
    """Log what nobody expected under the id that the caller is told."""
    instance = new_instance()
    log.error(
        "request failed",
        instance=instance,
        method=request.method,
        path=request.url.path,
        exc_info=error,
    )
    return internal_error(instance)


def _openapi(app: FastAPI) -> dict[str, Any]:
    """Describe the API, with our problems in the place of FastAPI's own error bodies."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = schema["components"]["schemas"]
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= problem.pop("$defs", {})
        schemas["Problem"] = problem
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        schema["components"]["securitySchemes"] = SECURITY_SCHEMES
        for operations in schema["paths"].values():
            for operation in operations.values():
                if "health" not in operation["tags"]:
                    operation["security"] = [{scheme: []} for scheme in SECURITY_SCHEMES]
        app.openapi_schema = schema
    return app.openapi_schema
