"""Three Lakes Grocers, who left us for a competitor, and were won back half a year later."""

from datetime import date
from typing import Final

from cli.demo_company.people import EXECUTIVE, MANAGER
from cli.demo_company.story import Chapter, id_of, line, on, order, refund, usd
from domain.commands import (
    assign_manager,
    change_tier,
    close_account,
    hand_over,
    open_account,
    open_deal,
    reopen_account,
    win_deal,
)
from domain.deal_terms import DealKind, DealStage, DealTerms
from domain.external_reference import ExternalReference
from domain.manager import ManagerRole
from domain.profile import Industry, Profile
from domain.tier import Tier

THREE_LAKES: Final = id_of("account", "three-lakes")
COLD_STORE: Final = id_of("deal", "three-lakes cold store")
MORE_SHUTTLES: Final = id_of("deal", "three-lakes more shuttles")
WIN_BACK: Final = id_of("deal", "three-lakes win-back")

STORY: Final = Chapter(
    "three-lakes",
    [
        on(
            "2025-06-16",
            open_account,
            THREE_LAKES,
            profile=Profile(
                name="Three Lakes Grocers",
                legal_name="Three Lakes Grocers, Inc.",
                industry=Industry(label="Grocery wholesale", scheme="naics", code="424410"),
                territory="Americas",
                country="US",
                employees=3_800,
            ),
            references=[ExternalReference(system="hubspot", id="7730003")],
        ),
        on(
            "2025-06-16",
            assign_manager,
            THREE_LAKES,
            party_id=EXECUTIVE,
            role=ManagerRole.ACCOUNT_EXECUTIVE,
            primary=True,
        ),
        on(
            "2025-06-23",
            open_deal,
            THREE_LAKES,
            COLD_STORE,
            terms=DealTerms(
                kind=DealKind.NEW_BUSINESS,
                name="Shuttles for the cold store",
                amount=usd("310000.00"),
                products=("shuttle",),
                expected_close_on=date(2025, 9, 12),
                stage=DealStage.PROPOSAL,
            ),
        ),
        on("2025-08-28", win_deal, THREE_LAKES, COLD_STORE, amount=usd("298500.00")),
        on(
            "2025-09-08",
            hand_over,
            THREE_LAKES,
            deal_id=COLD_STORE,
            from_party_id=EXECUTIVE,
            to_party_id=MANAGER,
        ),
        on(
            "2025-09-08",
            change_tier,
            THREE_LAKES,
            to=Tier.SALES,
            reason="a customer from its first deal on",
        ),
        order(
            "2025-09-15",
            THREE_LAKES,
            "TL-9001",
            usd("298500.00"),
            lines=(line("shuttle", 6, usd("298500.00"), "machines"),),
            deal_id=COLD_STORE,
        ),
        order("2025-12-01", THREE_LAKES, "TL-9002", usd("8125.00")),
        on(
            "2026-01-12",
            open_deal,
            THREE_LAKES,
            MORE_SHUTTLES,
            terms=DealTerms(
                kind=DealKind.UPSELL,
                name="Four more shuttles",
                amount=usd("196000.00"),
                products=("shuttle",),
                expected_close_on=date(2026, 6, 30),
            ),
        ),
        refund(
            "2026-02-17",
            THREE_LAKES,
            "TL-9001",
            usd("49750.00"),
            reason="one shuttle failed three times and was taken back",
        ),
        on(
            "2026-03-20",
            close_account,
            THREE_LAKES,
            churned=True,
            reason_code="reliability",
            competitor="Shuttlework",
            notice_on=date(2026, 3, 2),
            lose_deals=[MORE_SHUTTLES],
            reason="they bought from a competitor after the third standstill",
        ),
        on(
            "2026-09-21",
            reopen_account,
            THREE_LAKES,
            reason="their new head of operations asked us back",
        ),
        on(
            "2026-09-28",
            open_deal,
            THREE_LAKES,
            WIN_BACK,
            terms=DealTerms(
                kind=DealKind.CROSS_SELL,
                name="Service and a guarantee of uptime",
                amount=usd("54000.00"),
                products=("service plan",),
                expected_close_on=date(2026, 12, 11),
                stage=DealStage.NEGOTIATION,
            ),
        ),
        order("2026-10-19", THREE_LAKES, "TL-9003", usd("1960.25")),
    ],
)
