"""The turns of a client's story: up and down a tier, another manager, and the end of it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from cli.demo_company.book.client import LAST_DAY, Client
from cli.demo_company.book.managers import MANAGERS
from cli.demo_company.story import Step
from domain.commands import assign_manager, change_tier, close_account
from domain.manager import ManagerRole
from domain.tier import Tier, TierCriterion

CHURNED: Final = frozenset({4, 17})
"""The numbers of those who leave; the story of an end needs somebody to end."""
HANDED_ON: Final = frozenset({2, 11, 20})


def turns(client: Client) -> None:
    """Make up what changes about the account itself."""
    if client.won_on is None:
        return
    _climb(client)
    if client.number in HANDED_ON:
        _hand_on(client)
    if client.number in CHURNED:
        _leave(client)


def _climb(client: Client) -> None:
    if client.won_on is None or not client.happens(45):
        return
    day = client.after(client.won_on, 60, 200)
    top = Tier.STRATEGIC if client.happens(20) else Tier.KEY
    criteria = tuple(client.chance.sample(list(TierCriterion), 2))
    client.do(day, change_tier, to=top, criteria=criteria, reason="among our largest, and growing")
    if client.happens(30):
        client.do(
            client.after(day, 120, 240),
            change_tier,
            to=Tier.SALES,
            reason="orders fell by half since the spring",
        )


def _hand_on(client: Client) -> None:
    if client.won_on is None:
        return
    other = MANAGERS[(client.number + 1) % len(MANAGERS)]
    client.do(
        client.after(client.won_on, 150, 260),
        assign_manager,
        party_id=other,
        role=ManagerRole.ACCOUNT_MANAGER,
        primary=True,
    )


def _leave(client: Client) -> None:
    """Let the client leave, with the deals lost that are open then."""
    if client.won_on is None:
        return
    day = min(client.after(client.won_on, 240, 330), LAST_DAY)
    client.last_day = day - timedelta(days=1)
    told = [step for step in client.steps if step.on <= client.last_day]
    client.steps = told
    client.last_day = day
    client.do(
        day,
        close_account,
        churned=True,
        reason_code="competitor",
        competitor="Lagerwerk",
        notice_on=day - timedelta(days=30),
        reason="they standardise on one maker, and it is not us",
        lose_deals=_open_deals(told),
    )


def _open_deals(steps: Iterable[Step]) -> list[UUID]:
    """Return the deals that the steps open and do not end."""
    began = [step.decision.target.id for step in steps if step.command == "open_deal"]
    ended = {step.decision.target.id for step in steps if step.command in {"win_deal", "lose_deal"}}
    return [deal_id for deal_id in began if deal_id not in ended]
