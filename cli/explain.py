"""`tenure explain`: a KPI as a calculation that can be followed line by line, from its events."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import typer

from cli.kpi_view import (
    AccountName,
    AsOfOption,
    KnownAtOption,
    KpiName,
    PeriodOption,
    opened_view,
)
from domain.kpi_definition import Definition
from domain.policy import GrossMargin
from projections.kpi_answer import figures
from projections.kpi_asked import question_of
from projections.kpi_evidence import Evidence, evidence
from projections.kpi_figure import Figure

_NAME = re.compile(r"[a-z]+(-[a-z]+)*")


def explain(
    kpi: KpiName,
    account: AccountName,
    period: PeriodOption = "lifetime",
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
) -> None:
    """Print a KPI of an account as a calculation: formula, numbers, and the events behind them."""
    typer.echo(asyncio.run(_explained(kpi, account, period, as_of, known_at)))


async def _explained(
    kpi: str, account: str, period: str, as_of: datetime | None, known_at: int | None
) -> str:
    async with opened_view(kpi, account, period, as_of, known_at) as view:
        connection, types, asked, definition = (
            view.connection,
            view.types,
            view.asked,
            view.definition,
        )
        found = await figures(connection, types, asked, [definition])
        page = await evidence(connection, types, asked, definition)
        question = await question_of(connection, types, asked)
        margin = question.policies.in_force(GrossMargin, question.closing).policy.margin
        known = {"gross margin": "100 %, not known" if margin is None else f"{margin:f} %"}
        heading = (
            f"{kpi} of {view.account_name}, {asked.period}, "
            f"as of {asked.as_of}, known at position {asked.known_at}"
        )
        return "\n".join([heading, *_lines(definition, found, page.lines, known)])


def _lines(
    definition: Definition,
    found: Sequence[Figure],
    lines: Sequence[Evidence],
    known: Mapping[str, str],
) -> Iterator[str]:
    for figure in found:
        of_figure = [each for each in lines if each.currency in {None, figure.currency}]
        if figure.currency is None:
            of_figure = list(lines)
        yield ""
        yield f"  {_value(figure)} = {definition.formula}"
        if figure.parts:
            yield from _parts(figure)
        else:
            yield f"  {' ' * len(_value(figure))} = {_put_in(definition.formula, of_figure, known)}"
        yield from _table(of_figure)


def _value(figure: Figure) -> str:
    if figure.shown is None:
        return f"no value ({figure.no_data})"
    unit = {"percent": " %", "money": f" {figure.currency}"}.get(figure.unit, "")
    flags = f" [{', '.join(figure.flags)}]" if figure.flags else ""
    return f"{figure.shown:,f}{unit}{flags}"


def _put_in(formula: str, lines: Sequence[Evidence], known: Mapping[str, str]) -> str:
    """Write the formula with the sums of the evidence in place of the measures' names."""
    for name, value in known.items():
        formula = formula.replace(name, value)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in lines:
        sums[each.measure] += each.contribution
    return _NAME.sub(
        lambda name: name[0] if name[0] in {"not", "known"} else f"{sums[name[0]]:,f}", formula
    )


def _parts(figure: Figure) -> Iterator[str]:
    for part in figure.parts:
        score = "no data, left out" if part.score is None else f"{part.score:.1f}"
        yield f"    {part.name:<14} weight {part.weight:>3}   score {score}"


def _table(lines: Sequence[Evidence]) -> Iterator[str]:
    if not lines:
        yield "    no event contributes"
        return
    wide = max(len(each.name) for each in lines)
    yield ""
    yield f"    {'position':>8}  {'counts on':<10}  {'event':<{wide}}  contribution"
    for each in lines:
        amount = f"{each.contribution:+,f}"
        back = f" (takes back {each.takes_back})" if each.takes_back else ""
        yield (
            f"    {each.position:>8}  {each.effective_at}  {each.name:<{wide}}  "
            f"{amount} {each.measure}{back}"
        )
