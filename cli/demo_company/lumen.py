"""Atelier Lumen, a studio too small for what we make: a deal lost, an account we closed."""

from datetime import date
from typing import Final

from cli.demo_company.people import MANAGER
from cli.demo_company.story import Chapter, eur, id_of, on
from domain.commands import assign_manager, close_account, lose_deal, open_account, open_deal
from domain.deal_terms import DealKind, DealTerms
from domain.manager import ManagerRole
from domain.profile import Industry, Profile

LUMEN: Final = id_of("account", "lumen")
LIFT: Final = id_of("deal", "lumen lift")

STORY: Final = Chapter(
    "lumen",
    [
        on(
            "2025-09-01",
            open_account,
            LUMEN,
            profile=Profile(
                name="Atelier Lumen",
                industry=Industry(label="Lamp making"),
                territory="South",
                country="FR",
                employees=14,
            ),
        ),
        on(
            "2025-09-01",
            assign_manager,
            LUMEN,
            party_id=MANAGER,
            role=ManagerRole.ACCOUNT_MANAGER,
            primary=True,
        ),
        on(
            "2025-09-10",
            open_deal,
            LUMEN,
            LIFT,
            terms=DealTerms(
                kind=DealKind.NEW_BUSINESS,
                name="A lift for the glass store",
                amount=eur("19500.00"),
                products=("storage lift",),
                expected_close_on=date(2025, 11, 28),
            ),
        ),
        on(
            "2025-11-19",
            lose_deal,
            LUMEN,
            LIFT,
            reason_code="price",
            competitor="Monte-charge Duval",
            reason="half our price, and good enough for them",
        ),
        on(
            "2025-12-15",
            close_account,
            LUMEN,
            churned=False,
            reason_code="not-a-fit",
            reason="fewer than 50 people: outside of whom we build for",
        ),
    ],
)
