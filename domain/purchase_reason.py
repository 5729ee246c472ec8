"""Why the client bought, or is about to: what it is after with a deal."""

from collections.abc import Sequence
from typing import ClassVar, Final
from uuid import UUID

from immutables import Map

from domain.account_deals import AccountDeals
from domain.deal_terms import DealStatus
from domain.event import Event
from domain.known import find
from domain.refusal import Refused
from domain.words import Name

# Events: these names and fields are the stored format. Add; never rename or remove.


class PurchaseReasonRecorded(Event):
    """Stands in the place of what was recorded of the same deal before."""

    NAME: ClassVar[str] = "account.purchase-reason-recorded"
    deal_id: UUID
    reason: Name
    desired_outcome: Name | None = None


PurchaseReasons = Map[UUID, PurchaseReasonRecorded]
"""The latest of each deal."""
NO_PURCHASE_REASONS: Final[PurchaseReasons] = Map()

_BOUGHT: Final = frozenset({DealStatus.OPEN, DealStatus.WON})


def evolve(reasons: PurchaseReasons, event: PurchaseReasonRecorded) -> PurchaseReasons:
    """Fold one event into the state. Never refuses: what happened, happened."""
    return reasons.set(event.deal_id, event)


def record_purchase_reason(
    reasons: PurchaseReasons,
    deals: AccountDeals,
    *,
    deal_id: UUID,
    purchase_reason: str,
    desired_outcome: str | None,
) -> Sequence[PurchaseReasonRecorded]:
    """Record why the client buys; `deals` are those of the account.

    Raises:
        NotFound: no such deal of the account.
        Refused: `nothing-bought`.
    """
    event = PurchaseReasonRecorded(
        deal_id=deal_id, reason=purchase_reason, desired_outcome=desired_outcome
    )
    if reasons.get(deal_id) == event:
        return []
    deal = find("deal", deal_id, deals.by_id)
    if deal.status not in _BOUGHT:
        raise Refused(
            "nothing-bought",
            f"the deal is {deal.status}, so that nothing was bought; "
            "name a deal that is open or won",
        )
    return [event]
