"""From the words that somebody asks with to what a figure is of, or why there is no such thing."""

from datetime import date
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from domain import period as periods
from domain.country import Country
from domain.evidence import Question
from domain.kpi_definitions import EVERY_DEFINITION, OF_ACCOUNTS, definition_of
from domain.period import LIFETIME, Period
from domain.policy_set import NO_POLICIES
from domain.published_figure import FigureScope, FigureScopeKind, FigureSubject
from domain.refusal import NoSuch
from domain.tier import Tier

_COUNTRY: TypeAdapter[str] = TypeAdapter(Country)
_SIZES = ("micro", "small", "medium", "large")


def subject_of(kpi: str, kind: FigureScopeKind, of: str | None, period: Period) -> FigureSubject:
    """Return what a figure is of.

    Raises:
        NoSuch: there is no such KPI, or no such group; says which there are.
    """
    is_account = kind is FigureScopeKind.ACCOUNT
    definition_of(kpi, OF_ACCOUNTS if is_account else EVERY_DEFINITION)
    scope = FigureScope(kind=kind, value=_value(kind, of))
    return FigureSubject(kpi=kpi, scope=scope, period=str(period))


def closing_day(period: Period, today: date) -> date:
    """Return the last day that counts: that of the period, or today, if it still runs."""
    return today if period == LIFETIME else Question(period, today, NO_POLICIES).closing


def period_of(text: str) -> Period:
    """Read a period.

    Raises:
        NoSuch: there is none of this name.
    """
    try:
        return periods.parse(text)
    except ValueError as error:
        raise NoSuch("period", str(error)) from error


def _value(kind: FigureScopeKind, of: str | None) -> str | None:
    """Return which of a kind of groups, in its one form."""
    match kind:
        case FigureScopeKind.TENANT:
            if of:
                raise NoSuch("group", f"the tenant is one; leave out {of!r}")
            return None
        case FigureScopeKind.ACCOUNT | FigureScopeKind.PORTFOLIO:
            try:
                return str(UUID(of or ""))
            except ValueError:
                raise NoSuch("group", f"{of!r} is no id of {_named(kind)}") from None
        case FigureScopeKind.TIER:
            return _one_of(kind, of, tuple(Tier))
        case FigureScopeKind.SIZE:
            return _one_of(kind, of, _SIZES)
        case FigureScopeKind.COUNTRY:
            try:
                return _COUNTRY.validate_python(of)
            except ValidationError:
                raise NoSuch("group", f"{of!r} is no country; give a code like ES") from None
        case _:
            if not of:
                raise NoSuch("group", f"say which {kind}; give its label")
            return of


def _one_of(kind: FigureScopeKind, of: str | None, there_are: tuple[str, ...]) -> str:
    if of not in there_are:
        raise NoSuch("group", f"{of!r} is no {kind}; there are {', '.join(there_are)}")
    return str(of)


def _named(kind: FigureScopeKind) -> str:
    return "an account" if kind is FigureScopeKind.ACCOUNT else "a manager"
