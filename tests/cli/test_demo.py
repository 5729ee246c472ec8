"""The demo shows everything there is, is the same everywhere, and can be cut short anywhere."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from pydantic import TypeAdapter

from cli import demo
from cli.demo_company import chapters
from domain import commands, erasure_commands
from domain.aggregates import EVERY_AGGREGATE
from domain.break_glass import BREAK_GLASS
from domain.erasure import ERASURE
from domain.event import Recording
from domain.legal_hold import LEGAL_HOLD
from domain.lifetime_value_model import LifetimeValueModelFitted
from domain.party import PartyForgotten, Side
from domain.personal import SEALED_KEY
from domain.published_figure import FigurePublished, FigureWithdrawn
from domain.read import READ
from domain.seal import EpochBegun, SigningKeyRotated
from domain.tier import Tier
from ledger.command import Actor, Outcome
from ledger.ledger import Ledger, open_ledger
from ledger.settings import Settings
from ledger.stored_data import seal_personal
from tests.given import World, states_of
from tests.ledger.log import assert_log_is_whole

pytestmark = pytest.mark.anyio

MANY = (
    "account.handed-over",
    "account.tier-changed",
    "relationship.check-in-held",
    "relationship.check-in-missed",
    "relationship.commitment-kept",
    "relationship.commitment-broken",
    "relationship.survey-answered",
    "goal.achieved",
    "goal.missed",
    "deal.won",
    "deal.lost",
    "order.placed",
    "order.corrected",
    "order.refunded",
    "recurring-revenue.started",
)
"""What a company has plenty of in two years."""

NOT_MADE_UP = {
    LifetimeValueModelFitted.NAME,
    EpochBegun.NAME,
    SigningKeyRotated.NAME,
    FigurePublished.NAME,
    FigureWithdrawn.NAME,
    *(event.NAME for event in (*ERASURE.events, *LEGAL_HOLD.events, PartyForgotten)),
    *(event.NAME for each in (READ, BREAK_GLASS) for event in each.events),
}
"""A fit is reckoned from orders, and the regular clients of the demo are too few and too alike.

A published figure is reckoned from the log that it stands in, so no story can know it beforehand.

The seals of the log are its keeper's doing, not a company's. An erasure takes two persons with
keys of their own. What is read stands in another log.
"""

STEPS = [step for chapter in chapters() for step in chapter.steps]

EVENTS_SQL = """
    SELECT stream_id, version, name, effective_at, actor, reason, command_id, record
    FROM ledger.event ORDER BY position
"""


@pytest.fixture
async def ledger(database_url: str, tmp_path: Path) -> AsyncIterator[Ledger]:
    async with open_ledger(database_url, Settings(data_dir=tmp_path)) as ledger:
        yield ledger


def events(url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(EVENTS_SQL).fetchall()


def told(url: str) -> list[tuple[Any, ...]]:
    """Return the events without what differs from play to play: time, salts, and hashes of them."""
    return [(*row[:-1], without_salts(json.loads(row[-1])["data"])) for row in events(url)]


def told_at_once() -> list[tuple[Any, ...]]:
    """Return what a single play tells, as the domain alone decides it."""
    world, versions = World(), Counter[UUID]()
    told: list[tuple[Any, ...]] = []
    for command in demo.commands():
        for recording in world.carry_out(command.decision):
            stream_id = recording.stream.id
            told.extend(
                (
                    stream_id,
                    next_version(versions, stream_id),
                    event.NAME,
                    command.effective_at,
                    command.actor,
                    command.reason,
                    command.command_id,
                    without_salts(seal_personal(event)[0]),
                )
                for event in recording.events
            )
    return told


def next_version(versions: Counter[UUID], stream_id: UUID) -> int:
    versions[stream_id] += 1
    return versions[stream_id]


def without_salts(data: Any) -> Any:
    if isinstance(data, dict):
        kept = {key: without_salts(part) for key, part in data.items()}
        return {SEALED_KEY: ...} if SEALED_KEY in data else kept
    return [without_salts(part) for part in data] if isinstance(data, list) else data


async def test_one_play_records_every_kind_of_event(ledger: Ledger, database_url: str) -> None:
    await demo.play(ledger)

    names = {row[2] for row in events(database_url)}
    every = {event.NAME for each in EVERY_AGGREGATE for event in each.events}
    assert names == every - NOT_MADE_UP
    assert assert_log_is_whole(database_url) > len(STEPS) / 2


async def test_every_step_of_a_play_records_something(ledger: Ledger) -> None:
    for command in demo.commands():
        outcome = await ledger.writer.execute(command)

        assert outcome.receipt.position is not None, command.idempotency


def test_every_command_of_the_domain_is_shown() -> None:
    shown = {step.command for step in STEPS}

    assert shown == set(commands.__all__) - {
        commands.record_lifetime_value_fit.__name__,
        commands.rotate_signing_key.__name__,
        commands.begin_epoch.__name__,
        *erasure_commands.__dict__.keys() & commands.__all__,
        commands.publish_figure.__name__,
        commands.withdraw_figure.__name__,
    }


async def test_a_second_play_adds_nothing(ledger: Ledger, database_url: str) -> None:
    await demo.play(ledger)
    once = events(database_url)
    await demo.play(ledger)

    assert events(database_url) == once


@pytest.mark.parametrize("steps", [1, len(STEPS) // 3, len(STEPS) // 2, len(STEPS) - 1])
async def test_a_play_cut_short_is_finished_by_the_next(
    ledger: Ledger, database_url: str, steps: int
) -> None:
    answers = await ledger.writer.execute_many(demo.commands()[:steps])
    assert all(isinstance(answer, Outcome) for answer in answers)
    before = told(database_url)
    await demo.play(ledger)

    assert told(database_url)[: len(before)] == before
    assert told(database_url) == told_at_once()
    assert_log_is_whole(database_url)


async def test_a_play_cancelled_by_ctrl_c_is_finished_by_the_next(
    database_url: str, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path)
    async with open_ledger(database_url, settings, batch_max=10) as ledger:
        committed = asyncio.Event()
        ledger.writer.on_commit(lambda _tenant_id, _size: committed.set())
        playing = asyncio.create_task(demo.play(ledger))
        await committed.wait()
        playing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await playing
    async with open_ledger(database_url, settings) as ledger:
        await demo.play(ledger)

    assert told(database_url) == told_at_once()
    assert_log_is_whole(database_url)


def test_two_plays_ask_for_the_same() -> None:
    first, second = demo.commands(), demo.commands()

    assert [(each.command_id, each.idempotency) for each in first] == [
        (each.command_id, each.idempotency) for each in second
    ]
    assert len({each.command_id for each in first}) == len(first)


async def test_it_is_a_believable_company(ledger: Ledger, database_url: str) -> None:
    await demo.play(ledger)
    data = [(row[2], json.loads(row[-1])["data"]) for row in events(database_url)]

    sides = [each["side"] for name, each in data if name == "party.registered"]
    assert (sides.count(Side.OURS), sides.count(Side.THEIRS)) == (6, 72)
    count = Counter(name for name, _ in data)
    assert count["account.opened"] == 40
    assert count["portfolio.opened"] == 5
    assert min(count[name] for name in MANY) >= 5, count
    kinds = {each["kind"] for name, each in data if name == "deal.opened"}
    assert kinds == {"new-business", "renewal", "upsell", "cross-sell"}
    assert sum(1 for name, each in data if name == "account.closed" and each["churned"]) >= 2
    orders = [each["amount"]["currency"] for name, each in data if name == "order.placed"]
    assert set(orders) == {"EUR", "USD", "JPY"}
    ranks = list(Tier)
    tiers = [
        (ranks.index(each["was"]), ranks.index(each["now"]))
        for name, each in data
        if name == "account.tier-changed"
    ]
    assert {was < now for was, now in tiers} == {True, False}
    assert {each["churned"] for name, each in data if name == "account.closed"} == {True, False}


def test_every_seed_tells_a_story_that_holds() -> None:
    """Nothing in it is refused, and everything in it records something."""
    for seed in (1, 7, 2026):
        world = World()
        for chapter in chapters(seed):
            for step in chapter.steps:
                recordings = world.carry_out(step.decision)
                assert any(each.events for each in recordings), (seed, chapter.name, step)


def test_a_seed_tells_the_same_story_everywhere() -> None:
    first, second = demo.commands(7), demo.commands(7)

    assert [each.command_id for each in first] == [each.command_id for each in second]
    assert [each.effective_at for each in first] == [each.effective_at for each in second]
    opened = {step.decision.target.id for step in chapters(7)[-5].steps}
    assert opened.isdisjoint(step.decision.target.id for step in chapters(8)[-5].steps)


def test_the_book_is_told_day_by_day() -> None:
    (told,) = [chapter for chapter in chapters() if chapter.name == "book-2026"]
    days = [step.on for step in told.steps]

    assert days == sorted(days)
    assert len(told.steps) > 1_500


async def test_it_spans_two_years_of_the_past(ledger: Ledger, database_url: str) -> None:
    await demo.play(ledger)
    days = sorted({row[3] for row in events(database_url)})

    assert (days[0], days[-1]) == (date(2024, 10, 28), date(2026, 10, 26))


async def test_no_name_or_address_of_a_person_stands_in_a_record(
    ledger: Ledger, database_url: str
) -> None:
    await demo.play(ledger)
    log = b"".join(row[-1] for row in events(database_url)).decode()

    assert len(personal_values()) > 20
    assert [value for value in personal_values() if value in log] == []


def personal_values() -> list[str]:
    past: list[Recording] = []
    for step in STEPS:
        if step.command in {"register_party", "revise_party"}:
            past += step.decision.decide(states_of(past, step.decision.reads))
    events = [event.model_dump() for recording in past for event in recording.events]
    values = [event[field] for event in events for field in ("name", "email", "phone")]
    return [value for value in values if value is not None]


def test_the_actor_is_one_the_envelope_takes() -> None:
    assert TypeAdapter(Actor).validate_python(demo.ACTOR) == demo.ACTOR
