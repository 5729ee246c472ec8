"""Personal texts that an event holds the digest of: shown to those who may see them."""

from api.parties import Shown, Undisclosed
from api.personal_values import reveal_to_reader
from api.reading import View
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
    known = await reveal_to_reader(view, [digest], account_id=entry.envelope.account_id)
    return known.get(digest, Undisclosed(undisclosed=digest))
