"""What every endpoint works with, put together once at start-up."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.business_day import BusinessDays
from api.metrics import Metrics
from api.past import PastReads
from ledger.api_keys import KeyRing
from ledger.cosignature import WitnessKey
from ledger.ledger import Ledger
from ledger.sealer import Sealer
from ledger.settings import Settings
from projections.views import Views


@dataclass(frozen=True, slots=True)
class Service:
    """The ledger to command, the views to read, and who may do so."""

    ledger: Ledger
    views: Views
    keys: KeyRing
    business_days: BusinessDays
    settings: Settings
    metrics: Metrics
    past: PastReads
    sealer: Sealer | None = None
    """None: it is another process that seals."""
    witnesses: tuple[WitnessKey, ...] = ()
    """Whose cosignatures are kept."""


async def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceOf = Annotated[Service, Depends(service_of)]
