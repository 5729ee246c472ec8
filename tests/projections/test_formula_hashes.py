"""A formula that changes under its old version is noticed (attack T20).

After a change that is meant: raise `formula_version` where the same facts may give another figure,
and run `UPDATE=1 pytest tests/projections/test_formula_hashes.py`, which adds the hashes.
"""

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain import kpi_sales
from domain.kpi_definitions import DEFINITIONS
from domain.published_figure import FigureScope, FigureScopeKind, FigureSubject
from domain.refusal import Refused
from projections import figure_orders, figure_replay, formula_hashes, formula_source
from projections.figure_publishing import reckon_to_publish
from projections.formula_hashes import RELEASED
from projections.formula_source import formula_hash
from tests.projections.log import TYPES

pytestmark = pytest.mark.anyio


def test_every_formula_is_the_one_released_under_its_version() -> None:
    now = {
        (name, each.kpi.formula_version): formula_hash(name) for name, each in DEFINITIONS.items()
    }
    if "UPDATE" in os.environ:
        _write({key: dict.fromkeys([*RELEASED.get(key, ()), hash_]) for key, hash_ in now.items()})
        return

    changed = [key for key, hash_ in now.items() if hash_ not in RELEASED.get(key, ())]
    assert changed == [], "raise the formula_version, or see the docstring of this test"


def test_hashes_differ_from_formula_to_formula() -> None:
    every = [hash_ for hashes in RELEASED.values() for hash_ in hashes]

    assert len(set(every)) == len(every) >= len(DEFINITIONS)


@pytest.mark.parametrize(
    ("module", "before", "after"),
    [
        (kpi_sales, "Fraction(order_amount) - Fraction(", "Fraction(order_amount) + Fraction("),
        (figure_orders, "fact.effective_at < period.first", "fact.effective_at <= period.first"),
    ],
)
def test_a_change_of_a_formula_or_of_a_fold_changes_the_hash(
    monkeypatch: pytest.MonkeyPatch, module: Any, before: str, after: str
) -> None:
    source, true = formula_source._source, formula_hash("revenue")
    assert before in Path(module.__file__).read_text()

    def altered(value: Any) -> str:
        return source(value).replace(before, after)

    monkeypatch.setattr(formula_source, "_source", altered)
    formula_hash.cache_clear()
    changed, untouched = formula_hash("revenue"), formula_hash("fit")
    monkeypatch.undo()
    formula_hash.cache_clear()
    assert changed != true == formula_hash("revenue")
    assert untouched == formula_hash("fit")


async def test_a_program_with_another_formula_publishes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(figure_replay, "RELEASED", {**RELEASED, ("revenue", 1): ("ab" * 32,)})
    scope = FigureScope(kind=FigureScopeKind.TENANT)
    subject = FigureSubject(kpi="revenue", scope=scope, period="2026-05")
    unread: Any = None  # it is refused before anything is read

    with pytest.raises(Refused, match="not the one released as version 1") as refused:
        await reckon_to_publish(
            unread, TYPES, "default", subject, as_of=date(2026, 5, 31), known_at=1, restates=None
        )
    assert refused.value.code == "formula-changed"


def test_comments_and_docstrings_do_not_count() -> None:
    text = formula_source._source(kpi_sales.revenue)

    assert '"""' not in text
    assert "#" not in text
    assert text.startswith("def revenue(")


def _write(hashes: dict[tuple[str, int], dict[str, None]]) -> None:
    path = Path(formula_hashes.__file__)
    head, _, rest = path.read_text().partition("RELEASED: ")
    _, _, tail = rest.partition("\n}\n")
    every = {**{key: dict.fromkeys(each) for key, each in RELEASED.items()}, **hashes}
    rows = "".join(
        f'    ("{name}", {version}): (\n'
        + "".join(f'        "{hash_}",\n' for hash_ in each)
        + "    ),\n"
        for (name, version), each in every.items()
    )
    declared = "RELEASED: Final[Mapping[tuple[str, int], Sequence[str]]] = {\n"
    path.write_text(f"{head}{declared}{rows}}}\n{tail}")
