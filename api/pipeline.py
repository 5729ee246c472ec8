"""The pipeline over HTTP: what was being sold on a day, by stage and kind."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from api.moment import AsOf, KnownAt, moment_asked
from api.reading import LIST_ANSWERS, Form, PresentReading, listed
from domain.policy import Deals
from projections.page import Page
from projections.pipeline import PipelineFilter, PipelineRow, pipeline
from projections.policies import read_policies

router = APIRouter(tags=["deals"])

Wanted = Annotated[PipelineFilter, Depends()]


class Pipeline(BaseModel):
    """The open deals of a day; amounts are per currency, and never added across them."""

    as_of: date
    known_at: int
    policy_version: int = Field(
        description="of the policy on deals that gave the probabilities of the stages; 0: Tenure's"
    )
    items: list[PipelineRow]


@router.get("/pipeline", responses=LIST_ANSWERS, response_model=Pipeline)
async def read_pipeline(
    view: PresentReading,
    response: Response,
    form: Form,
    wanted: Wanted,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Any:
    """Read the deals that were open on a day, by stage, kind and currency, with their weight."""
    day, known = await moment_asked(view, as_of, known_at)
    policies, _ = await read_policies(
        view.connection, view.service.ledger.types, view.tenant_id, known_at=known
    )
    policy = policies.in_force(Deals, day)
    rows = await pipeline(
        view.connection,
        view.tenant_id,
        wanted=wanted,
        probabilities={each.stage: each.probability for each in policy.policy.probabilities},
        as_of=day,
        known_at=known,
    )
    if form == "csv":
        return listed(Page(rows, None), PipelineRow, response, form)
    return Pipeline(as_of=day, known_at=known, policy_version=policy.version, items=list(rows))
