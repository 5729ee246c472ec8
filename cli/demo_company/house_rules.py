"""The rules of the house: policies that the company of the demo published, and one it retired."""

from datetime import date
from decimal import Decimal
from typing import Final

from cli.demo_company.story import Chapter, on
from domain.commands import publish_policy, retire_policy
from domain.policy import AttributeDefinition, Attributes, AttributeType, GrossMargin, PolicyKind

STORY: Final = Chapter(
    "house-rules",
    [
        on(
            "2025-05-01",
            publish_policy,
            policy=Attributes(
                definitions=(
                    AttributeDefinition(key="silos", label="Silos", type=AttributeType.NUMBER),
                    AttributeDefinition(
                        key="audited-on", label="Last safety audit", type=AttributeType.DAY
                    ),
                )
            ),
            effective_from=date(2025, 5, 1),
            time_zones=(),
            reason="what our technicians ask before every visit",
        ),
        on(
            "2025-05-12",
            publish_policy,
            policy=GrossMargin(margin=Decimal(44)),
            effective_from=date(2025, 1, 1),
            time_zones=(),
            reason="from the books of 2024",
        ),
        on(
            "2025-05-19",
            retire_policy,
            kind=PolicyKind.GROSS_MARGIN,
            version=1,
            reason="the books were of the group, not of the machines",
        ),
    ],
)
