"""What the demo is told in: chapters of steps, each a command, the day it took effect, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from inspect import signature
from typing import Any, Final
from uuid import UUID, uuid5

from domain import commands
from domain.decision import Decision
from domain.money import Money
from domain.order_book import OrderContent, OrderLine

TODAY: Final = date(2026, 10, 31)
"""The day on which the story is told; nothing in it lies later."""

NAMESPACE: Final = UUID("a7c1a5b0-64a5-4f4e-8d7c-3b0e9d5c2f18")
"""Part of what makes the demo the same everywhere: chosen once, never to change."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened: `command` is the name of what was asked, `on` its effective day."""

    command: str
    decision: Decision
    on: date
    reason: str | None


@dataclass(frozen=True, slots=True)
class Chapter:
    """Steps in their order; a later chapter may build on an earlier one."""

    name: str
    steps: Sequence[Step]


def on(
    day: str,
    command: Callable[..., Decision],
    *ids: UUID,
    reason: str | None = None,
    **arguments: Any,
) -> Step:
    """Let a command take effect on a day such as `2026-05-31`; the reason stands in the envelope.

    The command is told the day, the reason and today as well, if it asks for them.
    """
    effective_day = date.fromisoformat(day)
    offered = {"on": effective_day, "reason": reason, "today": TODAY}
    asked_for = signature(command).parameters
    told = {name: value for name, value in offered.items() if name in asked_for}
    decision = command(*ids, **(told | arguments))
    return Step(command.__name__, decision, effective_day, reason)


def order(
    day: str,
    account_id: UUID,
    number: str,
    amount: Money,
    *,
    reason: str | None = None,
    **content: Any,
) -> Step:
    """Place an order, whose id follows from the account and the number on its papers."""
    return on(
        day,
        commands.place_order,
        account_id,
        order_id=order_id(account_id, number),
        content=_content(day, number, amount, **content),
        reason=reason,
    )


def correction(
    day: str, account_id: UUID, number: str, amount: Money, *, reason: str, **content: Any
) -> Step:
    """Restate the order as it should have read on its own day."""
    return on(
        day,
        commands.correct_order,
        account_id,
        order_id=order_id(account_id, number),
        content=_content(day, number, amount, **content),
        reason=reason,
    )


def cancellation(day: str, account_id: UUID, number: str, *, reason: str) -> Step:
    return on(
        day,
        commands.cancel_order,
        account_id,
        order_id=order_id(account_id, number),
        reason=reason,
    )


def refund(day: str, account_id: UUID, number: str, amount: Money, *, reason: str) -> Step:
    """Give money back once; a second refund of the same order on the same day has no id of its own.

    A story has no such thing.
    """
    return on(
        day,
        commands.refund_order,
        account_id,
        order_id=order_id(account_id, number),
        refund_id=uuid5(account_id, f"refund {number} {day}"),
        amount=amount,
        reason=reason,
    )


def id_of(kind: str, name: str) -> UUID:
    return uuid5(NAMESPACE, f"{kind} {name}")


def order_id(account_id: UUID, number: str) -> UUID:
    return uuid5(account_id, f"order {number}")


def line(product: str, quantity: int, amount: Money, product_line: str | None = None) -> OrderLine:
    """Return a line; the amount is that of the whole line."""
    return OrderLine(
        product=product, quantity=Decimal(quantity), amount=amount, product_line=product_line
    )


def eur(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


def jpy(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="JPY")


def _content(day: str, number: str, amount: Money, **content: Any) -> OrderContent:
    return OrderContent(ordered_on=date.fromisoformat(day), number=number, amount=amount, **content)
