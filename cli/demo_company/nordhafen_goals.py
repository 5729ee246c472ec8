"""What Nordhafen wants to reach with us, and what we want to reach with Nordhafen."""

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from cli.demo_company.nordhafen import NORDHAFEN
from cli.demo_company.people import HARBOUR_ENGINEER, KEY_MANAGER, MANAGER
from cli.demo_company.story import Chapter, id_of, on
from domain.commands import (
    abandon_goal,
    achieve_goal,
    add_supporting_metric,
    correct_measurement,
    draft_goal,
    measure_progress,
    measure_supporting_metric,
    miss_goal,
    reopen_goal,
    review_goal,
    revise_goal,
    set_goal,
    set_new_goal,
)
from domain.goal import Assessment, RevisionReason
from domain.goal_terms import (
    Achievability,
    Band,
    Baseline,
    Direction,
    GoalDraft,
    GoalSide,
    GoalTerms,
    Horizon,
    Metric,
    Relevance,
)
from domain.measurement import Measurement, MetricKind, SupportingMetric

THROUGHPUT: Final = id_of("goal", "nordhafen throughput")
SECOND_LINE: Final = id_of("goal", "nordhafen second line")
UPTIME: Final = id_of("goal", "nordhafen uptime")
ENERGY: Final = id_of("goal", "nordhafen energy")

_TRAININGS: Final = id_of("metric", "nordhafen trainings")
_LOGINS: Final = id_of("metric", "nordhafen logins")


def _measured(name: str, value: str, day: str) -> tuple[UUID, Measurement]:
    measurement = Measurement(value=Decimal(value), measured_on=date.fromisoformat(day))
    return id_of("measurement", f"nordhafen {name} {day}"), measurement


_PARCELS = Metric(name="parcels sorted", unit="a day", direction=Direction.INCREASE)
_FIRST, _FIRST_VALUE = _measured("throughput", "52500", "2026-03-02")
_HALF_WAY, _HALF_WAY_VALUE = _measured("throughput", "55000", "2026-04-20")
_LAST, _LAST_VALUE = _measured("throughput", "60400", "2026-07-13")
_KEPT, _KEPT_VALUE = _measured("uptime", "98.6", "2026-05-04")
_BURNT, _BURNT_VALUE = _measured("energy", "9.4", "2026-02-27")

STORY: Final = Chapter(
    "nordhafen-goals",
    [
        on(
            "2026-01-12",
            draft_goal,
            NORDHAFEN,
            THROUGHPUT,
            draft=GoalDraft(
                side=GoalSide.CLIENT,
                statement="Sort 20 % more parcels in six months, without another hall",
            ),
        ),
        on(
            "2026-01-19",
            set_goal,
            NORDHAFEN,
            THROUGHPUT,
            terms=GoalTerms(
                metric=_PARCELS,
                baseline=Baseline(value=Decimal(50_000), on=date(2026, 1, 16)),
                target=Decimal(60_000),
                achievability=Achievability(
                    basis="the sorter runs at two thirds of its speed",
                    resources="two trainers of ours, one shift of theirs",
                    assessed_by=HARBOUR_ENGINEER,
                ),
                realism="Bremen came to 58,000 in five months",
                relevance=Relevance(objective="take the parcels of a second carrier"),
                start_on=date(2026, 1, 19),
                due_on=date(2026, 7, 20),
                horizon=Horizon.SHORT,
                priority=1,
                owner_id=MANAGER,
            ),
        ),
        on(
            "2026-02-02",
            set_new_goal,
            NORDHAFEN,
            SECOND_LINE,
            draft=GoalDraft(
                side=GoalSide.INTERNAL,
                supports_goal_id=THROUGHPUT,
                statement="Sell the second sorter that the next carrier will need",
                metric=Metric(name="sorters sold", unit="sorters", direction=Direction.INCREASE),
                baseline=Baseline(value=Decimal(1), on=date(2026, 2, 2)),
                target=Decimal(2),
                achievability=Achievability(basis="the hall has room for one"),
                relevance=Relevance(objective="grow with Nordhafen"),
                start_on=date(2026, 2, 2),
                due_on=date(2026, 12, 18),
                horizon=Horizon.LONG,
                owner_id=KEY_MANAGER,
            ),
        ),
        on(
            "2026-02-02",
            set_new_goal,
            NORDHAFEN,
            UPTIME,
            draft=GoalDraft(
                side=GoalSide.CLIENT,
                statement="Keep the sorter running between 98 and 100 % of the shift",
                metric=Metric(name="uptime", unit="percent", direction=Direction.MAINTAIN),
                band=Band(low=Decimal(98), high=Decimal(100)),
                achievability=Achievability(basis="it did in the trial run"),
                relevance=Relevance(objective="deliver the same day"),
                start_on=date(2026, 2, 2),
                due_on=date(2026, 5, 29),
                owner_id=MANAGER,
            ),
        ),
        on(
            "2026-02-02",
            set_new_goal,
            NORDHAFEN,
            ENERGY,
            draft=GoalDraft(
                side=GoalSide.CLIENT,
                statement="Bring the power for a thousand parcels down by a third",
                metric=Metric(name="power", unit="kWh a thousand", direction=Direction.DECREASE),
                baseline=Baseline(value=Decimal("9.6"), on=date(2026, 1, 30)),
                target=Decimal("6.4"),
                achievability=Achievability(basis="new drives save that much"),
                relevance=Relevance(objective="pay less for power"),
                start_on=date(2026, 2, 2),
                due_on=date(2026, 11, 30),
                owner_id=MANAGER,
            ),
        ),
        on(
            "2026-02-09",
            add_supporting_metric,
            NORDHAFEN,
            THROUGHPUT,
            _TRAININGS,
            metric=SupportingMetric(
                kind=MetricKind.ACTIVITY, key="trainings", unit="trainings a month"
            ),
        ),
        on(
            "2026-02-09",
            add_supporting_metric,
            NORDHAFEN,
            THROUGHPUT,
            _LOGINS,
            metric=SupportingMetric(
                kind=MetricKind.ENGAGEMENT, key="dashboard-logins", unit="logins a month"
            ),
        ),
        on(
            "2026-02-27",
            measure_progress,
            NORDHAFEN,
            ENERGY,
            _BURNT,
            measurement=_BURNT_VALUE,
        ),
        *[
            on(
                day,
                measure_supporting_metric,
                NORDHAFEN,
                THROUGHPUT,
                metric,
                id_of("measurement", f"nordhafen {metric} {day}"),
                measurement=Measurement(value=Decimal(value), measured_on=date.fromisoformat(day)),
            )
            for metric, day, value in (
                (_TRAININGS, "2026-02-27", "3"),
                (_LOGINS, "2026-02-27", "41"),
                (_TRAININGS, "2026-03-31", "5"),
                (_LOGINS, "2026-03-31", "118"),
            )
        ],
        on(
            "2026-03-02",
            measure_progress,
            NORDHAFEN,
            THROUGHPUT,
            _FIRST,
            measurement=_FIRST_VALUE,
            source="the sorter's own counter",
        ),
        on(
            "2026-03-09",
            correct_measurement,
            NORDHAFEN,
            THROUGHPUT,
            _FIRST,
            measurement=_FIRST_VALUE.model_copy(update={"value": Decimal(51_900)}),
            reason="the test parcels were counted too",
        ),
        on(
            "2026-03-16",
            abandon_goal,
            NORDHAFEN,
            ENERGY,
            reason_code="budget",
            reason="the drives wait for next year's budget",
        ),
        on(
            "2026-04-20",
            measure_progress,
            NORDHAFEN,
            THROUGHPUT,
            _HALF_WAY,
            measurement=_HALF_WAY_VALUE,
        ),
        on(
            "2026-04-20",
            review_goal,
            NORDHAFEN,
            THROUGHPUT,
            assessment=Assessment.AT_RISK,
            note="half of the way in half of the time, but two operators leave in May",
        ),
        on(
            "2026-05-04",
            revise_goal,
            NORDHAFEN,
            THROUGHPUT,
            terms=GoalTerms(due_on=date(2026, 7, 31), priority=2),
            reason_code=RevisionReason.RESOURCE_CHANGE,
            reason="two new operators begin in June",
        ),
        on(
            "2026-05-04",
            measure_progress,
            NORDHAFEN,
            UPTIME,
            _KEPT,
            measurement=_KEPT_VALUE,
        ),
        on("2026-05-29", miss_goal, NORDHAFEN, UPTIME),
        on(
            "2026-06-01",
            reopen_goal,
            NORDHAFEN,
            UPTIME,
            reason="the stop of May was planned maintenance and does not count",
        ),
        on("2026-06-01", achieve_goal, NORDHAFEN, UPTIME),
        on(
            "2026-07-13",
            measure_progress,
            NORDHAFEN,
            THROUGHPUT,
            _LAST,
            measurement=_LAST_VALUE,
        ),
        on("2026-07-20", achieve_goal, NORDHAFEN, THROUGHPUT),
    ],
)
