"""Histories of orders that the domain allows, with days in any order."""

import random
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from tests.projections.log import Log

FIRST_DAY = date(2026, 1, 1)


def random_log(seed: int, accounts: int, events: int) -> Log:
    """Make orders of accounts 1, 2, 3 ... within five months: corrected, cancelled, refunded."""
    rng, log = random.Random(seed), Log()  # noqa: S311 - not for secrets
    placed: list[tuple[UUID, UUID, date]] = []
    refunded: set[UUID] = set()
    for number in range(events):
        day = FIRST_DAY + timedelta(days=rng.randrange(150))
        act = rng.choice(["place", "place", "correct", "cancel", "refund"]) if placed else "place"
        amount = str(Decimal(rng.randrange(100_000)) / 100)
        if act == "place":
            account_id, order_id = UUID(int=rng.randrange(accounts) + 1), UUID(int=1000 + number)
            log.place(account_id, order_id, amount, day)
            placed.append((account_id, order_id, day))
            continue
        index = rng.randrange(len(placed))
        account_id, order_id, ordered_on = placed[index]
        if act == "correct":
            log.correct(account_id, order_id, amount, day)
            placed[index] = account_id, order_id, day
        elif act == "refund":
            log.refund(account_id, order_id, "1.25", ordered_on + timedelta(days=rng.randrange(40)))
            refunded.add(order_id)
        elif order_id not in refunded:
            log.cancel(account_id, order_id, ordered_on + timedelta(days=rng.randrange(40)))
            del placed[index]
    return log
