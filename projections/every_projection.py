"""Every projection there is, as the engine runs them."""

from typing import Final

from projections.account_overview import ACCOUNT_OVERVIEW
from projections.deals import DEALS
from projections.kpi_facts import KPI_FACTS
from projections.orders import ORDERS
from projections.projection import Projection

EVERY_PROJECTION: Final[tuple[Projection, ...]] = (ACCOUNT_OVERVIEW, DEALS, ORDERS, KPI_FACTS)
