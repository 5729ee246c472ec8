"""The account overview: entries in, rows out."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from domain.account import (
    AccountClosed,
    AccountHandedOver,
    AccountManagerAssigned,
    AccountManagerUnassigned,
    AccountOpened,
    AccountProfileRevised,
    AccountReopened,
    AccountTierChanged,
)
from domain.change import Change
from domain.deal import DealLost, DealOpened, DealReversed, DealWon
from domain.deal_terms import DealKind, DealStage
from domain.event import Event
from domain.external_reference import (
    ExternalReference,
    ExternalReferenceClaimed,
    external_reference_id,
)
from domain.manager import ManagerRole
from domain.profile import AnnualRevenue, Industry, Profile
from domain.refusal import NotFound
from domain.tier import Tier
from projections.account_list import AccountFilter, list_accounts
from projections.account_overview import (
    ACCOUNT_OVERVIEW,
    AccountOverview,
    AccountStatus,
    find_account,
)
from projections.page import BadCursor
from tests.projections.connections import projecting
from tests.projections.log import TENANT, Log, euro

ACME = UUID(int=1)
ANA, BEN = UUID(int=11), UUID(int=12)
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
REOPENED = AccountReopened(reopened_on=JUNE)
EXECUTIVE, MANAGER = ManagerRole.ACCOUNT_EXECUTIVE, ManagerRole.KEY_ACCOUNT_MANAGER


def row_after(*events: Event, on: date = MAY, log: Log | None = None) -> AccountOverview:
    log = log or Log()
    if not log.entries:
        log.open(ACME)
    for event in events:
        log.add(event, account_id=ACME, stream_id=ACME, on=on)
    return ACCOUNT_OVERVIEW.fold({}, log.entries)[(ACME,)]


def assigned(party_id: UUID, role: ManagerRole, *, primary: bool) -> AccountManagerAssigned:
    return AccountManagerAssigned(party_id=party_id, role=role, primary=primary)


def test_an_account_begins_as_an_open_prospect_with_its_profile() -> None:
    log = Log()
    profile = Profile(
        name="Straße & Söhne",
        industry=Industry(label="Retail", scheme="nace", code="G"),
        annual_revenue=AnnualRevenue(amount=euro("1000000.50"), year=2025),
    )
    reference = ExternalReference(system="hubspot", id="42")
    opened = AccountOpened(opened_on=MAY, profile=profile, references=(reference,))
    log.add(opened, account_id=ACME, on=MAY)
    claimed = ExternalReferenceClaimed(system="hubspot", id="42", account_id=ACME)
    log.add(claimed, account_id=ACME, stream_id=external_reference_id(reference), on=MAY)

    row = row_after(log=log)

    assert (row.name, row.name_folded) == ("Straße & Söhne", "strasse & söhne")
    assert (row.industry, row.industry_scheme, row.industry_code) == ("Retail", "nace", "G")
    assert (row.annual_revenue, row.annual_revenue_year) == (Decimal("1000000.50"), 2025)
    assert (row.tier, row.tier_since, row.tier_position) == (Tier.PROSPECT, MAY, 1)
    assert (row.status, row.external_references) == (AccountStatus.OPEN, ("hubspot:42",))
    assert (row.version, row.position) == (1, 1)


def test_a_revision_changes_only_what_it_names() -> None:
    revised = AccountProfileRevised(
        name=Change(was="Acme", now="ACME Corp"), territory=Change(was=None, now="North")
    )

    row = row_after(revised)

    assert (row.name, row.name_folded, row.territory) == ("ACME Corp", "acme corp", "North")
    assert (row.industry, row.version, row.position) == (None, 2, 2)


def test_a_tier_has_the_day_it_took_effect_and_the_event_behind_it() -> None:
    row = row_after(
        AccountTierChanged(was=Tier.PROSPECT, now=Tier.KEY),
        REOPENED,
        on=JUNE,
    )

    assert (row.tier, row.tier_since, row.tier_position, row.position) == (Tier.KEY, JUNE, 2, 3)


def test_the_primary_manager_is_the_one_assigned_last_as_such() -> None:
    row = row_after(
        assigned(ANA, EXECUTIVE, primary=True),
        assigned(ANA, EXECUTIVE, primary=False),
        assigned(BEN, MANAGER, primary=True),
    )

    assert (row.manager_id, row.manager_role) == (BEN, MANAGER)
    assert row.executive_ids == (ANA,)


def test_a_hand_over_leaves_the_account_to_the_manager_alone() -> None:
    row = row_after(
        assigned(ANA, EXECUTIVE, primary=True),
        AccountHandedOver(deal_id=uuid4(), from_party_id=ANA, to_party_id=BEN, role=MANAGER),
        AccountManagerUnassigned(party_id=ANA, role=EXECUTIVE),
        assigned(BEN, MANAGER, primary=True),
    )

    assert (row.manager_id, row.executive_ids, row.version) == (BEN, (), 5)


def test_the_primary_manager_who_is_unassigned_leaves_no_one() -> None:
    row = row_after(
        assigned(ANA, MANAGER, primary=True), AccountManagerUnassigned(party_id=ANA, role=MANAGER)
    )

    assert (row.manager_id, row.manager_role) == (None, None)


def test_an_account_is_closed_and_reopened() -> None:
    closed = AccountClosed(closed_on=JUNE, churned=True, reason_code="price")
    shut = row_after(closed)
    again = row_after(closed, REOPENED)

    assert (shut.status, shut.closed_on) == (AccountStatus.CLOSED, JUNE)
    assert (again.status, again.closed_on) == (AccountStatus.OPEN, None)


def test_deals_are_counted_by_what_became_of_them_and_leave_the_version_alone() -> None:
    log = Log()
    log.open(ACME)
    opened = DealOpened(
        account_id=ACME,
        opened_on=MAY,
        kind=DealKind.NEW_BUSINESS,
        name="Pilot",
        amount=euro("10"),
        stage=DealStage.PROSPECTING,
    )
    won = DealWon(won_on=JUNE, amount=euro("10"))
    for number, outcome in enumerate(
        [(), (won,), (won, DealReversed(reason_code="void")), (DealLost(reason_code="price"),)]
    ):
        for event in (opened, *outcome):
            log.add(event, account_id=ACME, stream_id=UUID(int=100 + number), on=JUNE)

    row = row_after(log=log)

    assert (row.deals_open, row.deals_won, row.deals_lost) == (1, 1, 1)
    assert (row.version, row.position) == (1, len(log.entries))


def test_orders_do_not_touch_the_row() -> None:
    log = Log()
    log.open(ACME)
    log.place(ACME, uuid4(), "10", MAY)

    assert row_after(log=log).position == 1


def test_folding_halves_gives_the_rows_of_the_whole() -> None:
    log = Log()
    whole = row_after(
        assigned(ANA, MANAGER, primary=True),
        REOPENED,
        REOPENED,
        log=log,
    )
    first = ACCOUNT_OVERVIEW.fold({}, log.entries[:2])

    assert ACCOUNT_OVERVIEW.fold(first, log.entries[2:])[(ACME,)] == whole


@pytest.mark.anyio
async def test_accounts_are_found_and_listed_by_name_in_pages(database_url: str) -> None:
    log = Log()
    for number, name in enumerate(["beta", "Alpha", "álpha", "ALPHABET", 'q"\\{},', "alpha"]):
        log.open(UUID(int=number + 1), name)
    log.add(AccountTierChanged(was=Tier.PROSPECT, now=Tier.KEY), account_id=UUID(int=4), on=MAY)
    async with projecting(database_url) as connection:
        await ACCOUNT_OVERVIEW.apply(connection, TENANT, log.entries)
        expected = ACCOUNT_OVERVIEW.fold({}, log.entries)

        names: list[str] = []
        after = None
        while True:
            page = await list_accounts(
                connection, TENANT, wanted=AccountFilter(), after=after, limit=2
            )
            names += [row.name for row in page.rows]
            after = page.next
            if after is None:
                break
        prefixed = await list_accounts(
            connection, TENANT, wanted=AccountFilter(name="ALPHA", tier=Tier.KEY)
        )
        found = await find_account(connection, TENANT, UUID(int=5))

        assert names == ["Alpha", "alpha", "ALPHABET", "beta", 'q"\\{},', "álpha"]
        assert [row.name for row in prefixed.rows] == ["ALPHABET"]
        assert found == expected[(UUID(int=5),)]
        with pytest.raises(NotFound):
            await find_account(connection, TENANT, UUID(int=99))
        with pytest.raises(BadCursor):
            await list_accounts(connection, TENANT, wanted=AccountFilter(), after="e30")
