"""Molinos del Segura, a mill that was graded too high for a while, and whose orders need care."""

from datetime import date
from typing import Final

from cli.demo_company.people import EXECUTIVE, KEY_MANAGER, MANAGER
from cli.demo_company.story import (
    Chapter,
    cancellation,
    correction,
    eur,
    id_of,
    line,
    on,
    order,
    refund,
)
from domain.commands import (
    assign_manager,
    change_tier,
    hand_over,
    move_deal,
    open_account,
    open_deal,
    sign_contract,
    unassign_manager,
    win_deal,
)
from domain.deal_contract import Contract
from domain.deal_terms import DealKind, DealStage, DealTerms
from domain.external_reference import ExternalReference
from domain.manager import ManagerRole
from domain.profile import Industry, Profile
from domain.tier import Tier, TierCriterion

SEGURA: Final = id_of("account", "segura")
CONVEYOR: Final = id_of("deal", "segura conveyor")
TRAINING: Final = id_of("deal", "segura training")

_BAGS = "bagging line"

STORY: Final = Chapter(
    "segura",
    [
        on(
            "2025-06-02",
            open_account,
            SEGURA,
            profile=Profile(
                name="Molinos del Segura",
                legal_name="Molinos del Segura, S.A.",
                industry=Industry(label="Grain mill products", scheme="nace", code="10.61"),
                territory="South",
                country="ES",
                employees=240,
            ),
            references=[ExternalReference(system="hubspot", id="7730002")],
        ),
        on(
            "2025-06-02",
            assign_manager,
            SEGURA,
            party_id=EXECUTIVE,
            role=ManagerRole.ACCOUNT_EXECUTIVE,
            primary=True,
        ),
        on(
            "2025-06-09",
            open_deal,
            SEGURA,
            CONVEYOR,
            terms=DealTerms(
                kind=DealKind.NEW_BUSINESS,
                name="Conveyors for the new silo",
                amount=eur("92000.00"),
                products=("conveyor", _BAGS),
                expected_close_on=date(2025, 9, 30),
            ),
        ),
        on("2025-07-07", move_deal, SEGURA, CONVEYOR, to=DealStage.PROPOSAL),
        on("2025-09-01", move_deal, SEGURA, CONVEYOR, to=DealStage.NEGOTIATION),
        on("2025-09-18", win_deal, SEGURA, CONVEYOR),
        on(
            "2025-09-22",
            sign_contract,
            SEGURA,
            CONVEYOR,
            contract=Contract(
                signed_on=date(2025, 9, 22),
                starts_on=date(2025, 10, 1),
                document="segura-2025.pdf",
                sha256="a4" * 32,
            ),
        ),
        on(
            "2025-09-29",
            hand_over,
            SEGURA,
            deal_id=CONVEYOR,
            from_party_id=EXECUTIVE,
            to_party_id=KEY_MANAGER,
            role=ManagerRole.KEY_ACCOUNT_MANAGER,
        ),
        on(
            "2025-09-29",
            change_tier,
            SEGURA,
            to=Tier.KEY,
            criteria=[TierCriterion.GROWTH_AREA],
            reason="a second silo was said to follow within the year",
        ),
        order(
            "2025-10-13",
            SEGURA,
            "SG-501",
            eur("92000.00"),
            lines=(
                line("conveyor", 4, eur("74000.00"), "machines"),
                line(_BAGS, 1, eur("18000.00"), "machines"),
            ),
            discount=eur("3000.00"),
            deal_id=CONVEYOR,
        ),
        order("2025-11-24", SEGURA, "SG-502", eur("1845.00")),
        correction(
            "2025-11-24",
            SEGURA,
            "SG-502",
            eur("1485.00"),
            reason="two digits were swapped; the delivery note says 1,485.00",
        ),
        order("2026-01-19", SEGURA, "SG-503", eur("2750.00")),
        cancellation("2026-01-20", SEGURA, "SG-503", reason="ordered twice by mistake"),
        order("2026-02-09", SEGURA, "SG-504", eur("6200.00")),
        refund(
            "2026-03-02", SEGURA, "SG-504", eur("1240.00"), reason="one belt of five was damaged"
        ),
        order("2026-03-16", SEGURA, "SG-505", eur("0.00")),
        on(
            "2026-04-13",
            change_tier,
            SEGURA,
            to=Tier.SALES,
            reason="the second silo was put off to 2028",
        ),
        on(
            "2026-04-13",
            assign_manager,
            SEGURA,
            party_id=MANAGER,
            role=ManagerRole.ACCOUNT_MANAGER,
            primary=True,
        ),
        on(
            "2026-04-27",
            unassign_manager,
            SEGURA,
            party_id=KEY_MANAGER,
            role=ManagerRole.KEY_ACCOUNT_MANAGER,
            reason="a fortnight side by side was enough",
        ),
        order("2026-05-18", SEGURA, "SG-506", eur("2310.00")),
        on(
            "2026-09-07",
            open_deal,
            SEGURA,
            TRAINING,
            terms=DealTerms(
                kind=DealKind.CROSS_SELL,
                name="Training for the night shift",
                amount=eur("7400.00"),
                products=("training",),
                expected_close_on=date(2026, 11, 30),
                stage=DealStage.QUALIFICATION,
            ),
        ),
        order("2026-09-14", SEGURA, "SG-507", eur("2685.40")),
    ],
)
