"""A KPI's history as a picture: steps, since a figure stays what it is until an event changes it.

Plain SVG, without a script: it can be opened, mailed and printed anywhere. Each point carries the
position of the event behind it; where a figure was restated, the point is hollow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeVar
from xml.sax.saxutils import escape, quoteattr

from projections.kpi_history import Change

T = TypeVar("T")

_WIDTH: Final = 960
_HEIGHT: Final = 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 96, 24, 64, 56
_LABELS: Final = 5
"""So many values are written beside the picture, at the most."""
_LABEL_WIDTH: Final = 100
"""What the label of a position takes."""
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Told apart by people who see colours differently (Okabe and Ito, 2008)."""
_STYLE: Final = (
    "text{font:12px system-ui,sans-serif;fill:#333}.title{font-size:16px;font-weight:600}"
    ".axis{stroke:#999}.grid{stroke:#e5e5e5}.step{fill:none;stroke-width:2}"
)


@dataclass(frozen=True, slots=True)
class _Point:
    position: int
    value: Decimal
    shown: Decimal
    recorded_at: datetime
    event: str
    restates: bool


class _Scale:
    """Where positions and values stand on the page; what has no range stands in the middle."""

    def __init__(self, points: Sequence[_Point], known_at: int) -> None:
        positions = [known_at, *[each.position for each in points]]
        values = [each.value for each in points]
        self.first, self.last = min(positions), max(positions)
        self.low, self.high = min(values), max(values)

    def x(self, position: int) -> float:
        width = _WIDTH - _LEFT - _RIGHT
        reach = self.last - self.first
        return _LEFT + (width / 2 if reach == 0 else width * (position - self.first) / reach)

    def y(self, value: Decimal) -> float:
        height = _HEIGHT - _TOP - _BOTTOM
        reach = self.high - self.low
        share = 0.5 if reach == 0 else float((value - self.low) / reach)
        return _HEIGHT - _BOTTOM - height * share


def plot(title: str, subtitle: str, changes: Sequence[Change], *, known_at: int) -> str:
    """Draw every value that a figure has had up to a position, one line a currency.

    Where there was no value the line stops, and begins again where there is one. Without any value
    at all the picture says so.
    """
    series = _series(changes)
    points = [point for run in series.values() for part in run for point in part]
    body = [_text(_WIDTH / 2, _HEIGHT / 2, "no data yet")]
    if points:
        body = list(_body(series, _Scale(points, known_at), points))
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} aria-label={quoteattr(title)}>',
            f"<title>{escape(title)}</title><style>{_STYLE}</style>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            f'<text class="title" x="{_LEFT}" y="26">{escape(title)}</text>',
            f'<text x="{_LEFT}" y="46">{escape(subtitle)}</text>',
            *body,
            "</svg>\n",
        ]
    )


def _series(changes: Sequence[Change]) -> dict[str, list[list[_Point]]]:
    """Return, for each currency, runs of points between which there was no value.

    The last run is empty where there is none any more.
    """
    found: dict[str, list[list[_Point]]] = {}
    for each in changes:
        runs = found.setdefault(each.figure.currency or "", [[]])
        value, shown, position = each.figure.value, each.figure.shown, each.figure.position
        if value is None or shown is None or position is None:
            runs.append([])
            continue
        runs[-1].append(_Point(position, value, shown, each.recorded_at, each.event, each.restates))
    return found


def _body(
    series: dict[str, list[list[_Point]]], scale: _Scale, points: Sequence[_Point]
) -> Iterator[str]:
    yield from _axes(scale, points)
    for number, (currency, runs) in enumerate(series.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        for run in runs:
            if run:
                until = scale.last if run is runs[-1] else None
                yield _steps(scale, run, until, colour)
            for point in run:
                yield _mark(scale, point, colour, currency)
        if currency:
            x = _WIDTH - _RIGHT - 60 * (len(series) - number)
            yield f'<rect x="{x}" y="18" width="10" height="10" fill="{colour}"/>'
            yield _text(x + 14, 27, currency, "start")


def _axes(scale: _Scale, points: Sequence[_Point]) -> Iterator[str]:
    bottom = _HEIGHT - _BOTTOM
    for value, shown in _picked(sorted({(each.value, each.shown) for each in points})):
        y = scale.y(value)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(_LEFT - 8, y + 4, f"{shown:,f}", "end")
    yield f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{bottom}" y2="{bottom}"/>'
    reached = 0.0
    for position, day in sorted({(p.position, p.recorded_at.date()) for p in points}):
        x = scale.x(position)
        if x >= reached:  # labels beside one another, not on one another
            reached = x + _LABEL_WIDTH
            yield _text(x, bottom + 20, str(position))
            yield _text(x, bottom + 36, day.isoformat())


def _picked(values: Sequence[T]) -> Sequence[T]:
    """Choose a few that lie evenly among all, the first and the last among them."""
    if len(values) <= _LABELS:
        return values
    return [values[round(n * (len(values) - 1) / (_LABELS - 1))] for n in range(_LABELS)]


def _steps(scale: _Scale, run: Sequence[_Point], until: int | None, colour: str) -> str:
    """Draw a flat line from each change to the next: between them the figure stayed as it was."""
    path = [f"M{scale.x(run[0].position):.1f} {scale.y(run[0].value):.1f}"]
    path += [f"H{scale.x(each.position):.1f}V{scale.y(each.value):.1f}" for each in run[1:]]
    if until is not None:
        path.append(f"H{scale.x(until):.1f}")
    return f'<path class="step" stroke="{colour}" d="{"".join(path)}"/>'


def _mark(scale: _Scale, point: _Point, colour: str, currency: str) -> str:
    fill = "#fff" if point.restates else colour
    what = "restated by" if point.restates else "by"
    told = (
        f"{point.shown:,f} {currency}".strip()
        + f" {what} {point.event}, position {point.position},"
        f" recorded {point.recorded_at:%Y-%m-%d %H:%M:%S} UTC"
    )
    return (
        f'<circle cx="{scale.x(point.position):.1f}" cy="{scale.y(point.value):.1f}" r="4"'
        f' fill="{fill}" stroke="{colour}" stroke-width="2" data-position="{point.position}"'
        f' data-restates="{str(point.restates).lower()}"><title>{escape(told)}</title></circle>'
    )


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
