"""The commands of the tenant's policies."""

from collections.abc import Collection
from datetime import date

from domain.decision import Decision, States
from domain.event import Recording
from domain.policy import Policy, PolicyKind
from domain.policy_set import POLICIES, policies_of
from domain.policy_set import publish_policy as decide_to_publish
from domain.policy_set import retire_policy as decide_to_retire


def publish_policy(
    *, policy: Policy, effective_from: date, reason: str, time_zones: Collection[str]
) -> Decision:
    """Publish a version; it may hold from a day that lies ahead, or from one long past."""

    def decide(states: States) -> list[Recording]:
        events = decide_to_publish(
            policies_of(states),
            policy=policy,
            effective_from=effective_from,
            reason=reason,
            time_zones=time_zones,
        )
        return [POLICIES.record(events)]

    return Decision(POLICIES, (POLICIES,), decide)


def retire_policy(*, kind: PolicyKind, version: int, reason: str) -> Decision:
    def decide(states: States) -> list[Recording]:
        events = decide_to_retire(policies_of(states), kind=kind, version=version, reason=reason)
        return [POLICIES.record(events)]

    return Decision(POLICIES, (POLICIES,), decide)
