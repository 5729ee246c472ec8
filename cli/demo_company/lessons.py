"""What our people learned, for a mill or for all mills, and an account that was entered twice."""

from datetime import date
from typing import Final

from cli.demo_company.people import KEY_MANAGER, MANAGER
from cli.demo_company.segura import SEGURA
from cli.demo_company.story import Chapter, id_of, on
from domain.commands import (
    log_learning,
    merge_account,
    open_account,
    withdraw_learning,
)
from domain.learning import LearningTerms, LearningTopic
from domain.profile import Profile

DUST_RULES: Final = id_of("learning", "mill dust rules")
HEARSAY: Final = id_of("learning", "mill subsidies")
TWICE: Final = id_of("account", "segura twice")

STORY: Final = Chapter(
    "lessons",
    [
        on(
            "2025-12-01",
            log_learning,
            DUST_RULES,
            terms=LearningTerms(
                topic=LearningTopic.REGULATION,
                title="Mills must record dust every quarter from 2027 on",
                source="Trade association circular 11/2025",
                industry="Grain mill products",
                learned_by=KEY_MANAGER,
                learned_on=date(2025, 11, 28),
            ),
        ),
        on(
            "2025-12-15",
            log_learning,
            HEARSAY,
            terms=LearningTerms(
                topic=LearningTopic.TREND,
                title="A subsidy for second silos is on its way",
                source="Heard at a fair",
                account_id=SEGURA,
                learned_on=date(2025, 12, 12),
            ),
        ),
        on(
            "2026-04-13",
            withdraw_learning,
            HEARSAY,
            reason="no such subsidy stands in the budget",
        ),
        on("2026-09-21", open_account, TWICE, profile=Profile(name="Molinos Segura SA")),
        on(
            "2026-09-28",
            merge_account,
            TWICE,
            into=SEGURA,
            reason="entered a second time from a business card",
        ),
        on(
            "2026-10-05",
            log_learning,
            id_of("learning", "negotiation course"),
            terms=LearningTerms(
                topic=LearningTopic.TRAINING,
                title="Negotiation for key account managers",
                source="Two-day course",
                learned_by=MANAGER,
                learned_on=date(2026, 10, 2),
            ),
        ),
    ],
)
