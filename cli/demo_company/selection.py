"""Whom the company of the demo gives account management, on what grounds, and whom no longer."""

from datetime import date
from decimal import Decimal
from typing import Final

from cli.demo_company.fjordfrys import FJORDFRYS
from cli.demo_company.nordhafen import NORDHAFEN
from cli.demo_company.people import KEY_MANAGER
from cli.demo_company.segura import SEGURA
from cli.demo_company.story import Chapter, id_of, on
from cli.demo_company.three_lakes import THREE_LAKES
from domain.commands import (
    deselect_account,
    publish_policy,
    review_selection,
    score_fit,
    select_account,
)
from domain.ideal_customer import FitBand, FitCriterion, FitSubject, RangeGrade, ValueGrade
from domain.override import Override
from domain.policy import IdealCustomerProfile
from domain.selection import SelectionFactors, SelectionGround, SelectionOutcome

_IDEAL: Final = IdealCustomerProfile(
    criteria=(
        FitCriterion(
            key="market",
            subject=FitSubject.TERRITORY,
            weight=30,
            values=(
                ValueGrade(value="North", grade=100),
                ValueGrade(value="South", grade=80),
                ValueGrade(value="Americas", grade=60),
            ),
            otherwise=30,
        ),
        FitCriterion(
            key="size",
            subject=FitSubject.EMPLOYEES,
            weight=30,
            ranges=(
                RangeGrade(at_least=Decimal(1_000), grade=100),
                RangeGrade(at_least=Decimal(200), grade=70),
            ),
            otherwise=20,
        ),
        FitCriterion(key="pace-of-growth", subject=FitSubject.JUDGEMENT, weight=40),
    ),
    bands=(FitBand(name="a", at_least=Decimal(80)), FitBand(name="b", at_least=Decimal(60))),
    selection_minimum=Decimal(60),
)
_GROWING: Final = SelectionFactors(
    growth_potential=4,
    long_term_profitability=4,
    strategic_value=5,
    competitive_intensity=2,
    relationship_strength=4,
    cost_to_serve=3,
)

STORY: Final = Chapter(
    "selection",
    [
        on(
            "2026-01-05",
            publish_policy,
            policy=_IDEAL,
            effective_from=date(2026, 1, 1),
            time_zones=(),
            reason="four people cannot look after everybody who once bought a conveyor",
        ),
        on(
            "2026-01-19",
            score_fit,
            NORDHAFEN,
            id_of("fit score", "nordhafen 2026-01"),
            judgements={"pace-of-growth": 90},
        ),
        on(
            "2026-01-19",
            select_account,
            NORDHAFEN,
            factors=_GROWING,
            reason="the second hall makes it our reference in the north",
        ),
        on(
            "2026-01-19",
            score_fit,
            SEGURA,
            id_of("fit score", "segura 2026-01"),
            judgements={"pace-of-growth": 70},
        ),
        on(
            "2026-01-19",
            select_account,
            SEGURA,
            factors=_GROWING.model_copy(
                update={"strategic_value": 2, "competitive_intensity": None, "cost_to_serve": 4}
            ),
            reason="a second silo was said to follow within the year",
        ),
        on(
            "2026-01-26",
            score_fit,
            THREE_LAKES,
            id_of("fit score", "three-lakes 2026-01"),
            judgements={"pace-of-growth": 60},
        ),
        on(
            "2026-01-26",
            select_account,
            THREE_LAKES,
            factors=_GROWING.model_copy(
                update={"competitive_intensity": 5, "relationship_strength": 1}
            ),
            reason="the largest grocer we sell to overseas",
        ),
        on(
            "2026-02-09",
            score_fit,
            FJORDFRYS,
            id_of("fit score", "fjordfrys 2026-02"),
            judgements={"pace-of-growth": 40},
        ),
        on(
            "2026-02-09",
            select_account,
            FJORDFRYS,
            factors=_GROWING.model_copy(
                update={"growth_potential": 3, "relationship_strength": 2, "cost_to_serve": 1}
            ),
            override=Override(
                approved_by=KEY_MANAGER, reason="belongs to Nordhafen, whom we look after anyway"
            ),
            reason="a first freezer of ours, and a door to Denmark",
        ),
        on(
            "2026-03-09",
            deselect_account,
            THREE_LAKES,
            reason="they gave notice a week ago and will not be talked out of it",
        ),
        on(
            "2026-04-13",
            review_selection,
            SEGURA,
            outcome=SelectionOutcome.DROP,
            grounds=(SelectionGround.GROWTH_POTENTIAL, SelectionGround.COST_TO_SERVE),
            reason="the second silo was put off to 2028",
        ),
        on(
            "2026-07-13",
            score_fit,
            NORDHAFEN,
            id_of("fit score", "nordhafen 2026-07"),
            judgements={"pace-of-growth": 95},
        ),
        on(
            "2026-07-13",
            review_selection,
            NORDHAFEN,
            outcome=SelectionOutcome.KEEP,
            grounds=(SelectionGround.FIT, SelectionGround.RELATIONSHIP_STRENGTH),
            factors=_GROWING.model_copy(update={"relationship_strength": 5}),
            reason="half a year in which they called us first",
        ),
    ],
)
