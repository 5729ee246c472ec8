"""The book of clients: some three dozen accounts over two years, made up by a seeded chance.

Everything in it is asked for through the same commands as the chapters written by hand. One seed
tells the same story everywhere, down to every id.
"""

from typing import Final

from cli.demo_company.book.aims import aims
from cli.demo_company.book.beginnings import begin
from cli.demo_company.book.client import Client, clients
from cli.demo_company.book.contact import keep_in_touch
from cli.demo_company.book.trade import trade
from cli.demo_company.book.turns import turns
from cli.demo_company.story import Chapter, Step

SEED: Final = 2026


def book(seed: int = SEED) -> Chapter:
    """Tell the story of all clients, day by day."""
    steps: list[Step] = []
    for client in clients(seed):
        _live(client)
        steps += [step for step in client.steps if step.on <= client.last_day]
    return Chapter(f"book-{seed}", sorted(steps, key=lambda step: step.on))


def _live(client: Client) -> None:
    begin(client)
    keep_in_touch(client)
    aims(client)
    trade(client)
    turns(client)
    client.steps.sort(key=lambda step: step.on)
