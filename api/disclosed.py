"""Personal texts that an event holds the digest of: shown to those who may see them."""

from collections.abc import Mapping

from api.parties import Shown, Undisclosed
from api.reading import View
from api.security import MAY_SEE_PERSONAL
from ledger.disclosures import reveal
from ledger.reading import read_after


async def disclosed(view: View, field: str, *, position: int | None) -> Shown:
    """Return the text in a field of the event at a position; None: there is none."""
    if position is None:
        return None
    ledger = view.service.ledger
    (entry,) = await read_after(
        view.connection, ledger.types, view.tenant_id, position=position - 1, limit=1
    )
    digest = str(getattr(entry.event, field))
    known: Mapping[str, str] = {}
    if view.principal.role in MAY_SEE_PERSONAL:
        known = await reveal(view.connection, ledger.vault, view.tenant_id, [digest])
    return known.get(digest, Undisclosed(undisclosed=digest))
