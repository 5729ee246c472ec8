"""The erasure of what is known of a person: asked for by one, approved by another, done at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, ClassVar, assert_never
from uuid import UUID

from pydantic import Field, StringConstraints

from domain.decision import Held
from domain.event import Aggregate, Event
from domain.reason import require_reason
from domain.refusal import Refused

ActorText = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Position = Annotated[int, Field(ge=1, le=2**53 - 1)]
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
HexHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks or decides: as whom, and who made the key that says so.

    `persons` are the actor and everyone it acts for; whoever made a key over the API has seen it,
    and could use it as well.
    """

    persons: tuple[str, ...]
    key_makers: tuple[str, ...] = ()

    def may_be(self, other: "Asker") -> bool:
        """Tell whether both may be one person."""
        ours, theirs = set(self.persons), set(other.persons)
        return bool(ours & theirs or ours & set(other.key_makers) or theirs & set(self.key_makers))


class SubjectKind(StrEnum):
    """Under which id personal values are kept: a party's own, or what a text is about."""

    PARTY = "party"
    ACCOUNT = "account"
    RELATIONSHIP = "relationship"


class LegalBasis(StrEnum):
    """Why it must be erased: the cases of the GDPR, Article 17(1), and other law."""

    NO_LONGER_NECESSARY = "no-longer-necessary"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    OBJECTION = "objection"
    UNLAWFUL_PROCESSING = "unlawful-processing"
    LEGAL_OBLIGATION = "legal-obligation"
    CHILD_DATA = "child-data"
    OTHER_LAW = "other-law"


# Events: these names and fields are the stored format. Add; never rename or remove.


class ErasureRequested(Event):
    """`requested_by`: everyone whom the request stands for, the one who asked first.

    `key_makers`: who made the key that it came with, over the API.
    """

    NAME: ClassVar[str] = "erasure.requested"
    erasure_id: UUID
    subject_id: UUID
    subject_kind: SubjectKind
    legal_basis: LegalBasis
    requested_by: tuple[ActorText, ...]
    key_makers: tuple[ActorText, ...] = ()


class ErasureWithdrawn(Event):
    """Whoever asked for it does not want it any more."""

    NAME: ClassVar[str] = "erasure.withdrawn"
    erasure_id: UUID


class ErasureRejected(Event):
    """Somebody else decided against it."""

    NAME: ClassVar[str] = "erasure.rejected"
    erasure_id: UUID


class PersonalDataErased(Event):
    """The subject's key and disclosures are gone: `digests_root` names them, and no value.

    It is the RFC 6962 root over the digests in their order, null where there were none.
    `request_position` is where the request stands; null in a log that has lost it, to which the
    erasure register was `replayed`.
    """

    NAME: ClassVar[str] = "erasure.personal-data-erased"
    erasure_id: UUID
    subject_id: UUID
    subject_kind: SubjectKind
    request_position: Position | None
    requested_by: tuple[ActorText, ...]
    approved_by: tuple[ActorText, ...]
    disclosures: Count
    digests_root: HexHash | None
    replayed: bool = False


ErasureEvent = ErasureRequested | ErasureWithdrawn | ErasureRejected | PersonalDataErased


class ErasureStatus(StrEnum):
    REQUESTED = "requested"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What decisions need to know of a request."""

    subject_id: UUID
    subject_kind: SubjectKind
    requester: Asker
    status: ErasureStatus = ErasureStatus.REQUESTED


def evolve(erasure: Erasure | None, event: ErasureEvent) -> Erasure:
    """Fold one event into the state. Never refuses: what happened, happened."""
    match event:
        case ErasureRequested():
            asker = Asker(event.requested_by, event.key_makers)
            return Erasure(event.subject_id, event.subject_kind, asker)
        case PersonalDataErased():
            asker = Asker(event.requested_by)
            return Erasure(event.subject_id, event.subject_kind, asker, ErasureStatus.ERASED)
        case ErasureWithdrawn() | ErasureRejected():
            if erasure is None:
                raise ValueError(f"{event.NAME} stands before {ErasureRequested.NAME}")
            withdrawn = isinstance(event, ErasureWithdrawn)
            status = ErasureStatus.WITHDRAWN if withdrawn else ErasureStatus.REJECTED
            return replace(erasure, status=status)
        case _:
            assert_never(event)


ERASURE: Aggregate[Erasure, ErasureEvent] = Aggregate(
    name="erasure",
    events=(ErasureRequested, ErasureWithdrawn, ErasureRejected, PersonalDataErased),
    evolve=evolve,
)


def request_erasure(
    erasure_id: UUID,
    *,
    subject_id: UUID,
    subject_kind: SubjectKind,
    legal_basis: LegalBasis,
    by: Asker,
    reason: str,
) -> Sequence[ErasureEvent]:
    """Ask for what is known of a subject to be erased; nothing is, before another approves.

    Raises:
        Refused: `reason-required`.
    """
    require_reason(reason)
    return [
        ErasureRequested(
            erasure_id=erasure_id,
            subject_id=subject_id,
            subject_kind=subject_kind,
            legal_basis=legal_basis,
            requested_by=by.persons,
            key_makers=by.key_makers,
        )
    ]


def withdraw_erasure(erasure: Erasure, erasure_id: UUID, *, by: Asker) -> Sequence[ErasureEvent]:
    """Take a request back.

    Raises:
        Refused: `not-the-requester`, `erasure-settled`.
    """
    if erasure.status is ErasureStatus.WITHDRAWN:
        return []
    _require_open(erasure, erasure_id)
    if not erasure.requester.may_be(by):
        raise Refused(
            "not-the-requester",
            "only who asked for an erasure takes it back; you may reject it instead",
        )
    return [ErasureWithdrawn(erasure_id=erasure_id)]


def reject_erasure(
    erasure: Erasure, erasure_id: UUID, *, by: Asker, reason: str
) -> Sequence[ErasureEvent]:
    """Decide against a request.

    Raises:
        Refused: `reason-required`, `same-person`, `erasure-settled`.
    """
    require_reason(reason)
    if erasure.status is ErasureStatus.REJECTED:
        return []
    _require_open(erasure, erasure_id)
    _require_another(erasure, by)
    return [ErasureRejected(erasure_id=erasure_id)]


def approve_erasure(
    erasure: Erasure,
    erasure_id: UUID,
    *,
    by: Asker,
    request_position: int,
    held: Held,
) -> Sequence[ErasureEvent]:
    """Erase; `held` is what there is of the subject at this moment, and will be gone.

    Raises:
        Refused: `same-person`, `erasure-settled`.
    """
    if erasure.status is ErasureStatus.ERASED:
        return []
    _require_open(erasure, erasure_id)
    _require_another(erasure, by)
    return [
        PersonalDataErased(
            erasure_id=erasure_id,
            subject_id=erasure.subject_id,
            subject_kind=erasure.subject_kind,
            request_position=request_position,
            requested_by=erasure.requester.persons,
            approved_by=by.persons,
            disclosures=held.disclosures,
            digests_root=held.root,
        )
    ]


def _require_open(erasure: Erasure, erasure_id: UUID) -> None:
    if erasure.status is not ErasureStatus.REQUESTED:
        raise Refused(
            "erasure-settled",
            f"the erasure {erasure_id} is {erasure.status} already; ask for a new one if need be",
        )


def _require_another(erasure: Erasure, by: Asker) -> None:
    if erasure.requester.may_be(by):
        raise Refused(
            "same-person",
            "an erasure takes two persons: whoever asked for it, or holds a key that they made or "
            "that made theirs, may not decide on it; let somebody else do it",
        )
