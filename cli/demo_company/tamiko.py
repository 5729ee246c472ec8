"""Tamiko Shokai, a trader whose second deal was recorded wrongly, and whose third did not last."""

from datetime import date
from typing import Final

from cli.demo_company.people import EXECUTIVE
from cli.demo_company.story import Chapter, id_of, jpy, on, order
from domain.commands import (
    assign_manager,
    change_tier,
    correct_deal,
    open_account,
    open_deal,
    reverse_deal,
    win_deal,
)
from domain.deal_terms import DealCorrection, DealKind, DealStage, DealTerms
from domain.external_reference import ExternalReference
from domain.manager import ManagerRole
from domain.profile import Industry, Profile
from domain.tier import Tier

TAMIKO: Final = id_of("account", "tamiko")
SCANNERS: Final = id_of("deal", "tamiko scanners")
SOFTWARE: Final = id_of("deal", "tamiko software")
MORE_SCANNERS: Final = id_of("deal", "tamiko more scanners")

STORY: Final = Chapter(
    "tamiko",
    [
        on(
            "2025-10-06",
            open_account,
            TAMIKO,
            profile=Profile(
                name="Tamiko Shokai",
                industry=Industry(label="Machinery trade"),
                territory="Asia",
                country="JP",
            ),
            references=[ExternalReference(system="salesforce", id="001Dm00000TAMIK")],
        ),
        on(
            "2025-10-06",
            assign_manager,
            TAMIKO,
            party_id=EXECUTIVE,
            role=ManagerRole.ACCOUNT_EXECUTIVE,
            primary=True,
        ),
        on(
            "2025-10-14",
            open_deal,
            TAMIKO,
            SCANNERS,
            terms=DealTerms(
                kind=DealKind.NEW_BUSINESS,
                name="Scanners for two warehouses",
                amount=jpy("8400000"),
                products=("scanner",),
                stage=DealStage.QUALIFICATION,
            ),
        ),
        on("2025-11-20", win_deal, TAMIKO, SCANNERS),
        on("2025-11-25", change_tier, TAMIKO, to=Tier.SALES, reason="bought for the first time"),
        order("2025-11-27", TAMIKO, "TS-01", jpy("8400000"), deal_id=SCANNERS),
        on(
            "2026-02-03",
            open_deal,
            TAMIKO,
            SOFTWARE,
            terms=DealTerms(
                kind=DealKind.CROSS_SELL,
                name="Stock software",
                amount=jpy("150000"),
                products=("control software",),
                stage=DealStage.PROPOSAL,
            ),
        ),
        on("2026-03-06", win_deal, TAMIKO, SOFTWARE),
        on(
            "2026-03-04",
            correct_deal,
            TAMIKO,
            SOFTWARE,
            correction=DealCorrection(amount=jpy("1500000"), won_on=date(2026, 3, 4)),
            reason="a zero was missing, and the letter is of the fourth",
        ),
        order("2026-03-16", TAMIKO, "TS-02", jpy("1500000"), deal_id=SOFTWARE),
        on(
            "2026-05-12",
            open_deal,
            TAMIKO,
            MORE_SCANNERS,
            terms=DealTerms(
                kind=DealKind.UPSELL,
                name="Scanners for a third warehouse",
                amount=jpy("4200000"),
                products=("scanner",),
            ),
        ),
        on("2026-06-25", win_deal, TAMIKO, MORE_SCANNERS),
        on(
            "2026-07-10",
            reverse_deal,
            TAMIKO,
            MORE_SCANNERS,
            reason_code="warehouse-not-built",
            reason="the third warehouse was refused a permit",
        ),
        order("2026-08-24", TAMIKO, "TS-03", jpy("312000")),
    ],
)
