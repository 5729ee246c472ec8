"""Whatever is written in one way throughout is read back as it was."""

from datetime import UTC, date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from importers.convention import DayOrder
from importers.written_day import DayEvidence, moment
from importers.written_number import NumberEvidence, plain

NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, places=3)
GROUPS = {".": ["", ",", " ", "'", "\u00a0"], ",": ["", ".", " ", "\u202f"]}
STYLES = st.sampled_from([(mark, group) for mark, groups in GROUPS.items() for group in groups])
DAYS = st.dates(min_value=date(1000, 1, 1))


def written(number: Decimal, mark: str, group: str) -> str:
    return f"{number:,.3f}".replace(",", "g").replace(".", mark).replace("g", group)


@given(st.lists(NUMBERS, min_size=1), STYLES)
def test_numbers_of_one_style_are_read_back(numbers: list[Decimal], style: tuple[str, str]) -> None:
    texts = [written(number, *style) for number in numbers]
    evidence = NumberEvidence()
    for text in texts:
        evidence.add(text)

    assert set(evidence.clear) <= {style[0]}, "no number speaks for the other style"
    assert [Decimal(plain(text, style[0])) for text in texts] == numbers


@given(st.lists(DAYS, min_size=1), st.sampled_from(DayOrder), st.sampled_from("/-"))
def test_days_of_one_order_are_read_back(days: list[date], order: DayOrder, mark: str) -> None:
    form = ("%d/%m/" if order is DayOrder.DAY_FIRST else "%m/%d/").replace("/", mark)
    texts = [f"{day.strftime(form)}{day.year:04}" for day in days]
    evidence = DayEvidence()
    for text in texts:
        evidence.add(text)

    assert set(evidence.clear) <= {order}, "no day speaks for the other order"
    assert [moment(text, order, UTC).date() for text in texts] == days
