"""How Nordhafen's goals are to be reached: plans of 2026, milestones, and who works at them."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from cli.demo_company.nordhafen import NORDHAFEN, SECOND_SORTER
from cli.demo_company.nordhafen_goals import SECOND_LINE, THROUGHPUT
from cli.demo_company.people import EXECUTIVE, HARBOUR_BUYER, HARBOUR_ENGINEER, KEY_MANAGER, MANAGER
from cli.demo_company.story import Chapter, Step, id_of, on
from domain.commands import (
    abandon_plan,
    activate_plan,
    add_contributor,
    add_milestone,
    allocate_resource,
    complete_plan,
    design_solution,
    draw_up_plan,
    drop_milestone,
    miss_milestone,
    reach_milestone,
    record_tradeoff,
    remove_contributor,
    reschedule_milestone,
    review_plan,
    revise_plan,
    share_update,
    start_milestone,
)
from domain.contributor import Contributor
from domain.goal import Assessment
from domain.goal_terms import Horizon
from domain.milestone import MilestoneKind, MilestoneTerms
from domain.override import Override
from domain.plan import PlanRevision, PlanTerms
from domain.plan_record import Feasibility, Solution, Tradeoff

FIRST_HALF: Final = id_of("plan", "nordhafen first half of 2026")
SECOND_HALF: Final = id_of("plan", "nordhafen second half of 2026")

_TRAINED: Final = id_of("milestone", "nordhafen operators trained")
_TUNED: Final = id_of("milestone", "nordhafen sorter tuned")
_SHOWN: Final = id_of("milestone", "nordhafen shown at the fair")
_REPORTED: Final = id_of("milestone", "nordhafen report")
_VISITED: Final = id_of("milestone", "nordhafen visit to Bremen")
_DRAFTED: Final = id_of("milestone", "nordhafen hall drafted")


def _milestone(
    day: str,
    milestone_id: UUID,
    name: str,
    due: str,
    kind: MilestoneKind = MilestoneKind.QUICK_WIN,
    **more: Any,
) -> Step:
    terms: dict[str, Any] = {
        "owner_id": MANAGER,
        "department": "service",
        "goal_id": THROUGHPUT,
    } | more
    return on(
        day,
        add_milestone,
        NORDHAFEN,
        FIRST_HALF,
        milestone_id,
        terms=MilestoneTerms(name=name, due_on=date.fromisoformat(due), kind=kind, **terms),
    )


STORY: Final = Chapter(
    "nordhafen-plan",
    [
        on(
            "2026-01-26",
            draw_up_plan,
            NORDHAFEN,
            FIRST_HALF,
            terms=PlanTerms(
                title="More parcels through the same hall",
                first_on=date(2026, 1, 26),
                last_on=date(2026, 7, 31),
                owner_id=MANAGER,
                context=(
                    "carriers bundle their parcels in fewer harbours",
                    "night work needs a permit from 2027 on",
                ),
            ),
        ),
        _milestone("2026-01-26", _TRAINED, "All operators trained", "2026-03-13"),
        _milestone("2026-01-26", _TUNED, "The sorter runs at full speed", "2026-04-30"),
        _milestone(
            "2026-01-26",
            _SHOWN,
            "A day for their clients",
            "2026-03-31",
            department="marketing",
            owner_id=EXECUTIVE,
        ),
        _milestone(
            "2026-02-02",
            _DRAFTED,
            "A second line drafted",
            "2026-06-30",
            MilestoneKind.STRATEGIC,
            goal_id=SECOND_LINE,
            owner_id=KEY_MANAGER,
        ),
        _milestone("2026-02-02", _REPORTED, "A report each month", "2026-02-27"),
        _milestone("2026-02-02", _VISITED, "A visit to Bremen", "2026-04-10"),
        on("2026-02-02", activate_plan, NORDHAFEN, FIRST_HALF),
        on(
            "2026-02-02",
            add_contributor,
            NORDHAFEN,
            FIRST_HALF,
            party_id=MANAGER,
            contributor=Contributor(
                department="service",
                role="trainer",
                working_agreement="on site on Mondays; asks the evening before",
                hours_per_month=40,
            ),
        ),
        on(
            "2026-02-02",
            add_contributor,
            NORDHAFEN,
            FIRST_HALF,
            party_id=EXECUTIVE,
            contributor=Contributor(
                department="marketing", role="host of the day", hours_per_month=10
            ),
        ),
        on(
            "2026-02-02",
            allocate_resource,
            NORDHAFEN,
            FIRST_HALF,
            party_id=MANAGER,
            milestone_id=_TRAINED,
            hours_per_month=30,
        ),
        on(
            "2026-02-09",
            allocate_resource,
            NORDHAFEN,
            FIRST_HALF,
            party_id=MANAGER,
            milestone_id=_TUNED,
            hours_per_month=20,
            override=Override(approved_by=KEY_MANAGER, reason="until the operators are trained"),
        ),
        on(
            "2026-02-09",
            record_tradeoff,
            NORDHAFEN,
            FIRST_HALF,
            id_of("tradeoff", "nordhafen people or line"),
            tradeoff=Tradeoff(
                options=("train the operators first", "draft the second line first"),
                chosen="train the operators first",
                rationale="the line is of no use to people who cannot run the first one",
                agreed_with=(HARBOUR_BUYER, KEY_MANAGER),
            ),
        ),
        on(
            "2026-02-16",
            design_solution,
            NORDHAFEN,
            FIRST_HALF,
            id_of("solution", "nordhafen training and tuning"),
            solution=Solution(
                title="Training on the job, and a sorter tuned in the night shift",
                goal_ids=(THROUGHPUT,),
                departments=("service",),
                feasibility=Feasibility.WITH_CONDITIONS,
                confirmed_by=MANAGER,
            ),
        ),
        on("2026-02-16", start_milestone, NORDHAFEN, FIRST_HALF, _TRAINED),
        on("2026-02-27", miss_milestone, NORDHAFEN, FIRST_HALF, _REPORTED),
        on(
            "2026-03-09",
            reschedule_milestone,
            NORDHAFEN,
            FIRST_HALF,
            _TRAINED,
            due_on=date(2026, 3, 27),
            reason="the late shift was short of people",
        ),
        on("2026-03-23", reach_milestone, NORDHAFEN, FIRST_HALF, _TRAINED),
        on(
            "2026-03-23",
            drop_milestone,
            NORDHAFEN,
            FIRST_HALF,
            _SHOWN,
            reason_code="client-priority",
            reason="no visitors before the autumn",
        ),
        on("2026-03-23", remove_contributor, NORDHAFEN, FIRST_HALF, party_id=EXECUTIVE),
        on("2026-04-09", reach_milestone, NORDHAFEN, FIRST_HALF, _VISITED),
        on(
            "2026-04-20",
            review_plan,
            NORDHAFEN,
            FIRST_HALF,
            assessment=Assessment.ON_TRACK,
            note="trained, and half-way to 60,000",
        ),
        on(
            "2026-04-20",
            share_update,
            NORDHAFEN,
            FIRST_HALF,
            id_of("update", "nordhafen half-way"),
            to=(HARBOUR_BUYER, HARBOUR_ENGINEER),
            summary="Half-way: 55,000 parcels a day, all operators trained",
        ),
        on(
            "2026-05-04",
            revise_plan,
            NORDHAFEN,
            FIRST_HALF,
            revision=PlanRevision(last_on=date(2026, 8, 14), horizon=Horizon.LONG),
            reason="two new operators begin in June",
        ),
        on(
            "2026-05-11",
            design_solution,
            NORDHAFEN,
            FIRST_HALF,
            id_of("solution", "nordhafen second line"),
            solution=Solution(
                title="A second sorter beside the first",
                goal_ids=(SECOND_LINE, THROUGHPUT),
                deal_ids=(SECOND_SORTER,),
                departments=("engineering", "service"),
            ),
        ),
        on("2026-05-18", reach_milestone, NORDHAFEN, FIRST_HALF, _TUNED),
        on("2026-06-29", reach_milestone, NORDHAFEN, FIRST_HALF, _DRAFTED),
        on("2026-07-20", complete_plan, NORDHAFEN, FIRST_HALF),
        on(
            "2026-08-17",
            draw_up_plan,
            NORDHAFEN,
            SECOND_HALF,
            terms=PlanTerms(
                title="A second carrier by Christmas",
                first_on=date(2026, 8, 17),
                last_on=date(2026, 12, 31),
                horizon=Horizon.LONG,
            ),
        ),
        on(
            "2026-09-14",
            abandon_plan,
            NORDHAFEN,
            SECOND_HALF,
            reason_code="client-priority",
            reason="the carrier decides next year",
        ),
    ],
)
