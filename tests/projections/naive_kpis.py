"""A naive model of every KPI of accounts and groups: slow, in memory, from the page of the domain.

It takes whole logs of entries and knows nothing of evidence, measures, projections or sums.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import partial
from typing import Any, Final
from uuid import UUID

from domain.policy import InformationRequirements
from ledger.recorded import Recorded
from projections.kpi_scope import Scope, ScopeKind
from tests.projections.naive_account import (
    NOTHING,
    Asked,
    Entries,
    Share,
    ShareOf,
    Win,
    by_day,
    commitments,
    completeness,
    fit,
    key_account_share,
    logo_churn,
    named,
    net_promoters,
    profile_on,
    retention,
    satisfaction,
    satisfied,
    tier_on,
    wins,
)
from tests.projections.naive_contact import adherence, attainment, coverage, mean_progress, quality
from tests.projections.naive_kpi import orders_of

_SHARES: Final[Mapping[str, tuple[ShareOf, str]]] = {
    "net-promoter-score": (net_promoters, "no-answers"),
    "customer-satisfaction": (satisfied, "no-answers"),
    "logo-churn": (logo_churn, "no-customers"),
    "cadence-adherence": (adherence, "nothing-due"),
    "check-in-quality": (quality, "no-check-ins"),
    "decision-maker-coverage": (coverage, "no-decision-makers"),
    "commitments-kept-by-us": (partial(commitments, side="us"), "no-commitments-due"),
    "commitments-kept-by-them": (partial(commitments, side="them"), "no-commitments-due"),
    "goal-attainment-rate": (attainment, "no-goals-due"),
    "key-account-share": (key_account_share, "no-customers"),
}
_MEANS: Final[Mapping[str, tuple[ShareOf, str]]] = {
    "mean-satisfaction": (satisfaction, "no-answers"),
    "mean-goal-progress": (mean_progress, "no-goals-measured"),
    "fit": (fit, "never-scored"),
}
_EXACT: Final = Decimal("1E-10")
_WIDE: Final = Context(prec=60)


@dataclass(frozen=True)
class Expected:
    """What a figure must be; `value` None: there is none, for this reason."""

    value: Decimal | None
    numerator: Decimal
    denominator: Decimal | None
    reason: str | None = None


Answer = Mapping[str | None, Expected]
"""By currency; under None what is no money, or where there is no data in any currency."""


def expected_answers(
    entries: Sequence[Recorded], scope: Scope, asked: Asked, known_at: int
) -> Mapping[str, Answer]:
    """Answer with every KPI at once."""
    known = entries[:known_at]
    accounts = [of for id_, of in _accounts(known).items() if _belongs(of, id_, scope, asked.last)]
    return {
        **{name: {None: _of_share(*how, accounts, asked)} for name, how in _SHARES.items()},
        **{name: {None: _of_mean(*how, accounts, asked)} for name, how in _MEANS.items()},
        "profile-completeness": {None: _completeness(known, accounts, asked)},
        **_retention(accounts, asked),
        **_deals(accounts, asked),
        **_orders(accounts, asked),
        **_concentration(accounts, asked),
    }


def _accounts(known: Entries) -> Mapping[UUID, list[Recorded]]:
    found: dict[UUID, list[Recorded]] = {}
    for each in known:
        if each.envelope.account_id is not None:
            found.setdefault(each.envelope.account_id, []).append(each)
    return found


def _belongs(entries: Entries, account_id: UUID, scope: Scope, day: date) -> bool:
    """Tell whether an account belonged to a group on a day, as far as is known."""
    if scope.kind is ScopeKind.TENANT:
        return True
    if scope.kind is ScopeKind.ACCOUNT:
        return str(account_id) == scope.value
    profile = profile_on(entries, day)
    if profile is None:
        return False
    value = _belonging(entries, profile, scope.kind, day)
    return value is not None and str(value) == scope.value


def _belonging(entries: Entries, profile: dict[str, Any], kind: ScopeKind, day: date) -> object:
    match kind:
        case ScopeKind.TIER:
            return tier_on(entries, day)
        case ScopeKind.PORTFOLIO:
            return _lead(entries, day)
        case ScopeKind.INDUSTRY:
            return profile["industry"].label if profile["industry"] else None
        case ScopeKind.SIZE:
            return _size(profile["employees"])
        case _:
            return profile[kind.value]


def _size(employees: int | None) -> str | None:
    if employees is None:
        return None
    ends = {"micro": 10, "small": 50, "medium": 250}
    return next((name for name, end in ends.items() if employees < end), "large")


def _lead(entries: Entries, day: date) -> UUID | None:
    lead: tuple[UUID, str] | None = None
    for each in by_day(entries, day):
        event: Any = each.event
        if each.envelope.name == "account.manager-assigned" and event.primary:
            lead = event.party_id, event.role
        elif each.envelope.name.startswith("account.manager-"):
            lead = None if lead == (event.party_id, event.role) else lead
    return None if lead is None else lead[0]


def _of_share(share: ShareOf, reason: str, accounts: Sequence[Entries], asked: Asked) -> Expected:
    part, whole = _sum([share(each, asked) for each in accounts])
    return _ratio(part, whole, reason)


def _of_mean(share: ShareOf, reason: str, accounts: Sequence[Entries], asked: Asked) -> Expected:
    total, number = _sum([share(each, asked) for each in accounts])
    return _ratio(total, 100 * number, reason)


def _sum(shares: Sequence[Share]) -> Share:
    part = sum((each[0] for each in shares), NOTHING[0])
    return part, sum((each[1] for each in shares), NOTHING[1])


def _ratio(part: Fraction, whole: Fraction, reason: str, scale: int = 100) -> Expected:
    if whole == 0:
        return Expected(None, rounded(part), Decimal(0), reason)
    return Expected(rounded(scale * part / whole), rounded(part), rounded(whole))


def rounded(number: Fraction) -> Decimal:
    """Round to 10 decimals, halves away from zero."""
    exact = _WIDE.divide(Decimal(number.numerator), Decimal(number.denominator))
    return exact.quantize(_EXACT, rounding=ROUND_HALF_UP, context=_WIDE)


def _completeness(known: Entries, accounts: Sequence[Entries], asked: Asked) -> Expected:
    policies = [
        each
        for each in named(known, "policy.published")
        if each.effective_from <= asked.last and isinstance(each.policy, InformationRequirements)
    ]
    items = (policies[-1].policy if policies else InformationRequirements()).items
    part, whole = _sum([completeness(each, asked, items) for each in accounts])
    return _ratio(part, whole, "nothing-asked")


def _retention(accounts: Sequence[Entries], asked: Asked) -> Mapping[str, Answer]:
    names = {"net-revenue-retention": False, "gross-revenue-retention": True}
    found: dict[str, Answer] = {}
    for name, gross in names.items():
        sums: dict[str, Share] = {}
        for each in accounts:
            for currency, kept in retention(each, asked, gross=gross).items():
                sums[currency] = _sum([sums.get(currency, NOTHING), kept])
        found[name] = _or_nothing(
            {currency: _ratio(*kept, "nothing-recurring") for currency, kept in sums.items()},
            Expected(None, Decimal(0), Decimal(0), "nothing-recurring"),
        )
    return found


def _or_nothing(by_currency: Mapping[Any, Expected], nothing: Expected) -> Answer:
    return by_currency or {None: nothing}


def _deals(accounts: Sequence[Entries], asked: Asked) -> Mapping[str, Answer]:
    ever = [win for each in accounts for win in wins(each) if win.on <= asked.last]
    counting = [win for win in ever if asked.has(win.on) and win.reversed_on > asked.as_of]
    currencies = sorted({win.currency for win in ever})
    found: dict[str, Answer] = {}
    for kind, amount in (
        ("", "deal-revenue"),
        ("cross-sell", "cross-sell-amount"),
        ("upsell", "upsell-amount"),
    ):
        of_kind = [win for win in counting if kind in {"", win.kind}]
        found[amount] = _or_nothing(
            {currency: _money(_worth(of_kind, currency)) for currency in currencies},
            Expected(None, Decimal(0), None, "no-deal-history"),
        )
        if kind:
            number = Decimal(len(of_kind))
            found[f"{kind}s"] = {None: Expected(number, number, None)}
    return found


def _worth(won: Sequence[Win], currency: str) -> Decimal:
    return sum((win.amount for win in won if win.currency == currency), Decimal(0))


def _money(amount: Decimal) -> Expected:
    return Expected(amount, amount, None)


def _orders(accounts: Sequence[Entries], asked: Asked) -> Mapping[str, Answer]:
    orders = [order for each in accounts for order in orders_of(each)]
    ever = [order for order in orders if order.day <= asked.last]
    names = ("revenue", "orders", "average-order-value", "customer-lifetime-value")
    found: dict[str, dict[str, Expected]] = {name: {} for name in names}
    for currency in {order.currency for order in ever}:
        of_currency = [order for order in orders if order.currency == currency]
        standing = [order for order in of_currency if not order.cancelled_by(asked.as_of)]
        count = sum(asked.has(order.day) for order in standing)
        net = sum((order.refunded(asked.has) for order in of_currency), Decimal(0))
        for order in standing:
            net += order.amount if asked.has(order.day) else 0
        so_far = sum(
            (order.refunded(lambda day: day <= asked.last) for order in of_currency), Decimal(0)
        )
        so_far += sum((order.amount for order in standing if order.day <= asked.last), Decimal(0))
        found["revenue"][currency] = _money(net)
        found["orders"][currency] = Expected(Decimal(count), Decimal(count), None)
        if count:
            found["average-order-value"][currency] = Expected(
                rounded(Fraction(net) / count), net, Decimal(count)
            )
        found["customer-lifetime-value"][currency] = _money(so_far)
    no_history = Expected(None, Decimal(0), None, "no-order-history")
    return {
        "revenue": _or_nothing(found["revenue"], no_history),
        "orders": _or_nothing(found["orders"], Expected(Decimal(0), Decimal(0), None)),
        "average-order-value": _or_nothing(
            found["average-order-value"], Expected(None, Decimal(0), Decimal(0), "no-orders")
        ),
        "customer-lifetime-value": _or_nothing(found["customer-lifetime-value"], no_history),
    }


def _concentration(accounts: Sequence[Entries], asked: Asked) -> Mapping[str, Answer]:
    revenues: dict[str, list[Fraction]] = {}
    for each in accounts:
        by_currency: dict[str, Fraction] = {}
        for order in orders_of(each):
            net = order.refunded(asked.has)
            if asked.has(order.day) and not order.cancelled_by(asked.as_of):
                net += order.amount
            by_currency[order.currency] = by_currency.get(order.currency, Fraction()) + Fraction(
                net
            )
        for currency, earned in by_currency.items():
            if earned > 0:
                revenues.setdefault(currency, []).append(earned)
    found: dict[str, dict[str, Expected]] = {"revenue-concentration": {}}
    for currency, amounts in revenues.items():
        amounts.sort(reverse=True)
        whole = sum(amounts, Fraction())
        squares = sum((each**2 for each in amounts), Fraction())
        index = _ratio(squares, whole**2, "no-revenue", scale=10_000)
        found["revenue-concentration"][currency] = index
        for top in (1, 5, 10):
            share = _ratio(sum(amounts[:top], Fraction()), whole, "no-revenue")
            found.setdefault(f"top-{top}-revenue-share", {})[currency] = share
    nothing = Expected(None, Decimal(0), None, "no-revenue")
    tops = (1, 5, 10)
    names = ["revenue-concentration", *[f"top-{top}-revenue-share" for top in tops]]
    return {name: _or_nothing(found.get(name, {}), nothing) for name in names}
