"""What may be decided about an account: each decision returns the events to record, or refuses."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from domain.account import (
    Account,
    AccountClosed,
    AccountEvent,
    AccountHandedOver,
    AccountManagerAssigned,
    AccountManagerUnassigned,
    AccountOpened,
    AccountProfileRevised,
    AccountReopened,
    AccountTierChanged,
    evolve,
)
from domain.change import change
from domain.external_reference import ExternalReference
from domain.hand_over_decisions import refuse_open
from domain.manager import MAY_LEAD, ManagerRole, primary_of
from domain.party import Party, Side
from domain.policy import TierCriteria
from domain.policy_set import InForce
from domain.profile import Profile, ProfileRevision
from domain.reason import refuse_before, require_reason
from domain.refusal import Refused
from domain.tier import LOOKED_AFTER, Tier, TierCriterion


def refuse_closed(account: Account) -> None:
    """Refuse where the account is closed, or lives on in another.

    Raises:
        Refused: `account-merged`, naming the other, or `account-closed`.
    """
    refuse_merged(account)
    if not account.is_open:
        raise Refused(
            "account-closed", f"the account was closed on {account.closed_on}; reopen it first"
        )


def refuse_merged(account: Account) -> None:
    """Refuse where the account lives on in another.

    Raises:
        Refused: `account-merged`, naming the other.
    """
    if account.merged_into is not None:
        raise Refused(
            "account-merged",
            f"the account was merged into {account.merged_into}; go on with that one",
        )


def open_account(
    account_id: UUID, *, profile: Profile, references: Sequence[ExternalReference], on: date
) -> Sequence[AccountEvent]:
    _refuse_own_parent(account_id, profile)
    return [AccountOpened(opened_on=on, profile=profile, references=tuple(references))]


def revise_profile(
    account: Account, account_id: UUID, *, revision: ProfileRevision
) -> Sequence[AccountEvent]:
    """Record what the revision changes.

    Raises:
        Refused: `account-closed`, `name-required`, `parent-is-itself`.
    """
    refuse_closed(account)
    if "name" in revision.model_fields_set and revision.name is None:
        raise Refused("name-required", "an account cannot be without a name; give the new one")
    was, now = account.profile, account.profile.revised(revision)
    _refuse_own_parent(account_id, now)
    if was == now:
        return []
    return [
        AccountProfileRevised(
            name=change(was.name, now.name),
            legal_name=change(was.legal_name, now.legal_name),
            industry=change(was.industry, now.industry),
            territory=change(was.territory, now.territory),
            country=change(was.country, now.country),
            employees=change(was.employees, now.employees),
            annual_revenue=change(was.annual_revenue, now.annual_revenue),
            parent_account_id=change(was.parent_account_id, now.parent_account_id),
        )
    ]


def change_tier(
    account: Account,
    policy: InForce[TierCriteria],
    *,
    to: Tier,
    criteria: Collection[TierCriterion],
    reason: str,
) -> Sequence[AccountEvent]:
    """Put the account into another tier.

    Raises:
        Refused: `account-closed`, `reason-required`, `tier-criteria-required`,
            `tier-criteria-not-met`, `role-cannot-lead`.
    """
    refuse_closed(account)
    require_reason(reason)
    if to == account.tier:
        return []
    met = tuple(criterion for criterion in TierCriterion if criterion in criteria)
    _refuse_unmet(policy, to, met)
    primary = primary_of(account.managers)
    if primary is not None:
        _refuse_role(to, primary[1])
    return [
        AccountTierChanged(was=account.tier, now=to, criteria=met, policy_version=policy.version)
    ]


def _refuse_unmet(policy: InForce[TierCriteria], to: Tier, met: Collection[TierCriterion]) -> None:
    requirement = policy.policy.requirement(to)
    if requirement is None:
        return
    counting = [criterion for criterion in met if criterion in requirement.criteria]
    if len(counting) >= requirement.at_least:
        return
    asked = f"at least {requirement.at_least} of these: {', '.join(requirement.criteria)}"
    if not met:
        raise Refused(
            "tier-criteria-required", f"an account becomes {to} for a reason; name {asked}"
        )
    raise Refused(
        "tier-criteria-not-met",
        f"the policy on tier criteria (version {policy.version}) asks of a {to} account for "
        f"{asked}; it meets {', '.join(counting) or 'none of them'}",
    )


def _refuse_role(tier: Tier, role: ManagerRole) -> None:
    if tier in LOOKED_AFTER and role not in MAY_LEAD:
        raise Refused(
            "role-cannot-lead",
            f"a {tier} account is not led by its {role}; make another the primary manager, "
            f"in one of these roles: {', '.join(sorted(MAY_LEAD))}",
        )


def assign_manager(
    account: Account, party: Party, *, party_id: UUID, role: ManagerRole, primary: bool
) -> Sequence[AccountEvent]:
    """Let a party of ours look after the account; a new primary manager takes over from the old.

    Raises:
        Refused: `account-closed`, `party-not-ours`, `primary-required`, `role-cannot-lead`.
    """
    refuse_closed(account)
    if party.side is not Side.OURS:
        raise Refused(
            "party-not-ours",
            f"the party {party_id} is on the client's side; assign one of our own",
        )
    assignment = (party_id, role)
    if account.managers.get(assignment) is primary:
        return []
    if primary:
        _refuse_role(account.tier, role)
    before = primary_of(account.managers)
    events: list[AccountEvent] = []
    if primary and before is not None:
        party_before, role_before = before
        events.append(
            AccountManagerAssigned(party_id=party_before, role=role_before, primary=False)
        )
    if not primary and before == assignment:
        _refuse_without_primary(account)
    return [*events, AccountManagerAssigned(party_id=party_id, role=role, primary=primary)]


def unassign_manager(
    account: Account, *, party_id: UUID, role: ManagerRole
) -> Sequence[AccountEvent]:
    """Let a party no longer look after the account in that role.

    Raises:
        Refused: `account-closed`, `primary-required`.
    """
    refuse_closed(account)
    if (party_id, role) not in account.managers:
        return []
    if primary_of(account.managers) == (party_id, role):
        _refuse_without_primary(account)
    return [AccountManagerUnassigned(party_id=party_id, role=role)]


def hand_over(
    account: Account,
    to_party: Party,
    *,
    deal_id: UUID,
    deal_is_won: bool,
    from_party_id: UUID,
    to_party_id: UUID,
    role: ManagerRole,
) -> Sequence[AccountEvent]:
    """Leave the account to a manager, as the primary one; its executive is released.

    Raises:
        Refused: `account-closed`, `hand-over-open`, `deal-not-won`, `not-the-executive`,
            `role-not-a-manager`, `party-not-ours`.
    """
    refuse_closed(account)
    if deal_id in account.deals_handed_over:
        return _nothing_but_the_same(account, deal_id, (to_party_id, role))
    refuse_open(account.hand_overs, deal_id=deal_id)
    if not deal_is_won:
        raise Refused(
            "deal-not-won",
            f"{deal_id} is not a won deal of this account; hand over once a deal is won",
        )
    if role not in MAY_LEAD:
        raise Refused(
            "role-not-a-manager", "an account is handed over to a manager; give a manager's role"
        )
    executive = (from_party_id, ManagerRole.ACCOUNT_EXECUTIVE)
    if executive not in account.managers:
        raise Refused(
            "not-the-executive",
            f"the party {from_party_id} is not an account executive here; "
            "assign it first, or name the one who is",
        )
    handed_over = AccountHandedOver(
        deal_id=deal_id, from_party_id=from_party_id, to_party_id=to_party_id, role=role
    )
    released = AccountManagerUnassigned(party_id=from_party_id, role=executive[1])
    after = evolve(evolve(account, handed_over), released)
    assigned = assign_manager(after, to_party, party_id=to_party_id, role=role, primary=True)
    return [handed_over, released, *assigned]


def _nothing_but_the_same(
    account: Account, deal_id: UUID, to: tuple[UUID, ManagerRole]
) -> Sequence[AccountEvent]:
    if to in account.managers:
        return []
    raise Refused(
        "already-handed-over",
        f"the account was handed over for the deal {deal_id} before; "
        "assign another manager instead",
    )


def close_account(
    account: Account,
    *,
    churned: bool,
    reason_code: str,
    competitor: str | None = None,
    notice_on: date | None = None,
    reason: str,
    on: date,
) -> Sequence[AccountEvent]:
    """End the account, by the client's leaving (`churned`) or our own choice.

    Raises:
        Refused: `reason-required`, `account-merged`, `not-churned`, `notice-after-the-end`,
            `before-the-account-was-opened`, `before-the-account-was-reopened`.
    """
    require_reason(reason)
    refuse_merged(account)
    _refuse_bad_churn(churned=churned, competitor=competitor, notice_on=notice_on, on=on)
    if not account.is_open:
        return []
    refuse_before(
        on,
        earliest=account.opened_on,
        what=f"the opening of the account, {account.opened_on}",
        code="before-the-account-was-opened",
    )
    if account.reopened_on is not None:
        refuse_before(
            on,
            earliest=account.reopened_on,
            what=f"the reopening of the account, {account.reopened_on}",
            code="before-the-account-was-reopened",
        )
    return [
        AccountClosed(
            closed_on=on,
            churned=churned,
            reason_code=reason_code,
            competitor=competitor,
            notice_on=notice_on,
        )
    ]


def reopen_account(account: Account, *, reason: str, on: date) -> Sequence[AccountEvent]:
    """Take a closed account up again.

    Raises:
        Refused: `reason-required`, `account-merged`, `before-the-account-was-closed`.
    """
    require_reason(reason)
    refuse_merged(account)
    if account.closed_on is None:
        return []
    refuse_before(
        on,
        earliest=account.closed_on,
        what=f"the closing of the account, {account.closed_on}",
        code="before-the-account-was-closed",
    )
    return [AccountReopened(reopened_on=on)]


def _refuse_bad_churn(
    *, churned: bool, competitor: str | None, notice_on: date | None, on: date
) -> None:
    if not churned and (competitor is not None or notice_on is not None):
        raise Refused(
            "not-churned",
            "an account that we close ourselves has no competitor and no notice; "
            "leave these out, or close it as churned",
        )
    if notice_on is not None and notice_on > on:
        raise Refused(
            "notice-after-the-end",
            f"the notice of {notice_on} lies after the end, {on}; give a day up to the end",
        )


def _refuse_own_parent(account_id: UUID, profile: Profile) -> None:
    if profile.parent_account_id == account_id:
        raise Refused(
            "parent-is-itself", "an account is not its own parent; name another account or none"
        )


def _refuse_without_primary(account: Account) -> None:
    if account.tier in LOOKED_AFTER:
        raise Refused(
            "primary-required",
            f"an account of the tier {account.tier} keeps a primary manager; "
            "assign another as the primary one first",
        )
