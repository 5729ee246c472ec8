"""Policies that hold for words and amounts wherever they are given: taxonomies and currencies."""

from datetime import date

from domain.currency import Currency
from domain.decision import States
from domain.policy import Currencies, Taxonomies
from domain.policy_set import policies_of
from domain.profile import Profile
from domain.refusal import Refused


def refuse_currency(states: States, currency: Currency, *, on: date) -> None:
    """Refuse a currency that the policy of the day does not allow.

    Raises:
        Refused: `currency-not-allowed`.
    """
    policy = policies_of(states).in_force(Currencies, on)
    if policy.policy.allowed and currency not in policy.policy.allowed:
        raise Refused(
            "currency-not-allowed",
            f"{currency} is none of the currencies of the policy (version {policy.version}): "
            f"{', '.join(policy.policy.allowed)}",
        )


def refuse_unknown_words(
    states: States, now: Profile, *, was: Profile | None = None, on: date
) -> None:
    """Refuse a new territory or industry that the taxonomies of the day do not name.

    Raises:
        Refused: `unknown-territory`, `unknown-industry`.
    """
    policy = policies_of(states).in_force(Taxonomies, on)
    territories, industries = policy.policy.territories, policy.policy.industries
    territory = now.territory
    if was is None or was.territory != territory:
        _refuse_unlisted("territory", territory, territories, policy.version)
    industry = now.industry.label if now.industry else None
    if was is None or (was.industry.label if was.industry else None) != industry:
        _refuse_unlisted("industry", industry, industries, policy.version)


def _refuse_unlisted(kind: str, word: str | None, listed: tuple[str, ...], version: int) -> None:
    if word is None or not listed or word in listed:
        return
    named = ", ".join(listed[:20]) + (" …" if len(listed) > 20 else "")  # noqa: PLR2004
    raise Refused(
        f"unknown-{kind}",
        f"{word} is no {kind} of the policy on taxonomies (version {version}): {named}",
    )
