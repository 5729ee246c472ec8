"""What a decision sees of the streams that it reads, and of those that it did not name."""

import pytest

from domain.account import AccountClosed
from domain.account_deals import ACCOUNT_DEALS
from domain.binding import party_stream
from domain.decision import Unread
from domain.override import Override
from domain.people import require_our_word
from domain.refusal import NotFound, Refused
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    ANNA,
    CLIENT,
    FIRST_DEAL,
    MAY,
    OPENED,
    PARTIES,
)
from tests.given import states_of

PAST = [ACCOUNT_STREAM.record([OPENED])]
CLOSED = AccountClosed(closed_on=MAY, churned=True, reason_code="price")


def test_a_stream_without_events_is_not_found() -> None:
    states = states_of([], [ACCOUNT_STREAM])

    assert states.find(ACCOUNT_STREAM) is None
    with pytest.raises(NotFound):
        states[ACCOUNT_STREAM]


def test_a_stream_that_was_not_read_is_asked_for() -> None:
    with pytest.raises(Unread, match="has not been read") as unread:
        states_of(PAST, [ACCOUNT_STREAM]).find(FIRST_DEAL)

    assert unread.value.source == FIRST_DEAL


def test_a_family_that_was_not_read_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        states_of(PAST, [ACCOUNT_STREAM]).find(ACCOUNT_DEALS.of(ACME))


def test_states_after_recordings_that_are_yet_to_be_made() -> None:
    states = states_of(PAST, [ACCOUNT_STREAM])

    after = states.after([ACCOUNT_STREAM.record([CLOSED])])

    assert after[ACCOUNT_STREAM].closed_on == MAY
    assert states[ACCOUNT_STREAM].closed_on is None


def test_recordings_of_one_stream_follow_one_another() -> None:
    states = states_of([], [ACCOUNT_STREAM, FIRST_DEAL])

    after = states.after([ACCOUNT_STREAM.record([OPENED]), ACCOUNT_STREAM.record([CLOSED])])

    assert after[ACCOUNT_STREAM].opened_on == OPENED.opened_on
    assert after[ACCOUNT_STREAM].closed_on == MAY
    assert after.find(FIRST_DEAL) is None


def test_an_override_is_the_word_of_one_of_ours() -> None:
    states = states_of(PARTIES, [party_stream(ANNA), party_stream(CLIENT)])

    require_our_word(states, None)
    require_our_word(states, Override(approved_by=ANNA, reason="a launch"))
    with pytest.raises(Refused) as refused:
        require_our_word(states, Override(approved_by=CLIENT, reason="a launch"))

    assert refused.value.code == "party-not-ours"
