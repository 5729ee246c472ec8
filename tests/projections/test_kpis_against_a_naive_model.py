"""Figures of random histories, asked at random, against a naive model that reads whole logs."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from tests.projections.kpi_questions import (
    Connection,
    Questions,
    definitions_for,
    disagreement,
    evidence_that_does_not_add_up,
    expected,
    figures,
    history_that_leads_elsewhere,
    project,
)
from tests.projections.random_history import Chance
from tests.projections.random_world import random_history

pytestmark = pytest.mark.anyio
ACCOUNTS, EVENTS = 4, 300


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
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
