"""Figures of random histories, asked at random, against a naive model that reads whole logs."""

from collections.abc import AsyncIterator

import pytest

from tests.projections.connections import projecting
from tests.projections.kpi_questions import (
    Connection,
    Questions,
    definitions_for,
    disagreement,
    evidence_that_does_not_add_up,
    expected,
    figures,
    follow,
    history_that_leads_elsewhere,
    project,
)
from tests.projections.random_history import Chance
from tests.projections.random_world import random_history
from tests.projections.rebuild import forget, rows

pytestmark = pytest.mark.anyio
ACCOUNTS, EVENTS = 4, 300


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    async with projecting(database_url) as connection:
        yield connection


async def _prepared(connection: Connection, database_url: str, seed: int, batch: int) -> Questions:
    log = random_history(seed, accounts=ACCOUNTS, events=EVENTS)
    await project(connection, log, database_url, batch)
    await connection.commit()
    return Questions(log, Chance(seed), ACCOUNTS)


async def _ask(connection: Connection, questions: Questions, times: int) -> tuple[int, list[str]]:
    """Ask of every KPI so many times, and return how many were asked, and what was wrong."""
    asked_of, wrong = 0, []
    for _ in range(times):
        asked = questions.at_random()
        naive = expected(questions.log, asked)
        for name, found in (await figures(connection, asked)).items():
            asked_of += 1
            if (problem := disagreement(found, naive[name])) is not None:
                wrong.append(f"{problem} ({asked})")
    return asked_of, wrong


@pytest.mark.parametrize("seed", range(5))
async def test_figures_agree_with_the_naive_model(
    connection: Connection, database_url: str, seed: int
) -> None:
    questions = await _prepared(connection, database_url, seed, batch=7 + 50 * seed)

    asked_of, wrong = await _ask(connection, questions, 18)

    assert wrong == []
    assert asked_of > 350


@pytest.mark.parametrize("seed", [20, 21, 22])
async def test_evidence_adds_up_to_the_figures(
    connection: Connection, database_url: str, seed: int
) -> None:
    questions = await _prepared(connection, database_url, seed, batch=1000)
    wrong = []
    for _ in range(4):
        asked = questions.at_random()
        of_kpis = await figures(connection, asked)
        for definition in definitions_for(asked):
            found = of_kpis[definition.kpi.name]
            problem = await evidence_that_does_not_add_up(connection, asked, definition, found)
            wrong += [] if problem is None else [f"{problem} ({asked})"]

    assert wrong == []


@pytest.mark.parametrize("seed", [30, 31])
async def test_histories_lead_to_the_figures(
    connection: Connection, database_url: str, seed: int
) -> None:
    questions = await _prepared(connection, database_url, seed, batch=1000)
    wrong = []
    for _ in range(4):
        asked = questions.at_random()
        of_kpis = await figures(connection, asked)
        for definition in questions.chance.some_of(definitions_for(asked)):
            found = of_kpis[definition.kpi.name]
            problem = await history_that_leads_elsewhere(connection, asked, definition, found)
            wrong += [] if problem is None else [f"{problem} ({asked})"]

    assert wrong == []


@pytest.mark.parametrize("batch", [1, 29])
async def test_the_same_rows_are_made_however_the_log_is_cut(
    connection: Connection, database_url: str, batch: int
) -> None:
    log = (await _prepared(connection, database_url, seed=40, batch=1000)).log
    at_once = rows(database_url)
    forget(database_url)
    await follow(connection, log, batch)
    await connection.commit()
    in_pieces = rows(database_url)

    of_figures = ("account_change", "kpi_entry", "kpi_fact", "kpi_block")
    for table in of_figures:
        assert in_pieces[table] == at_once[table]
        assert in_pieces[table]


@pytest.mark.kpi_questions
@pytest.mark.parametrize("seed", range(100, 125))
async def test_a_hundred_thousand_figures_agree_with_the_naive_model(
    connection: Connection, database_url: str, seed: int
) -> None:
    questions = await _prepared(connection, database_url, seed, batch=1 + 13 * (seed - 100))

    asked_of, wrong = await _ask(connection, questions, 170)

    assert wrong == []
    assert asked_of >= 4_000
