"""The books are closed by year, opened once more for an invoice, and restated with a reason."""

from typing import Final

from cli.demo_company.nordhafen import NORDHAFEN
from cli.demo_company.story import Chapter, eur, on, order
from domain.commands import close_period, reopen_period
from domain.period import parse

STORY: Final = Chapter(
    "closings",
    [
        on("2025-06-02", close_period, period=parse("2024"), reason="audited and signed"),
        on("2026-01-26", close_period, period=parse("2025"), reason="ready for the auditors"),
        on(
            "2026-02-02",
            reopen_period,
            period=parse("2025"),
            reason="the auditors still ask for the last entries of December",
        ),
        on("2026-02-23", close_period, period=parse("2025"), reason="audited and signed"),
        order(
            "2025-12-15",
            NORDHAFEN,
            "NH-0999",
            eur("310.00"),
            reason="its delivery note was found when the store room was counted in March",
        ),
    ],
)
