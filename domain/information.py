"""What should be known of an account, what of it is missing, and how gaps are closed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, Final

from immutables import Map

from domain.event import Event
from domain.policy import InformationRequirement, InformationRequirements
from domain.profile import Profile
from domain.refusal import Refused
from domain.tier import Tier
from domain.words import Code, Label

PROFILE_FIELDS: Final[Mapping[str, Callable[[Profile], object]]] = {
    "annual-revenue": lambda profile: profile.annual_revenue,
    "country": lambda profile: profile.country,
    "employees": lambda profile: profile.employees,
    "industry": lambda profile: profile.industry,
    "legal-name": lambda profile: profile.legal_name,
    "parent-account-id": lambda profile: profile.parent_account_id,
    "territory": lambda profile: profile.territory,
}
"""The requirements that the profile itself answers."""

_TIERS: Final = tuple(Tier)
_WHOLE: Final = Decimal(100)
_SHOWN: Final = Decimal("0.01")

# Events: these names and fields are the stored format. Add; never rename or remove.


class InformationGapClosed(Event):
    """Something that must be known of the account is known now, or asks nothing of this one."""

    NAME: ClassVar[str] = "account.information-gap-closed"
    requirement_key: Code
    source: Label
    not_applicable: bool = False


ClosedGaps = Map[str, InformationGapClosed]
"""The latest closing of each requirement."""
NO_CLOSED_GAPS: Final[ClosedGaps] = Map()


def evolve(gaps: ClosedGaps, event: InformationGapClosed) -> ClosedGaps:
    """Fold one event into the state. Never refuses: what happened, happened."""
    return gaps.set(event.requirement_key, event)


def close_information_gap(
    gaps: ClosedGaps,
    requirements: InformationRequirements,
    *,
    requirement_key: str,
    source: str,
    not_applicable: bool,
) -> Sequence[InformationGapClosed]:
    """Record that something is known now, and from where.

    Raises:
        Refused: `unknown-requirement`.
    """
    event = InformationGapClosed(
        requirement_key=requirement_key, source=source, not_applicable=not_applicable
    )
    if gaps.get(requirement_key) == event:
        return []
    if requirement_key in PROFILE_FIELDS:
        raise Refused(
            "unknown-requirement",
            f"{requirement_key} stands in the profile; revise that instead",
        )
    if all(item.key != requirement_key for item in requirements.items):
        own = [item.key for item in requirements.items if item.key not in PROFILE_FIELDS]
        raise Refused(
            "unknown-requirement",
            f"nobody asks for {requirement_key}; close one of: {', '.join(own) or 'none'}",
        )
    return [event]


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of what should be known is known, in percent by weight, and what is missing.

    `percent` is None where nothing is asked for: no data is not zero.
    """

    percent: Decimal | None
    missing: tuple[InformationRequirement, ...]


def missing_information(
    profile: Profile, tier: Tier, known: Collection[str], requirements: InformationRequirements
) -> tuple[InformationRequirement, ...]:
    """Return what is asked for at this tier and is not known.

    `known` are the keys that something else than the profile answers: gaps that were closed (also
    as not applicable), and what the account's other streams tell.
    """
    return tuple(
        item
        for item in asked_for(tier, requirements)
        if item.key not in known and not _in_profile(profile, item.key)
    )


def completeness(
    profile: Profile, tier: Tier, known: Collection[str], requirements: InformationRequirements
) -> Completeness:
    """Divide the weight of what is known by that of all that is asked for at this tier.

    Shown with two decimals, halves rounded away from zero.
    """
    asked = sum(item.weight for item in asked_for(tier, requirements))
    missing = missing_information(profile, tier, known, requirements)
    if not asked:
        return Completeness(None, missing)
    present = asked - sum(item.weight for item in missing)
    percent = (_WHOLE * present / asked).quantize(_SHOWN, rounding=ROUND_HALF_UP)
    return Completeness(percent, missing)


def asked_for(
    tier: Tier, requirements: InformationRequirements
) -> tuple[InformationRequirement, ...]:
    reached = _TIERS[: _TIERS.index(tier) + 1]
    return tuple(item for item in requirements.items if item.from_tier in reached)


def _in_profile(profile: Profile, key: str) -> bool:
    field = PROFILE_FIELDS.get(key)
    return field is not None and field(profile) is not None
