"""Whoever has the log can reckon a figure again, and names the first thing that is off."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.published_figure import (
    FigureMoment,
    FigurePublished,
    FigureScope,
    FigureScopeKind,
    FigureSubject,
    figure_id,
    published_figure_stream,
)
from ledger.merkle import root_of
from projections import figure_replay, formula_source
from projections.figure_reckoning import KnownEvents, needs_of
from projections.figure_replay import (
    FigureCheck,
    FigureReplay,
    formula_of,
    is_published_figure,
    replay_figures,
)
from projections.formula_hashes import RELEASED
from projections.formula_source import formula_hash
from tests.projections.log import Log

ACME, BAKER = UUID(int=1), UUID(int=2)
MAY = date(2026, 5, 31)


def log_of_two() -> Log:
    log = Log()
    log.open(ACME)
    log.open(BAKER, "Baker")
    for number, amount in enumerate(("10.00", "20.00", "5.50"), start=1):
        log.place(ACME, UUID(int=100 + number), amount, date(2026, 5, number))
    log.place(BAKER, UUID(int=200), "70.00", date(2026, 5, 9))
    log.cancel(ACME, UUID(int=103), date(2026, 5, 20))
    return log


def subject(account_id: UUID | None = ACME, kpi: str = "revenue", **other: Any) -> FigureSubject:
    kind = FigureScopeKind.TENANT if account_id is None else FigureScopeKind.ACCOUNT
    scope = FigureScope(kind=kind, value=None if account_id is None else str(account_id))
    return FigureSubject(kpi=kpi, scope=scope, period="2026-05").model_copy(update=other)


def reckoned(log: Log, of: FigureSubject, left_out: Iterable[int] = ()) -> FigurePublished:
    """Reckon a figure as the service does, or, if some events are left out, as a forger would."""
    known = KnownEvents(needs_of([of]))
    for entry in log.entries:
        if entry.position not in set(left_out):
            known.read(entry)
    found = known.reckon(of, as_of=MAY, known_at=log.size)
    log_root = root_of([entry.leaf for entry in log.entries])
    return FigurePublished(
        figure_id=figure_id(of, as_of=MAY, known_at=log.size),
        subject=of,
        moment=FigureMoment(as_of=MAY, known_at=log.size, known_root=log_root.hex()),
        formula=formula_of(of.kpi),
        values=found.values,
        evidence=found.evidence,
    )


def publish(log: Log, published: FigurePublished) -> int:
    stream = published_figure_stream(published.subject)
    return log.add(
        published, account_id=stream.account_id, stream_id=stream.id, on=date(2026, 6, 1)
    )


def forged(log: Log, published: FigurePublished, **other: Any) -> FigurePublished:
    """Publish something else than the log gives."""
    changed = FigurePublished.model_validate(published.model_dump() | other)
    publish(log, changed)
    return changed


def only_check(log: Log) -> FigureCheck:
    (check,) = replay_figures(lambda: log.entries)
    return check


def disagreement(log: Log) -> str:
    check = only_check(log)
    assert check.disagreement is not None
    return check.disagreement.what


def test_figures_of_accounts_and_of_everybody_agree_wherever_they_stand_in_the_log() -> None:
    log = log_of_two()
    subjects = [subject(), subject(None), subject(None, "revenue-concentration"), subject(BAKER)]
    for each in subjects:
        publish(log, reckoned(log, each))
        log.place(ACME, uuid4(), "1.00", date(2026, 5, 30))
        log.refund(BAKER, UUID(int=200), "2.00", date(2026, 5, 30))

    checks = list(replay_figures(lambda: log.entries))

    assert [check.subject for check in checks] == subjects
    assert all(check.agrees and not check.not_checked for check in checks)
    values = [check.reckoned and check.reckoned.values[0].shown for check in checks]
    assert [str(each) for each in values] == ["30.00", "99.00", "5602", "64.00"]


def test_what_had_no_value_has_none_again() -> None:
    log = Log()
    log.open(ACME)
    publish(log, reckoned(log, subject()))

    check = only_check(log)

    assert check.agrees
    assert check.reckoned is not None
    assert check.reckoned.values[0].no_data == "no-order-history"
    assert check.reckoned.evidence.events == 0


def test_a_figure_from_a_cherry_picked_set_is_caught() -> None:
    """Attack T19: also where the value, or the number of events, happens to be the same."""
    log = log_of_two()
    publish(log, reckoned(log, subject(), left_out=[4]))
    check = only_check(log)
    assert check.position == log.size
    assert check.disagreement is not None
    assert (check.disagreement.what, check.disagreement.expected) == ("evidence_events", "4")
    assert check.disagreement.actual == "3"

    log = log_of_two()
    true, picked = reckoned(log, subject()), reckoned(log, subject(), left_out=[5])
    forged(log, true, evidence=picked.evidence.model_copy(update={"events": 4}).model_dump())
    assert disagreement(log) == "evidence_root"

    log = log_of_two()
    value = true.values[0].model_copy(update={"value": true.values[0].numerator + 1})
    forged(log, true, values=[value.model_dump()])
    assert disagreement(log) == "values"

    log = log_of_two()
    forged(log, true, evidence=true.evidence.model_copy(update={"members": 7}).model_dump())
    assert disagreement(log) == "members"


def test_a_formula_changed_under_its_old_version_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Attack T20: in the program that published, and in the program that verifies."""
    log = log_of_two()
    true = reckoned(log, subject())
    forged(log, true, formula={"version": 1, "hash": "ab" * 32})
    check = only_check(log)
    assert check.disagreement is not None
    assert check.disagreement.what == "formula_hash"
    assert "ab" * 32 in check.disagreement.actual

    log = log_of_two()
    publish(log, true)
    source = formula_source._source
    monkeypatch.setattr(formula_source, "_source", lambda value: source(value).replace("-", "+"))
    formula_hash.cache_clear()
    assert disagreement(log) == "formula_hash"
    monkeypatch.undo()
    formula_hash.cache_clear()
    assert only_check(log).agrees


def test_a_version_that_only_looks_different_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_of_two()
    forged(log, reckoned(log, subject()), formula={"version": 1, "hash": "ab" * 32})
    released = {**RELEASED, ("revenue", 1): (*RELEASED["revenue", 1], "ab" * 32)}
    monkeypatch.setattr(figure_replay, "RELEASED", released)

    assert only_check(log).agrees


def test_of_another_version_of_the_formula_it_is_said_that_the_value_was_not_checked() -> None:
    log = log_of_two()
    forged(log, reckoned(log, subject()), formula={"version": 9, "hash": "ab" * 32}, values=[])

    check = only_check(log)

    assert check.agrees
    assert "version 9" in check.not_checked[0]


@pytest.mark.parametrize(
    ("moment", "what"),
    [
        ({"known_at": 7, "known_root": "ab" * 32}, "known_root"),
        ({"known_at": 8}, "known_at"),
        ({"known_at": 0}, "known_at"),
        ({"known_at": 2**53 - 1}, "known_at"),
        ({"known_at": 6}, "known_root"),
    ],
)
def test_a_moment_that_never_was_is_caught(moment: dict[str, Any], what: str) -> None:
    log = log_of_two()
    true = reckoned(log, subject())
    forged(log, true, moment=true.moment.model_dump() | moment)

    assert disagreement(log) == what


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"kpi": "luck"}, "kpi"),
        ({"period": "2026-13"}, "subject"),
        ({"scope": {"kind": "portfolio", "value": "nobody"}}, "members"),
        ({"scope": {"kind": "account", "value": "nobody"}}, "subject"),
    ],
)
def test_what_cannot_be_reckoned_is_caught_and_stops_nothing(
    other: dict[str, Any], what: str
) -> None:
    log = log_of_two()
    true = reckoned(log, subject())
    nonsense = true.subject.model_dump() | other
    log.add(
        FigurePublished.model_validate(true.model_dump() | {"subject": nonsense}),
        account_id=ACME,
        stream_id=UUID(int=77),
        on=MAY,
    )
    publish(log, reckoned(log, subject(BAKER)))

    first, second = replay_figures(lambda: log.entries)

    assert first.disagreement is not None
    assert first.disagreement.what == what
    assert second.agrees


def test_the_log_of_one_account_is_enough_and_what_it_cannot_show_is_said() -> None:
    log = log_of_two()
    true = reckoned(log, subject())
    publish(log, true)
    of_acme = [entry for entry in log.entries if entry.envelope.account_id == ACME]

    (check,) = replay_figures(lambda: of_acme)
    assert check.agrees
    assert check.not_checked == ("the root of the log at `known_at`",)
    figures = [entry for entry in of_acme if is_published_figure(entry)]
    replay = FigureReplay(figures, {true.moment.known_at: bytes(32)})
    (check,) = [found for entry in of_acme for found in replay.read(entry)]
    assert check.disagreement is not None
    assert check.disagreement.what == "known_root"


def test_a_withheld_event_of_the_account_is_caught() -> None:
    log = log_of_two()
    publish(log, reckoned(log, subject()))
    withheld = [entry for entry in log.entries if entry.position != 4]

    (check,) = replay_figures(lambda: withheld)

    assert check.disagreement is not None
    assert check.disagreement.what == "evidence_events"


def test_a_log_without_figures_is_read_once_and_nothing_is_kept() -> None:
    log, reads = log_of_two(), []

    def read() -> Iterable[Any]:
        reads.append(1)
        return log.entries

    assert list(replay_figures(read)) == []
    assert len(reads) == 1
    with pytest.raises(TypeError, match="no published figure"):
        FigureReplay(log.entries[:1])
