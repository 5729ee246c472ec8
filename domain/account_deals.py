"""All deals of one account together: what it owns, what is open, and which kinds it may have."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from immutables import Map

from domain.deal import DEAL, Deal, DealEvent
from domain.deal import evolve as evolve_deal
from domain.deal_terms import DealKind, DealStatus, Products
from domain.event import Family
from domain.refusal import Refused


@dataclass(frozen=True, slots=True)
class AccountDeals:
    """Every deal of the account, by its id."""

    by_id: Map[UUID, Deal]

    def without(self, deal_id: UUID) -> "AccountDeals":
        return AccountDeals(self.by_id.delete(deal_id)) if deal_id in self.by_id else self

    @property
    def open_ids(self) -> frozenset[UUID]:
        return frozenset(id_ for id_, deal in self.by_id.items() if deal.status is DealStatus.OPEN)

    @property
    def has_won(self) -> bool:
        return any(True for _ in self._won())

    @property
    def has_contract(self) -> bool:
        """Tell whether a contract was signed, other than one of a win that was reversed."""
        return any(
            deal.contract is not None and deal.status is not DealStatus.REVERSED
            for deal in self.by_id.values()
        )

    @property
    def products_owned(self) -> frozenset[str]:
        return frozenset(product for deal in self._won() for product in deal.products)

    def is_won(self, deal_id: UUID) -> bool:
        deal = self.by_id.get(deal_id)
        return deal is not None and deal.status is DealStatus.WON

    def _won(self) -> Iterable[Deal]:
        return (deal for deal in self.by_id.values() if deal.status is DealStatus.WON)


NO_DEALS = AccountDeals(Map())


def evolve(deals: AccountDeals | None, deal_id: UUID, event: DealEvent) -> AccountDeals:
    """Fold one event of one deal into the state of all."""
    by_id = (deals or NO_DEALS).by_id
    return AccountDeals(by_id.set(deal_id, evolve_deal(by_id.get(deal_id), event)))


ACCOUNT_DEALS: Family[AccountDeals, DealEvent] = Family(
    name="account-deals", aggregate=DEAL, evolve=evolve
)


def refuse_kind(others: AccountDeals, *, kind: DealKind, products: Products) -> None:
    """Refuse a deal of a kind that does not fit what the account has bought in its other deals.

    Raises:
        Refused: `first-deal-is-new-business`, `renewal-without-contract`, `products-required`,
            `product-not-owned`, `product-already-owned`, `nothing-sold-yet`.
    """
    if kind is not DealKind.NEW_BUSINESS and not others.by_id:
        raise Refused(
            "first-deal-is-new-business",
            f"the first deal of an account is new business, not {kind}; open it as new-business",
        )
    require_products(kind, products)
    match kind:
        case DealKind.NEW_BUSINESS:
            pass
        case DealKind.RENEWAL:
            if not (others.has_contract or others.has_won):
                raise Refused(
                    "renewal-without-contract",
                    "there is no signed contract and no won deal to renew; "
                    "sign or win the first one, or open this as new-business",
                )
        case DealKind.UPSELL:
            _refuse_upsell(others, frozenset(products))
        case DealKind.CROSS_SELL:
            _refuse_cross_sell(others, frozenset(products))
        case _:
            assert_never(kind)


def refuse_open_deals(deals: AccountDeals, *, lost_with_it: Collection[UUID]) -> None:
    """Refuse to close an account while a deal is open that is not to be lost with it.

    Raises:
        Refused: `open-deals`, naming them.
    """
    left = sorted(deals.open_ids.difference(lost_with_it))
    if left:
        raise Refused(
            "open-deals",
            f"these deals are open: {', '.join(map(str, left))}; "
            "win or lose them first, or name them to be lost with the account",
        )


def _refuse_upsell(others: AccountDeals, products: frozenset[str]) -> None:
    missing = sorted(products - others.products_owned)
    if missing:
        raise Refused(
            "product-not-owned",
            f"the account does not own {', '.join(missing)} yet; "
            "an upsell is of what it owns, open this as cross-sell or new-business",
        )


def _refuse_cross_sell(others: AccountDeals, products: frozenset[str]) -> None:
    if not others.has_won:
        raise Refused(
            "nothing-sold-yet",
            "nothing has been sold to the account yet; a cross-sell adds to what it has bought, "
            "open this as new-business",
        )
    owned = sorted(products & others.products_owned)
    if owned:
        raise Refused(
            "product-already-owned",
            f"the account owns {', '.join(owned)} already; "
            "a cross-sell is of what it does not own, open this as upsell or renewal",
        )


def require_products(kind: DealKind, products: Products) -> None:
    """Make sure that a deal which adds to what the account owns says what it adds.

    Raises:
        Refused: `products-required`.
    """
    if kind in {DealKind.UPSELL, DealKind.CROSS_SELL} and not products:
        raise Refused(
            "products-required", "upsells and cross-sells are of products; name at least one"
        )
