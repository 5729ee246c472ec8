"""What the views know of an account that its policy asks for."""

from collections.abc import Set as AbstractSet
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.money import Money
from domain.profile import AnnualRevenue, Industry, Profile
from projections.account_overview import AccountOverview

_KNOWN_SQL: Final = """
    SELECT requirement_key FROM projections.closed_information_gap
    WHERE tenant_id = %(tenant_id)s AND account_id = %(account_id)s
    UNION SELECT 'need' FROM projections.need
    WHERE tenant_id = %(tenant_id)s AND account_id = %(account_id)s AND status <> 'withdrawn'
    UNION SELECT 'decision-maker' FROM projections.stakeholder
    WHERE tenant_id = %(tenant_id)s AND account_id = %(account_id)s
      AND buying_role = 'decision-maker' AND left_on IS NULL
"""


async def known_of(
    connection: AsyncConnection[Any], tenant_id: str, account_id: UUID
) -> AbstractSet[str]:
    """Return the requirements that something else than the profile answers."""
    parameters = {"tenant_id": tenant_id, "account_id": account_id}
    cursor = await connection.execute(_KNOWN_SQL, parameters)
    return {key async for (key,) in cursor}


def profile_of(overview: AccountOverview) -> Profile:
    """Put the profile together again from the columns that show it."""
    industry, revenue = None, None
    if overview.industry is not None:
        industry = Industry(
            label=overview.industry, scheme=overview.industry_scheme, code=overview.industry_code
        )
    if overview.annual_revenue is not None:
        revenue = AnnualRevenue.model_validate(
            {
                "amount": Money.model_validate(
                    {
                        "amount": overview.annual_revenue,
                        "currency": overview.annual_revenue_currency,
                    }
                ),
                "year": overview.annual_revenue_year,
            }
        )
    return Profile(
        name=overview.name,
        legal_name=overview.legal_name,
        industry=industry,
        territory=overview.territory,
        country=overview.country,
        employees=overview.employees,
        annual_revenue=revenue,
        parent_account_id=overview.parent_account_id,
    )
