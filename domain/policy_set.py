"""The policies of a tenant as they were published: every version, and which one holds on a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Final, Generic, TypeVar, assert_never, cast
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, Field

from domain.decision import States
from domain.event import Aggregate, Event, Stream
from domain.policy import Policy, PolicyKind
from domain.policy_check import refuse_unsound
from domain.reason import require_reason
from domain.refusal import NotFound

P = TypeVar("P", bound=BaseModel)

PolicyVersion = Annotated[int, Field(ge=1, le=1_000_000)]

_STREAM_ID: Final = UUID("a7b2d0c4-3e51-4f86-8c1d-6d5e0f9b7a23")
"""Part of the stored form: chosen once, on 2026-11-24, never to change. Each tenant has one."""


class PolicyPublished(Event):
    """A version of a policy, and the day from which it holds."""

    NAME: ClassVar[str] = "policy.published"
    version: PolicyVersion
    effective_from: date
    policy: Policy


class PolicyRetired(Event):
    """A version that is not to hold on any day; what it replaced holds again."""

    NAME: ClassVar[str] = "policy.retired"
    kind: PolicyKind
    version: PolicyVersion


PolicySetEvent = PolicyPublished | PolicyRetired


@dataclass(frozen=True, slots=True)
class InForce(Generic[P]):
    """A policy, and its version: 0 for the house's default."""

    version: int
    policy: P


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    version: int
    effective_from: date
    policy: Policy
    retired: bool = False


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Every version of every kind, in the order in which they were published."""

    by_kind: Map[PolicyKind, tuple[PublishedVersion, ...]]

    def versions(self, kind: PolicyKind) -> tuple[PublishedVersion, ...]:
        return self.by_kind.get(kind, ())

    def in_force(self, policy_class: type[P], on: date) -> InForce[P]:
        """Return the policy of this class that holds on a day.

        It is the one that began last by then; of two that began on one day, the one published last.
        """
        kind = kind_of(policy_class)
        held = [
            published
            for published in self.versions(kind)
            if published.effective_from <= on and not published.retired
        ]
        if not held:
            return InForce(0, policy_class())
        latest = max(held, key=lambda published: (published.effective_from, published.version))
        return InForce(latest.version, cast("P", latest.policy))  # a kind has this one class


def kind_of(policy_class: type[BaseModel]) -> PolicyKind:
    """Return the kind of a class of policies."""
    kind: PolicyKind = policy_class.KIND  # type: ignore[attr-defined]  # every policy has one
    return kind


NO_POLICIES: Final = PolicySet(Map())


def evolve(policies: PolicySet | None, event: PolicySetEvent) -> PolicySet:
    """Fold one event into the state. Never refuses: what happened, happened."""
    by_kind = (policies or NO_POLICIES).by_kind
    match event:
        case PolicyPublished():
            kind = event.policy.kind
            published = PublishedVersion(event.version, event.effective_from, event.policy)
            return PolicySet(by_kind.set(kind, (*by_kind.get(kind, ()), published)))
        case PolicyRetired():
            versions = tuple(
                replace(published, retired=True)
                if published.version == event.version
                else published
                for published in by_kind.get(event.kind, ())
            )
            return PolicySet(by_kind.set(event.kind, versions))
        case _:
            assert_never(event)


POLICY_SET: Aggregate[PolicySet, PolicySetEvent] = Aggregate(
    name="policy-set", events=(PolicyPublished, PolicyRetired), evolve=evolve
)

POLICIES: Final[Stream[PolicySet, PolicySetEvent]] = POLICY_SET.stream(_STREAM_ID, account_id=None)


def policies_of(states: States) -> PolicySet:
    """Return the tenant's policies, also to a decision that did not name them beforehand."""
    return states.find(POLICIES) or NO_POLICIES


def publish_policy(
    policies: PolicySet,
    *,
    policy: Policy,
    effective_from: date,
    reason: str,
    time_zones: Collection[str],
) -> Sequence[PolicySetEvent]:
    """Let a policy hold from a day on, which may also lie ahead.

    `time_zones` are the names of the IANA time zone database.

    Raises:
        Refused: `reason-required`, and what `refuse_unsound` says.
    """
    require_reason(reason)
    refuse_unsound(policy, time_zones)
    versions = policies.versions(policy.kind)
    same = [each for each in versions if each.effective_from == effective_from and not each.retired]
    if same and same[-1].policy == policy:
        return []
    return [
        PolicyPublished(version=len(versions) + 1, effective_from=effective_from, policy=policy)
    ]


def retire_policy(
    policies: PolicySet, *, kind: PolicyKind, version: int, reason: str
) -> Sequence[PolicySetEvent]:
    """Let a version hold no longer, on any day.

    Raises:
        NotFound: no such version was published.
        Refused: `reason-required`.
    """
    require_reason(reason)
    published = next((each for each in policies.versions(kind) if each.version == version), None)
    if published is None:
        raise NotFound("policy", f"{kind} version {version}")
    return [] if published.retired else [PolicyRetired(kind=kind, version=version)]
