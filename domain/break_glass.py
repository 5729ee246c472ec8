"""Break-glass: access to personal values that a role does not give, for a while, and reviewed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Final, assert_never
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from domain.decision import Decision, States, on, refuse_if_begun
from domain.event import Aggregate, Event, Recording
from domain.reason import require_reason
from domain.refusal import Refused

MINUTES_MAX: Final = 240

Minutes = Annotated[int, Field(ge=1, le=MINUTES_MAX)]
ActorText = Annotated[str, StringConstraints(min_length=1, max_length=100)]
"""A kind and a random id, as in envelopes."""


class ScopeKind(StrEnum):
    ACCOUNT = "account"
    PERSON = "person"
    EVERYTHING = "everything"


class Verdict(StrEnum):
    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not-justified"


# Events: these names and fields are the stored format. Add; never rename or remove. The reason
# for each stands in its envelope.


class BreakGlassOpened(Event):
    """`holder` may see the personal values of the scope until `ends_at`, and not a moment longer.

    `scope_id` is the account or the person; None: everything.
    """

    NAME: ClassVar[str] = "break-glass.opened"
    holder: ActorText
    opened_by: ActorText
    scope: ScopeKind
    scope_id: UUID | None
    ends_at: AwareDatetime


class BreakGlassClosed(Event):
    """It was given back before its time."""

    NAME: ClassVar[str] = "break-glass.closed"
    closed_by: ActorText


class BreakGlassReviewed(Event):
    """Somebody else has looked at what it was used for."""

    NAME: ClassVar[str] = "break-glass.reviewed"
    reviewed_by: ActorText
    verdict: Verdict


BreakGlassEvent = BreakGlassOpened | BreakGlassClosed | BreakGlassReviewed


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Who has access to what until when, and what came of it."""

    holder: str
    opened_by: str
    scope: ScopeKind
    scope_id: UUID | None
    ends_at: datetime
    closed_by: str | None = None
    verdict: Verdict | None = None
    reviewed_by: str | None = None

    def is_open(self, now: datetime) -> bool:
        return self.closed_by is None and now < self.ends_at

    def covers(self, *, subject: UUID, account_id: UUID | None) -> bool:
        """Tell whether a value about a person, in the history of an account (or none), is in it."""
        match self.scope:
            case ScopeKind.EVERYTHING:
                return True
            case ScopeKind.ACCOUNT:
                return account_id is not None and account_id == self.scope_id
            case ScopeKind.PERSON:
                return subject == self.scope_id
            case _:
                assert_never(self.scope)


def evolve(access: BreakGlass | None, event: BreakGlassEvent) -> BreakGlass:
    """Fold one event into the state. Never refuses: what happened, happened."""
    match event:
        case BreakGlassOpened():
            return BreakGlass(
                event.holder, event.opened_by, event.scope, event.scope_id, event.ends_at
            )
        case BreakGlassClosed():
            return replace(_begun(access), closed_by=event.closed_by)
        case BreakGlassReviewed():
            return replace(_begun(access), verdict=event.verdict, reviewed_by=event.reviewed_by)
        case _:
            assert_never(event)


def _begun(access: BreakGlass | None) -> BreakGlass:
    if access is None:
        raise AssertionError("the first event of an access opens it")
    return access


BREAK_GLASS: Aggregate[BreakGlass, BreakGlassEvent] = Aggregate(
    name="break-glass",
    events=(BreakGlassOpened, BreakGlassClosed, BreakGlassReviewed),
    evolve=evolve,
)


def open_break_glass(
    access_id: UUID,
    *,
    holder: str,
    opened_by: str,
    scope: ScopeKind,
    scope_id: UUID | None,
    minutes: Minutes,
    reason: str,
    now: datetime,
) -> Decision:
    """Let somebody see personal values for a while, from now on.

    Raises when decided:
        Refused: `reason-required`, `break-glass-too-long`, `scope-id-required`,
            `scope-id-not-wanted`, `already-exists`.
    """
    stream = BREAK_GLASS.stream(access_id, account_id=_account_of(scope, scope_id))

    def decide(states: States) -> list[Recording]:
        refuse_if_begun(states, stream)
        require_reason(reason)
        _require_minutes(minutes)
        _require_scope(scope, scope_id)
        ends_at = now + timedelta(minutes=minutes)
        opened = BreakGlassOpened(
            holder=holder, opened_by=opened_by, scope=scope, scope_id=scope_id, ends_at=ends_at
        )
        return [stream.record([opened])]

    return Decision(stream, (stream,), decide)


def close_break_glass(
    access_id: UUID, account_id: UUID | None, *, closed_by: str, now: datetime
) -> Decision:
    stream = BREAK_GLASS.stream(access_id, account_id=account_id)
    return on(stream, decide_to_close, closed_by=closed_by, now=now)


def review_break_glass(
    access_id: UUID,
    account_id: UUID | None,
    *,
    reviewed_by: str,
    verdict: Verdict,
    reason: str,
    now: datetime,
) -> Decision:
    stream = BREAK_GLASS.stream(access_id, account_id=account_id)
    return on(
        stream, decide_to_review, reviewed_by=reviewed_by, verdict=verdict, reason=reason, now=now
    )


def decide_to_close(
    access: BreakGlass, *, closed_by: str, now: datetime
) -> Sequence[BreakGlassEvent]:
    """Give access back before its time; once it has ended, nothing has to change."""
    return [BreakGlassClosed(closed_by=closed_by)] if access.is_open(now) else []


def decide_to_review(
    access: BreakGlass, *, reviewed_by: str, verdict: Verdict, reason: str, now: datetime
) -> Sequence[BreakGlassEvent]:
    """Say whether access was justified, once it has ended.

    Raises:
        Refused: `reason-required`, `reviews-own-access`, `access-still-open`, `already-reviewed`.
    """
    require_reason(reason)
    if reviewed_by in (access.holder, access.opened_by):
        raise Refused(
            "reviews-own-access",
            "who had or gave this access does not review it; let somebody else do so",
        )
    if access.is_open(now):
        raise Refused(
            "access-still-open",
            f"it is open until {access.ends_at:%Y-%m-%d %H:%M:%S} UTC; close it first, or wait",
        )
    if access.verdict is not None:
        if (access.verdict, access.reviewed_by) == (verdict, reviewed_by):
            return []
        raise Refused("already-reviewed", f"it was reviewed before, and found {access.verdict}")
    return [BreakGlassReviewed(reviewed_by=reviewed_by, verdict=verdict)]


def _account_of(scope: ScopeKind, scope_id: UUID | None) -> UUID | None:
    """Return the account in whose history of reads it stands."""
    return scope_id if scope is ScopeKind.ACCOUNT else None


def _require_minutes(minutes: int) -> None:
    if not 1 <= minutes <= MINUTES_MAX:
        raise Refused(
            "break-glass-too-long", f"access is given for 1 to {MINUTES_MAX} minutes at a time"
        )


def _require_scope(scope: ScopeKind, scope_id: UUID | None) -> None:
    if scope is ScopeKind.EVERYTHING and scope_id is not None:
        raise Refused("scope-id-not-wanted", "everything has no id; leave `scope_id` out")
    if scope is not ScopeKind.EVERYTHING and scope_id is None:
        raise Refused("scope-id-required", f"say which {scope}: give its id as `scope_id`")
