"""`tenure replay`: an account as it stood, and the events that made it so."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import typer
from psycopg import AsyncConnection

from cli.kpi_view import AccountName, AsOfOption, account_named
from cli.serve import prepared_database
from domain.account import ACCOUNT
from ledger.ledger import open_ledger
from ledger.recorded import Recorded
from ledger.settings import Settings, load_settings
from ledger.tenants import DEFAULT_TENANT
from projections.account_entries import account_entries
from projections.account_overview import ACCOUNT_OVERVIEW
from projections.account_state import AccountState, account_state, as_json, items_of
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION
from projections.kpi_history import position_at
from projections.moment import Moment

KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        help="a position, or an instant such as 2026-05-31T12:00:00Z; all there is by default",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def replay(
    account: AccountName,
    as_of: AsOfOption = None,
    known_at: KnownAt = None,
    in_json: AsJson = False,  # noqa: FBT002  # an option on the command line
) -> None:
    """Print an account as it stood, and the events that made it so, from the log alone."""
    settings = load_settings()
    with prepared_database(settings, keep_running=True) as url:
        day = as_of.date() if as_of else None
        state, name = asyncio.run(replayed(url, settings, account, day, known_at))
    if in_json:
        typer.echo(json.dumps(document(state), indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(state, name)))


async def replayed(
    url: str, settings: Settings, account: str, as_of: date | None, known_at: str | None
) -> tuple[AccountState, str]:
    """Find the account in the views of now, and fold its entries up to the moment.

    Raises:
        typer.BadParameter: there is no such account, now or then, or no such moment.
    """
    async with open_ledger(url, settings) as ledger:
        async with Engine(ledger.conninfo, ledger.types, EVERY_PROJECTION) as engine:
            head = await engine.catch_up(DEFAULT_TENANT)
        async with ledger.pool.connection() as connection:
            account_id, name = await account_named(connection, account)
            moment = Moment(await _position(connection, known_at, head), as_of)
            entries = await account_entries(
                connection, ledger.types, DEFAULT_TENANT, account_id, until=head
            )
            first = next(each for each in entries if each.envelope.stream_type == ACCOUNT.name)
            if not moment.holds(first):
                opened = first.envelope
                raise typer.BadParameter(
                    f"{name} exists since {opened.effective_at}, and is known since position "
                    f"{opened.position}; ask about that moment or a later one"
                )
            return account_state(account_id, entries, moment), name


async def _position(connection: AsyncConnection[Any], known_at: str | None, head: int) -> int:
    if known_at is None:
        return head
    if known_at.isascii() and known_at.isdecimal():
        if int(known_at) > head:
            raise typer.BadParameter(f"position {known_at} is beyond the log's end, {head}")
        return int(known_at)
    try:
        instant = datetime.fromisoformat(known_at)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise typer.BadParameter(
            f"{known_at} is neither a position nor an instant such as 2026-05-31T12:00:00Z"
        )
    return await position_at(connection, DEFAULT_TENANT, instant)


def document(state: AccountState) -> dict[str, Any]:
    return {
        "as_of": state.moment.as_of and state.moment.as_of.isoformat(),
        "known_at": state.moment.known_at,
        "account": _account(state),
        "items": items_of(state),
        "left_out": [f"{view}@{position}" for view, position in state.left_out],
        "events": [_event(entry) for entry in state.entries],
    }


def _account(state: AccountState) -> dict[str, Any]:
    return as_json(ACCOUNT_OVERVIEW, state.account)


def _event(entry: Recorded) -> dict[str, Any]:
    envelope = entry.envelope
    return {
        "position": envelope.position,
        "name": envelope.name,
        "stream_id": str(envelope.stream_id),
        "effective_at": envelope.effective_at.isoformat(),
        "recorded_at": envelope.recorded_at.isoformat(),
        "actor": envelope.actor,
        "reason": envelope.reason,
        "leaf": entry.leaf.hex(),
    }


def lines(state: AccountState, name: str) -> Iterator[str]:
    day = "every day" if state.moment.as_of is None else f"as of {state.moment.as_of}"
    yield f"{state.account.name}, {day}, known at position {state.moment.known_at}"
    if name != state.account.name:
        yield f"(called {name} now)"
    yield ""
    yield from _fields(_account(state), without=())
    for view, items in items_of(state).items():
        yield ""
        yield f"{view} ({len(items)})"
        for item in items:
            yield f"  @{item['position']}"
            yield from _fields(item, without=("account_id", "position"), indent=4)
    for view, position in state.left_out:
        yield ""
        yield f"{view}: nothing from position {position} on, which this view cannot take"
    yield ""
    yield f"made by {len(state.entries)} events"
    yield from _table(state.entries)


def _fields(item: Mapping[str, Any], *, without: Sequence[str], indent: int = 2) -> Iterator[str]:
    """Write what is known of an item; what is null, or a list of nothing, is not."""
    shown = {k: v for k, v in item.items() if k not in without and v not in (None, [], "")}
    wide = max(map(len, shown), default=0)
    for key, value in shown.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        yield f"{' ' * indent}{key:<{wide}}  {text}"


def _table(entries: Sequence[Recorded]) -> Iterator[str]:
    wide = max(len(entry.envelope.name) for entry in entries)
    yield f"  {'position':>8}  {'effective':<10}  {'recorded':<20}  {'event':<{wide}}  by, why"
    for each in (entry.envelope for entry in entries):
        recorded = f"{each.recorded_at:%Y-%m-%dT%H:%M:%SZ}"
        why = f": {each.reason}" if each.reason else ""
        yield (
            f"  {each.position:>8}  {each.effective_at}  {recorded}  "
            f"{each.name:<{wide}}  {each.actor}{why}"
        )
