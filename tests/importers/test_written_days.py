"""Days as people write them: ISO, with dots, slashes and times, and as spreadsheets count them."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from importers.convention import DayOrder, convention_of
from importers.failure import Unusable
from importers.written_day import DayEvidence, moment


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-03-04", "2026-03-04T00:00:00"),
        ("2026/3/4", "2026-03-04T00:00:00"),
        ("2024-02-01 09:30", "2024-02-01T09:30:00"),
        ("2024-02-01T09:30:15.000Z", "2024-02-01T09:30:15"),
        ("2024-02-01T01:30:15.000+0200", "2024-01-31T23:30:15"),
        ("04.03.2026", "2026-03-04T00:00:00"),
        ("4.3.2026 17:05", "2026-03-04T17:05:00"),
        ("31/05/2026", "2026-05-31T00:00:00"),
        ("5/31/2026", "2026-05-31T00:00:00"),
        ("5/31/2026, 12:05 AM", "2026-05-31T00:05:00"),
        ("31-05-2026", "2026-05-31T00:00:00"),
        ("05/05/2026 1:30 p.m.", "2026-05-05T13:30:00"),
        ("45631", "2024-12-05T00:00:00"),
        ("45631.5", "2024-12-05T12:00:00"),
    ],
)
def test_a_clear_day_is_read(text: str, read: str) -> None:
    assert moment(text, None, UTC).isoformat() == read


def test_an_instant_is_a_day_of_the_time_zone() -> None:
    assert (
        moment("2026-03-31T23:30:00Z", None, ZoneInfo("Europe/Madrid"))
        .isoformat()
        .startswith("2026-04-01T01:30")
    )


def test_which_number_is_the_month_is_for_the_column_to_say() -> None:
    day_first = moment("03/04/2026", DayOrder.DAY_FIRST, UTC)
    month_first = moment("03/04/2026", DayOrder.MONTH_FIRST, UTC)

    assert (day_first.month, month_first.month) == (4, 3)
    with pytest.raises(ValueError, match="is ambiguous"):
        moment("03/04/2026", None, UTC)


@pytest.mark.parametrize(
    "text", ["soon", "2026-02-30", "31/31/2026", "04.13.2026", "1/2/26", "2026-01-01 25:00",
             "2026-01-01 13:00 PM", "456311"]
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        moment(text, DayOrder.DAY_FIRST, UTC)


def test_a_column_says_which_order_it_has() -> None:
    evidence = DayEvidence()
    for text in ("03/04/2026", "05/05/2026", "2026-05-31", "04.05.2026", "13/04/2026", "45631"):
        evidence.add(text)

    assert evidence.clear == {DayOrder.DAY_FIRST: "13/04/2026"}
    assert (evidence.ambiguous, evidence.serial) == ("03/04/2026", "45631")


def test_a_locale_says_what_people_write() -> None:
    assert convention_of("es").decimal_mark == ","
    assert convention_of("es_MX").decimal_mark == "."
    assert convention_of("en-US").day_order is DayOrder.MONTH_FIRST
    assert convention_of("en-GB").day_order is DayOrder.DAY_FIRST
    assert convention_of("en").day_order is None
    assert convention_of("de-AT") == convention_of("pl")
    with pytest.raises(Unusable, match="is not known"):
        convention_of("tlh")
