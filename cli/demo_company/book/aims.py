"""What a client wants: its needs, its goals achieved and missed, and what was noticed of it."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from cli.demo_company.book.client import LAST_DAY, Client
from domain.commands import (
    achieve_goal,
    identify_need,
    measure_progress,
    meet_need,
    miss_goal,
    propose_solution,
    raise_signal,
    resolve_signal,
    set_new_goal,
)
from domain.goal_terms import (
    Achievability,
    Baseline,
    Direction,
    GoalDraft,
    GoalSide,
    Metric,
    Relevance,
)
from domain.horizon import Horizon
from domain.measurement import Measurement
from domain.need import NeedSource, NeedTerms, SolutionTerms
from domain.signal import SignalKind, SignalOutcome, SignalTerms

WANTS = (
    ("Fewer breakdowns in the season", "An inspection before each season"),
    ("Ship until eight in the evening", "A second shift on the sorter"),
    ("Know what stands where", "Counting by the lift itself"),
)
METRICS = (("pallets moved", "an hour"), ("orders picked", "a day"), ("uptime", "hours a month"))
HALF_A_YEAR = timedelta(days=180)
GOALS_MAX = 3


def aims(client: Client) -> None:
    """Make up a need, what was noticed, and goals of half a year each."""
    _need(client)
    _signal(client)
    if client.won_on is None:
        return
    start, number = client.after(client.won_on, 20, 60), 0
    while start + HALF_A_YEAR < LAST_DAY and number < GOALS_MAX:
        number += 1
        _goal(client, start, number)
        start = client.after(start + HALF_A_YEAR, 10, 40)


def _need(client: Client) -> None:
    statement, solution = client.chance.choice(WANTS)
    need_id, day = client.id("need", ""), client.after(client.opened_on, 8, 30)
    terms = NeedTerms(
        statement=statement,
        latent=client.happens(40),
        priority=client.chance.randint(1, 5),
        horizon=client.chance.choice(list(Horizon)),
        source=client.chance.choice(list(NeedSource)),
    )
    client.do(day, identify_need, need_id, terms=terms)
    day = client.after(day, 20, 60)
    solution_id = client.id("solution", "")
    client.do(
        day, propose_solution, need_id, solution_id, solution=SolutionTerms(description=solution)
    )
    if client.happens(50):
        met_on = client.after(day, 60, 200)
        client.do(
            met_on, meet_need, need_id, evidence="Two quarters without it", reason="they say so"
        )


def _signal(client: Client) -> None:
    signal_id, day = client.id("signal", ""), client.after(client.opened_on, 40, 200)
    risk = client.happens(60)
    terms = SignalTerms(
        kind=SignalKind.RISK if risk else SignalKind.OPPORTUNITY,
        title="Their buyer may leave" if risk else "They look for a second hall",
        severity=client.chance.randint(1, 5),
        likelihood=Decimal(client.chance.choice((20, 40, 60, 80))),
        due_on=client.after(day, 60, 120),
        source="check-in",
    )
    client.do(day, raise_signal, signal_id, terms=terms)
    if client.happens(60):
        outcome = client.chance.choice(
            (SignalOutcome.MITIGATED, SignalOutcome.MATERIALISED, SignalOutcome.EXPIRED)
        )
        client.do(client.after(day, 30, 110), resolve_signal, signal_id, outcome=outcome)


def _goal(client: Client, start: date, number: int) -> None:
    name, unit = client.chance.choice(METRICS)
    goal_id, due_on = client.id("goal", str(number)), start + HALF_A_YEAR
    baseline = Decimal(client.chance.randrange(100, 900))
    target = (baseline * Decimal("1.2")).quantize(Decimal(1))
    draft = GoalDraft(
        side=GoalSide.CLIENT,
        statement=f"A fifth more {name} in six months",
        metric=Metric(name=name, unit=unit, direction=Direction.INCREASE),
        baseline=Baseline(value=baseline, on=start),
        target=target,
        achievability=Achievability(basis="others of their size came there in five months"),
        realism="the machines can do it",
        relevance=Relevance(objective="grow without another hall"),
        start_on=start,
        due_on=due_on,
        owner_id=client.manager_id,
    )
    client.do(start, set_new_goal, goal_id, draft=draft)
    achieved = client.happens(60)
    whole = target - baseline
    for quarter, share in enumerate((Decimal("0.3"), Decimal("0.6"), Decimal("0.8")), start=1):
        day = start + timedelta(days=45 * quarter)
        _measure(client, goal_id, day, (baseline + whole * share).quantize(Decimal(1)))
    last = due_on - timedelta(days=2)
    _measure(client, goal_id, last, target if achieved else (baseline + whole // 2))
    if achieved:
        client.do(last, achieve_goal, goal_id)
    else:
        client.do(due_on + timedelta(days=1), miss_goal, goal_id)


def _measure(client: Client, goal_id: UUID, day: date, value: Decimal) -> None:
    measurement_id = client.id("measurement", f"{goal_id} {day}")
    client.do(
        day,
        measure_progress,
        goal_id,
        measurement_id,
        measurement=Measurement(value=value, measured_on=day),
    )
