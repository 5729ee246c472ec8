"""Published figures: what was told of a KPI, from which evidence, and as known when.

A published figure is never changed. It may be withdrawn, or restated by another one that names it;
what was told stays told, under its own moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID, uuid5

from immutables import Map
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.currency import Currency
from domain.day import Day
from domain.event import Aggregate, Event, Stream
from domain.reason import refuse_future, require_reason
from domain.refusal import NotFound, Refused
from domain.seal import HexHash, LogSize
from domain.words import Name

_NAMESPACE: Final = UUID("7b5e0d1c-94a2-4f3e-a6c8-1d2f9e70b3a4")
"""Part of the stored form: chosen once, on 2026-11-28, never to change."""

PeriodText = Annotated[
    str,
    StringConstraints(
        pattern=r"^([0-9]{4}(-[0-9]{2}|-Q[1-4])?|ttm@[0-9]{4}-[0-9]{2}-[0-9]{2}|lifetime)$"
    ),
]
KpiName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
FormulaVersion = Annotated[int, Field(ge=1, le=1_000_000)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Exactly = Annotated[Decimal, Field(allow_inf_nan=False)]
"""A number without a loss."""


class FigureScopeKind(StrEnum):
    ACCOUNT = "account"
    PORTFOLIO = "portfolio"
    TIER = "tier"
    INDUSTRY = "industry"
    TERRITORY = "territory"
    COUNTRY = "country"
    SIZE = "size"
    TENANT = "tenant"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FigureScope(_Part):
    """Whose figure it is: a kind of group, and which one (an id or a word; of the tenant: none)."""

    kind: FigureScopeKind
    value: Name | None = None

    @property
    def account_id(self) -> UUID | None:
        return UUID(self.value) if self.kind is FigureScopeKind.ACCOUNT else None


class FigureSubject(_Part):
    """What a figure is of: a KPI, whose, and of which period; one stream holds all of it."""

    kpi: KpiName
    scope: FigureScope
    period: PeriodText


class FigureMoment(_Part):
    """As of which day, and as known at which size of the log, whose tree has this root."""

    as_of: Day
    known_at: LogSize
    known_root: HexHash


class FigureValue(_Part):
    """The value in one currency (none: it is no money), or the code of the reason for none.

    `value` is exact to 10 decimals, `shown` as people read it. `policy_version` is that of the
    policy it was reckoned by (0: the house's default).
    """

    currency: Currency | None = None
    value: Exactly | None = None
    shown: Exactly | None = None
    no_data: Word | None = None
    numerator: Exactly
    denominator: Exactly | None = None
    flags: tuple[Word, ...] = ()
    policy_version: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class FigureEvidence(_Part):
    """How many events the figure was reckoned from, and their Merkle root.

    The leaves are those of the events' records in the log, in the order of their positions, hashed
    to a root as the log's own tree is (RFC 6962). `members` is how many accounts the group had.
    """

    events: LogSize
    root: HexHash
    members: LogSize | None = None


class FigureFormula(_Part):
    """Which formula: its version, and the hash of the source that it is defined by."""

    version: FormulaVersion
    hash: HexHash


# Events: these names and fields are the stored format. Add; never rename or remove.


class FigurePublished(Event):
    """A figure was told. `restates`: the one that it takes the place of."""

    NAME: ClassVar[str] = "figure.published"
    figure_id: UUID
    subject: FigureSubject
    moment: FigureMoment
    formula: FigureFormula
    values: tuple[FigureValue, ...]
    evidence: FigureEvidence
    restates: UUID | None = None


class FigureWithdrawn(Event):
    """A figure that was told is no longer stood by; nothing takes its place."""

    NAME: ClassVar[str] = "figure.withdrawn"
    figure_id: UUID


PublishedFigureEvent = FigurePublished | FigureWithdrawn


@dataclass(frozen=True, slots=True)
class Told:
    """What decisions remember of one figure that was told."""

    as_of: date
    known_at: int
    withdrawn: bool = False
    restated_by: UUID | None = None

    @property
    def stands(self) -> bool:
        return not self.withdrawn and self.restated_by is None


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """Everything that was told of one KPI, scope and period."""

    told: Map[UUID, Told] = field(default_factory=Map)

    @property
    def standing(self) -> UUID | None:
        """The figure that stands; there is one at the most."""
        return next((id_ for id_, each in self.told.items() if each.stands), None)

    def find(self, figure_id: UUID) -> Told:
        """Return what is remembered of a figure.

        Raises:
            NotFound: it was never told of this.
        """
        told: Told | None = self.told.get(figure_id)
        if told is None:
            raise NotFound("figure", figure_id)
        return told


NOTHING_TOLD: Final = PublishedFigures()


def evolve(figures: PublishedFigures | None, event: PublishedFigureEvent) -> PublishedFigures:
    """Fold one event into the state. Never refuses: what happened, happened."""
    told = (figures or NOTHING_TOLD).told
    match event:
        case FigurePublished(figure_id=id_, moment=moment, restates=restates):
            if restates is not None and restates in told:
                told = told.set(restates, replace(told[restates], restated_by=id_))
            return PublishedFigures(told.set(id_, Told(moment.as_of, moment.known_at)))
        case FigureWithdrawn(figure_id=id_):
            if id_ in told:
                told = told.set(id_, replace(told[id_], withdrawn=True))
            return PublishedFigures(told)
        case _:
            assert_never(event)


PUBLISHED_FIGURE: Final[Aggregate[PublishedFigures, PublishedFigureEvent]] = Aggregate(
    name="published-figure", events=(FigurePublished, FigureWithdrawn), evolve=evolve
)


def published_figure_stream(
    subject: FigureSubject,
) -> Stream[PublishedFigures, PublishedFigureEvent]:
    """Return the stream of all that is told of this; that of an account is of its history."""
    scope = subject.scope
    name = f"{subject.kpi} {scope.kind} {scope.value or ''} {subject.period}"
    return PUBLISHED_FIGURE.stream(uuid5(_NAMESPACE, name), account_id=scope.account_id)


def figure_id(subject: FigureSubject, *, as_of: date, known_at: int) -> UUID:
    """Return the id of a figure: asked for again, it is the same one."""
    return uuid5(published_figure_stream(subject).id, f"{as_of} {known_at}")


def publish_figure(
    figures: PublishedFigures,
    published: FigurePublished,
    *,
    known_on: date,
    today: date,
    reason: str,
) -> Sequence[PublishedFigureEvent]:
    """Tell a figure; where one stands already, the new one says that it restates it, and why.

    `known_on` is the last day on which no more than `known_at` was known.

    Raises:
        NotFound: the figure that it is said to restate was never told.
        Refused: `in-the-future`, `as-of-not-known`, `figure-withdrawn`, `figure-stands`,
            `figure-not-standing`, `reason-required`.
    """
    moment, restates = published.moment, published.restates
    refuse_future(moment.as_of, today=today)
    if moment.as_of > known_on:
        raise Refused(
            "as-of-not-known",
            f"what was known at {moment.known_at} was known until {known_on}, and so not as of "
            f"{moment.as_of}; give a day up to {known_on}, or a later `known_at`",
        )
    before = figures.told.get(published.figure_id)
    if before is not None:
        if before.withdrawn:
            raise Refused(
                "figure-withdrawn",
                f"the figure {published.figure_id} was withdrawn; publish it as known later",
            )
        return []
    _refuse_beside(figures, restates)
    if restates is not None:
        require_reason(reason)
    return [published]


def withdraw_figure(
    figures: PublishedFigures, *, figure_id: UUID, reason: str
) -> Sequence[PublishedFigureEvent]:
    """No longer stand by a figure.

    Raises:
        NotFound: it was never told.
        Refused: `reason-required`, `figure-not-standing`.
    """
    require_reason(reason)
    told = figures.find(figure_id)
    if told.withdrawn:
        return []
    if told.restated_by is not None:
        raise Refused(
            "figure-not-standing",
            f"the figure {figure_id} was restated by {told.restated_by}; withdraw that one",
        )
    return [FigureWithdrawn(figure_id=figure_id)]


def _refuse_beside(figures: PublishedFigures, restates: UUID | None) -> None:
    """Let one figure stand at a time, so that nobody can choose between two."""
    standing = figures.standing
    if restates is None:
        if standing is not None:
            raise Refused(
                "figure-stands",
                f"the figure {standing} stands; name it in `restates` with a reason, or withdraw "
                "it first",
            )
        return
    told = figures.find(restates)
    if told.restated_by is not None:
        raise Refused(
            "figure-not-standing",
            f"the figure {restates} was restated by {told.restated_by}; restate that one",
        )
    if standing not in (None, restates):
        raise Refused("figure-stands", f"it is the figure {standing} that stands; restate that one")
