"""What defines a formula, as a hash: so that one that was changed under its old version is noticed.

The hash is over the source of everything of ours that a figure's way from events to value leads
through: the formula, the folds of its evidence, and what these call in turn; comments, docstrings
and blank lines do not count. Events stand in it by name, since their form has tests of its own.
"""

import ast
import inspect
import io
import sys
import textwrap
import tokenize
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from hashlib import sha256
from types import CodeType, FunctionType
from typing import Any, Final

from domain.event import Event
from domain.kpi_definition import Definition
from domain.kpi_definitions import DEFINITIONS
from projections import figure_members, figure_orders
from projections.kpi_answer import reckon
from projections.kpi_facts import Changes

_OURS: Final = ("domain.", "projections.")
_ORDER_RULES: Final = (
    Changes,
    figure_orders.order_sums,
    figure_orders.revenue_by_account,
)


@cache
def formula_hash(name: str) -> str:
    """Return the hash of what defines a KPI in this program, as 64 hex digits.

    Raises:
        KeyError: there is no such KPI.
    """
    definition = DEFINITIONS[name]
    found = _Found()
    for root in _roots(definition):
        found.follow(root)
    told = [_declared(definition), *[f"{key}\n{text}" for key, text in sorted(found.texts.items())]]
    return sha256("\n\n".join(told).encode()).hexdigest()


def _declared(definition: Definition) -> str:
    """Write down what the definition itself says."""
    kpi, policy = definition.kpi, definition.policy
    families = ",".join(family.name for family in definition.families)
    flags = [definition.orders, definition.before, definition.ever, definition.by_account]
    measures = ",".join(definition.measures)
    return (
        f"{kpi.name} {kpi.formula_version} {kpi.unit} = {definition.formula}; {measures}; "
        f"{families}; {flags}; {policy.__name__ if policy else ''}; {definition.groups_only}"
    )


def _roots(definition: Definition) -> list[Any]:
    roots: list[Any] = [definition.reckon, reckon, figure_members.members, definition.policy]
    roots += [family.contribute for family in definition.families]
    if definition.orders or definition.by_account:
        roots += _ORDER_RULES
    return roots


class _Found:
    """What formulas lead to: the text of each function, class and constant, by its full name."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def follow(self, value: Any) -> None:
        """Take in a value, and all that it leads to."""
        if isinstance(value, FunctionType):
            bound = [cell.cell_contents for cell in value.__closure__ or ()]
            # One function may be bound to several things: a ratio of these measures, or of those.
            self._define(value, f"{_name(value)} of {_plain(bound)}")
            for each in bound:
                self.follow(each)
        elif isinstance(value, type):
            self._define(value, _name(value))
        elif isinstance(value, tuple | list | frozenset | set):
            for each in value:
                self.follow(each)
        elif isinstance(value, dict):
            for each in (*value, *value.values()):
                self.follow(each)

    def _define(self, value: Any, key: str) -> None:
        if key in self.texts or not value.__module__.startswith(_OURS):
            return
        if isinstance(value, type) and issubclass(value, Event):
            self.texts[key] = ""
            return
        self.texts[key] = _source(value)
        for function in filter(_is_written_here, _functions(value)):
            for name in sorted(_names(function.__code__)):
                if name in function.__globals__:
                    led_to = function.__globals__[name]
                    self.texts.setdefault(f"{function.__module__}.{name}", _plain(led_to))
                    self.follow(led_to)


def _functions(value: Any) -> Iterator[FunctionType]:
    """Yield a function, or the methods of a class."""
    if isinstance(value, FunctionType):
        yield value
    elif isinstance(value, type):
        for member in vars(value).values():
            yield from _functions(member if isinstance(member, FunctionType) else None)
            yield from _functions(getattr(member, "fget", getattr(member, "__func__", None)))


def _is_written_here(function: FunctionType) -> bool:
    """Tell it from what a decorator made of a class, which differs from one Python to the next."""
    module = function.__module__
    written_in = sys.modules[module].__file__ if module.startswith(_OURS) else None
    return function.__code__.co_filename == written_in


def _names(code: CodeType) -> set[str]:
    within = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return {*code.co_names, *(name for each in within for name in _names(each))}


def _name(value: "FunctionType | type") -> str:
    return f"{value.__module__}.{value.__qualname__}"


def _plain(value: Any) -> str:
    """Write a constant down the same everywhere; of what is no constant, only what it is called."""
    match value:
        case Enum():
            return f"{type(value).__name__}.{value.name}"
        case bool() | int() | str() | Decimal() | Fraction() | date() | None:
            return repr(value)
        case tuple() | list():
            return f"({', '.join(map(_plain, value))})"
        case set() | frozenset():
            return f"{{{', '.join(sorted(map(_plain, value)))}}}"
        case dict():
            return f"{{{', '.join(f'{_plain(k)}: {_plain(v)}' for k, v in value.items())}}}"
        case _:
            return getattr(value, "__qualname__", type(value).__qualname__)


@cache
def _source(value: Any) -> str:
    """Return the source without comments, docstrings and blank lines."""
    text = textwrap.dedent(inspect.getsource(value))
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    is_part_of_a_line = value.__name__ == "<lambda>"
    for node in [] if is_part_of_a_line else ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            for row in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                lines[row - 1] = ""
    return "\n".join(line.rstrip() for line in lines if line.strip())
