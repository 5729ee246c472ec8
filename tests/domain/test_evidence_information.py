"""What is known of an account, of all that its tier asks for."""

from datetime import date
from typing import Any

from domain.account import (
    AccountManagerUnassigned,
    AccountOpened,
    AccountProfileRevised,
    AccountTierChanged,
)
from domain.change import Change
from domain.evidence import Measure
from domain.evidence_information import INFORMATION
from domain.information import InformationGapClosed
from domain.kpi import PROFILE_COMPLETENESS
from domain.manager import ManagerRole
from domain.need import NeedIdentified, NeedWithdrawn
from domain.period import LIFETIME, month_of
from domain.policy import InformationRequirement, InformationRequirements
from domain.policy_set import NO_POLICIES, PolicyPublished, PolicySet, evolve
from domain.profile import Industry, Profile
from domain.stakeholder import (
    BuyingRole,
    StakeholderIdentified,
    StakeholderLeft,
    StakeholderRevised,
)
from domain.tier import Tier
from tests.domain.histories import History
from tests.domain.relationship_samples import LINE, NEED, NEED_IDENTIFIED
from tests.domain.samples import ANNA, CLIENT

OPENED_ON, LATER = date(2026, 1, 5), date(2026, 6, 10)
MAY, JUNE = month_of(date(2026, 5, 1)), month_of(LATER)
YEAR_END = date(2026, 12, 31)
PROFILE = Profile(name="Acme", industry=Industry(label="cranes"), country="ES")


def known(tier: Tier = Tier.PROSPECT, profile: Profile = PROFILE) -> History:
    history = History()
    history.add(AccountOpened(opened_on=OPENED_ON, profile=profile), OPENED_ON)
    if tier is not Tier.PROSPECT:
        history.add(AccountTierChanged(was=Tier.PROSPECT, now=tier), OPENED_ON)
    return history


def policy(*items: InformationRequirement, since: date = OPENED_ON) -> PolicySet:
    requirements = InformationRequirements(items=items)
    published = PolicyPublished(version=1, effective_from=since, policy=requirements)
    return evolve(NO_POLICIES, published)


ONLY_NEED = policy(InformationRequirement(key="need"))
ONLY_DECIDER = policy(InformationRequirement(key="decision-maker"))
NOT_ASKED = policy(InformationRequirement(key="need", from_tier=Tier.STRATEGIC))


def sums(history: History, as_of: date = YEAR_END, **more: Any) -> tuple[int, int]:
    """Return the weight of what is known, and of what is asked for."""
    found = history.sums(INFORMATION, LIFETIME, as_of, **more)
    known, asked = Measure.INFORMATION_KNOWN, Measure.INFORMATION_ASKED
    return int(found.get(known, 0)), int(found.get(asked, 0))


def stakeholder(history: History, role: BuyingRole | None, on: date) -> int:
    identified = StakeholderIdentified(party_id=CLIENT, identified_on=on, buying_role=role)
    return history.add(identified, on, LINE)


def test_two_of_the_three_fields_of_a_prospect_are_known() -> None:
    assert known().shown(PROFILE_COMPLETENESS, LIFETIME, YEAR_END) == "66.7"


def test_a_higher_tier_asks_for_more_from_the_day_of_its_change() -> None:
    history = known()
    raised = history.add(AccountTierChanged(was=Tier.PROSPECT, now=Tier.KEY), LATER)

    assert sums(history) == (2, 8)
    assert sums(history, date(2026, 6, 9)) == (2, 3)
    assert sums(history, known_at=raised - 1) == (2, 3)


def test_an_account_that_is_not_open_yet_is_asked_for_nothing() -> None:
    assert sums(known(), date(2026, 1, 4)) == (0, 0)
    assert known().shown(PROFILE_COMPLETENESS, LIFETIME, date(2026, 1, 4)) == "nothing-asked"


def test_a_policy_that_asks_for_nothing_at_this_tier_is_no_data() -> None:
    assert sums(known(), policies=NOT_ASKED) == (0, 0)


def test_a_revised_profile_is_known_from_its_own_day() -> None:
    history = known()
    revised = AccountProfileRevised(
        territory=Change(was=None, now="Iberia"),
        country=Change(was="ES", now=None),
        industry=Change(was=PROFILE.industry, now=Industry(label="hoists")),
    )
    position = history.add(revised, LATER)

    assert sums(history) == (2, 3)
    assert sums(history, date(2026, 6, 9)) == (2, 3)
    told_by = {
        each.position
        for each in history.contributions(INFORMATION, JUNE, YEAR_END)
        if each.measure is Measure.INFORMATION_KNOWN
    }
    assert told_by == {position}
    told_before = {
        each.position
        for each in history.contributions(INFORMATION, MAY, YEAR_END)
        if each.measure is Measure.INFORMATION_KNOWN
    }
    assert told_before == {1}


def test_a_revision_of_before_the_opening_tells_nothing() -> None:
    history = known()
    territory = AccountProfileRevised(territory=Change(was=None, now="Iberia"))
    history.add(territory, date(2026, 1, 1))

    assert sums(history) == (2, 3)


def test_every_field_of_the_profile_answers_the_requirement_of_its_name() -> None:
    full = known(Tier.KEY, PROFILE)
    changes = {
        "territory": Change(was=None, now="Iberia"),
        "employees": Change(was=None, now=7),
        "legal_name": Change(was=None, now="Acme S.A."),
        "annual_revenue": Change(
            was=None, now={"amount": {"amount": "1", "currency": "EUR"}, "year": 2025}
        ),
    }
    full.add(AccountProfileRevised.model_validate(changes), LATER)

    assert sums(full) == (6, 8)


def test_weights_are_added_up_not_fields() -> None:
    heavy = policy(
        InformationRequirement(key="industry", weight=9), InformationRequirement(key="territory")
    )

    assert sums(known(), policies=heavy) == (9, 10)


def test_the_policy_is_that_of_the_last_day_that_counts() -> None:
    later = policy(InformationRequirement(key="industry"), since=LATER)

    assert sums(known(), policies=later) == (1, 1)
    assert sums(known(), date(2026, 6, 9), policies=later) == (2, 3)


def test_a_need_answers_until_it_is_withdrawn() -> None:
    history = known()
    history.add(NEED_IDENTIFIED, date(2026, 2, 1))
    withdrawn = history.add(NeedWithdrawn(need_id=NEED), LATER)

    assert sums(history, date(2026, 1, 31), policies=ONLY_NEED) == (0, 1)
    assert sums(history, date(2026, 6, 9), policies=ONLY_NEED) == (1, 1)
    assert sums(history, policies=ONLY_NEED) == (0, 1)
    assert sums(history, policies=ONLY_NEED, known_at=withdrawn - 1) == (1, 1)


def test_of_several_needs_the_first_is_the_evidence() -> None:
    history = known()
    first = history.add(NEED_IDENTIFIED, date(2026, 2, 1))
    another = NeedIdentified.model_validate(NEED_IDENTIFIED.model_dump() | {"need_id": ANNA})
    history.add(another, date(2026, 2, 2))
    found = history.contributions(INFORMATION, LIFETIME, YEAR_END, policies=ONLY_NEED)

    assert found[-1].position == first


def test_a_decision_maker_answers_and_nobody_else_does() -> None:
    for role, expected in (
        (BuyingRole.DECISION_MAKER, 1),
        (BuyingRole.ECONOMIC_BUYER, 0),
        (None, 0),
    ):
        history = known()
        stakeholder(history, role, date(2026, 2, 1))

        assert sums(history, policies=ONLY_DECIDER) == (expected, 1)


def test_a_role_that_is_revised_holds_from_its_own_day() -> None:
    history = known()
    stakeholder(history, BuyingRole.CHAMPION, date(2026, 2, 1))
    decides = Change[BuyingRole | None](was=BuyingRole.CHAMPION, now=BuyingRole.DECISION_MAKER)
    history.add(StakeholderRevised(party_id=CLIENT, buying_role=decides), LATER, LINE)
    job = Change(was=None, now="Director")
    history.add(StakeholderRevised(party_id=CLIENT, job_title=job), LATER, LINE)

    assert sums(history, date(2026, 6, 9), policies=ONLY_DECIDER) == (0, 1)
    assert sums(history, LATER, policies=ONLY_DECIDER) == (1, 1)

    blocks = Change[BuyingRole | None](was=BuyingRole.DECISION_MAKER, now=BuyingRole.BLOCKER)
    history.add(StakeholderRevised(party_id=CLIENT, buying_role=blocks), YEAR_END, LINE)
    assert sums(history, policies=ONLY_DECIDER) == (0, 1)


def test_a_decision_maker_who_left_counts_on_the_last_day_and_no_longer_until_back() -> None:
    history = known()
    stakeholder(history, BuyingRole.DECISION_MAKER, date(2026, 2, 1))
    history.add(StakeholderLeft(party_id=CLIENT, left_on=LATER), LATER, LINE)
    stakeholder(history, BuyingRole.DECISION_MAKER, date(2026, 8, 1))

    assert sums(history, LATER, policies=ONLY_DECIDER) == (1, 1)
    assert sums(history, date(2026, 6, 11), policies=ONLY_DECIDER) == (0, 1)
    assert sums(history, date(2026, 8, 1), policies=ONLY_DECIDER) == (1, 1)


def test_who_left_and_came_back_on_one_day_counts_on_it_and_after_it() -> None:
    history = known()
    stakeholder(history, BuyingRole.DECISION_MAKER, date(2026, 2, 1))
    history.add(StakeholderLeft(party_id=CLIENT, left_on=LATER), LATER, LINE)
    stakeholder(history, BuyingRole.DECISION_MAKER, LATER)

    assert sums(history, LATER, policies=ONLY_DECIDER) == (1, 1)
    assert sums(history, date(2026, 6, 11), policies=ONLY_DECIDER) == (1, 1)


def test_a_gap_that_was_closed_answers_whatever_the_profile_says() -> None:
    history = known()
    closed = InformationGapClosed(requirement_key="territory", source="call", not_applicable=True)
    position = history.add(closed, LATER)

    assert sums(history) == (3, 3)
    assert sums(history, date(2026, 6, 9)) == (2, 3)
    assert position in {
        each.position for each in history.contributions(INFORMATION, JUNE, YEAR_END)
    }


def test_a_requirement_of_our_own_word_is_open_until_its_gap_is_closed() -> None:
    own = policy(InformationRequirement(key="fleet-size"))
    history = known()
    assert sums(history, policies=own) == (0, 1)

    history.add(InformationGapClosed(requirement_key="fleet-size", source="call"), LATER)
    assert sums(history, policies=own) == (1, 1)


def test_what_tells_nothing_is_passed_over() -> None:
    history = known()
    gone = AccountManagerUnassigned(party_id=ANNA, role=ManagerRole.SPECIALIST)
    history.add(gone, LATER)

    assert sums(history) == (2, 3)
