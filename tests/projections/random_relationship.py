"""A line of contact with an account, in no order of days: people, check-ins, promises, surveys."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from domain.cadence import Cadence, CadenceOrigin, CadenceSet
from domain.change import Change
from domain.channel import Channel
from domain.check_in import CheckInCorrected, CheckInHeld, CheckInVoided, Purpose
from domain.commitment import (
    CommitmentBroken,
    CommitmentKept,
    CommitmentMade,
    CommitmentReleased,
    CommitmentRescheduled,
    CommitmentTerms,
    CommittedBy,
)
from domain.event import Event
from domain.relationship import RelationshipEnded, RelationshipStarted
from domain.stakeholder import (
    BuyingRole,
    StakeholderIdentified,
    StakeholderLeft,
    StakeholderRevised,
)
from domain.survey import (
    Instrument,
    SurveyAnswerCorrected,
    SurveyAnswered,
    SurveyAnswerVoided,
    SurveySent,
)
from tests.projections.log import Log
from tests.projections.random_history import LAST_DAY, Chance

ROLES = (BuyingRole.DECISION_MAKER, BuyingRole.ECONOMIC_BUYER, BuyingRole.CHAMPION, None)
_A_DAY = timedelta(days=1)


@dataclass
class _Person:
    since: date
    role: BuyingRole | None
    changed_on: date
    left_on: date | None = None
    earlier: list[tuple[date, date]] = field(default_factory=list)

    def counts_on(self, day: date) -> bool:
        times = [*self.earlier, (self.since, self.left_on or date.max)]
        return any(first <= day <= last for first, last in times)


@dataclass
class _Promise:
    made_on: date
    due_on: date
    moved_on: date


@dataclass
class _Survey:
    sent_on: date
    highest: int
    lowest: int
    instrument: Instrument
    answers: dict[UUID, tuple[UUID | None, date, int]] = field(default_factory=dict)


class RandomRelationship:
    """One relationship of an account, until it ends."""

    def __init__(self, log: Log, chance: Chance, account_id: UUID, opened_on: date) -> None:
        self._log, self._chance, self._account_id = log, chance, account_id
        self._id = chance.new_id()
        self._started_on = chance.day(opened_on, opened_on + timedelta(days=60))
        self._cadence = self._some_cadence()
        self._people: dict[UUID, _Person] = {}
        self._held: dict[UUID, CheckInHeld] = {}
        self._promises: dict[UUID, _Promise] = {}
        self._surveys: dict[UUID, _Survey] = {}
        self._ended = False
        started = RelationshipStarted(
            account_id=account_id, started_on=self._started_on, cadence=self._cadence
        )
        self._record(started, self._started_on)
        for _ in range(2):
            self._identify()

    def act(self) -> None:
        acts = [self._correct, self._correct, self._void, self._correct_answer, self._void_answer]
        if not self._ended:
            acts += [
                self._hold, self._hold, self._hold, self._hold, self._promise, self._promise,
                self._settle, self._settle, self._put_off, self._answer, self._answer,
                self._answer, self._answer, self._send, self._identify, self._revise,
                self._leave, self._come_back, self._set_cadence, self._void,
            ]  # fmt: skip
        self._chance.one_of([self._end] if self._chance.happens(1) else acts)()

    def _record(self, event: Event, on: date) -> None:
        self._log.add(event, account_id=self._account_id, stream_id=self._id, on=on)

    def _day(self, first: date | None = None) -> date:
        return self._chance.day(first or self._started_on)

    def _end(self) -> None:
        if not self._promises and not self._ended:
            on = self._day(self._started_on + timedelta(days=60))
            self._record(RelationshipEnded(ended_on=on), on)
            self._ended = True

    def _some_cadence(self) -> Cadence | None:
        if self._chance.happens(15):
            return None
        return Cadence(
            every_days=self._chance.one_of([14, 30, 90]),
            grace_days=self._chance.one_of([0, 3, 20]),
            origin=CadenceOrigin.AGREED_WITH_CLIENT,
        )  # fmt: skip

    def _set_cadence(self) -> None:
        now = self._some_cadence()
        if now != self._cadence:
            on = self._day(self._started_on - timedelta(days=10))
            self._record(CadenceSet(was=self._cadence, now=now), on)
            self._cadence = now

    def _identify(self) -> None:
        if len(self._people) < 3:
            party, on, role = self._chance.new_id(), self._day(), self._chance.one_of(ROLES)
            identified = StakeholderIdentified(party_id=party, identified_on=on, buying_role=role)
            self._record(identified, on)
            self._people[party] = _Person(on, role, on)

    def _somebody(self, *, gone: bool) -> UUID | None:
        fitting = [id_ for id_, each in self._people.items() if (each.left_on is not None) is gone]
        return self._chance.one_of(fitting) if fitting else None

    def _revise(self) -> None:
        party = self._somebody(gone=False)
        if party is None:
            return
        person, now = self._people[party], self._chance.one_of(ROLES)
        if now is not person.role:
            on = self._day(person.since)
            change = Change(was=person.role, now=now)
            self._record(StakeholderRevised(party_id=party, buying_role=change), on)
            person.role, person.changed_on = now, max(on, person.changed_on)

    def _leave(self) -> None:
        party = self._somebody(gone=False)
        if party is not None and self._chance.happens(50):
            person = self._people[party]
            on = person.left_on = self._day(person.changed_on)
            self._record(StakeholderLeft(party_id=party, left_on=on), on)

    def _come_back(self) -> None:
        party = self._somebody(gone=True)
        if party is None:
            return
        person = self._people[party]
        left_on = person.left_on or LAST_DAY
        on, role = self._day(left_on + _A_DAY), self._chance.one_of(ROLES)
        identified = StakeholderIdentified(party_id=party, identified_on=on, buying_role=role)
        self._record(identified, on)
        earlier = [*person.earlier, (person.since, left_on)]
        self._people[party] = _Person(on, role, on, None, earlier)

    def _counting(self, day: date) -> tuple[UUID, ...]:
        return self._chance.some_of(
            [id_ for id_, who in self._people.items() if who.counts_on(day)]
        )

    def _hold(self) -> None:
        on = self._day()
        held = CheckInHeld(
            check_in_id=self._chance.new_id(), relationship_id=self._id, held_on=on,
            channel=Channel.EMAIL, purpose=Purpose.CATCH_UP, participants=self._counting(on),
            internal_participants=(), need_ids=self._chance.some_of([UUID(int=1)]),
            solutions_presented=self._chance.some_of(["x"]),
        )  # fmt: skip
        self._record(held, on)
        self._held[held.check_in_id] = held

    def _correct(self) -> None:
        if not self._held:
            return
        was = self._chance.one_of(list(self._held.values()))
        on = self._day() if self._chance.happens(60) else was.held_on
        now = was.model_copy(
            update={
                "held_on": on, "participants": self._counting(on),
                "need_ids": self._chance.some_of([UUID(int=1)]),
                "solutions_presented": self._chance.some_of(["x"]),
            }
        )  # fmt: skip
        fields = ("held_on", "participants", "need_ids", "solutions_presented")
        changes = {
            name: Change(was=getattr(was, name), now=getattr(now, name))
            for name in fields
            if getattr(was, name) != getattr(now, name)
        }
        corrected = CheckInCorrected(
            check_in_id=was.check_in_id, relationship_id=self._id,
            **changes,  # type: ignore[arg-type]
        )  # fmt: skip
        self._record(corrected, self._chance.day())
        self._held[was.check_in_id] = now

    def _void(self) -> None:
        if self._held and self._chance.happens(40):
            check_in_id = self._chance.one_of(list(self._held))
            del self._held[check_in_id]
            self._record(CheckInVoided(check_in_id=check_in_id), self._chance.day())

    def _promise(self) -> None:
        on, id_ = self._day(), self._chance.new_id()
        if self._held and self._chance.happens(60):
            on = self._chance.one_of(list(self._held.values())).held_on
        by = self._chance.one_of(list(CommittedBy))
        due_on = self._chance.day(on, on + timedelta(days=90))
        terms = CommitmentTerms(by=by, text="A manual", due_on=due_on)
        self._record(CommitmentMade(commitment_id=id_, made_on=on, terms=terms), on)
        self._promises[id_] = _Promise(on, due_on, on)

    def _put_off(self) -> None:
        if self._promises:
            id_ = self._chance.one_of(list(self._promises))
            promise = self._promises[id_]
            on, to = self._day(promise.moved_on), self._day(promise.made_on)
            if to != promise.due_on:
                moved = CommitmentRescheduled(commitment_id=id_, was=promise.due_on, now=to)
                self._record(moved, on)
                promise.due_on, promise.moved_on = to, on

    def _settle(self) -> None:
        if self._promises:
            id_ = self._chance.one_of(list(self._promises))
            on = self._day(self._promises.pop(id_).made_on)
            events: list[Event] = [
                CommitmentKept(commitment_id=id_, kept_on=on),
                CommitmentKept(commitment_id=id_, kept_on=on),
                CommitmentBroken(commitment_id=id_, broken_on=on),
                CommitmentReleased(commitment_id=id_, released_on=on),
            ]
            self._record(self._chance.one_of(events), on)

    def _send(self) -> None:
        on, id_ = self._day(), self._chance.new_id()
        instrument = self._chance.one_of(list(Instrument))
        lowest, highest = instrument.scale
        sent = SurveySent(
            survey_id=id_, sent_on=on, instrument=instrument, wave="a wave",
            recipients=tuple(self._people),
        )  # fmt: skip
        self._record(sent, on)
        self._surveys[id_] = _Survey(on, highest, lowest, instrument)

    def _answer(self) -> None:
        if not self._surveys:
            self._send()
        survey_id = self._chance.one_of(list(self._surveys))
        survey = self._surveys[survey_id]
        answered = {party for party, _, _ in survey.answers.values()}
        free = [None, *(party for party in self._people if party not in answered)]
        party, on, answer_id = self._chance.one_of(free), self._day(survey.sent_on), self._new_id()
        score = self._chance.number(survey.lowest, survey.highest)
        given = SurveyAnswered(
            survey_id=survey_id, answer_id=answer_id, responded_on=on, score=score,
            party_id=party, comment_subject_id=self._id,
        )  # fmt: skip
        self._record(given, on)
        survey.answers[answer_id] = party, on, score

    def _new_id(self) -> UUID:
        return self._chance.new_id()

    def _some_answer(self) -> tuple[UUID, UUID] | None:
        found = [(s, a) for s, survey in self._surveys.items() for a in survey.answers]
        return self._chance.one_of(found) if found else None

    def _correct_answer(self) -> None:
        found = self._some_answer()
        if found is None:
            return
        survey_id, answer_id = found
        survey = self._surveys[survey_id]
        party, on, score = survey.answers[answer_id]
        now, moved = self._chance.number(survey.lowest, survey.highest), self._day(survey.sent_on)
        corrected = SurveyAnswerCorrected(
            survey_id=survey_id, answer_id=answer_id, comment_subject_id=self._id,
            score=None if now == score else Change(was=score, now=now),
            responded_on=None if self._chance.happens(50) else Change(was=on, now=moved),
        )  # fmt: skip
        self._record(corrected, self._chance.day())
        survey.answers[answer_id] = party, moved if corrected.responded_on else on, now

    def _void_answer(self) -> None:
        found = self._some_answer()
        if found is not None and self._chance.happens(40):
            survey_id, answer_id = found
            del self._surveys[survey_id].answers[answer_id]
            voided = SurveyAnswerVoided(survey_id=survey_id, answer_id=answer_id)
            self._record(voided, self._chance.day())
