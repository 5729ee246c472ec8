"""Personal texts that an event holds the digest of: shown to those who may see them."""

from api.reading import View
from api.shown import Shown, show
from ledger.reading import read_after
from ledger.stored_data import personal_fields


async def disclosed(view: View, field: str, *, position: int | None) -> Shown:
    """Return the text in a field of the event at a position; None: there is none."""
    if position is None:
        return None
    types = view.service.ledger.types
    (entry,) = await read_after(
        view.connection, types, view.tenant_id, position=position - 1, limit=1
    )
    subject_field = dict(personal_fields(type(entry.event)))[field]
    digest = str(getattr(entry.event, field))
    shown = await show(
        view, {digest: getattr(entry.event, subject_field)}, account_id=entry.envelope.account_id
    )
    return shown[digest]
