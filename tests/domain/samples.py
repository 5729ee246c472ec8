"""A small world for the tests of the domain: one account, its people, its deals, its orders."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.account import AccountOpened
from domain.binding import account_stream, deal_stream, party_stream
from domain.deal import DealLost, DealOpened, DealReversed, DealWon
from domain.deal_contract import Contract
from domain.deal_terms import DealKind, DealStage
from domain.money import Money
from domain.order_book import OrderContent, OrderLine, order_book_stream
from domain.party import PartyRegistered, Side
from domain.policy import Deals
from domain.policy_set import InForce
from domain.profile import Profile


def uuid(number: int) -> UUID:
    return UUID(int=number)


def euro(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


TODAY = date(2026, 6, 30)
TOMORROW = date(2026, 7, 1)
MARCH = date(2026, 3, 2)
MAY = date(2026, 5, 4)

ACME, OTHER = uuid(1), uuid(2)
ANNA, BEN, CLIENT = uuid(11), uuid(12), uuid(13)
FIRST, SECOND = uuid(21), uuid(22)
ORDER, REFUND = uuid(31), uuid(41)

ACCOUNT_STREAM = account_stream(ACME)
BOOK = order_book_stream(ACME)
FIRST_DEAL = deal_stream(FIRST, account_id=ACME)
SECOND_DEAL = deal_stream(SECOND, account_id=ACME)

OPENED = AccountOpened(opened_on=MARCH, profile=Profile(name="Acme"))
PARTIES = [
    party_stream(party_id).record([PartyRegistered(party_id=party_id, side=side, name="someone")])
    for party_id, side in ((ANNA, Side.OURS), (BEN, Side.OURS), (CLIENT, Side.THEIRS))
]

DEAL_OPENED = DealOpened(
    account_id=ACME,
    opened_on=MARCH,
    kind=DealKind.NEW_BUSINESS,
    name="A first crane",
    amount=euro("1000"),
    products=("crane",),
    expected_close_on=MAY,
    stage=DealStage.PROSPECTING,
)
WON = DealWon(won_on=MAY, amount=euro("1000"), contract_signed=False, policy_version=0)
LOST = DealLost(reason_code="price", lost_on=MAY)
REVERSED = DealReversed(reason_code="fraud", reversed_on=MAY)
NO_POLICY = InForce(0, Deals())
CONTRACT = Contract(signed_on=MAY, starts_on=MAY, document="crane.pdf", sha256="0" * 64)

CONTENT = OrderContent(
    ordered_on=MAY,
    amount=euro("100.00"),
    lines=(OrderLine(product="hook", quantity=Decimal(4), amount=euro("100.00")),),
)
