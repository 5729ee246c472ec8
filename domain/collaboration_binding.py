"""How a collaboration request is named, found, and asked whether it was confirmed."""

from uuid import UUID

from domain.collaboration import COLLABORATION_REQUEST, Collaboration, CollaborationEvent
from domain.decision import States
from domain.event import Stream
from domain.refusal import NotFound, Refused


def request_stream(
    request_id: UUID, *, account_id: UUID
) -> Stream[Collaboration, CollaborationEvent]:
    return COLLABORATION_REQUEST.stream(request_id, account_id=account_id)


def request_of(states: States, stream: Stream[Collaboration, CollaborationEvent]) -> Collaboration:
    """Return the request, which must be one of the stream's account.

    Raises:
        NotFound: there is no such request, or it is another account's.
    """
    request = states[stream]
    if request.account_id != stream.account_id:
        raise NotFound(stream.aggregate.name, stream.id)
    return request


def is_confirmed(states: States, account_id: UUID, request_id: UUID | None) -> bool:
    """Tell whether a request of the account, if one is named, was answered with yes.

    Raises:
        NotFound: the account has no such request.
    """
    if request_id is None:
        return False
    return request_of(states, request_stream(request_id, account_id=account_id)).is_confirmed


def refuse_unconfirmed(
    states: States, account_id: UUID, request_id: UUID | None, *, says_so: bool
) -> None:
    """Refuse to call something confirmed (`says_so`) by a request not answered with yes.

    Raises:
        NotFound: the account has no such request.
        Refused: `feasibility-unconfirmed`.
    """
    if request_id is None or is_confirmed(states, account_id, request_id) or not says_so:
        return
    raise Refused(
        "feasibility-unconfirmed",
        f"the request {request_id} was not answered with yes; wait for that answer, "
        "or call it unconfirmed",
    )
