"""Replays published figures out of a log alone, so that nobody has to trust who published them.

How to use it, say as a step of a verification, over entries in the order of their positions:

    figures = [entry for entry in log if is_published_figure(entry)]    # first pass: there are few
    replay = FigureReplay(figures)
    for entry in log:                                                   # second pass
        for check in replay.read(entry):                                # at each figure's position
            ...                                                         # check.disagreement or not

or `replay_figures(read_log)`, which does both passes. The log may also be that of the accounts
concerned alone (with the policies' stream): then roots of the log are not checked, unless the
caller knows them (`roots`), which `check.not_checked` says.

Everything is reckoned again from all entries up to the figure's `known_at`, never from a set that
somebody chose: a figure from a cherry-picked set disagrees in the number of events, their root, or
the value. A formula that was changed under its old version disagrees in its hash. Of a formula
whose version this program does not have, the value cannot be checked, which is said.

Memory: what contributes to any of the figures, a kilobyte each or less; nothing is kept where there
are no figures. Time: 15 microseconds an entry that contributes, and 3 more for each figure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from domain.kpi_definitions import DEFINITIONS
from domain.published_figure import FigureFormula, FigurePublished, FigureSubject
from ledger.merkle import extend, root
from ledger.recorded import Recorded
from projections.figure_reckoning import KnownEvents, Reckoned, needs_of
from projections.formula_hashes import RELEASED
from projections.formula_source import formula_hash

_SHOWN_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The first thing in which a figure is not what the log gives: what, and both sides."""

    what: str
    expected: str
    """What the log gives."""
    actual: str
    """What was published."""


@dataclass(frozen=True, slots=True)
class FigureCheck:
    """What came of the replay of one figure; without a disagreement, what was checked agrees."""

    figure_id: UUID
    position: int
    subject: FigureSubject
    disagreement: Disagreement | None
    not_checked: tuple[str, ...] = ()
    reckoned: Reckoned | None = None
    """What the log gives; None: the figure names what this program cannot reckon."""

    @property
    def agrees(self) -> bool:
        return self.disagreement is None


def is_published_figure(entry: Recorded) -> bool:
    return isinstance(entry.event, FigurePublished)


@dataclass
class FigureReplay:
    """Takes the entries of a log in their order; see the module."""

    figures: Sequence[Recorded]
    roots: Mapping[int, bytes] = field(default_factory=dict)
    """Roots of the log's tree by size, where the caller knows them."""
    _left: int = 0
    _known: KnownEvents | None = None
    _tree: "_Tree | None" = None

    def __post_init__(self) -> None:
        events = [_published(entry) for entry in self.figures]
        self._left = len(events)
        self._known = KnownEvents(needs_of(each.subject for each in events))
        self._tree = _Tree({each.moment.known_at for each in events} - self.roots.keys())

    def read(self, entry: Recorded) -> Iterator[FigureCheck]:
        """Take the next entry; where it is a published figure, yield what came of its replay."""
        if not self._left or self._known is None or self._tree is None:
            return
        self._tree.grow(entry)
        self._known.read(entry)
        if is_published_figure(entry):
            self._left -= 1
            roots = {**self._tree.roots, **self.roots}
            yield check_figure(entry, self._known, roots.get(_published(entry).moment.known_at))


def replay_figures(read_log: Callable[[], Iterable[Recorded]]) -> Iterator[FigureCheck]:
    """Read a log twice, and yield what came of the replay of each figure published in it."""
    replay = FigureReplay([entry for entry in read_log() if is_published_figure(entry)])
    if replay.figures:
        for entry in read_log():
            yield from replay.read(entry)


def check_figure(entry: Recorded, known: KnownEvents, log_root: bytes | None) -> FigureCheck:
    """Reckon a published figure again, out of what is known of the log up to it, and compare."""
    published = _published(entry)
    not_checked = [] if log_root is not None else ["the root of the log at `known_at`"]
    reckoned: Reckoned | None = None
    disagreement = _moment(entry, published, log_root) or _formula(published)
    if not disagreement:
        try:
            moment = published.moment
            reckoned = known.reckon(published.subject, as_of=moment.as_of, known_at=moment.known_at)
        except (KeyError, ValueError) as error:
            disagreement = Disagreement("subject", "what can be reckoned", str(error))
    if reckoned is not None:
        version = DEFINITIONS[published.subject.kpi].kpi.formula_version
        if version != published.formula.version:
            not_checked.append(
                f"the value: of version {published.formula.version} of the formula, while this "
                f"program has {version}"
            )
        else:
            disagreement = _contents(published, reckoned)
    return FigureCheck(
        published.figure_id,
        entry.position,
        published.subject,
        disagreement,
        tuple(not_checked),
        reckoned,
    )


def formula_of(name: str) -> FigureFormula:
    """Return the version and hash of a KPI's formula in this program."""
    return FigureFormula(version=DEFINITIONS[name].kpi.formula_version, hash=formula_hash(name))


def is_released(name: str, formula: FigureFormula) -> bool:
    """Tell whether the formula is one that was ever released under its version."""
    return formula.hash in RELEASED.get((name, formula.version), ())


def _moment(
    entry: Recorded, published: FigurePublished, log_root: bytes | None
) -> Disagreement | None:
    moment = published.moment
    if not 0 < moment.known_at < entry.position:
        return Disagreement("known_at", f"1 to {entry.position - 1}", str(moment.known_at))
    if log_root is not None and moment.known_root != log_root.hex():
        return Disagreement("known_root", log_root.hex(), moment.known_root)
    return None


def _formula(published: FigurePublished) -> Disagreement | None:
    """Compare hashes where the versions are the same; a version may have had several releases."""
    name, told = published.subject.kpi, published.formula
    if name not in DEFINITIONS:
        return Disagreement("kpi", f"one of {', '.join(DEFINITIONS)}", name)
    ours = formula_of(name)
    if told.version != ours.version:
        return None
    if told.hash == ours.hash or (is_released(name, told) and is_released(name, ours)):
        return None
    return Disagreement(
        "formula_hash",
        f"{ours.hash}, of version {ours.version} in this program",
        f"{told.hash}, of version {told.version} as published",
    )


def _contents(published: FigurePublished, reckoned: Reckoned) -> Disagreement | None:
    ours, told = reckoned.evidence, published.evidence
    pairs: list[tuple[str, Any, Any]] = [
        ("members", ours.members, told.members),
        ("evidence_events", ours.events, told.events),
        ("evidence_root", ours.root, told.root),
        ("values", reckoned.values, published.values),
    ]
    for what, expected, actual in pairs:
        if expected != actual:
            return Disagreement(what, _shown(expected), _shown(actual))
    return None


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        value = "; ".join(each.model_dump_json(exclude_none=True) for each in value)
    text = str(value)
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"


def _published(entry: Recorded) -> FigurePublished:
    if not isinstance(entry.event, FigurePublished):
        raise TypeError(f"position {entry.position} holds no published figure")
    return entry.event


class _Tree:
    """The roots of a log at some sizes, as far as its entries come without a gap from the first."""

    def __init__(self, sizes: Iterable[int]) -> None:
        self.roots: dict[int, bytes] = {}
        self._left = set(sizes)
        self._size = 0
        self._frontier = b""

    def grow(self, entry: Recorded) -> None:
        if not self._left or entry.position != self._size + 1:
            self._left.clear()
            return
        self._frontier = extend(self._size, self._frontier, [entry.leaf])
        self._size += 1
        if self._size in self._left:
            self._left.remove(self._size)
            self.roots[self._size] = root(self._size, self._frontier)
