"""Histories of accounts that the domain allows, recorded in no order of their days.

Each event could follow from a decision: it is about what is there, and its day is none before what
it builds upon. But for that, days come as they like: late facts, corrections, changes dated back.
"""

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeVar
from uuid import UUID

from domain.account import (
    AccountClosed,
    AccountManagerAssigned,
    AccountManagerUnassigned,
    AccountOpened,
    AccountProfileRevised,
    AccountReopened,
    AccountTierChanged,
)
from domain.account_merge import AccountMerged
from domain.change import Change
from domain.event import Event
from domain.fit_score import FitScored
from domain.horizon import Horizon
from domain.information import InformationGapClosed
from domain.manager import ManagerRole
from domain.need import NeedIdentified, NeedSource, NeedWithdrawn
from domain.profile import Industry, Profile
from domain.signal import SignalKind, SignalOutcome, SignalRaised, SignalResolved
from domain.tier import Tier
from tests.projections.log import Log

FIRST_DAY: Final = date(2025, 7, 1)
DAYS: Final = 540
LAST_DAY: Final = FIRST_DAY + timedelta(days=DAYS)
MANAGERS: Final = (UUID(int=901), UUID(int=902))
INDUSTRIES: Final = ("cranes", "hooks")
TERRITORIES: Final = ("north", "south")
COUNTRIES: Final = ("ES", "DE")
T = TypeVar("T")


class Chance:
    """Chooses, always in the same way for one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - not for secrets
        self._ids = 10_000

    def one_of(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)

    def some_of(self, choices: Sequence[T]) -> tuple[T, ...]:
        return tuple(each for each in choices if self._random.random() < 1 / 2)

    def number(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def happens(self, percent: int) -> bool:
        return self._random.randrange(100) < percent

    def day(self, first: date = FIRST_DAY, last: date = LAST_DAY) -> date:
        """Choose a day from the first on, more often one soon after it.

        Often it is that day itself, or one of a few on which much happens: what is at stake is
        decided on days that are equal.
        """
        if self.happens(15):
            return first
        left = max((last - first).days, 0)
        day = first + timedelta(days=self._random.randint(0, self._random.randint(0, left)))
        return max(first, day - timedelta(days=day.toordinal() % 10)) if self.happens(60) else day

    def new_id(self) -> UUID:
        self._ids += 1
        return UUID(int=self._ids)


class RandomAccount:
    """An account, its profile, tier, managers, and what is known of it."""

    def __init__(self, log: Log, chance: Chance, account_id: UUID) -> None:
        self._log, self._chance, self.account_id = log, chance, account_id
        self.opened_on = chance.day(last=FIRST_DAY + timedelta(days=150))
        self._profile = Profile(
            name="Acme",
            industry=self._industry(),
            territory=chance.one_of([None, *TERRITORIES]),
            country=chance.one_of([None, *COUNTRIES]),
            employees=chance.one_of([None, 5, 49, 250]),
        )
        self._tier = Tier.PROSPECT
        self._lead: tuple[UUID, ManagerRole] | None = None
        self._closed_on: date | None = None
        self._reopened_on = self.opened_on
        self._merged = False
        self._needs: dict[UUID, date] = {}
        self._risks: dict[UUID, date] = {}
        self.record(AccountOpened(opened_on=self.opened_on, profile=self._profile), self.opened_on)
        self.change_tier()

    def record(self, event: Event, on: date) -> None:
        self._log.add(event, account_id=self.account_id, on=on)

    def act(self) -> None:
        """Let something happen to the account itself."""
        if self._merged:
            return
        if self._closed_on is not None:
            self._reopen()
            return
        acts: list[Callable[[], None]] = [
            self.change_tier, self._assign, self._assign, self._unassign, self._revise,
            self._revise, self._score, self._close_gap, self._identify, self._withdraw,
            self._raise_risk, self._resolve,
        ]  # fmt: skip
        self._chance.one_of([self._close] if self._chance.happens(8) else acts)()

    def change_tier(self) -> None:
        now = self._chance.one_of([tier for tier in Tier if tier is not self._tier])
        self.record(AccountTierChanged(was=self._tier, now=now), self._day())
        self._tier = now

    def _day(self) -> date:
        return self._chance.day(self.opened_on)

    def _industry(self) -> Industry | None:
        label = self._chance.one_of([None, *INDUSTRIES])
        return None if label is None else Industry(label=label)

    def _assign(self) -> None:
        """Let somebody lead; who did before stays beside."""
        on = self._day()
        role = self._chance.one_of([ManagerRole.ACCOUNT_MANAGER, ManagerRole.SPECIALIST])
        assignment = self._chance.one_of(MANAGERS), role
        primary = self._chance.happens(80)
        before = self._lead
        if primary and before is not None and before != assignment:
            self.record(
                AccountManagerAssigned(party_id=before[0], role=before[1], primary=False), on
            )
        party_id, role = assignment
        self.record(AccountManagerAssigned(party_id=party_id, role=role, primary=primary), on)
        if primary:
            self._lead = assignment
        elif before == assignment:
            self._lead = None

    def _unassign(self) -> None:
        if self._lead is not None:
            party_id, role = self._lead
            self.record(AccountManagerUnassigned(party_id=party_id, role=role), self._day())
            self._lead = None

    def _revise(self) -> None:
        choices = {
            "industry": self._industry(),
            "territory": self._chance.one_of([None, *TERRITORIES]),
            "country": self._chance.one_of([None, *COUNTRIES]),
            "employees": self._chance.one_of([None, 9, 10, 50, 249, 250]),
            "legal_name": self._chance.one_of([None, "Acme S.A."]),
        }
        name = self._chance.one_of(list(choices))
        was, now = getattr(self._profile, name), choices[name]
        if was != now:
            revised = AccountProfileRevised.model_validate({name: Change(was=was, now=now)})
            self.record(revised, self._day())
            self._profile = self._profile.model_copy(update={name: now})

    def _score(self) -> None:
        on = self._day()
        total = Decimal(self._chance.number(0, 1000)) / 10
        scored = FitScored(
            fit_score_id=self._chance.new_id(), scored_on=on, grades=(), total=total, band=None,
            policy_version=0,
        )  # fmt: skip
        self.record(scored, on)

    def _close_gap(self) -> None:
        key = self._chance.one_of(["need", "decision-maker", "something-else"])
        self.record(InformationGapClosed(requirement_key=key, source="call"), self._day())

    def _identify(self) -> None:
        on, need_id = self._day(), self._chance.new_id()
        need = NeedIdentified(
            need_id=need_id, statement="Less noise", latent=False, priority=3,
            horizon=Horizon.SHORT, source=NeedSource.DATA,
        )  # fmt: skip
        self.record(need, on)
        self._needs[need_id] = on

    def _withdraw(self) -> None:
        if self._needs:
            need_id, since = self._needs.popitem()
            self.record(NeedWithdrawn(need_id=need_id), self._chance.day(since))

    def _raise_risk(self) -> None:
        on, signal_id = self._day(), self._chance.new_id()
        raised = SignalRaised(
            signal_id=signal_id, kind=SignalKind.RISK, title="They may leave", anticipated=False,
            severity=self._chance.number(1, 5), source="call",
        )  # fmt: skip
        self.record(raised, on)
        self._risks[signal_id] = on

    def _resolve(self) -> None:
        if self._risks:
            signal_id, since = self._risks.popitem()
            resolved = SignalResolved(signal_id=signal_id, outcome=SignalOutcome.MITIGATED)
            self.record(resolved, self._chance.day(since))

    def _close(self) -> None:
        on = self._chance.day(self._reopened_on)
        if self._chance.happens(10):
            self.record(AccountMerged(into=UUID(int=1)), on)
            self._merged = True
            return
        churned = self._chance.happens(70)
        self.record(AccountClosed(closed_on=on, churned=churned, reason_code="price"), on)
        self._closed_on = on

    def _reopen(self) -> None:
        if self._closed_on is not None and self._chance.happens(40):
            on = self._chance.day(self._closed_on)
            self.record(AccountReopened(reopened_on=on), on)
            self._closed_on, self._reopened_on = None, on
