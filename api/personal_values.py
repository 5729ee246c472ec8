"""Reveals personal values to those who may see them, and tells the read log whose they are.

A role may see them, or access that was opened for a while (break-glass).
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from api.read_gate import REASON_HEADER
from api.read_so_far import this_read
from api.reading import View
from api.security import MAY_SEE_PERSONAL
from api.validation import BadField
from ledger.break_glass import Access, open_accesses
from ledger.disclosed_subjects import subjects_of
from ledger.disclosures import reveal


async def reveal_to_reader(
    view: View, digests: Sequence[str], *, account_id: UUID | None
) -> Mapping[str, str]:
    """Return the values behind these digests that the reader may see; the others are left out.

    `account_id` is the account in whose history they stand, if in one. The answer to the request
    is held back until the read is on record.

    Raises:
        BadField: access beyond the role is about to be used, and the request does not say why.
    """
    accesses: Sequence[Access] = ()
    if view.principal.role not in MAY_SEE_PERSONAL:
        types, actor = view.service.ledger.types, view.principal.actor
        accesses = await open_accesses(view.connection, types, view.tenant_id, actor)
        if not accesses:
            return {}
    subjects = await subjects_of(view.connection, view.tenant_id, digests)
    access_id: UUID | None = None
    if accesses:
        access_id, subjects = _covered(accesses, subjects, account_id)
    if not subjects:
        return {}
    if access_id is not None and this_read().reason is None:
        raise BadField(
            REASON_HEADER,
            "is required: this shows personal values by break-glass access; say why you read them",
            place="header",
            code="reason-required",
        )
    known = await reveal(view.connection, view.service.ledger.vault, view.tenant_id, subjects)
    this_read().disclose(
        [subjects[digest] for digest in known], values=len(known), break_glass_id=access_id
    )
    return known


def _covered(
    accesses: Sequence[Access], subjects: Mapping[str, UUID], account_id: UUID | None
) -> tuple[UUID, Mapping[str, UUID]]:
    """Choose the access that shows the most, so that one read has one access to answer for."""
    shown = {
        access.id: {
            digest: subject
            for digest, subject in subjects.items()
            if access.state.covers(subject=subject, account_id=account_id)
        }
        for access in accesses
    }
    return max(shown.items(), key=lambda item: len(item[1]))
