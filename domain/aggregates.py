"""Every kind of stream there is, and every family of them."""

from typing import Any, Final

from domain.account import ACCOUNT
from domain.account_deals import ACCOUNT_DEALS
from domain.deal import DEAL
from domain.event import Aggregate, Family
from domain.external_reference import EXTERNAL_REFERENCE
from domain.order_book import ORDER_BOOK
from domain.party import PARTY

EVERY_AGGREGATE: Final[tuple[Aggregate[Any, Any], ...]] = (
    ACCOUNT,
    DEAL,
    EXTERNAL_REFERENCE,
    ORDER_BOOK,
    PARTY,
)

EVERY_FAMILY: Final[tuple[Family[Any, Any], ...]] = (ACCOUNT_DEALS,)
