"""The fit of an account as it was scored last, and the risks that are open."""

from datetime import date
from decimal import Decimal
from typing import Any

from domain.account import AccountOpened, AccountReopened
from domain.change import Change
from domain.evidence import Measure
from domain.evidence_judgements import FIT, RISKS
from domain.fit_score import FitScored
from domain.kpi import FIT as FIT_KPI
from domain.period import LIFETIME, month_of
from domain.profile import Profile
from domain.signal import (
    SignalAssessed,
    SignalKind,
    SignalOutcome,
    SignalRaised,
    SignalResolved,
)
from tests.domain.histories import History
from tests.domain.samples import ACME, uuid

MAY_10, JUNE_10, JULY_10 = (date(2026, month, 10) for month in (5, 6, 7))
YEAR_END = date(2026, 12, 31)
RISK = uuid(850)


def score(history: History, total: str, on: date, number: int = 0) -> int:
    scored = FitScored(
        fit_score_id=uuid(860 + number),
        scored_on=on,
        grades=(),
        total=Decimal(total),
        band=None,
        policy_version=0,
    )
    return history.add(scored, on)


def raise_signal(
    history: History,
    severity: int,
    *,
    on: date = MAY_10,
    number: int = 0,
    kind: SignalKind = SignalKind.RISK,
    likelihood: str | None = None,
) -> int:
    raised = SignalRaised(
        signal_id=uuid(850 + number),
        kind=kind,
        title="They may leave",
        anticipated=True,
        severity=severity,
        likelihood=None if likelihood is None else Decimal(likelihood),
        source="call",
    )
    return history.add(raised, on)


def assess(history: History, on: date, **changes: Change[Any]) -> int:
    return history.add(SignalAssessed(signal_id=RISK, **changes), on)


def resolve(history: History, on: date) -> int:
    resolved = SignalResolved(signal_id=RISK, outcome=SignalOutcome.MITIGATED)
    return history.add(resolved, on)


def lost(history: History, as_of: date = YEAR_END, known_at: int = 10**9) -> Decimal:
    sums = history.sums(RISKS, LIFETIME, as_of, known_at=known_at)
    return sums.get(Measure.RISK_POINTS, Decimal(0))


def fit(history: History, as_of: date = YEAR_END, known_at: int = 10**9) -> str:
    return history.shown(FIT_KPI, LIFETIME, as_of, known_at=known_at)


def test_the_fit_is_the_one_of_the_latest_day_by_the_end_of_the_period() -> None:
    history = History()
    score(history, "40", MAY_10, 0)
    score(history, "71.67", JULY_10, 1)
    late = score(history, "55", JUNE_10, 2)

    assert fit(history) == "71.7"
    assert fit(history, date(2026, 7, 9)) == "55.0"
    assert fit(history, date(2026, 7, 9), known_at=late - 1) == "40.0"
    assert fit(history, date(2026, 5, 9)) == "never-scored"
    assert history.shown(FIT_KPI, month_of(MAY_10), YEAR_END) == "40.0"


def test_of_two_scores_of_one_day_the_later_one_counts() -> None:
    history = History()
    score(history, "40", MAY_10, 0)
    latest = score(history, "60", MAY_10, 1)
    history.add(AccountReopened(reopened_on=JUNE_10), JUNE_10)

    found = history.contributions(FIT, LIFETIME, YEAR_END)

    assert [(int(each.amount), each.position) for each in found] == [(1, latest), (60, latest)]


def test_an_account_is_watched_from_the_day_of_its_opening() -> None:
    history = History()
    history.add(AccountOpened(opened_on=MAY_10, profile=Profile(name="Acme")), MAY_10)

    found = history.contributions(RISKS, LIFETIME, YEAR_END)

    assert [(each.measure, each.subject) for each in found] == [(Measure.RISKS_WATCHED, ACME)]
    assert history.contributions(RISKS, LIFETIME, date(2026, 5, 9)) == []


def test_a_risk_takes_ten_points_for_each_degree_times_its_likelihood() -> None:
    history = History()
    raise_signal(history, 3, likelihood="50")
    assert lost(history) == 15

    raise_signal(history, 2, number=1)
    assert lost(history) == 35
    assert lost(history, date(2026, 5, 9)) == 0


def test_opportunities_take_nothing() -> None:
    history = History()
    raise_signal(history, 5, kind=SignalKind.OPPORTUNITY)
    assess(history, JUNE_10, severity=Change(was=5, now=4))

    assert lost(history) == 0


def test_together_risks_take_no_more_than_all() -> None:
    history = History()
    for number in range(3):
        raise_signal(history, 5, number=number)

    found = history.contributions(RISKS, LIFETIME, YEAR_END)

    assert [each.amount for each in found] == [50, 50, 0]


def test_what_is_assessed_anew_holds_from_its_own_day() -> None:
    history = History()
    raise_signal(history, 5)
    assessed = assess(history, JUNE_10, severity=Change(was=5, now=2))
    assess(history, JULY_10, likelihood=Change(was=None, now=Decimal(50)))

    assert lost(history, date(2026, 6, 9)) == 50
    assert lost(history, JUNE_10) == 20
    assert lost(history, JULY_10) == 10
    assert lost(history, JUNE_10, known_at=assessed - 1) == 50


def test_a_risk_that_is_resolved_in_july_was_open_as_of_june() -> None:
    history = History()
    raise_signal(history, 5)
    resolved = resolve(history, JULY_10)

    assert lost(history, date(2026, 7, 9)) == 50
    assert lost(history, JULY_10) == 0
    assert lost(history, known_at=resolved - 1) == 50


def test_what_is_no_risk_is_passed_over() -> None:
    history = History()
    raise_signal(history, 1)
    history.add(AccountReopened(reopened_on=JUNE_10), JUNE_10)
    resolved = SignalResolved(signal_id=uuid(999), outcome=SignalOutcome.EXPIRED)
    history.add(resolved, JUNE_10)

    assert lost(history) == 10
