"""The two managers who look after the clients of the book; they are there whatever the seed."""

from typing import Final

from cli.demo_company.story import Chapter, id_of, on
from domain.commands import log_training, open_portfolio, register_party
from domain.party import Side
from domain.portfolio import PortfolioFocus, Training

NORTHERN: Final = id_of("party", "book manager north")
SOUTHERN: Final = id_of("party", "book manager south")
MANAGERS: Final = (NORTHERN, SOUTHERN)

STORY: Final = Chapter(
    "book-managers",
    [
        on(
            "2024-10-28",
            register_party,
            NORTHERN,
            side=Side.OURS,
            name="Marta Kowalska",
            email="marta.kowalska@example.com",
            department="account management",
        ),
        on(
            "2024-10-28",
            register_party,
            SOUTHERN,
            side=Side.OURS,
            name="Diego Salas",
            email="diego.salas@example.com",
            department="account management",
        ),
        on(
            "2024-10-28",
            open_portfolio,
            NORTHERN,
            capacity=90,
            focus=PortfolioFocus(territories=("North", "East")),
        ),
        on(
            "2024-10-28",
            open_portfolio,
            SOUTHERN,
            capacity=90,
            focus=PortfolioFocus(territories=("South", "West")),
        ),
        on(
            "2025-03-17",
            log_training,
            SOUTHERN,
            id_of("training", "book discovery"),
            training=Training(title="Asking before offering", source="Trade school", hours=8),
        ),
    ],
)
