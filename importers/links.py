"""Which account a row belongs to: by our id, the other system's, or its name; never guessed."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from domain.external_reference import ExternalReference, ForeignId
from domain.words import Name
from importers import cells
from importers.cells import Column, Values
from importers.failure import Held
from importers.names import folded_name
from importers.taking import Context, Links

_foreign_id: Final = cells.of_type(ForeignId)


def several_ids(text: str) -> tuple[str, ...]:
    """Read one id or several, as HubSpot writes them, with semicolons between."""
    return tuple(dict.fromkeys(_foreign_id(each) for each in text.split(";") if each.strip()))


ACCOUNT_COLUMNS: Final = (
    Column("account_id", cells.of_type(UUID)),
    Column("account_external_id", several_ids),
    Column("account_name", cells.of_type(Name)),
)


def account_links(values: Values, system: str) -> Links:
    """Name what must be looked up to know the account."""
    if "account_id" in values:
        return Links()
    references = _references(values, system)
    if references:
        return Links(references=references)
    return Links(names=[values["account_name"]] if "account_name" in values else [])


def account_of(values: Values, context: Context) -> UUID | None:
    """Return the account that the row names; None where it names none.

    Raises:
        Held: it is not known, or may be one of several.
    """
    if "account_id" in values:
        account_id: UUID = values["account_id"]
        return account_id
    references = _references(values, context.system)
    if references:
        return _by_reference(references, context)
    if "account_name" in values:
        return _by_name(values["account_name"], context)
    return None


def _by_reference(references: Sequence[ExternalReference], context: Context) -> UUID:
    found = {context.accounts.get(reference) for reference in references}
    shown = ";".join(reference.id for reference in references)
    if len(found) > 1:
        what = "names several accounts; leave the one that it belongs to"
        raise Held("account_external_id", what, shown)
    (account_id,) = found
    if account_id is None:
        what = f"no account has this id of the system {references[0].system}; import it first"
        raise Held("account_external_id", what, shown)
    return account_id


def _by_name(name: str, context: Context) -> UUID:
    called = context.named.get(folded_name(name), ())
    if len(called) == 1:
        return called[0].id
    if not called:
        what = (
            "no account is called so; import it first, or say which it is in a column "
            "tenure_account_id"
        )
        raise Held("account_name", what, name)
    candidates = ", ".join(map(str, called))
    what = (
        f"{len(called)} accounts are called so, {candidates}; say which it is in a column "
        "tenure_account_id"
    )
    raise Held("account_name", what, name)


def _references(values: Values, system: str) -> Sequence[ExternalReference]:
    system = values.get("external_system") or system
    ids = values.get("account_external_id", ())
    return [ExternalReference(system=system, id=id_) for id_ in ids]
