"""A collaboration request for the tests: whether operations can deliver a crane."""

from datetime import date

from domain.binding import party_stream
from domain.collaboration import (
    CollaborationAnswer,
    CollaborationAnswered,
    CollaborationEvent,
    CollaborationPurpose,
    CollaborationRequested,
    CollaborationTerms,
)
from domain.collaboration_binding import request_stream
from domain.event import Recording
from domain.party import PartyRegistered, Side
from tests.domain.samples import ACME, ANNA, MAY, uuid

REQUEST = uuid(101)
OLGA = uuid(102)
"""Of operations, which is asked."""

STREAM = request_stream(REQUEST, account_id=ACME)
DUE = date(2026, 5, 18)
TERMS = CollaborationTerms(
    department="operations",
    purpose=CollaborationPurpose.FEASIBILITY,
    question="Can a second crane be there by June?",
    due_on=DUE,
    requested_by=ANNA,
)
REQUESTED = CollaborationRequested(account_id=ACME, requested_on=MAY, terms=TERMS)
YES = CollaborationAnswered(by=OLGA, answered_on=MAY, answer=CollaborationAnswer.YES)
NO = CollaborationAnswered(by=OLGA, answered_on=MAY, answer=CollaborationAnswer.NO)
OPERATIONS = party_stream(OLGA).record(
    [PartyRegistered(party_id=OLGA, side=Side.OURS, name="someone", department="operations")]
)


def request(*events: CollaborationEvent) -> Recording:
    return STREAM.record([REQUESTED, *events])
