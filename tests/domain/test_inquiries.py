from typing import Any

from domain import commands
from domain.channel import Channel
from domain.decision import Decision
from domain.event import Recording
from domain.inquiry import InquiryLogged, InquiryResolved
from tests.domain.samples import ACCOUNT_STREAM, ACME, MAY, OPENED, TODAY, uuid
from tests.given import given_streams

INQUIRY = uuid(51)
LOGGED = InquiryLogged(inquiry_id=INQUIRY, channel=Channel.CHAT, topic="Where is the manual?")
RESOLVED = InquiryResolved(inquiry_id=INQUIRY, outcome="Sent it")


def having(*events: Any) -> Recording:
    return ACCOUNT_STREAM.record([OPENED, *events])


def logging(topic: str = LOGGED.topic) -> Decision:
    return commands.log_inquiry(
        ACME, INQUIRY, channel=Channel.CHAT, topic=topic, on=MAY, today=TODAY
    )


def resolving(outcome: str = RESOLVED.outcome) -> Decision:
    return commands.resolve_inquiry(ACME, INQUIRY, outcome=outcome, on=MAY, today=TODAY)


def test_an_inquiry_is_logged_once() -> None:
    given_streams(having()).when(logging()).then(ACCOUNT_STREAM.record([LOGGED]))
    given_streams(having(LOGGED, RESOLVED)).when(logging()).then()
    given_streams(having(LOGGED)).when(logging("Another")).then_refused("already-exists")


def test_an_inquiry_is_resolved_once() -> None:
    given_streams(having(LOGGED)).when(resolving()).then(ACCOUNT_STREAM.record([RESOLVED]))
    given_streams(having(LOGGED, RESOLVED)).when(resolving()).then()
    given_streams(having(LOGGED, RESOLVED)).when(resolving("Called")).then_refused(
        "inquiry-resolved", "Sent it"
    )


def test_an_unknown_inquiry_is_not_found() -> None:
    given_streams(having()).when(resolving()).then_not_found("inquiry")
