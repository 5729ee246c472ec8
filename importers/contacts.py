"""Rows of persons: each registers one of theirs, who is a stakeholder of its account."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from domain.external_reference import ForeignId
from domain.party import Side
from domain.stakeholder import BuyingRole, StakeholderDetails
from domain.words import Code, Label, Name
from importers import cells
from importers.acquaintances import Acquaintances
from importers.cells import Column, Values
from importers.failure import BadCell
from importers.identity import party_id_at, party_id_of
from importers.links import ACCOUNT_COLUMNS, account_links, account_of
from importers.registering import register_once
from importers.rows import Row
from importers.stakeholders import identify, relate
from importers.taking import HISTORY_STARTS_HERE, Context, Links, Taken


class Contacts:
    """Registers a person for each row, and what it is to its account; once, and no more."""

    name = "contacts"
    columns: Sequence[Column] = (
        Column("external_id", cells.of_type(ForeignId)),
        Column("external_system", cells.of_type(Code)),
        Column("name", cells.of_type(Name)),
        Column("first_name", cells.of_type(Name)),
        Column("last_name", cells.of_type(Name)),
        Column("email", cells.of_type(Name)),
        Column("phone", cells.of_type(Name)),
        Column("registered_on", cells.day, required=True),
        Column("job_title", cells.of_type(Label)),
        Column("buying_role", cells.one_of(BuyingRole)),
        *ACCOUNT_COLUMNS,
    )
    columns_of_lines: Sequence[Column] = ()
    blame: Mapping[str, str] = {
        "in-the-future": "registered_on",
        "name-required": "name",
        "account-closed": "account_name",
        "before-the-relationship-began": "registered_on",
    }

    def __init__(self, acquaintances: Acquaintances | None = None) -> None:
        self._acquaintances = acquaintances or Acquaintances()

    def links(self, values: Values, system: str) -> Links:
        return replace(account_links(values, system), opened=True)

    def take(self, row: Row, values: Values, context: Context) -> Sequence[Taken]:
        account_id = account_of(values, context)
        party_id, on = _party_id(row, values, context), values["registered_on"]
        registering = register_once(
            party_id,
            side=Side.THEIRS,
            name=_name(values),
            email=values.get("email"),
            phone=values.get("phone"),
            on=on,
            today=context.today,
        )
        reason = f"{context.origin}; {HISTORY_STARTS_HERE}" if context.origin else None
        registered = Taken(registering, on, reason)
        if account_id is None:
            return (registered,)
        self._acquaintances.meet(party_id, called=_name(values), account_id=account_id)
        opened_on = context.opened.get(account_id, on)
        details = StakeholderDetails(
            job_title=values.get("job_title"), buying_role=values.get("buying_role")
        )
        since, today = max(on, opened_on), context.today
        identifying = identify(account_id, party_id, details=details, on=since, today=today)
        return (
            registered,
            Taken(relate(account_id, on=opened_on, today=today), opened_on, reason),
            Taken(identifying, since, reason),
        )


def _party_id(row: Row, values: Values, context: Context) -> UUID:
    if "external_id" in values:
        system = values.get("external_system") or context.system
        return party_id_of(system, values["external_id"])
    return party_id_at(row.identity(context.sha256))


def _name(values: Values) -> str:
    parts = [values[part] for part in ("first_name", "last_name") if part in values]
    name: str = values.get("name") or " ".join(parts)
    if not name:
        raise BadCell("name", "is missing: a person needs a name", "")
    return name
