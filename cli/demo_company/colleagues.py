"""What was asked of the other departments: before promising, not afterwards."""

from datetime import date
from typing import Final

from cli.demo_company.fjordfrys import FJORDFRYS
from cli.demo_company.people import EXECUTIVE, KEY_MANAGER, MANAGER
from cli.demo_company.segura import SEGURA
from cli.demo_company.story import Chapter, id_of, on
from cli.demo_company.three_lakes import THREE_LAKES
from domain.collaboration import CollaborationAnswer, CollaborationPurpose, CollaborationTerms
from domain.commands import (
    acknowledge_collaboration,
    answer_collaboration,
    cancel_collaboration,
    decline_collaboration,
    escalate_collaboration,
    fulfil_collaboration,
    register_party,
    request_collaboration,
    revise_party,
)
from domain.party import Side

PLANNER: Final = id_of("party", "planner")
DOWNTIME: Final = id_of("collaboration-request", "segura downtime")
SHUTTLES: Final = id_of("collaboration-request", "fjordfrys shuttles")
PRICES: Final = id_of("collaboration-request", "three lakes prices")

STORY: Final = Chapter(
    "colleagues",
    [
        on(
            "2026-03-02",
            register_party,
            PLANNER,
            side=Side.OURS,
            name="Ingrid Solberg",
            email="ingrid.solberg@example.com",
            department="operations",
        ),
        on("2026-03-02", revise_party, EXECUTIVE, department="sales"),
        on(
            "2026-03-09",
            request_collaboration,
            SEGURA,
            DOWNTIME,
            terms=CollaborationTerms(
                department="operations",
                purpose=CollaborationPurpose.FEASIBILITY,
                question="Can we fit the second conveyor on two weekends in May?",
                due_on=date(2026, 3, 20),
                requested_by=MANAGER,
            ),
        ),
        on("2026-03-11", acknowledge_collaboration, SEGURA, DOWNTIME, by=PLANNER),
        on(
            "2026-03-18",
            answer_collaboration,
            SEGURA,
            DOWNTIME,
            by=PLANNER,
            answer=CollaborationAnswer.YES,
            text="Two fitters on both weekends, if the mill stands still",
        ),
        on("2026-05-18", fulfil_collaboration, SEGURA, DOWNTIME),
        on(
            "2026-09-01",
            request_collaboration,
            FJORDFRYS,
            SHUTTLES,
            terms=CollaborationTerms(
                department="operations",
                purpose=CollaborationPurpose.ADVICE,
                question="Do our shuttles' batteries last a shift at thirty below zero?",
                due_on=date(2026, 9, 15),
            ),
        ),
        on(
            "2026-09-14",
            decline_collaboration,
            FJORDFRYS,
            SHUTTLES,
            by=PLANNER,
            reason_code="not-ours-to-say",
            reason="that is for engineering",
        ),
        on(
            "2026-09-16",
            escalate_collaboration,
            FJORDFRYS,
            SHUTTLES,
            to=KEY_MANAGER,
            reason="somebody has to find out",
        ),
        on(
            "2026-09-02",
            request_collaboration,
            THREE_LAKES,
            PRICES,
            terms=CollaborationTerms(
                department="sales",
                purpose=CollaborationPurpose.SALES_CONTEXT,
                question="Which discount was agreed on when they first bought?",
                due_on=date(2026, 9, 9),
            ),
        ),
        on(
            "2026-09-03",
            cancel_collaboration,
            THREE_LAKES,
            PRICES,
            reason="it stands in the contract",
        ),
    ],
)
