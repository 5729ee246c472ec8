"""What holds of needs, signals, documents and the like, whatever is asked and in whatever order."""

from functools import reduce
from typing import Any

from hypothesis import given as for_any
from hypothesis import strategies as st

from domain import commands
from domain.account import ACCOUNT, Account
from domain.channel import Channel
from domain.decision import Decision
from domain.document import DocumentTerms
from domain.event import Recording
from domain.expectation import ExpectationTerms, ExpectedBy
from domain.need import NeedRevision, NeedSource, NeedStatus, NeedTerms, SolutionTerms
from domain.recommendation import RecommendationStatus, RecommendationTerms
from domain.refusal import NotFound, Refused
from domain.signal import SignalAssessment, SignalKind, SignalOutcome, SignalTerms
from tests.domain.samples import (
    ACCOUNT_STREAM,
    ACME,
    DEAL_OPENED,
    FIRST,
    FIRST_DEAL,
    MAY,
    OPENED,
    TODAY,
    WON,
    uuid,
)
from tests.given import decide, states_of

ID = st.sampled_from([uuid(51), uuid(52)])
WORD = st.sampled_from(["North", "South"])
WHY = st.just("so it is")
SMALL = st.integers(1, 2)


def asking(
    command: Any, *ids: st.SearchStrategy[Any], **arguments: st.SearchStrategy[Any]
) -> st.SearchStrategy[Decision]:
    days = {"on": st.just(MAY), "today": st.just(TODAY)}
    return st.builds(command, st.just(ACME), *ids, **days, **arguments)


COMMANDS = st.one_of(
    asking(
        commands.identify_need,
        ID,
        terms=st.builds(
            NeedTerms,
            statement=WORD,
            source=st.just(NeedSource.DATA),
            stated_by=st.none(),
            check_in_id=st.none(),
            priority=SMALL,
        ),
    ),
    asking(commands.revise_need, ID, revision=st.builds(NeedRevision, priority=SMALL)),
    asking(commands.propose_solution, ID, ID, solution=st.builds(SolutionTerms, description=WORD)),
    asking(commands.meet_need, ID, evidence=WORD, reason=WHY),
    asking(commands.withdraw_need, ID, reason=WHY),
    asking(
        commands.raise_signal,
        ID,
        terms=st.builds(
            SignalTerms,
            kind=st.sampled_from(SignalKind),
            title=WORD,
            severity=SMALL,
            source=WORD,
            likelihood=st.none(),
            mitigation=st.none(),
        ),
    ),
    asking(
        commands.assess_signal,
        ID,
        assessment=st.builds(SignalAssessment, severity=SMALL, mitigation=WORD),
    ),
    asking(
        commands.resolve_signal,
        ID,
        outcome=st.sampled_from(SignalOutcome),
        deal_id=st.one_of(st.none(), st.just(FIRST)),
    ),
    asking(
        commands.attach_document,
        ID,
        terms=st.builds(
            DocumentTerms,
            uri=st.just("https://files.example/1"),
            title=WORD,
            media_type=st.just("text/plain"),
            sha256=st.sampled_from(["0" * 64, "1" * 64]),
        ),
    ),
    asking(commands.detach_document, ID, reason=WHY),
    asking(commands.record_preference, key=st.just("contact"), value=st.one_of(st.none(), WORD)),
    asking(
        commands.record_expectation,
        ID,
        terms=st.builds(ExpectationTerms, by=st.sampled_from(ExpectedBy), statement=WORD),
    ),
    asking(commands.record_purchase_reason, deal_id=st.just(FIRST), purchase_reason=WORD),
    asking(commands.log_inquiry, ID, channel=st.just(Channel.CALL), topic=WORD),
    asking(commands.resolve_inquiry, ID, outcome=WORD),
    asking(
        commands.make_recommendation,
        ID,
        terms=st.builds(
            RecommendationTerms,
            statement=WORD,
            basis=st.just(()),
            deal_id=st.none(),
            need_id=st.one_of(st.none(), ID),
            signal_id=st.none(),
        ),
    ),
    asking(commands.take_recommendation, ID),
    asking(commands.decline_recommendation, ID, reason=WHY),
    asking(commands.close_information_gap, requirement_key=st.just("need"), source=WORD),
)
BEGINNING = [ACCOUNT_STREAM.record([OPENED]), FIRST_DEAL.record([DEAL_OPENED, WON])]


def carried_out(past: list[Recording], decision: Decision) -> list[Recording]:
    """Carry out a command, twice: the second time adds nothing."""
    try:
        recordings = decide(past, decision)
    except (Refused, NotFound):
        return past
    past = [*past, *recordings]
    again = decide(past, decision)
    assert [event for recording in again for event in recording.events] == []
    return past


def account_of(past: list[Recording]) -> Account:
    state: Account = states_of(past, [ACCOUNT_STREAM])[ACCOUNT_STREAM]
    return state


def check_step(before: Account, after: Account) -> None:
    for id_, need in before.needs.items():
        assert need.status in (NeedStatus.OPEN, after.needs[id_].status)
    for id_, signal in before.signals.items():
        assert signal.resolved in (None, after.signals[id_].resolved)
    for id_, advice in before.recommendations.items():
        assert advice.status in (RecommendationStatus.OPEN, after.recommendations[id_].status)
    attached = after.documents.by_sha256
    assert all(after.documents.by_id[id_].sha256 == sha256 for sha256, id_ in attached.items())
    assert all(id_ in after.documents.by_id for id_ in before.documents.by_id)


@for_any(st.lists(COMMANDS, max_size=25), st.integers(0, 25))
def test_whatever_is_asked_an_account_stays_in_order(asked: list[Decision], cut: int) -> None:
    past = list(BEGINNING)
    for decision in asked:
        before = account_of(past)
        past = carried_out(past, decision)
        check_step(before, account_of(past))

    history: list[Any] = [e for each in past if each.stream == ACCOUNT_STREAM for e in each.events]
    stored = [type(event).model_validate_json(event.model_dump_json()) for event in history]
    half = reduce(ACCOUNT.evolve, stored[:cut], None)
    assert reduce(ACCOUNT.evolve, stored[cut:], half) == account_of(past)


def test_a_conversion_is_among_what_is_asked() -> None:
    terms = SignalTerms(kind=SignalKind.OPPORTUNITY, title="North", severity=1, source="South")
    days: dict[str, Any] = {"on": MAY, "today": TODAY}
    past = carried_out(list(BEGINNING), commands.raise_signal(ACME, uuid(51), terms=terms, **days))
    past = carried_out(
        past,
        commands.resolve_signal(
            ACME, uuid(51), outcome=SignalOutcome.CONVERTED, deal_id=FIRST, **days
        ),
    )

    resolved = account_of(past).signals[uuid(51)].resolved
    assert resolved is not None
    assert resolved.deal_id == FIRST
