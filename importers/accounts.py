"""Rows of accounts: each opens one, on its own day, in the tier it has."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain import commands
from domain.account import Account
from domain.binding import account_stream
from domain.country import Country
from domain.decision import Decision, States
from domain.event import Recording
from domain.external_reference import ExternalReference, ForeignId
from domain.manager import ManagerRole
from domain.money import Money
from domain.profile import AnnualRevenue, Industry, Profile
from domain.refusal import Refused
from domain.tier import LOOKED_AFTER, Tier
from domain.words import Code, Label, Name
from importers import cells
from importers.cells import Column, Values
from importers.failure import BadCell
from importers.identity import account_id_at, account_id_of
from importers.owners import OWNER
from importers.owning import manage_account, register_owner
from importers.rows import Row
from importers.taking import DIFFERS, HISTORY_STARTS_HERE, NO_LINKS, Context, Links, Taken

REASON: Final = "imported in this tier"
LEADS: Final = ManagerRole.ACCOUNT_MANAGER
"""What an account's owner is, unless the owners file or the mapping says otherwise."""
OWNER_COLUMNS: Final = (
    Column(OWNER, cells.of_type(Name)),
    Column("owner_role", cells.one_of(ManagerRole)),
)

_country: Final = cells.of_type(Country)
_REVENUE: Final = ("annual_revenue", "annual_revenue_currency", "annual_revenue_year")


class Accounts:
    """Opens an account for each row; one that is there already is left as it is.

    Unless they are `identified`, rows without an id are known by the file's hash and their place,
    and may name an owner, who leads the account from the day on which it was opened.
    """

    name = "accounts"
    columns: Sequence[Column] = (
        Column("external_id", cells.of_type(ForeignId), required=True),
        Column("external_system", cells.of_type(Code)),
        Column("name", cells.of_type(Name), required=True),
        Column("opened_on", cells.day, required=True),
        Column("legal_name", cells.of_type(Name)),
        Column("industry", cells.of_type(Label)),
        Column("industry_scheme", cells.of_type(Code)),
        Column("industry_code", cells.of_type(Label)),
        Column("territory", cells.of_type(Label)),
        Column("country", lambda text: _country(text.upper())),
        Column("employees", cells.count),
        Column("annual_revenue", cells.amount),
        Column("annual_revenue_currency", cells.currency),
        Column("annual_revenue_year", cells.count),
        Column("tier", cells.one_of(Tier)),
        Column("tier_criteria", cells.criteria),
    )
    columns_of_lines: Sequence[Column] = ()
    blame: Mapping[str, str] = {
        "in-the-future": "opened_on",
        "duplicate-external-reference": "external_id",
        "party-not-ours": OWNER,
        "no-party": OWNER,
        "role-cannot-lead": OWNER,
        "capacity-exceeded": OWNER,
        "portfolio-closed": OWNER,
    }

    def __init__(self, *, identified: bool = True) -> None:
        if not identified:
            id_, *others = self.columns
            self.columns = (replace(id_, required=False), *others, *OWNER_COLUMNS)

    def links(self, values: Values, system: str) -> Links:  # noqa: ARG002  # they name none but themselves
        return NO_LINKS

    def take(self, row: Row, values: Values, context: Context) -> Sequence[Taken]:
        reference = None
        if "external_id" in values:
            system = values.get("external_system") or context.system
            reference = ExternalReference(system=system, id=values["external_id"])
        account_id = (
            account_id_at(row.identity(context.sha256))
            if reference is None
            else account_id_of(reference)
        )
        tier, on, today = _tier(values), values["opened_on"], context.today
        decision = _open(
            account_id,
            _profile(values),
            () if reference is None else (reference,),
            tier=tier,
            criteria=values.get("tier_criteria") or (),
            on=on,
            today=today,
        )
        opening = Taken(decision, on, _reason(context, tier))
        owner = context.owners.find(values.get(OWNER))
        if owner is None:
            return (opening,)
        reason, role = _reason(context, None), owner.role or values.get("owner_role", LEADS)
        return (
            opening,
            *register_owner(owner, on=on, today=today, reason=reason),
            manage_account(account_id, owner, role=role, on=on, today=today, reason=reason),
        )


def _open(
    account_id: UUID,
    profile: Profile,
    references: Sequence[ExternalReference],
    *,
    tier: Tier | None,
    criteria: Sequence[Any],
    on: date,
    today: date,
) -> Decision:
    """Open the account and put it into its tier, in one decision: both are recorded, or neither.

    An account that exists is left alone, so that what people did since is never undone.
    """
    account = account_stream(account_id)
    opening = commands.open_account(
        account_id, profile=profile, references=references, on=on, today=today
    )
    change = None
    if tier is not None:
        change = commands.change_tier(
            account_id, to=tier, criteria=criteria, reason=REASON, on=on, today=today
        )

    def decide(states: States) -> Sequence[Recording]:
        known = states.find(account)
        if known is not None:
            return _leave_alone(account_id, known, profile, on)
        recordings = opening.decide(states)
        if change is None:
            return recordings
        return [*recordings, *change.decide(states.after(recordings))]

    reads = opening.reads if change is None else (*opening.reads, *change.reads)
    return replace(opening, reads=reads, decide=decide)


def _leave_alone(
    account_id: UUID, known: Account, profile: Profile, on: date
) -> Sequence[Recording]:
    if (known.profile, known.opened_on) == (profile, on):
        return []
    raise Refused(DIFFERS, f"the account {account_id} is there already, and reads otherwise now")


def _profile(values: Values) -> Profile:
    return Profile(
        name=values["name"],
        legal_name=values.get("legal_name"),
        industry=_industry(values),
        territory=values.get("territory"),
        country=values.get("country"),
        employees=values.get("employees"),
        annual_revenue=_annual_revenue(values),
    )


def _industry(values: Values) -> Industry | None:
    scheme, code = values.get("industry_scheme"), values.get("industry_code")
    if "industry" in values:
        return Industry(label=values["industry"], scheme=scheme, code=code)
    if scheme or code:
        raise BadCell("industry", "is missing beside its scheme or code", "")
    return None


def _annual_revenue(values: Values) -> AnnualRevenue | None:
    given = [column for column in _REVENUE if column in values]
    if not given:
        return None
    for column in _REVENUE:
        if column not in values:
            raise BadCell(column, f"is missing beside {' and '.join(given)}", "")
    year = values["annual_revenue_year"]
    if not 1000 <= year <= 9999:  # noqa: PLR2004  # as AnnualRevenue has it
        raise BadCell("annual_revenue_year", "is not a year of four digits", str(year))
    amount = Money(amount=values["annual_revenue"], currency=values["annual_revenue_currency"])
    return AnnualRevenue(amount=amount, year=year)


def _reason(context: Context, tier: Tier | None) -> str | None:
    why = REASON if tier else None
    if context.origin is None:
        return why
    return "; ".join(filter(None, (context.origin, HISTORY_STARTS_HERE, why)))


def _tier(values: Values) -> Tier | None:
    """Return the tier to be given after opening; an account begins as a prospect."""
    tier: Tier | None = values.get("tier")
    if tier in LOOKED_AFTER and not values.get("tier_criteria"):
        raise BadCell("tier_criteria", f"is missing: an account is {tier} for a reason", "")
    return None if tier is Tier.PROSPECT else tier
