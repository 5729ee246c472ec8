"""What went wrong, as RFC 9457 problems: one table from exceptions to statuses, one form."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import psycopg
from fastapi.exceptions import RequestValidationError
from psycopg_pool import PoolTimeout
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from uuid_utils.compat import uuid7

from api.past import NotThereYet, ReplaysBusy
from api.refusals import note_refusal
from api.validation import BadField, FieldError, field_errors
from domain.refusal import NoSuch, NotFound, Refused
from ledger.checkpoints import NotSealed
from ledger.command import Busy, Conflict, KeyReused, OutcomeUnknown, Unavailable
from ledger.key_service import KeyServiceUnavailable
from ledger.read_log import ReadNotLogged
from ledger.record import RecordTooLarge
from projections.freshness import NotYet
from projections.page import BadCursor
from projections.parking import NotParked
from projections.past.entries import TooMuchToReplay

MEDIA_TYPE: Final = "application/problem+json"

# These refusals say that a field of the request itself is wrong, whatever is on record: as with
# every other bad field, the answer is 422 and names it.
_FIELD_OF: Final = {
    "applies-to-both": "industry",
    "deal-required": "deal_id",
    "deal-without-conversion": "deal_id",
    "given-and-withdrawn": "withdraw",
    "in-the-future": "effective_at",
    "lines-do-not-add-up": "lines",
    "merge-into-itself": "into",
    "monthly-not-positive": "monthly",
    "not-a-change": "kind",
    "not-an-ending": "kind",
    "name-required": "name",
    "negative-amount": "amount",
    "negative-quantity": "lines",
    "next-review-not-later": "next_review_on",
    "not-a-reference": "uri",
    "parent-is-itself": "parent_account_id",
    "products-required": "products",
    "reason-required": "reason",
    "refund-not-positive": "amount",
    "role-not-a-manager": "role",
    "same-currency": "amount",
    "break-glass-too-long": "minutes",
    "scope-id-not-wanted": "scope_id",
    "scope-id-required": "scope_id",
    "severity-required": "severity",
    "term-reversed": "ends_on",
    "text-required": "text",
    "unknown-industry": "industry",
    "unknown-territory": "territory",
    "tier-criteria-required": "criteria",
    "band-reversed": "band",
    "baseline-in-the-future": "baseline",
    "chosen-not-an-option": "chosen",
    "confirmation-required": "confirmed_by",
    "currency-not-allowed": "amount",
    "date-order": "due_on",
    "due-before-it-begins": "due_on",
    "due-before-requested": "due_on",
    "goal-not-smart": "body",
    "grounds-required": "grounds",
    "measured-in-the-future": "measured_on",
    "milestone-serves-nothing": "goal_id",
    "not-churned": "churned",
    "notice-after-the-end": "notice_on",
    "options-required": "options",
    "period-reversed": "last_on",
    "recipients-required": "to",
    "stakeholders-required": "recipients",
    "solution-serves-nothing": "goal_ids",
    "target-against-direction": "target",
    "target-equals-baseline": "target",
    "target-or-band": "target",
    "internal-participants-required": "internal_participants",
    "not-in-future": "planned_on",
    "participants-required": "participants",
    "subject-required": "subject_id",
}

# These refusals are about who asks, whatever is asked for.
_OF_WHO_ASKS: Final = frozenset({"not-the-requester", "same-person", "reviews-own-access"})
_REFUSALS: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


PROBLEM_CONTENT: Final[dict[str, Any]] = {
    MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
}
"""How an answer with a problem is documented (api/app.py adds the schema)."""


class Problem(BaseModel):
    """An error (RFC 9457). `code` is for programs and never changes; `detail` says what to do."""

    type: str = Field(examples=["/problems/deal-closed"])
    title: str
    status: int
    detail: str
    instance: str = Field(description="The id of this very answer, to quote when asking for help.")
    code: str
    errors: list[FieldError] | None = Field(None, description="Each field that is wrong.")
    current_version: int | None = Field(None, description="Where the stream stands now.")
    position: int | None = Field(None, description="Where the views stand now.")
    head: int | None = Field(None, description="Where the log ends.")
    reasons: list[str] | None = Field(None, description="What the service is waiting for.")
    parked: list[str] | None = Field(None, description="What is parked, and at which position.")


@dataclass(frozen=True, slots=True)
class Answer:
    """A problem before it has an id: its status, its code, and what to do about it."""

    status: HTTPStatus
    code: str
    detail: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, instance: str | None = None) -> Response:
        problem = Problem(
            type=f"/problems/{self.code}",
            title=self.code.replace("-", " ").capitalize(),
            status=self.status,
            detail=self.detail,
            instance=instance or new_instance(),
            code=self.code,
            **self.more,
        )
        return Response(
            problem.model_dump_json(exclude_none=True),
            self.status,
            headers=dict(self.headers),
            media_type=MEDIA_TYPE,
        )


def new_instance() -> str:
    """Make the id under which an answer can be found in the log."""
    return f"urn:uuid:{uuid7()}"


def internal_error(instance: str) -> Response:
    """Tell nothing about what failed but where to find it."""
    return Answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal-error",
        "something failed on our side; it is logged under the id in `instance`, quote that",
    ).response(instance)


def body_too_large(bytes_max: int) -> Answer:
    return Answer(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "body-too-large",
        f"a request may have {bytes_max} bytes; send less at once",
    )


def validation_failed(errors: Sequence[FieldError]) -> Answer:
    named = ", ".join(dict.fromkeys(error.field for error in errors))
    return Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "validation-failed",
        f"not valid: {named}; `errors` says what is wrong with each",
        {"errors": list(errors)},
    )


async def answer_problem(request: Request, error: Exception) -> Response:
    """Answer any exception of the table, as Starlette's exception handlers do."""
    answer = to_answer(request, error)
    if answer.status in _REFUSALS:
        await note_refusal(request, answer.status, answer.code)
    return answer.response()


def to_answer(request: Request, error: Exception) -> Answer:
    for kind, make in _TABLE.items():
        if isinstance(error, kind):
            return make(request, error)
    raise error


def _not_found(_: Request, error: Any) -> Answer:
    detail = f"{error}; check the id, or give `min_position` if it was recorded a moment ago"
    return Answer(HTTPStatus.NOT_FOUND, f"unknown-{error.kind}", detail)


def _no_such(_: Request, error: Any) -> Answer:
    return Answer(HTTPStatus.NOT_FOUND, f"unknown-{error.kind}", str(error))


def _not_parked(_: Request, error: Any) -> Answer:
    return Answer(HTTPStatus.NOT_FOUND, "not-parked", str(error), {"parked": error.parked})


def _refused(_: Request, error: Any) -> Answer:
    name = _FIELD_OF.get(error.code)
    if name is not None:
        wrong = FieldError.model_validate(
            {"in": "body", "field": name, "problem": str(error), "code": error.code}
        )
        more = {"errors": [wrong]}
        return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, error.code, str(error), more)
    more_known = {"current_version": error.current_version}
    status = HTTPStatus.FORBIDDEN if error.code in _OF_WHO_ASKS else HTTPStatus.CONFLICT
    return Answer(status, error.code, str(error), more_known)


def _conflict(request: Request, error: Any) -> Answer:
    insisted = "if-match" in request.headers
    return Answer(
        HTTPStatus.PRECONDITION_FAILED if insisted else HTTPStatus.CONFLICT,
        "version-conflict",
        str(error),
        {"current_version": error.current_version},
        {"ETag": f'"{error.current_version}"'},
    )


def _later(code: str, detail: str | None = None) -> Callable[[Request, Any], Answer]:
    """Answer 503: the same request may succeed in a moment."""

    def make(_: Request, error: Any) -> Answer:
        wait = {"Retry-After": str(getattr(error, "retry_after_s", 5))}
        return Answer(HTTPStatus.SERVICE_UNAVAILABLE, code, detail or str(error), {}, wait)

    return make


def _not_yet(_: Request, error: Any) -> Answer:
    fresh = error.freshness
    return Answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "not-yet",
        str(error),
        {"position": fresh.position, "head": fresh.head},
        {"Retry-After": str(error.retry_after_s)},
    )


def _key_reused(_: Request, error: Any) -> Answer:
    return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-key-reused", str(error))


def _record_too_large(_: Request, error: Any) -> Answer:
    return Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "record-too-large", str(error))


def _bad_cursor(_: Request, error: Any) -> Answer:
    return _fields([("query", "after", str(error), "bad-cursor")])


def _bad_field(_: Request, error: Any) -> Answer:
    return _fields([(error.place, error.field, str(error), error.code)])


def _bad_parameters(_: Request, error: Any) -> Answer:
    return validation_failed(field_errors(error.errors()))


def _fields(errors: Iterable[tuple[str, str, str, str]]) -> Answer:
    return validation_failed(
        [
            FieldError.model_validate(
                {"in": place, "field": name, "problem": problem, "code": code}
            )
            for place, name, problem, code in errors
        ]
    )


_HTTP_DETAILS: Final = {
    HTTPStatus.NOT_FOUND: (
        "unknown-path",
        "there is nothing at this address; /docs lists what there is",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "method-not-allowed",
        "this address does not take this method; the header Allow says which it takes",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "not-json",
        "send the body as JSON, with the header `Content-Type: application/json`",
    ),
}


def _http(_: Request, error: Any) -> Answer:
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.BAD_REQUEST:  # FastAPI's word for a body that it cannot read at all
        return _fields([("body", "body", "is not JSON in UTF-8", "json-invalid")])
    code, detail = _HTTP_DETAILS.get(status, (status.phrase.lower().replace(" ", "-"), ""))
    return Answer(status, code, detail or str(error.detail), {}, error.headers or {})


class BeyondHead(Exception):
    """What is asked for lies beyond the end of the log."""

    def __init__(self, what: str, head: int) -> None:
        super().__init__(f"{what} lies beyond the log, which has {head} events")
        self.head = head


class NotInLog(Exception):
    """There is no such part of the tree, or not yet."""

    def __init__(self, what: str, head: int) -> None:
        super().__init__(f"{what} is not there: the log has {head} events")
        self.head = head


def _beyond_head(_: Request, error: Any) -> Answer:
    return Answer(HTTPStatus.CONFLICT, "beyond-head", str(error), {"head": error.head})


def _not_in_log(_: Request, error: Any) -> Answer:
    return Answer(HTTPStatus.NOT_FOUND, "not-in-log", str(error), {"head": error.head})


def _not_there_yet(_: Request, error: Any) -> Answer:
    return Answer(HTTPStatus.NOT_FOUND, "not-there-yet", str(error))


def _too_much_to_replay(_: Request, error: Any) -> Answer:
    return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, "too-much-to-replay", str(error))


def _not_sealed(_: Request, error: Any) -> Answer:
    return Answer(HTTPStatus.NOT_FOUND, "not-sealed", str(error))


class Unauthenticated(Exception):
    """The request carries no key, or one that opens nothing."""


class Forbidden(Exception):
    """The key is good, but not for this."""


def _unauthenticated(_: Request, error: Any) -> Answer:
    challenge = {"WWW-Authenticate": 'Bearer realm="tenure"'}
    return Answer(HTTPStatus.UNAUTHORIZED, "unauthenticated", str(error), {}, challenge)


def _forbidden(_: Request, error: Any) -> Answer:
    return Answer(HTTPStatus.FORBIDDEN, "forbidden", str(error))


_TABLE: Final[dict[type[Exception], Callable[[Request, Any], Answer]]] = {
    NotFound: _not_found,
    NoSuch: _no_such,
    NotParked: _not_parked,
    Refused: _refused,
    Conflict: _conflict,
    KeyReused: _key_reused,
    Busy: _later("busy", "too many commands wait already; nothing was recorded, send it again"),
    KeyServiceUnavailable: _later(
        "key-service-unavailable",
        "the key service that personal values are kept under cannot be reached; nothing was "
        "recorded, send it again",
    ),
    Unavailable: _later(
        "unavailable", "the database cannot be reached; nothing was recorded, send it again"
    ),
    OutcomeUnknown: _later(
        "outcome-unknown",
        "the database was lost while this was being recorded; send the same request with the same "
        "Idempotency-Key again: it is recorded once or not at all",
    ),
    ReadNotLogged: _later("read-not-logged"),
    RecordTooLarge: _record_too_large,
    NotYet: _not_yet,
    BeyondHead: _beyond_head,
    NotInLog: _not_in_log,
    NotSealed: _not_sealed,
    NotThereYet: _not_there_yet,
    TooMuchToReplay: _too_much_to_replay,
    ReplaysBusy: _later("replays-busy", "others look into the past already; ask again in a moment"),
    BadCursor: _bad_cursor,
    BadField: _bad_field,
    RequestValidationError: _bad_parameters,
    Unauthenticated: _unauthenticated,
    Forbidden: _forbidden,
    HTTPException: _http,
    PoolTimeout: _later("unavailable", "the database is busy or away; ask again in a moment"),
    psycopg.OperationalError: _later(
        "unavailable", "the database is busy or away; ask again in a moment"
    ),
}
"""Every exception that is not a fault of ours, and how it is answered."""

EXPECTED: Final = tuple(_TABLE)
