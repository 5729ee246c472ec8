"""What is asked of KPIs over HTTP: which, whose, of which period, as of when, as known when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Depends, Query
from psycopg import AsyncConnection

from api.moment import AsOf, KnownAt, moment_asked
from api.reading import PresentReading, View
from api.validation import BadField
from domain import period as periods
from domain.country import Country
from domain.day import Day
from domain.kpi_definition import Definition
from domain.kpi_definitions import EVERY_DEFINITION, OF_ACCOUNTS, definition_of
from domain.period import Period, PeriodKind
from domain.refusal import NoSuch
from domain.tier import Tier
from domain.words import Label
from projections.account_overview import find_account
from projections.kpi_asked import Asked
from projections.kpi_scope import TENANT, Scope, ScopeKind

PeriodText = Annotated[
    str,
    Query(
        max_length=40,
        description="2026-05, 2026-Q2, 2026, ttm@2026-05-31 (the twelve months up to a day), "
        "or lifetime",
    ),
]
KpiNames = Annotated[
    list[str], Query(max_length=100, description="names of KPIs; all of them, if none is given")
]
After = Annotated[int, Query(ge=0, le=2**62, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=10_000, description="so many at the most")]

_FIRST_DAY_SQL: Final = """
    SELECT min(effective_at) FROM projections.account_change WHERE tenant_id = %s
"""
_FIRST_DAY_OF_ACCOUNT_SQL: Final = """
    SELECT min(effective_at) FROM ledger.event WHERE tenant_id = %s AND account_id = %s
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """A period, as of a day, as known at a position, with the connection to read it with."""

    view: View
    period: Period
    as_of: date
    known_at: int

    def of(self, scope: Scope) -> Asked:
        return Asked(self.view.tenant_id, scope, self.period, self.as_of, self.known_at)


async def _moment(
    view: PresentReading,
    period: PeriodText = "lifetime",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Moment:
    wanted = period_asked(period)
    day, position = await moment_asked(view, as_of, known_at)
    if position == 0 and view.position > 0:
        problem = "is before the first event, when nothing was known; give position 1 or later"
        raise BadField("known_at", problem, place="query", code="nothing-known")
    return Moment(view, wanted, day, position)


MomentAsked = Annotated[Moment, Depends(_moment)]


async def _account_scope(account_id: UUID, moment: MomentAsked) -> Scope:
    view = moment.view
    await find_account(view.connection, view.tenant_id, account_id)
    parameters = (view.tenant_id, account_id)
    await _refuse_too_early(view.connection, moment, _FIRST_DAY_OF_ACCOUNT_SQL, parameters)
    return Scope(ScopeKind.ACCOUNT, str(account_id))


async def _group_scope(  # each is a way to name a group
    moment: MomentAsked,
    portfolio: Annotated[UUID | None, Query(description="party id of a manager")] = None,
    tier: Annotated[Tier | None, Query()] = None,
    industry: Annotated[Label | None, Query()] = None,
    territory: Annotated[Label | None, Query()] = None,
    country: Annotated[Country | None, Query()] = None,
    size: Annotated[
        str | None, Query(pattern="^(micro|small|medium|large)$", description="by employees")
    ] = None,
) -> Scope:
    given: dict[ScopeKind, Any] = {
        ScopeKind.PORTFOLIO: portfolio,
        ScopeKind.TIER: tier,
        ScopeKind.INDUSTRY: industry,
        ScopeKind.TERRITORY: territory,
        ScopeKind.COUNTRY: country,
        ScopeKind.SIZE: size,
    }
    named = [Scope(kind, str(value)) for kind, value in given.items() if value is not None]
    if len(named) > 1:
        first, second = named[0].kind, named[1].kind
        problem = f"names a second group beside {first}; ask for one group at a time, or for none"
        raise BadField(second.value, problem, place="query", code="one-group")
    parameters = (moment.view.tenant_id,)
    await _refuse_too_early(moment.view.connection, moment, _FIRST_DAY_SQL, parameters)
    return named[0] if named else TENANT


AccountScope = Annotated[Scope, Depends(_account_scope)]
GroupScope = Annotated[Scope, Depends(_group_scope)]


async def _periods(
    moment: MomentAsked,
    grain: Annotated[
        Literal["month", "quarter", "year"], Query(description="how long each period is")
    ] = "month",
    first: Annotated[
        Day | None, Query(description="a day in the first period; by default 12 periods are told")
    ] = None,
    last: Annotated[
        Day | None, Query(description="a day in the last period; `as_of`, if not given")
    ] = None,
) -> Sequence[Period]:
    until = last or moment.as_of
    if until > moment.as_of:
        problem = f"is after {moment.as_of}, as of which is asked; give an earlier day"
        raise BadField("last", problem, place="query", code="after-as-of")
    since = first or _months_before(until, 11 * _MONTHS[grain])
    if since > until:
        problem = f"is after the last day, {until}; give an earlier one"
        raise BadField("first", problem, place="query", code="date-order")
    if (until.year - since.year) * 12 > _PERIODS_MAX * _MONTHS[grain]:
        problem = f"asks for more than {_PERIODS_MAX} periods; give a later day, or a longer grain"
        raise BadField("first", problem, place="query", code="too-many-periods")
    return periods.periods_between(PeriodKind(grain), since, until)


Periods = Annotated[Sequence[Period], Depends(_periods)]

_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_PERIODS_MAX: Final = 120


def _months_before(day: date, months: int) -> date:
    count = max(day.year * 12 + day.month - 1 - months, 12)
    return date(count // 12, count % 12 + 1, 1)


def kpi_asked(name: str, scope: Scope) -> Definition:
    """Return the KPI of this name.

    Raises:
        NoSuch: there is none of such a scope; says which there are.
    """
    return definition_of(name, _of(scope))


def kpis_asked(names: Sequence[str], scope: Scope) -> Sequence[Definition]:
    """Return the KPIs of these names, or all that there are of such a scope, if none is given.

    Raises:
        NoSuch: there is none of one of these names.
    """
    return [kpi_asked(name, scope) for name in dict.fromkeys(names)] or _of(scope)


def period_asked(text: str) -> Period:
    """Read a period.

    Raises:
        NoSuch: there is no such period; says what periods there are.
    """
    try:
        return periods.parse(text)
    except ValueError as error:
        raise NoSuch("period", str(error)) from error


def _of(scope: Scope) -> Sequence[Definition]:
    return OF_ACCOUNTS if scope.kind is ScopeKind.ACCOUNT else EVERY_DEFINITION


async def _refuse_too_early(
    connection: AsyncConnection[Any], moment: Moment, query: str, parameters: Sequence[Any]
) -> None:
    cursor = await connection.execute(query, parameters)
    (first,) = await cursor.fetchone() or (None,)
    if first is not None and moment.as_of < first:
        problem = f"is before anything took effect; give {first} or a later day"
        raise BadField("as_of", problem, place="query", code="before-the-first-day")
