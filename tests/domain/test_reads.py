"""What was read stands on record once a request, with ids and never with what they stand for."""

from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.read import (
    READ,
    SUBJECTS_MAX,
    Asked,
    Read,
    ReadAnswered,
    Reader,
    ReadKind,
    ReadRefused,
    in_parts,
    record_read,
)
from tests.given import fold, given_streams

REQUEST, ACME = UUID(int=7), UUID(int=1)
READER = Reader(role="manager", key_label="the CRM")
ANSWERED = ReadAnswered(
    kind=ReadKind.DISCLOSURE,
    reader=READER,
    route="/accounts/{account_id}/notes",
    path=(Asked(name="account_id", value=str(ACME)),),
    filters=(Asked(name="name", value=None),),
    form="csv",
    status=200,
    rows=2,
    values=2,
)
REFUSED = ReadRefused(
    reader=READER, method="post", route="/accounts", status=403, code="forbidden", times=3
)


def test_a_request_is_on_record_once() -> None:
    stream = READ.stream(REQUEST, account_id=ACME)
    recording = record_read(REQUEST, ANSWERED, account_id=ACME)

    given_streams().when(recording).then(stream.record([ANSWERED]))
    given_streams(stream.record([ANSWERED])).when(recording).then_refused("already-exists")


def test_a_refusal_is_on_record_with_how_often_it_was_met() -> None:
    stream = READ.stream(REQUEST, account_id=None)

    given_streams().when(record_read(REQUEST, REFUSED)).then(stream.record([REFUSED]))
    assert fold(READ, REFUSED) == Read()


@pytest.mark.parametrize(
    ("count", "parts"),
    [(0, [0]), (1, [1]), (SUBJECTS_MAX, [SUBJECTS_MAX]), (2_001, [1000, 1000, 1])],
)
def test_persons_are_spread_over_as_many_events_as_it_takes(count: int, parts: list[int]) -> None:
    subjects = tuple(UUID(int=number) for number in range(1, count + 1))
    spread = in_parts(ANSWERED, subjects)

    assert [len(part.subjects) for part in spread] == parts
    assert sum((part.subjects for part in spread), ()) == subjects
    assert {part.route for part in spread} == {ANSWERED.route}


def test_an_event_holds_no_more_persons_than_a_record_has_room_for() -> None:
    subjects = [UUID(int=number) for number in range(SUBJECTS_MAX + 1)]
    with pytest.raises(ValidationError, match="at most 1000 items"):
        ReadAnswered.model_validate({**ANSWERED.model_dump(), "subjects": subjects})
