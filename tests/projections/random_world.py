"""Whole histories at random: several accounts, and all that may happen with each."""

from datetime import timedelta
from uuid import UUID

from domain.policy import InformationRequirement, InformationRequirements
from domain.policy_set import POLICIES, PolicyPublished
from domain.tier import Tier
from tests.projections.log import Log
from tests.projections.random_business import RandomBusiness
from tests.projections.random_goals import RandomGoals
from tests.projections.random_history import FIRST_DAY, Chance, RandomAccount
from tests.projections.random_relationship import RandomRelationship

_POLICY = InformationRequirements(
    items=(
        InformationRequirement(key="industry", weight=5),
        InformationRequirement(key="need", weight=2),
        InformationRequirement(key="decision-maker", weight=3, from_tier=Tier.SALES),
        InformationRequirement(key="something-else", from_tier=Tier.KEY),
    )
)


def random_history(seed: int, *, accounts: int, events: int) -> Log:
    """Make a log of accounts 1, 2, 3 ... with as many events, or a few more."""
    log, chance = Log(), Chance(seed)
    parts: list[RandomAccount | RandomBusiness | RandomGoals | RandomRelationship] = []
    for number in range(1, accounts + 1):
        account = RandomAccount(log, chance, UUID(int=number))
        of_it = (log, chance, account.account_id, account.opened_on)
        parts += [account, RandomBusiness(*of_it), RandomBusiness(*of_it), RandomGoals(*of_it)]
        parts += [RandomRelationship(*of_it) for _ in range(chance.number(1, 2))]
    while len(log.entries) < events:
        chance.one_of(parts).act()
        if len(log.entries) == events // 2 and chance.happens(50):
            _publish(log, chance)
    return log


def _publish(log: Log, chance: Chance) -> None:
    since = chance.day(FIRST_DAY + timedelta(days=200))
    published = PolicyPublished(version=1, effective_from=since, policy=_POLICY)
    log.add(published, account_id=None, stream_id=POLICIES.id, on=since)
