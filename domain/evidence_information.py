"""What the knowledge of an account contributes: how much is asked for, and how much is known."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.account import AccountOpened, AccountProfileRevised, AccountTierChanged
from domain.change import Change
from domain.evidence import Contribution, Family, Measure, Occurrence, Question
from domain.information import PROFILE_FIELDS, InformationGapClosed, asked_for
from domain.need import NeedIdentified, NeedWithdrawn
from domain.policy import InformationRequirements
from domain.profile import Profile
from domain.stakeholder import (
    BuyingRole,
    StakeholderIdentified,
    StakeholderLeft,
    StakeholderRevised,
)
from domain.tier import Tier


class _Known:
    """What was known of an account at the end of a day, each with the event that told it."""

    def __init__(self, by_day: Sequence[Occurrence], day: date) -> None:
        self.account_id: UUID | None = None
        self.tier = Tier.PROSPECT
        self.opened_position = 0
        self._profile: Profile | None = None
        self._told: dict[str, int] = {}
        self._closed: dict[str, int] = {}
        self._needs: dict[UUID, int] = {}
        self._deciders: dict[tuple[UUID, UUID], int] = {}
        for each in by_day:
            if _has_happened(each, day):
                self._follow(each)

    def told_by(self, key: str) -> int | None:
        """Return the position of the event that answers a requirement; None: nothing does."""
        if key in self._closed:
            return self._closed[key]
        if key == "need":
            return min(self._needs.values(), default=None)
        if key == "decision-maker":
            return min(self._deciders.values(), default=None)
        field = PROFILE_FIELDS.get(key)
        if field is None or self._profile is None or field(self._profile) is None:
            return None
        return self._told.get(key, self.opened_position)

    def _follow(self, each: Occurrence) -> None:
        match each.event:
            case AccountOpened(profile=profile):
                self.account_id, self._profile = each.stream_id, profile
                self.opened_position = each.position
            case AccountProfileRevised() as revised if self._profile is not None:
                changes = {name: part.now for name, part in revised if isinstance(part, Change)}
                self._profile = self._profile.model_copy(update=changes)
                self._told |= {name.replace("_", "-"): each.position for name in changes}
            case AccountTierChanged(now=tier):
                self.tier = tier
            case InformationGapClosed(requirement_key=key):
                self._closed[key] = each.position
            case NeedIdentified(need_id=need_id):
                self._needs[need_id] = each.position
            case NeedWithdrawn(need_id=need_id):
                self._needs.pop(need_id, None)
            case _:
                self._follow_stakeholder(each)

    def _follow_stakeholder(self, each: Occurrence) -> None:
        match each.event:
            case (
                StakeholderIdentified(party_id=party, buying_role=role)
                | StakeholderRevised(party_id=party, buying_role=Change(now=role))
            ):
                if role is BuyingRole.DECISION_MAKER:
                    self._deciders[each.stream_id, party] = each.position
                else:
                    self._deciders.pop((each.stream_id, party), None)
            case StakeholderLeft(party_id=party):
                self._deciders.pop((each.stream_id, party), None)
            case _:
                pass


def _has_happened(each: Occurrence, day: date) -> bool:
    """Tell whether it holds at the end of a day: who leaves still counts on the last one."""
    return each.on < day or (each.on == day and not isinstance(each.event, StakeholderLeft))


def _contribute(occurrences: Sequence[Occurrence], question: Question) -> Iterator[Contribution]:
    """Weigh what the policy asks for at the account's tier, at the end of the period."""
    by_day = sorted(occurrences, key=lambda each: (each.on, each.position))
    known = _Known(by_day, question.closing)
    if known.account_id is None:
        return
    on, subject = question.closing, known.account_id
    requirements = question.policies.in_force(InformationRequirements, on).policy
    for item in asked_for(known.tier, requirements):
        weight, position = Decimal(item.weight), known.opened_position
        yield Contribution(Measure.INFORMATION_ASKED, weight, on, position, subject)
        told_by = known.told_by(item.key)
        if told_by is not None:
            yield Contribution(Measure.INFORMATION_KNOWN, weight, on, told_by, subject)


INFORMATION = Family(
    name="information",
    events=(
        AccountOpened,
        AccountProfileRevised,
        AccountTierChanged,
        InformationGapClosed,
        NeedIdentified,
        NeedWithdrawn,
        StakeholderIdentified,
        StakeholderRevised,
        StakeholderLeft,
    ),
    contribute=_contribute,
)
