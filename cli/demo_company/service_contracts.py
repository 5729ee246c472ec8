"""What clients pay every month: service contracts that grew, shrank, ended and came back."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from cli.demo_company.nordhafen import NORDHAFEN, SERVICE
from cli.demo_company.segura import SEGURA
from cli.demo_company.story import Chapter, Step, eur, id_of, on
from cli.demo_company.three_lakes import THREE_LAKES
from domain.commands import (
    change_recurring_revenue,
    correct_recurring_revenue,
    end_recurring_revenue,
    reactivate_recurring_revenue,
    start_recurring_revenue,
    void_recurring_revenue,
)
from domain.recurring_revenue import MovementKind, RecurringTerms

NORDHAFEN_SERVICE: Final = id_of("recurring-revenue", "nordhafen service")
SEGURA_SERVICE: Final = id_of("recurring-revenue", "segura service")
TELEMETRY: Final = id_of("recurring-revenue", "three lakes telemetry")


def starting(day: str, account_id: UUID, recurring_id: UUID, **terms: Any) -> Step:
    """Start what is paid every month, on the day it is paid from."""
    starts_on = date.fromisoformat(day)
    return on(
        day,
        start_recurring_revenue,
        account_id,
        recurring_id,
        terms=RecurringTerms(starts_on=starts_on, **terms),
    )


STORY: Final = Chapter(
    "service-contracts",
    [
        starting(
            "2026-01-01",
            NORDHAFEN,
            NORDHAFEN_SERVICE,
            product_line="service plan",
            monthly=eur("2400.00"),
            deal_id=SERVICE,
        ),
        starting(
            "2026-02-01",
            SEGURA,
            SEGURA_SERVICE,
            product_line="service plan",
            monthly=eur("600.00"),
        ),
        starting(
            "2026-03-01",
            THREE_LAKES,
            TELEMETRY,
            product_line="telemetry",
            monthly=eur("90.00"),
        ),
        on(
            "2026-03-16",
            void_recurring_revenue,
            THREE_LAKES,
            TELEMETRY,
            reason="it was a trial, and is not paid for",
        ),
        on(
            "2026-04-01",
            change_recurring_revenue,
            NORDHAFEN,
            NORDHAFEN_SERVICE,
            kind=MovementKind.EXPANSION,
            to=eur("3100.00"),
        ),
        on(
            "2026-05-01",
            change_recurring_revenue,
            SEGURA,
            SEGURA_SERVICE,
            kind=MovementKind.CONTRACTION,
            to=eur("450.00"),
        ),
        on(
            "2026-07-01",
            change_recurring_revenue,
            NORDHAFEN,
            NORDHAFEN_SERVICE,
            kind=MovementKind.PRICE_UPLIFT,
            to=eur("3193.00"),
        ),
        on(
            "2026-07-13",
            correct_recurring_revenue,
            NORDHAFEN,
            NORDHAFEN_SERVICE,
            monthly=eur("3175.00"),
            reason="2.4 % were agreed on, not 3 %",
        ),
        on(
            "2026-07-31",
            end_recurring_revenue,
            SEGURA,
            SEGURA_SERVICE,
            kind=MovementKind.CHURN,
            reason_code="own-fitters",
        ),
        on(
            "2026-10-01",
            reactivate_recurring_revenue,
            SEGURA,
            SEGURA_SERVICE,
            monthly=eur("500.00"),
        ),
    ],
)
