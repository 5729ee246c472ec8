"""How a client is found: opened, called upon, sold to for the first time, and handed over."""

from datetime import date
from uuid import UUID

from cli.demo_company.book.client import INDUSTRIES, PLACES, Client
from cli.demo_company.people import EXECUTIVE
from cli.demo_company.story import on
from domain.commands import (
    assign_manager,
    change_tier,
    hand_over,
    identify_stakeholder,
    lose_deal,
    move_deal,
    open_account,
    open_deal,
    register_party,
    sign_contract,
    start_relationship,
    win_deal,
)
from domain.deal_contract import Contract
from domain.deal_terms import DealKind, DealStage, DealTerms
from domain.external_reference import ExternalReference
from domain.manager import ManagerRole
from domain.party import Side
from domain.profile import Industry, Profile
from domain.stakeholder import BuyingRole, StakeholderDetails
from domain.tier import Tier

PEOPLE = ("Head of Procurement", "Plant manager")
ROLES = (BuyingRole.DECISION_MAKER, BuyingRole.END_USER)
WON_PERCENT = 85


def begin(client: Client) -> None:
    """Open the account, meet its people, and try to sell it something."""
    _open(client)
    _meet(client)
    _sell(client)


def _open(client: Client) -> None:
    territory, country = client.chance.choice(PLACES)
    client.do(
        client.opened_on,
        open_account,
        profile=Profile(
            name=client.name,
            industry=Industry(label=client.chance.choice(INDUSTRIES)),
            territory=territory,
            country=country,
            employees=client.chance.choice((8, 25, 60, 140, 300, 900)),
        ),
        references=[ExternalReference(system="erp", id=f"{client.seed}-{client.number:04d}")],
    )
    client.do(
        client.opened_on,
        assign_manager,
        party_id=EXECUTIVE,
        role=ManagerRole.ACCOUNT_EXECUTIVE,
        primary=True,
    )


def _meet(client: Client) -> None:
    day = client.after(client.opened_on, 1, 5)
    client.do(day, start_relationship, client.relationship_id, scope=None)
    for number, (title, role) in enumerate(zip(PEOPLE, ROLES, strict=True)):
        party_id = client.id("party", str(number))
        step = on(
            day.isoformat(),
            register_party,
            party_id,
            side=Side.THEIRS,
            name=f"Contact {number + 1} of {client.name}",
        )
        client.steps.append(step)
        client.do(
            day,
            identify_stakeholder,
            client.relationship_id,
            party_id=party_id,
            details=StakeholderDetails(job_title=title, buying_role=role),
        )
        client.people.append(party_id)


def _sell(client: Client) -> None:
    day, deal_id = client.after(client.opened_on, 7, 20), client.id("deal", "first")
    product = client.chance.choice(("storage lift", "shuttle", "parcel sorter", "conveyor"))
    terms = DealTerms(
        kind=DealKind.NEW_BUSINESS,
        name=f"A first {product}",
        amount=client.money(8_000, 240_000),
        products=(product,),
        expected_close_on=client.after(day, 60, 120),
        owner_id=EXECUTIVE,
    )
    client.do(day, open_deal, deal_id, terms=terms)
    for stage in (DealStage.QUALIFICATION, DealStage.PROPOSAL, DealStage.NEGOTIATION):
        day = client.after(day, 10, 30)
        client.do(day, move_deal, deal_id, to=stage)
    day = client.after(day, 5, 25)
    if not client.happens(WON_PERCENT):
        client.do(day, lose_deal, deal_id, reason_code="price", competitor="Lagerwerk")
        return
    if client.happens(60):
        _sign(client, day, deal_id)
    client.do(day, win_deal, deal_id)
    client.do(day, change_tier, to=Tier.SALES, reason="bought for the first time")
    client.won_on, client.first_deal_id = day, deal_id
    client.products.append(product)
    client.do(
        client.after(day, 3, 14),
        hand_over,
        deal_id=deal_id,
        from_party_id=EXECUTIVE,
        to_party_id=client.manager_id,
        role=ManagerRole.ACCOUNT_MANAGER,
    )


def _sign(client: Client, day: date, deal_id: UUID) -> None:
    contract = Contract(
        signed_on=day,
        starts_on=day,
        ends_on=date(day.year + 2, day.month, min(day.day, 28)),
        document=f"{client.number:04d}.pdf",
        sha256=f"{client.number:064x}",
    )
    client.do(day, sign_contract, deal_id, contract=contract)
