"""Figures out of a log's entries alone: what a KPI comes to, and which events it was reckoned from.

Pure: nothing but entries goes in, in the order of their positions. So whoever has the log can
reckon what was published again, without a database and without trust in whoever published it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any, Final
from uuid import UUID

from domain.account import (
    AccountManagerAssigned,
    AccountManagerUnassigned,
    AccountOpened,
    AccountProfileRevised,
    AccountTierChanged,
)
from domain.evidence import Contribution, Family, Occurrence, Question, added
from domain.evidence_portfolios import PORTFOLIOS
from domain.kpi_definition import Definition
from domain.kpi_definitions import DEFINITIONS
from domain.order_book import OrderCancelled, OrderCorrected, OrderPlaced, OrderRefunded
from domain.period import Period, parse, period_before, up_to_the_end_of
from domain.policy_set import (
    NO_POLICIES,
    POLICIES,
    POLICY_SET,
    PolicyPublished,
    PolicyRetired,
    PolicySet,
)
from domain.portfolio import portfolio_id
from domain.published_figure import FigureEvidence, FigureSubject, FigureValue
from ledger.merkle import extend, root
from ledger.recorded import Recorded
from projections.account_changes import AccountChangeRow
from projections.account_changes import evolve as change_of
from projections.account_changes import key_of as change_key_of
from projections.figure_members import members
from projections.figure_orders import (
    OrdersAsked,
    order_positions,
    order_sums,
    revenue_by_account,
)
from projections.kpi_answer import reckon
from projections.kpi_evidence import measures_of_facts, periods_of_facts
from projections.kpi_facts import Changes
from projections.kpi_figure import Figure
from projections.kpi_gathering import Gathered, OrderSums
from projections.kpi_scope import Scope, ScopeKind

_ORDERS: Final = frozenset(
    event.NAME for event in (OrderPlaced, OrderCorrected, OrderCancelled, OrderRefunded)
)
_BELONGING: Final = frozenset(
    event.NAME
    for event in (
        AccountManagerAssigned,
        AccountManagerUnassigned,
        AccountOpened,
        AccountProfileRevised,
        AccountTierChanged,
    )
)
_POLICIES: Final = frozenset(event.NAME for event in (PolicyPublished, PolicyRetired))


@dataclass(frozen=True, slots=True)
class Needs:
    """Which entries some figures are reckoned from; `accounts` None: those of every account."""

    contributing: frozenset[str] = frozenset()
    orders: bool = False
    belonging: bool = False
    accounts: frozenset[UUID] | None = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """The names of all events that are of use."""
        orders = _ORDERS if self.orders else frozenset()
        belonging = _BELONGING if self.belonging else frozenset()
        return self.contributing | orders | belonging | _POLICIES


def needs_of(subjects: Iterable[FigureSubject]) -> Needs:
    """Return what figures of these subjects need; what cannot be reckoned at all needs nothing."""
    names: set[str] = set()
    orders = belonging = False
    accounts: set[UUID] | None = set()
    for subject in subjects:
        try:
            definition, period, scope = (
                DEFINITIONS[subject.kpi],
                parse(subject.period),
                scope_of(subject),
            )
            account_id = scope.account_id
        except (KeyError, ValueError):
            continue
        names |= {event.NAME for family in definition.families for event in family.events}
        orders |= bool(periods_of_facts(definition, period))
        belonging |= scope.kind not in {ScopeKind.ACCOUNT, ScopeKind.TENANT}
        if account_id is None:
            accounts = None
        elif accounts is not None:
            accounts.add(account_id)
    return Needs(
        frozenset(names), orders, belonging, None if accounts is None else frozenset(accounts)
    )


def scope_of(subject: FigureSubject) -> Scope:
    return Scope(ScopeKind(subject.scope.kind.value), subject.scope.value or "")


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a figure comes to, and what it was reckoned from."""

    values: tuple[FigureValue, ...]
    evidence: FigureEvidence
    positions: tuple[int, ...]
    """Of the events that are its evidence, in their order."""


@dataclass
class KnownEvents:
    """Keeps of a log what some figures need: `read` takes its entries in their order.

    Memory grows with the events that contribute, a kilobyte each or less, and with nothing else.
    """

    needs: Needs
    _occurrences: dict[UUID, list[Occurrence]] = field(default_factory=dict)
    _orders: Changes = field(default_factory=Changes)
    _belonging: dict[UUID, list[AccountChangeRow]] = field(default_factory=dict)
    _policies: list[Recorded] = field(default_factory=list)
    _leaves: dict[int, bytes] = field(default_factory=dict)

    def read(self, entry: Recorded) -> None:
        """Take the next entry; what no figure needs is passed over."""
        envelope, needs = entry.envelope, self.needs
        if envelope.stream_id == POLICIES.id:
            self._policies.append(entry)
            return
        subject_id = envelope.account_id or envelope.stream_id
        if needs.accounts is not None and subject_id not in needs.accounts:
            return
        if needs.orders and envelope.name in _ORDERS:
            self._orders.add(entry)
            self._leaves[entry.position] = entry.leaf
        if needs.belonging and change_key_of(entry) is not None:
            self._belonging.setdefault(envelope.stream_id, []).append(change_of(None, entry))
        if envelope.name in needs.contributing:
            self._leaves[entry.position] = entry.leaf
            self._occurrences.setdefault(subject_id, []).append(
                Occurrence(entry.position, envelope.effective_at, envelope.stream_id, entry.event)
            )

    def reckon(self, subject: FigureSubject, *, as_of: date, known_at: int) -> Reckoned:
        """Reckon a figure out of what was recorded up to a position.

        Raises:
            KeyError: there is no such KPI.
            ValueError: there is no such period.
        """
        definition, scope = DEFINITIONS[subject.kpi], scope_of(subject)
        question = Question(parse(subject.period), as_of, self._policies_at(known_at))
        named = members(self._belonging, scope, day=question.closing, known_at=known_at)
        parts = self._contributions(definition, scope, named, question, known_at)
        orders = OrdersAsked(named, as_of, known_at)
        gathered = Gathered(
            question,
            added(parts),
            self._order_sums(definition, orders, question.period),
            revenue_by_account(self._orders.facts, orders, question.period)
            if definition.by_account
            else {},
        )
        positions = self._positions(definition, parts, orders, question.period)
        return Reckoned(
            values=tuple(value_of(each) for each in reckon(definition, gathered)),
            evidence=FigureEvidence(
                events=len(positions),
                root=self._root(positions).hex(),
                members=None if named is None else len(named),
            ),
            positions=positions,
        )

    def _policies_at(self, known_at: int) -> PolicySet:
        known: list[Any] = [each.event for each in self._policies if each.position <= known_at]
        policies: PolicySet = reduce(POLICY_SET.evolve, known, NO_POLICIES)
        return policies

    def _contributions(
        self,
        definition: Definition,
        scope: Scope,
        named: Collection[UUID] | None,
        question: Question,
        known_at: int,
    ) -> list[Contribution]:
        found: list[Contribution] = []
        of_accounts = [family for family in definition.families if family is not PORTFOLIOS]
        for subject_id in sorted(self._occurrences):
            if named is None or subject_id in named:
                found += self._of(subject_id, of_accounts, question, known_at)
            if PORTFOLIOS in definition.families and _is_portfolio(subject_id, scope):
                found += self._of(subject_id, [PORTFOLIOS], question, known_at)
        return found

    def _of(
        self, subject_id: UUID, families: Collection[Family], question: Question, known_at: int
    ) -> Iterable[Contribution]:
        classes = tuple(event for family in families for event in family.events)
        known = [
            each
            for each in self._occurrences[subject_id]
            if each.position <= known_at and isinstance(each.event, classes)
        ]
        if known:
            for family in families:
                yield from family.contribute(known, question)

    def _order_sums(self, definition: Definition, orders: OrdersAsked, period: Period) -> OrderSums:
        facts, before = self._orders.facts, period_before(period)
        ever = up_to_the_end_of(period)
        return OrderSums(
            within=order_sums(facts, orders, period) if definition.orders else {},
            before=order_sums(facts, orders, before) if definition.before and before else {},
            ever=order_sums(facts, orders, ever) if definition.ever else {},
        )

    def _positions(
        self,
        definition: Definition,
        parts: Iterable[Contribution],
        orders: OrdersAsked,
        period: Period,
    ) -> tuple[int, ...]:
        measures, of_facts = set(definition.measures), measures_of_facts(definition)
        found = {each.position for each in parts if each.measure in measures}
        for each in periods_of_facts(definition, period):
            found.update(order_positions(self._orders.facts, orders, each, of_facts))
        return tuple(sorted(found))

    def _root(self, positions: Collection[int]) -> bytes:
        leaves = [self._leaves[position] for position in positions]
        return root(len(leaves), extend(0, b"", leaves))


def value_of(figure: Figure) -> FigureValue:
    """Return what of a figure is published."""
    return FigureValue(
        currency=figure.currency,
        value=figure.value,
        shown=figure.shown,
        no_data=figure.no_data,
        numerator=figure.numerator,
        denominator=figure.denominator,
        flags=figure.flags,
        policy_version=figure.policy_version,
    )


def _is_portfolio(subject_id: UUID, scope: Scope) -> bool:
    """Tell whether a portfolio is among those that a scope is made of: a manager's, or all."""
    if scope.kind is ScopeKind.TENANT:
        return True
    return scope.manager_id is not None and subject_id == portfolio_id(scope.manager_id)
