"""Check-ins: due and held in time, of substance, and with those who decide."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.cadence import Cadence, CadenceOrigin, CadenceSet
from domain.change import Change
from domain.channel import Channel
from domain.check_in import CheckInCorrected, CheckInHeld, CheckInVoided, Purpose
from domain.commitment import CommitmentMade, CommitmentTerms, CommittedBy
from domain.evidence import Measure
from domain.evidence_check_ins import CHECK_INS
from domain.figure import Figure
from domain.kpi import CADENCE_ADHERENCE, CHECK_IN_QUALITY, DECISION_MAKER_COVERAGE
from domain.period import Period, month_of, quarter_of
from domain.relationship import RelationshipEnded, RelationshipStarted
from domain.stakeholder import (
    BuyingRole,
    StakeholderIdentified,
    StakeholderLeft,
    StakeholderRevised,
)
from domain.survey import SurveyClosed
from tests.domain.histories import History
from tests.domain.relationship_samples import CARLA, LINE, OTHER_LINE
from tests.domain.samples import ACME, CLIENT, uuid

STARTED_ON = date(2026, 1, 1)
Q1, Q2 = quarter_of(STARTED_ON), quarter_of(date(2026, 5, 1))
YEAR_END = date(2026, 12, 31)
BOSS = BuyingRole.DECISION_MAKER


def started(every_days: int | None = 30, grace_days: int = 0) -> History:
    history = History()
    start(history, LINE, every_days, grace_days)
    return history


def cadence(every_days: int, grace_days: int = 0) -> Cadence:
    return Cadence(
        every_days=every_days, grace_days=grace_days, origin=CadenceOrigin.AGREED_WITH_CLIENT
    )


def start(history: History, line: UUID, every_days: int | None, grace_days: int = 0) -> None:
    rhythm = None if every_days is None else cadence(every_days, grace_days)
    began = RelationshipStarted(account_id=ACME, started_on=STARTED_ON, cadence=rhythm)
    history.add(began, STARTED_ON, line)


def hold(history: History, on: date, id_: int = 1, line: UUID = LINE, **content: Any) -> int:
    held = CheckInHeld(
        check_in_id=uuid(700 + id_),
        relationship_id=line,
        held_on=on,
        channel=Channel.CALL,
        purpose=Purpose.CATCH_UP,
        internal_participants=(),
        **{"participants": ()} | content,
    )
    return history.add(held, on, line)


def correct(history: History, id_: int = 1, **changes: Any) -> int:
    corrected = CheckInCorrected(check_in_id=uuid(700 + id_), relationship_id=LINE, **changes)
    return history.add(corrected, date(2026, 11, 1), LINE)


def void(history: History, id_: int = 1) -> int:
    return history.add(CheckInVoided(check_in_id=uuid(700 + id_)), date(2026, 11, 1), LINE)


def identify(
    history: History,
    role: BuyingRole | None = BOSS,
    on: date = STARTED_ON,
    party: UUID = CLIENT,
) -> int:
    identified = StakeholderIdentified(party_id=party, identified_on=on, buying_role=role)
    return history.add(identified, on, LINE)


def revise(history: History, was: BuyingRole | None, now: BuyingRole | None, on: date) -> int:
    revised = StakeholderRevised(party_id=CLIENT, buying_role=Change(was=was, now=now))
    return history.add(revised, on, LINE)


def leave(history: History, on: date) -> int:
    return history.add(StakeholderLeft(party_id=CLIENT, left_on=on), on, LINE)


def due(
    history: History, period: Period = Q1, as_of: date = YEAR_END, known_at: int = 10**9
) -> tuple[int, int]:
    """Return how many check-ins came in time, and how many were due."""
    sums = history.sums(CHECK_INS, period, as_of, known_at=known_at)
    return int(sums.get(Measure.CHECK_INS_IN_TIME, 0)), int(sums.get(Measure.CHECK_INS_DUE, 0))


def coverage(
    history: History, period: Period = Q1, as_of: date = YEAR_END, known_at: int = 10**9
) -> str:
    return history.shown(DECISION_MAKER_COVERAGE, period, as_of, known_at=known_at)


def quality(history: History, as_of: date = YEAR_END, known_at: int = 10**9) -> str:
    return history.shown(CHECK_IN_QUALITY, Q1, as_of, known_at=known_at)


class TestCadence:
    def test_two_of_three_due_days_of_the_first_quarter_are_met_a38(self) -> None:
        history = started(30)
        held = [date(2026, 1, 10), date(2026, 2, 5), date(2026, 3, 20)]
        positions = [hold(history, on, id_) for id_, on in enumerate(held)]

        found = history.figure(CADENCE_ADHERENCE, Q1, YEAR_END)

        assert isinstance(found, Figure)
        assert f"{found.shown}: {found.numerator}/{found.denominator}" == "66.7: 2/3"
        days = [
            (each.on, each.position)
            for each in history.contributions(CHECK_INS, Q1, YEAR_END)
            if each.measure is Measure.CHECK_INS_DUE
        ]
        assert days == [
            (date(2026, 1, 31), positions[0]),
            (date(2026, 2, 9), positions[1]),
            (date(2026, 3, 7), positions[1]),
        ]

    def test_without_a_cadence_nothing_is_due(self) -> None:
        history = started(None)
        hold(history, date(2026, 1, 10))

        assert history.shown(CADENCE_ADHERENCE, Q1, YEAR_END) == "nothing-due"

    def test_a_day_within_its_grace_counts_neither_way(self) -> None:
        history = started(30, grace_days=5)

        assert due(history, as_of=date(2026, 1, 30)) == (0, 0)
        assert due(history, as_of=date(2026, 2, 5)) == (0, 0)
        assert due(history, as_of=date(2026, 2, 6)) == (0, 1)

    def test_a_check_in_within_the_grace_comes_in_time(self) -> None:
        history = started(30, grace_days=5)
        hold(history, date(2026, 2, 5))

        assert due(history, as_of=date(2026, 2, 6)) == (1, 1)

    def test_a_check_in_that_is_not_known_or_held_yet_has_not_met_the_day(self) -> None:
        history = started(30, grace_days=5)
        held = hold(history, date(2026, 2, 5))

        assert due(history, as_of=date(2026, 2, 4)) == (0, 0)
        assert due(history, as_of=date(2026, 2, 6), known_at=held - 1) == (0, 1)

    def test_a_corrected_day_had_always_been_that_day(self) -> None:
        history = started(30)
        hold(history, date(2026, 2, 20))
        moved = Change(was=date(2026, 2, 20), now=date(2026, 1, 20))
        corrected = correct(history, held_on=moved)

        assert due(history, as_of=date(2026, 2, 1)) == (1, 1)
        assert due(history, as_of=date(2026, 2, 1), known_at=corrected - 1) == (0, 1)

    def test_a_void_check_in_was_never_held(self) -> None:
        history = started(30)
        hold(history, date(2026, 1, 20))
        voided = void(history)

        assert due(history, as_of=date(2026, 1, 31), known_at=voided - 1) == (1, 1)
        assert due(history, as_of=date(2026, 2, 1)) == (0, 1)

    def test_a_correction_of_what_is_void_changes_nothing(self) -> None:
        history = started(30)
        hold(history, date(2026, 1, 20))
        void(history)
        correct(history, held_on=Change(was=date(2026, 1, 20), now=date(2026, 1, 21)))
        void(history)

        assert due(history, as_of=date(2026, 2, 1)) == (0, 1)

    def test_a_change_of_cadence_moves_what_is_due_from_its_own_day(self) -> None:
        history = started(30)
        changed = CadenceSet(was=cadence(30), now=cadence(60))
        position = history.add(changed, date(2026, 1, 20), LINE)

        assert due(history, month_of(date(2026, 3, 1))) == (0, 1)
        assert due(history, month_of(STARTED_ON)) == (0, 0)
        assert due(history, month_of(STARTED_ON), known_at=position - 1) == (0, 1)
        found = history.contributions(CHECK_INS, Q1, YEAR_END)
        assert {each.position for each in found} == {position}

    def test_a_change_of_cadence_still_to_come_is_not_counted(self) -> None:
        history = started(30)
        history.add(CadenceSet(was=cadence(30), now=None), date(2026, 3, 1), LINE)

        assert due(history, as_of=date(2026, 2, 28)) == (0, 1)
        assert due(history) == (0, 1)

    def test_a_cadence_that_is_dated_before_the_start_holds_from_the_start(self) -> None:
        history = started(None)
        history.add(CadenceSet(was=None, now=cadence(31)), date(2025, 6, 1), LINE)

        assert due(history, as_of=date(2026, 2, 2)) == (0, 1)

    def test_after_the_end_of_a_relationship_nothing_is_due(self) -> None:
        history = started(30)
        ended = history.add(RelationshipEnded(ended_on=date(2026, 2, 10)), date(2026, 2, 10), LINE)

        assert due(history) == (0, 1)
        assert due(history, as_of=date(2026, 3, 15), known_at=ended - 1) == (0, 2)
        assert due(history, as_of=date(2026, 2, 9)) == (0, 1)

    def test_each_relationship_has_its_own_due_days(self) -> None:
        history = started(30)
        start(history, OTHER_LINE, 30)
        hold(history, date(2026, 1, 20), line=OTHER_LINE)

        assert due(history, as_of=date(2026, 2, 1)) == (1, 2)


class TestQuality:
    def test_it_takes_substance_and_somebody_who_decides(self) -> None:
        history = started()
        identify(history)
        hold(history, date(2026, 1, 10), 1, participants=(CLIENT,), need_ids=(uuid(1),))
        hold(history, date(2026, 1, 11), 2, participants=(CLIENT,))
        hold(history, date(2026, 1, 12), 3, need_ids=(uuid(1),))

        assert quality(history) == "33.3"

    def test_no_check_in_is_no_data(self) -> None:
        assert quality(started()) == "no-check-ins"

    @pytest.mark.parametrize("content", [{"need_ids": (uuid(1),)}, {"solutions_presented": ("x",)}])
    def test_a_need_and_a_solution_are_substance(self, content: dict[str, Any]) -> None:
        history = started()
        identify(history)
        hold(history, date(2026, 1, 10), participants=(CLIENT,), **content)

        assert quality(history) == "100.0"

    def test_a_promise_of_the_same_day_is_substance_once_it_is_made(self) -> None:
        history = started()
        identify(history)
        hold(history, date(2026, 1, 10), participants=(CLIENT,))
        terms = CommitmentTerms(by=CommittedBy.US, text="A manual", due_on=date(2026, 2, 1))
        made = CommitmentMade(commitment_id=uuid(500), made_on=date(2026, 1, 10), terms=terms)
        promised = history.add(made, date(2026, 1, 10), LINE)

        assert quality(history) == "100.0"
        assert quality(history, known_at=promised - 1) == "0.0"
        late = made.model_copy(update={"made_on": date(2026, 6, 1), "commitment_id": uuid(501)})
        history.add(late, date(2026, 6, 1), LINE)
        assert quality(history, as_of=date(2026, 2, 1)) == "100.0"

    def test_check_ins_of_other_days_do_not_count(self) -> None:
        history = started()
        hold(history, date(2026, 5, 10))

        assert quality(history) == "no-check-ins"

    @pytest.mark.parametrize(
        ("role", "shown"),
        [
            (BuyingRole.DECISION_MAKER, "100.0"),
            (BuyingRole.ECONOMIC_BUYER, "100.0"),
            (BuyingRole.CHAMPION, "0.0"),
            (None, "0.0"),
        ],
    )
    def test_those_decide_who_say_yes_or_let_the_money_go(
        self, role: BuyingRole | None, shown: str
    ) -> None:
        history = started()
        identify(history, role)
        hold(history, date(2026, 1, 10), participants=(CLIENT,), need_ids=(uuid(1),))

        assert quality(history) == shown

    def test_it_is_the_role_of_that_day_which_counts(self) -> None:
        history = started()
        identify(history, BuyingRole.CHAMPION)
        hold(history, date(2026, 1, 10), 1, participants=(CLIENT,), need_ids=(uuid(1),))
        hold(history, date(2026, 1, 20), 2, participants=(CLIENT,), need_ids=(uuid(1),))
        revise(history, BuyingRole.CHAMPION, BOSS, date(2026, 1, 15))

        assert quality(history) == "50.0"

    def test_corrected_participants_needs_and_solutions_had_always_been_so(self) -> None:
        history = started()
        identify(history)
        hold(history, date(2026, 1, 10), participants=(CLIENT,), solutions_presented=("x",))
        correct(history, solutions_presented=Change(was=("x",), now=()))
        assert quality(history, as_of=date(2026, 1, 10)) == "0.0"

        correct(history, need_ids=Change(was=(), now=(uuid(1),)))
        assert quality(history, as_of=date(2026, 1, 10)) == "100.0"

        correct(history, participants=Change(was=(CLIENT,), now=()))
        assert quality(history, as_of=date(2026, 1, 10)) == "0.0"


class TestCoverage:
    def test_nobody_who_decides_is_no_data(self) -> None:
        history = started()
        identify(history, BuyingRole.CHAMPION)

        assert coverage(history) == "no-decision-makers"

    def test_one_of_two_was_met(self) -> None:
        history = started()
        identify(history)
        identify(history, BuyingRole.ECONOMIC_BUYER, party=CARLA)
        met = hold(history, date(2026, 2, 10), participants=(CARLA,))

        assert coverage(history) == "50.0"
        assert coverage(history, Q2) == "0.0"
        assert coverage(history, as_of=date(2026, 2, 9)) == "0.0"
        found = history.contributions(CHECK_INS, Q1, YEAR_END)
        of_met = [each for each in found if each.measure is Measure.DECISION_MAKERS_MET]
        assert [(each.position, each.subject) for each in of_met] == [(met, CARLA)]

    def test_who_left_counts_on_the_last_day_and_no_longer(self) -> None:
        history = started()
        identify(history)
        left = leave(history, date(2026, 3, 10))

        assert coverage(history, as_of=date(2026, 3, 10)) == "0.0"
        assert coverage(history, as_of=date(2026, 3, 11)) == "no-decision-makers"
        assert coverage(history, known_at=left - 1) == "0.0"

    def test_who_left_and_came_back_counts_again_from_that_day(self) -> None:
        history = started()
        identify(history)
        leave(history, date(2026, 2, 10))
        back = identify(history, on=date(2026, 3, 10))

        assert coverage(history, as_of=date(2026, 2, 10)) == "0.0"
        assert coverage(history, as_of=date(2026, 3, 9)) == "no-decision-makers"
        assert coverage(history, as_of=date(2026, 3, 10)) == "0.0"
        assert coverage(history, known_at=back - 1) == "no-decision-makers"
        found = history.contributions(CHECK_INS, Q1, YEAR_END)
        deciding = [each for each in found if each.measure is Measure.DECISION_MAKERS]
        assert [each.position for each in deciding] == [back]

    def test_who_comes_back_in_another_role_is_what_the_new_role_says(self) -> None:
        history = started()
        identify(history)
        leave(history, date(2026, 2, 10))
        identify(history, BuyingRole.CHAMPION, on=date(2026, 3, 10))

        assert coverage(history) == "no-decision-makers"

    def test_a_revised_role_holds_from_its_own_day(self) -> None:
        history = started()
        identify(history)
        revised = revise(history, BOSS, BuyingRole.BLOCKER, date(2026, 3, 10))

        assert coverage(history, as_of=date(2026, 3, 9)) == "0.0"
        assert coverage(history, as_of=date(2026, 3, 10)) == "no-decision-makers"
        assert coverage(history, known_at=revised - 1) == "0.0"

    def test_a_revision_of_something_else_leaves_the_role(self) -> None:
        history = started()
        identify(history)
        titled = StakeholderRevised(party_id=CLIENT, job_title=Change(was=None, now="Director"))
        history.add(titled, date(2026, 2, 1), LINE)

        assert coverage(history) == "0.0"

    def test_a_stakeholder_does_not_count_before_the_day_of_identification(self) -> None:
        history = started()
        identify(history, on=date(2026, 3, 10))

        assert coverage(history, as_of=date(2026, 3, 9)) == "no-decision-makers"

    def test_of_a_relationship_that_has_ended_or_not_begun_nobody_counts(self) -> None:
        history = started()
        identify(history)
        history.add(RelationshipEnded(ended_on=date(2026, 3, 10)), date(2026, 3, 10), LINE)

        assert coverage(history, as_of=date(2026, 3, 9)) == "0.0"
        assert coverage(history, as_of=date(2026, 3, 10)) == "no-decision-makers"
        assert coverage(history, as_of=date(2025, 12, 31)) == "no-decision-makers"


def test_what_says_nothing_of_check_ins_is_passed_over() -> None:
    events: Sequence[tuple[UUID, int]] = [(LINE, 1), (uuid(999), 2)]
    history = started()
    for stream_id, number in events:
        closed = SurveyClosed(survey_id=uuid(number), closed_on=STARTED_ON)
        history.add(closed, STARTED_ON, stream_id)

    assert due(history, as_of=date(2026, 2, 1)) == (0, 1)
