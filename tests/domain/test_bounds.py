"""Where a rule begins and ends: the very day, amount or number that it still takes, or refuses."""

from datetime import date
from decimal import Decimal

import pytest

from domain import commands
from domain.account import AccountClosed
from domain.change import Change
from domain.commitment import CommitmentMade, CommitmentTerms, CommittedBy
from domain.commitment_decisions import make_commitment
from domain.deal import DEAL, DealReclassified, DealWon
from domain.deal_contract import DealContractSent, DealContractSigned, DealContractVoided
from domain.deal_terms import DealKind
from domain.decision import Decision
from domain.fit_score import NO_FIT_SCORES, FitScored
from domain.fit_score import evolve as evolve_scores
from domain.goal import GOAL, GoalRevised, GoalState, RevisionReason
from domain.goal_progress import measures, meets_target
from domain.goal_terms import Band, Direction
from domain.manager import ManagerRole
from domain.measurement import Measurement
from domain.order_book import ORDER_BOOK, OrderContent, OrderLine, OrderPlaced
from domain.override import Override
from domain.party import PARTY, ContactField, PartyRegistered, PartyRevised, Side
from domain.plan import PlanTerms
from domain.policy import Taxonomies
from domain.policy_set import POLICIES, PolicyPublished
from domain.portfolio import (
    PortfolioAccountTaken,
    PortfolioCapacitySet,
    PortfolioEvent,
    PortfolioOpened,
    portfolio_stream,
)
from domain.profile import Profile
from domain.recurring_revenue import RecurringRevenueStarted, RecurringTerms
from domain.relationship import RELATIONSHIP, RelationshipStarted
from domain.tier import Tier
from tests.domain.goals import DRAFTED, GOAL_SET, METRIC, terms
from tests.domain.plans import MILESTONE, WORLD, on_plan, plan
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    ANNA,
    BEN,
    CONTRACT,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MARCH,
    MAY,
    OPENED,
    ORDER,
    OTHER,
    PARTIES,
    TODAY,
    WON,
    euro,
    uuid,
)
from tests.given import decide, given, given_streams

OPEN = ACCOUNT_STREAM.record([OPENED])
WORD = Override(approved_by=ANNA, reason="for now")
LEAD = ManagerRole.ACCOUNT_MANAGER


@pytest.mark.parametrize(("value", "met"), [("45", True), ("55", True), ("44", False)])
def test_the_ends_of_a_band_belong_to_it(value: str, met: object) -> None:
    metric = METRIC.model_copy(update={"direction": Direction.MAINTAIN})
    band = Band(low=Decimal(45), high=Decimal(55))
    kept = terms(metric=metric, baseline=None, target=None, band=band)

    measured = [Measurement(value=Decimal(value), measured_on=MAY)]
    summed = measures(measured, band=band, as_of=MAY)
    assert summed is not None
    assert meets_target(kept, summed) is met


def test_a_notice_may_be_of_the_last_day() -> None:
    closing = commands.close_account(
        ACME, churned=True, reason_code="x", notice_on=MAY, reason="so", on=MAY, today=TODAY
    )
    closed = AccountClosed(closed_on=MAY, churned=True, reason_code="x", notice_on=MAY)

    given_streams(OPEN).when(closing).then(ACCOUNT_STREAM.record([closed]))


@pytest.mark.parametrize("quantity", ["0", "0.5"])
def test_a_line_may_be_of_nothing_or_of_a_part(quantity: str) -> None:
    line = OrderLine(product="hook", quantity=Decimal(quantity), amount=euro("1"))
    content = OrderContent(ordered_on=MAY, amount=euro("1"), lines=(line,))

    assert decide([OPEN], commands.place_order(ACME, order_id=ORDER, content=content, today=TODAY))


def test_what_does_not_say_its_hours_takes_none() -> None:
    relationship = RELATIONSHIP.evolve(None, RelationshipStarted(account_id=ACME, started_on=MARCH))
    promise = CommitmentTerms(by=CommittedBy.US, text="A call", due_on=MAY)

    assert make_commitment(
        relationship,
        commitment_id=ORDER,
        terms=promise,
        owner=None,
        approver=None,
        unconfirmed_hours_max=0,
        request_confirmed=False,
        on=MAY,
    ) == [CommitmentMade(commitment_id=ORDER, made_on=MAY, terms=promise)]


def test_a_plan_may_be_of_one_day_and_a_milestone_of_its_first() -> None:
    day = PlanTerms(title="A day", first_on=MAY, last_on=MAY, owner_id=ANNA)
    drawing = commands.draw_up_plan(ACME, uuid(77), terms=day, on=MAY, today=TODAY)
    adding = on_plan(
        commands.add_milestone,
        uuid(78),
        terms=MILESTONE.model_copy(update={"due_on": date(2026, 1, 1)}),
    )

    assert decide(WORLD, drawing)
    assert decide([*WORLD, plan()], adding)


def test_of_two_scores_of_one_day_the_later_recorded_counts() -> None:
    def scored(number: int, total: int) -> FitScored:
        return FitScored(
            fit_score_id=uuid(number),
            scored_on=MAY,
            total=Decimal(total),
            band=None,
            grades=(),
            policy_version=0,
        )

    scores = NO_FIT_SCORES
    for score in (scored(1, 10), scored(2, 20)):
        scores = evolve_scores(scores, score)
    assert scores.latest == scored(2, 20)


def test_orders_leave_recurring_revenue_alone() -> None:
    paid = RecurringTerms(product_line="service", monthly=euro("1"), starts_on=MAY)
    started = RecurringRevenueStarted(recurring_id=FIRST, terms=paid)
    placed = OrderPlaced(order_id=ORDER, ordered_on=MAY, amount=euro("1"))
    book = ORDER_BOOK.evolve(ORDER_BOOK.evolve(None, started), placed)

    assert (set(book.recurring), set(book.orders)) == ({FIRST}, {ORDER})


def test_a_deal_remembers_what_it_became() -> None:
    reclassified = DealReclassified(was=DealKind.NEW_BUSINESS, now=DealKind.RENEWAL)
    sent = DealContractSent(sent_on=MARCH, document="a", sha256="0" * 64, to=(ANNA,))
    voided = DealContractVoided(voided_on=MAY, reason_code="x")
    won = DealWon(won_on=MAY, amount=euro("7"))
    deal = given(DEAL, DEAL_OPENED, reclassified, sent, voided, won).state

    assert (deal.kind, deal.amount, deal.ended_on) == (DealKind.RENEWAL, euro("7"), MAY)
    assert (deal.sent, deal.contract, deal.voided) == (None, None, voided)
    again = given(DEAL, DEAL_OPENED, voided, DealContractSigned(contract=CONTRACT)).state
    assert (again.contract, again.voided) == (CONTRACT, None)


ANNAS = portfolio_stream(ANNA)
FULL: list[PortfolioEvent] = [
    PortfolioOpened(manager_id=ANNA, opened_on=MARCH),
    PortfolioCapacitySet(was=None, now=0),
]


def test_a_word_lets_a_full_portfolio_take_by_assignment_and_hand_over() -> None:
    sales = commands.change_tier(ACME, to=Tier.SALES, reason="so", on=MAY, today=TODAY)
    world = [*PARTIES, OPEN, ANNAS.record(FULL), FIRST_DEAL.record([DEAL_OPENED, WON])]
    world += decide(world, sales)
    executive = commands.assign_manager(
        ACME,
        party_id=BEN,
        role=ManagerRole.ACCOUNT_EXECUTIVE,
        primary=True,
        on=MAY,
        today=TODAY,
    )

    def assigning(override: Override | None) -> Decision:
        return commands.assign_manager(
            ACME, party_id=ANNA, role=LEAD, primary=True, override=override, on=MAY, today=TODAY
        )

    def handing_over(override: Override | None) -> Decision:
        return commands.hand_over(
            ACME,
            deal_id=FIRST,
            from_party_id=BEN,
            to_party_id=ANNA,
            override=override,
            on=MAY,
            today=TODAY,
        )

    handed = [*world, *decide(world, executive)]
    taken = PortfolioAccountTaken(
        account_id=ACME, tier=Tier.SALES, points=1, policy_version=0, override=WORD
    )
    for past, asking in ((world, assigning), (handed, handing_over)):
        given_streams(*past).when(asking(None)).then_refused("capacity-exceeded")
        recorded = decide(past, asking(WORD))
        assert [each.events for each in recorded if each.stream == ANNAS] == [[taken]]


def test_one_point_too_many_is_too_many() -> None:
    held = PortfolioAccountTaken(account_id=OTHER, tier=Tier.SALES, points=1, policy_version=0)
    world = [*PARTIES, OPEN, ANNAS.record([FULL[0], PortfolioCapacitySet(was=None, now=1), held])]
    world += decide(
        world,
        commands.assign_manager(ACME, party_id=ANNA, role=LEAD, primary=True, on=MAY, today=TODAY),
    )
    sales = commands.change_tier(ACME, to=Tier.SALES, reason="so", on=MAY, today=TODAY)

    given_streams(*world).when(sales).then_refused("capacity-exceeded", "1 of 1 points, and 1 more")


def test_a_list_of_21_words_is_told_in_part() -> None:
    words = tuple(f"T{number:02d}" for number in range(21))
    published = PolicyPublished(version=1, effective_from=MAY, policy=Taxonomies(territories=words))
    opening = commands.open_account(
        uuid(5), profile=Profile(name="New", territory="East"), on=MAY, today=TODAY
    )

    given_streams(POLICIES.record([published])).when(opening).then_refused(
        "unknown-territory", r"T19 …$"
    )


def test_every_contact_of_a_party_is_recorded_and_revised() -> None:
    registering = commands.register_party(
        ANNA, side=Side.OURS, name="Anna", email="a@b.example", phone="1", on=MAY, today=TODAY
    )
    (recorded,) = decide([], registering)
    registered = PartyRegistered(
        party_id=ANNA, side=Side.OURS, name="Anna", email="a@b.example", phone="1"
    )
    revising = commands.revise_party(
        ANNA, email="c@d.example", withdraw=[ContactField.PHONE], on=MAY, today=TODAY
    )
    (revised,) = decide([recorded], revising)

    assert recorded.events == [registered]
    assert revised.events == [
        PartyRevised(party_id=ANNA, email="c@d.example", withdrawn=(ContactField.PHONE,))
    ]
    assert PARTY.evolve(PARTY.evolve(None, registered), revised.events[0]).held == {
        ContactField.EMAIL
    }


def test_a_revised_goal_is_as_it_was_revised_and_a_set_draft_is_active() -> None:
    revised = GoalRevised(
        reason_code=RevisionReason.MARKET_CHANGE,
        target=Change(was=Decimal(60_000), now=Decimal(70_000)),
    )
    drafted = GOAL.evolve(GOAL.evolve(GOAL.evolve(None, DRAFTED), GOAL_SET), revised)

    assert (drafted.terms.target, drafted.state) == (Decimal(70_000), GoalState.ACTIVE)
