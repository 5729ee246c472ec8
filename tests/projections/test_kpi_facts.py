"""KPI facts: entries in, facts out, and what is taken back."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from projections.kpi_fact import Measure, Superseding
from projections.kpi_facts import changes_of
from tests.projections.log import Log

ACME, ORDER = UUID(int=1), UUID(int=3)
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def test_an_order_counts_once_and_by_its_amount_on_its_day() -> None:
    log = Log()
    log.place(ACME, ORDER, "10.10", MAY)
    facts = changes_of(log.entries).facts

    assert [(f.measure, f.amount, f.effective_at, f.position) for f in facts] == [
        (Measure.REVENUE, Decimal("10.10"), MAY, 1),
        (Measure.ORDERS, Decimal(1), MAY, 1),
    ]


def test_a_refund_takes_revenue_on_its_own_day_and_no_order() -> None:
    log = Log()
    log.refund(ACME, ORDER, "4", JUNE)
    (fact,) = changes_of(log.entries).facts

    assert (fact.measure, fact.amount, fact.effective_at) == (Measure.REVENUE, Decimal(-4), JUNE)


def test_a_correction_in_the_same_batch_supersedes_for_good() -> None:
    log = Log()
    log.place(ACME, ORDER, "10", MAY)
    log.correct(ACME, ORDER, "12", JUNE)
    log.cancel(ACME, ORDER, JUNE)
    changes = changes_of(log.entries)

    assert [fact.superseded for fact in changes.facts] == [
        *[Superseding(2, None)] * 2,
        *[Superseding(3, JUNE)] * 2,
    ]
    assert changes.superseded == {}


def test_what_stood_before_the_batch_is_superseded_by_the_first_event_alone() -> None:
    log = Log()
    log.correct(ACME, ORDER, "12", JUNE)
    log.correct(ACME, ORDER, "13", JUNE)
    changes = changes_of(log.entries)

    assert changes.superseded == {(ACME, ORDER): Superseding(1, None)}
    assert [fact.superseded for fact in changes.facts] == [*[Superseding(2, None)] * 2, None, None]
