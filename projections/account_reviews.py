"""Reviews: what each period has shown of an account, and when to look again."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.account_review import AccountReviewed, ReviewedFigure
from ledger.recorded import Recorded
from projections.row_list import RowList
from projections.row_view import Key, RowView


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review; the columns of `projections.account_review`."""

    account_id: UUID
    review_id: UUID
    period: str
    findings: tuple[str, ...]
    figures: tuple[str, ...]
    """Each as `kpi known_at value unit`; a value that there was none of is `-`."""
    reviewed_on: date
    next_review_on: date | None
    position: int


def evolve(_: ReviewRow | None, entry: Recorded) -> ReviewRow:
    """Return the row that one entry makes: the latest stands."""
    event = entry.event
    if not isinstance(event, AccountReviewed):
        raise ValueError(f"{entry.envelope.name} is not {AccountReviewed.NAME}")  # noqa: TRY004
    return ReviewRow(
        account_id=entry.envelope.stream_id,
        review_id=event.review_id,
        period=event.period,
        findings=event.findings,
        figures=tuple(map(_written, event.figures)),
        reviewed_on=entry.envelope.effective_at,
        next_review_on=event.next_review_on,
        position=entry.position,
    )


def key_of(entry: Recorded) -> Key | None:
    event = entry.event
    return (
        (entry.envelope.stream_id, event.review_id) if isinstance(event, AccountReviewed) else None
    )


REVIEWS: Final = RowView(
    name="account-reviews",
    table="account_review",
    row=ReviewRow,
    key=("account_id", "review_id"),
    key_of=key_of,
    evolve=evolve,
)
REVIEW_LIST: Final = RowList(REVIEWS, "review", by="reviewed_on", id="review_id")


def figure_in(text: str) -> ReviewedFigure:
    """Read a figure as a row holds it."""
    kpi, known_at, value, unit = text.split(" ", 3)
    fields = {"kpi": kpi, "known_at": int(known_at), "unit": unit}
    return ReviewedFigure.model_validate(fields | {"value": None if value == "-" else value})


def _written(figure: ReviewedFigure) -> str:
    value = "-" if figure.value is None else f"{figure.value:f}"
    return f"{figure.kpi} {figure.known_at} {value} {figure.unit}"
