"""Nordhafen, a port operator that grows from a prospect into a strategic account."""

from datetime import date
from typing import Final

from cli.demo_company.people import EXECUTIVE, KEY_MANAGER, MANAGER
from cli.demo_company.story import Chapter, eur, id_of, line, on, order
from domain.commands import (
    assign_manager,
    change_tier,
    hand_over,
    move_deal,
    open_account,
    open_deal,
    revise_deal_amount,
    revise_deal_expected_close,
    revise_deal_products,
    revise_profile,
    sign_contract,
    win_deal,
)
from domain.deal_contract import Contract
from domain.deal_terms import DealKind, DealStage, DealTerms
from domain.external_reference import ExternalReference
from domain.manager import ManagerRole
from domain.profile import AnnualRevenue, Industry, Profile, ProfileRevision
from domain.tier import Tier, TierCriterion

NORDHAFEN: Final = id_of("account", "nordhafen")
SORTER: Final = id_of("deal", "nordhafen sorter")
SERVICE: Final = id_of("deal", "nordhafen service")
SECOND_SORTER: Final = id_of("deal", "nordhafen second sorter")
RENEWAL: Final = id_of("deal", "nordhafen renewal")

_COURTSHIP = [
    on(
        "2025-05-05",
        open_account,
        NORDHAFEN,
        profile=Profile(
            name="Nordhafen",
            legal_name="Nordhafen Logistik GmbH",
            industry=Industry(label="Cargo handling", scheme="nace", code="52.24"),
            territory="North",
            country="DE",
            employees=1_150,
        ),
        references=[
            ExternalReference(system="hubspot", id="7730001"),
            ExternalReference(system="erp", id="D-10240"),
        ],
    ),
    on(
        "2025-05-05",
        assign_manager,
        NORDHAFEN,
        party_id=EXECUTIVE,
        role=ManagerRole.ACCOUNT_EXECUTIVE,
        primary=True,
    ),
    on(
        "2025-05-12",
        open_deal,
        NORDHAFEN,
        SORTER,
        terms=DealTerms(
            kind=DealKind.NEW_BUSINESS,
            name="Parcel sorter for the Hamburg hall",
            amount=eur("480000.00"),
            products=("parcel sorter",),
            expected_close_on=date(2025, 7, 15),
        ),
    ),
    on("2025-05-26", move_deal, NORDHAFEN, SORTER, to=DealStage.QUALIFICATION),
    on(
        "2025-06-10",
        revise_deal_products,
        NORDHAFEN,
        SORTER,
        to=("parcel sorter", "control software"),
        reason="their engineers want one screen for the whole hall",
    ),
    on("2025-06-16", move_deal, NORDHAFEN, SORTER, to=DealStage.PROPOSAL),
    on(
        "2025-07-01",
        revise_deal_amount,
        NORDHAFEN,
        SORTER,
        to=eur("455000.00"),
        reason="they keep their own conveyors",
    ),
    on(
        "2025-07-08",
        revise_deal_expected_close,
        NORDHAFEN,
        SORTER,
        to=date(2025, 7, 31),
        reason="their board meets a fortnight later",
    ),
    on("2025-07-14", move_deal, NORDHAFEN, SORTER, to=DealStage.NEGOTIATION),
    on(
        "2025-07-29",
        sign_contract,
        NORDHAFEN,
        SORTER,
        contract=Contract(
            signed_on=date(2025, 7, 29),
            starts_on=date(2025, 8, 1),
            ends_on=date(2026, 7, 31),
            document="nordhafen-sorter-2025.pdf",
            sha256="3f" * 32,
        ),
    ),
    on("2025-07-31", win_deal, NORDHAFEN, SORTER, amount=eur("448000.00")),
    on(
        "2025-08-04",
        hand_over,
        NORDHAFEN,
        deal_id=SORTER,
        from_party_id=EXECUTIVE,
        to_party_id=KEY_MANAGER,
        role=ManagerRole.KEY_ACCOUNT_MANAGER,
    ),
    on(
        "2025-08-04",
        change_tier,
        NORDHAFEN,
        to=Tier.KEY,
        criteria=[TierCriterion.PROJECTED_REVENUE, TierCriterion.PRESTIGE],
        reason="the first deal alone puts it among our five largest",
    ),
]

_DELIVERIES = [
    order(
        "2025-08-11",
        NORDHAFEN,
        "NH-1001",
        eur("224000.00"),
        lines=(
            line("parcel sorter", 1, eur("196000.00"), "machines"),
            line("control software", 1, eur("28000.00"), "software"),
        ),
        tax=eur("42560.00"),
        deal_id=SORTER,
    ),
    order("2025-11-17", NORDHAFEN, "NH-1002", eur("134400.00"), deal_id=SORTER),
    order("2026-01-26", NORDHAFEN, "NH-1003", eur("89600.00"), deal_id=SORTER),
    *(
        order(day, NORDHAFEN, number, eur(amount), lines=(line("spare parts", 1, eur(amount)),))
        for day, number, amount in (
            ("2025-12-03", "NH-2001", "3120.50"),
            ("2026-02-04", "NH-2002", "2890.00"),
            ("2026-04-01", "NH-2003", "4415.75"),
            ("2026-06-03", "NH-2004", "3980.00"),
            ("2026-08-05", "NH-2005", "5205.20"),
            ("2026-10-07", "NH-2006", "4760.00"),
        )
    ),
]

_GROWTH = [
    on(
        "2025-10-06",
        open_deal,
        NORDHAFEN,
        SERVICE,
        terms=DealTerms(
            kind=DealKind.CROSS_SELL,
            name="Service around the clock",
            amount=eur("36000.00"),
            products=("service plan",),
            expected_close_on=date(2025, 12, 15),
            stage=DealStage.QUALIFICATION,
        ),
    ),
    on("2025-12-11", win_deal, NORDHAFEN, SERVICE),
    on(
        "2026-02-16",
        revise_profile,
        NORDHAFEN,
        revision=ProfileRevision(
            employees=1_420, annual_revenue=AnnualRevenue(amount=eur("268000000"), year=2025)
        ),
        reason="annual report of 2025",
    ),
    on(
        "2026-03-02",
        change_tier,
        NORDHAFEN,
        to=Tier.STRATEGIC,
        criteria=[TierCriterion.CRITICAL_TO_PLANS, TierCriterion.REVENUE_SHARE],
        reason="its three new halls decide our plan for 2027",
    ),
    on(
        "2026-03-02",
        assign_manager,
        NORDHAFEN,
        party_id=KEY_MANAGER,
        role=ManagerRole.STRATEGIC_ACCOUNT_MANAGER,
        primary=True,
    ),
    on(
        "2026-03-02",
        assign_manager,
        NORDHAFEN,
        party_id=MANAGER,
        role=ManagerRole.ACCOUNT_MANAGER,
        primary=False,
    ),
    on(
        "2026-05-11",
        open_deal,
        NORDHAFEN,
        SECOND_SORTER,
        terms=DealTerms(
            kind=DealKind.UPSELL,
            name="A second sorter for Hamburg",
            amount=eur("410000.00"),
            products=("parcel sorter",),
            expected_close_on=date(2026, 12, 18),
            stage=DealStage.PROPOSAL,
        ),
    ),
    on(
        "2026-06-15",
        open_deal,
        NORDHAFEN,
        RENEWAL,
        terms=DealTerms(
            kind=DealKind.RENEWAL,
            name="Contract 2026/27",
            amount=eur("41000.00"),
            products=("service plan", "control software"),
            expected_close_on=date(2026, 7, 31),
            stage=DealStage.NEGOTIATION,
        ),
    ),
    on("2026-07-30", win_deal, NORDHAFEN, RENEWAL),
]

STORY: Final = Chapter("nordhafen", [*_COURTSHIP, *_DELIVERIES, *_GROWTH])
