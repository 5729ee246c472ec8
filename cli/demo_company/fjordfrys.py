"""Fjordfrys, a cold store that Nordhafen bought, and that nobody has sold anything to yet."""

from datetime import date
from typing import Final

from cli.demo_company.nordhafen import NORDHAFEN
from cli.demo_company.people import EXECUTIVE
from cli.demo_company.story import Chapter, id_of, on
from domain.commands import (
    assign_manager,
    move_deal,
    open_account,
    open_deal,
    revise_deal_expected_close,
    revise_profile,
)
from domain.deal_terms import DealKind, DealStage, DealTerms
from domain.external_reference import ExternalReference
from domain.manager import ManagerRole
from domain.money import Money
from domain.profile import Industry, Profile, ProfileRevision

FJORDFRYS: Final = id_of("account", "fjordfrys")
FREEZER: Final = id_of("deal", "fjordfrys freezer")

STORY: Final = Chapter(
    "fjordfrys",
    [
        on(
            "2026-02-02",
            open_account,
            FJORDFRYS,
            profile=Profile(
                name="Fjordfrys",
                industry=Industry(label="Warehousing", scheme="nace", code="52.10"),
                territory="North",
                country="DK",
                employees=85,
            ),
            references=[ExternalReference(system="hubspot", id="7730006")],
        ),
        on(
            "2026-02-02",
            assign_manager,
            FJORDFRYS,
            party_id=EXECUTIVE,
            role=ManagerRole.ACCOUNT_EXECUTIVE,
            primary=True,
        ),
        on(
            "2026-04-20",
            revise_profile,
            FJORDFRYS,
            revision=ProfileRevision(
                legal_name="Fjordfrys ApS", parent_account_id=NORDHAFEN, employees=92
            ),
            reason="Nordhafen has bought it",
        ),
        on(
            "2026-08-10",
            open_deal,
            FJORDFRYS,
            FREEZER,
            terms=DealTerms(
                kind=DealKind.NEW_BUSINESS,
                name="Shuttles at thirty below zero",
                amount=Money.model_validate({"amount": "1250000.00", "currency": "DKK"}),
                products=("shuttle", "service plan"),
                expected_close_on=date(2026, 10, 30),
            ),
        ),
        on("2026-09-21", move_deal, FJORDFRYS, FREEZER, to=DealStage.QUALIFICATION),
        on(
            "2026-10-26",
            revise_deal_expected_close,
            FJORDFRYS,
            FREEZER,
            to=None,
            reason="waits for the winter to be over",
        ),
    ],
)
