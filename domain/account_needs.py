"""The needs of an account, as other decisions name them."""

from uuid import UUID

from domain.binding import account_stream
from domain.decision import States
from domain.known import find


def refuse_unknown_needs(states: States, account_id: UUID, *need_ids: UUID | None) -> None:
    """Make sure that every need that is named is one of the account's.

    Raises:
        NotFound: there is no such account, or it has no such need.
    """
    for need_id in need_ids:
        if need_id is not None:
            find("need", need_id, states[account_stream(account_id)].needs)
