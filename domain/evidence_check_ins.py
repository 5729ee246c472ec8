"""What an account's check-ins contribute: held in time, of substance, with those who decide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.cadence import Cadence, CadenceSet
from domain.change import Change
from domain.check_in import CheckInCorrected, CheckInHeld, CheckInVoided
from domain.commitment import CommitmentMade
from domain.evidence import Contribution, Family, Measure, Occurrence, Question, counted
from domain.kpi_cadence import CadenceFrom, DueDate, DueStatus, due_dates
from domain.kpi_engagement import DECISION_ROLES
from domain.relationship import RelationshipEnded, RelationshipStarted
from domain.stakeholder import (
    BuyingRole,
    StakeholderIdentified,
    StakeholderLeft,
    StakeholderRevised,
)


@dataclass(slots=True)
class _CheckIn:
    check_in_id: UUID
    position: int
    on: date
    participants: tuple[UUID, ...]
    need_ids: tuple[UUID, ...]
    solutions: tuple[str, ...]


@dataclass(slots=True)
class _Stay:
    """One time for which somebody counts, `last` included, and the roles played from which day."""

    since: date
    position: int
    roles: list[tuple[date, BuyingRole | None]]
    last: date = date.max

    def decides_on(self, day: date) -> bool:
        if not self.since <= day <= self.last:
            return False
        known = [(on, order, role) for order, (on, role) in enumerate(self.roles) if on <= day]
        return bool(known) and max(known)[2] in DECISION_ROLES


@dataclass(slots=True)
class _Contact:
    """One relationship."""

    started_on: date
    cadences: list[tuple[CadenceFrom, int]]
    """With the positions of the events that set them."""
    ended_on: date = date.max
    check_ins: dict[UUID, _CheckIn] = field(default_factory=dict)
    stays: dict[UUID, list[_Stay]] = field(default_factory=dict)
    promised_on: set[date] = field(default_factory=set)


def _contribute(occurrences: Sequence[Occurrence], question: Question) -> Iterator[Contribution]:
    for relationship_id, contact in _contacts(occurrences, question.as_of).items():
        held = sorted(
            (each for each in contact.check_ins.values() if each.on <= question.as_of),
            key=lambda each: (each.on, each.position),
        )
        yield from _due(relationship_id, contact, held, question)
        yield from _quality(contact, held, question)
        yield from _decision_makers(contact, held, question)


def _contacts(occurrences: Sequence[Occurrence], as_of: date) -> dict[UUID, _Contact]:
    contacts: dict[UUID, _Contact] = {}
    for each in occurrences:
        match each.event:
            case RelationshipStarted(started_on=started_on, cadence=cadence):
                first = _cadence_from(started_on, cadence), each.position
                contacts[each.stream_id] = _Contact(started_on, [first])
            case RelationshipEnded(ended_on=ended_on) if each.on <= as_of:
                contacts[each.stream_id].ended_on = ended_on
            case CadenceSet(now=cadence) if each.on <= as_of:
                contact = contacts[each.stream_id]
                since = max(each.on, contact.started_on)
                contact.cadences.append((_cadence_from(since, cadence), each.position))
            case CommitmentMade(made_on=made_on) if made_on <= as_of:
                contacts[each.stream_id].promised_on.add(made_on)
            case event if each.stream_id in contacts:
                _follow(contacts[each.stream_id], each, event, as_of)
            case _:
                pass
    return contacts


def _cadence_from(on: date, cadence: Cadence | None) -> CadenceFrom:
    if cadence is None:
        return CadenceFrom(on, None)
    return CadenceFrom(on, cadence.every_days, cadence.grace_days)


def _follow(contact: _Contact, each: Occurrence, event: object, as_of: date) -> None:
    """Fold an event about a check-in or a stakeholder into the relationship."""
    match event:
        case CheckInHeld() as held:
            contact.check_ins[held.check_in_id] = _CheckIn(
                held.check_in_id,
                each.position,
                held.held_on,
                held.participants,
                held.need_ids,
                held.solutions_presented,
            )
        case CheckInCorrected(check_in_id=id_) as corrected if id_ in contact.check_ins:
            _correct(contact.check_ins[id_], corrected, each.position)
        case CheckInVoided(check_in_id=id_):
            contact.check_ins.pop(id_, None)
        case StakeholderIdentified(party_id=party, identified_on=since, buying_role=role):
            stays = contact.stays.setdefault(party, [])
            stays.append(_Stay(since, each.position, [(since, role)]))
        case StakeholderRevised(party_id=party, buying_role=Change(now=role)) if each.on <= as_of:
            stay = contact.stays[party][-1]
            stay.roles.append((each.on, role))
            stay.position = each.position
        case StakeholderLeft(party_id=party, left_on=last) if each.on <= as_of:
            contact.stays[party][-1].last = last
        case _:
            pass


def _correct(check_in: _CheckIn, corrected: CheckInCorrected, position: int) -> None:
    check_in.position = position
    if corrected.held_on is not None:
        check_in.on = corrected.held_on.now
    if corrected.participants is not None:
        check_in.participants = corrected.participants.now
    if corrected.need_ids is not None:
        check_in.need_ids = corrected.need_ids.now
    if corrected.solutions_presented is not None:
        check_in.solutions = corrected.solutions_presented.now


def _due(
    relationship_id: UUID, contact: _Contact, held: Sequence[_CheckIn], question: Question
) -> Iterator[Contribution]:
    """Count the days of the period on which a check-in was due, and those that it came in time.

    A day that is still within its grace counts neither way.
    """
    days = due_dates(
        contact.started_on,
        [cadence for cadence, _ in contact.cadences],
        [each.on for each in held],
        as_of=min(question.as_of, contact.ended_on),
    )
    for due in days:
        if due.status is DueStatus.OPEN or due.day not in question.period:
            continue
        measures = [Measure.CHECK_INS_DUE]
        if due.status is DueStatus.MET:
            measures.append(Measure.CHECK_INS_IN_TIME)
        position = _position_behind(contact, held, due)
        yield from counted(measures, position, due.day, relationship_id)


def _position_behind(contact: _Contact, held: Sequence[_CheckIn], due: DueDate) -> int:
    """Return that of the check-in that met it, or of the last event that made it due."""
    if due.met_on is not None:
        return next(each.position for each in held if each.on == due.met_on)
    check_ins = [each.position for each in held if each.on <= due.day]
    cadences = [position for cadence, position in contact.cadences if cadence.day <= due.day]
    return max([*check_ins, *cadences])


def _quality(
    contact: _Contact, held: Sequence[_CheckIn], question: Question
) -> Iterator[Contribution]:
    """Count check-ins, and those of substance that somebody who decides took part in.

    Of substance: a need or a solution was spoken of, or a promise made on that day.
    """
    for each in held:
        if not question.counts(each.on):
            continue
        measures = [Measure.CHECK_INS_HELD]
        substance = each.need_ids or each.solutions or each.on in contact.promised_on
        if substance and any(_decides(contact, party, each.on) for party in each.participants):
            measures.append(Measure.CHECK_INS_OF_SUBSTANCE)
        yield from counted(measures, each.position, each.on, each.check_in_id)


def _decision_makers(
    contact: _Contact, held: Sequence[_CheckIn], question: Question
) -> Iterator[Contribution]:
    """Count who decides at the end of the period, and whom of them somebody met in it."""
    closing = question.closing
    if contact.ended_on <= closing or closing < contact.started_on:
        return
    met = {party: each for each in held if question.counts(each.on) for party in each.participants}
    for party, stays in contact.stays.items():
        stay = next((each for each in stays if each.decides_on(closing)), None)
        if stay is None:
            continue
        yield from counted([Measure.DECISION_MAKERS], stay.position, closing, party)
        if party in met:
            check_in = met[party]
            yield from counted([Measure.DECISION_MAKERS_MET], check_in.position, check_in.on, party)


def _decides(contact: _Contact, party: UUID, on: date) -> bool:
    return any(stay.decides_on(on) for stay in contact.stays.get(party, ()))


CHECK_INS = Family(
    name="check-ins",
    events=(
        RelationshipStarted,
        RelationshipEnded,
        CadenceSet,
        CheckInHeld,
        CheckInCorrected,
        CheckInVoided,
        CommitmentMade,
        StakeholderIdentified,
        StakeholderRevised,
        StakeholderLeft,
    ),
    contribute=_contribute,
)
