"""How a client is kept in touch with: check-ins held and missed, promises, surveys."""

from datetime import date
from uuid import UUID

from cli.demo_company.book.client import LAST_DAY, Client
from domain.channel import Channel
from domain.check_in import CheckInContent, CheckInPlan, Purpose
from domain.commands import (
    answer_survey,
    break_commitment,
    close_survey,
    hold_check_in,
    keep_commitment,
    make_commitment,
    miss_check_in,
    schedule_check_in,
    send_survey,
)
from domain.commitment import CommitmentTerms, CommittedBy
from domain.survey import Instrument, SurveyTerms

CHANNELS = (Channel.CALL, Channel.VIDEO, Channel.MEETING, Channel.VISIT)
TOPICS = ("downtime", "throughput", "the next season", "spare parts", "prices", "a second hall")


def keep_in_touch(client: Client) -> None:
    """Make up every contact, from the first days on."""
    day, number = client.after(client.opened_on, 6, 20), 0
    while day <= LAST_DAY:
        number += 1
        if client.happens(12):
            _miss(client, day, number)
        else:
            _hold(client, day, number)
            if client.happens(25):
                _promise(client, day, number)
        day = client.after(day, 25, 75)
    _survey(client)


def _hold(client: Client, day: date, number: int) -> None:
    content = CheckInContent(
        channel=client.chance.choice(CHANNELS),
        purpose=Purpose.QBR if number % 4 == 0 else Purpose.CATCH_UP,
        participants=tuple(client.people[: client.chance.randint(1, 2)]),
        internal_participants=(client.manager_id,),
        duration_min=client.chance.choice((15, 30, 45, 90)),
        topics=tuple(client.chance.sample(TOPICS, 2)),
        sentiment=client.chance.choice((-1, 0, 0, 1, 1, 2)),
    )
    check_in_id = client.id("check-in", str(number))
    client.do(day, hold_check_in, client.relationship_id, check_in_id=check_in_id, content=content)


def _miss(client: Client, day: date, number: int) -> None:
    planned_on = client.after(day, 5, 9)
    plan = CheckInPlan(
        planned_on=planned_on,
        channel=Channel.VISIT,
        participants=(client.people[0],),
        internal_participants=(client.manager_id,),
    )
    check_in_id, line = client.id("check-in", str(number)), client.relationship_id
    client.do(day, schedule_check_in, line, check_in_id=check_in_id, plan=plan, today=day)
    client.do(client.after(planned_on, 1, 2), miss_check_in, line, check_in_id=check_in_id)


def _promise(client: Client, day: date, number: int) -> None:
    commitment_id, line = client.id("commitment", str(number)), client.relationship_id
    due_on = client.after(day, 10, 30)
    ours = client.happens(70)
    terms = CommitmentTerms(
        by=CommittedBy.US if ours else CommittedBy.THEM,
        text="Send the layout plans" if ours else "Count the pallets of a week",
        due_on=due_on,
    )
    client.do(day, make_commitment, line, commitment_id=commitment_id, terms=terms)
    if client.happens(75):
        client.do(client.after(due_on, -8, 0), keep_commitment, line, commitment_id=commitment_id)
    elif client.happens(60):
        client.do(client.after(due_on, 3, 9), break_commitment, line, commitment_id=commitment_id)


def _survey(client: Client) -> None:
    """Ask how likely they recommend us, or how satisfied they are, twice a year."""
    if client.won_on is None:
        return
    line = client.relationship_id
    for year in (2025, 2026):
        for month, instrument in ((5, Instrument.NPS), (9, Instrument.CSAT)):
            day, survey_id = date(year, month, 12), client.id("survey", f"{year}-{month}")
            if day <= client.after(client.won_on, 10, 10):
                continue
            terms = SurveyTerms(
                instrument=instrument, wave=f"{year}-{month:02d}", recipients=tuple(client.people)
            )
            client.do(day, send_survey, line, survey_id=survey_id, terms=terms)
            for party_id in client.people:
                if client.happens(70):
                    _answer(client, client.after(day, 1, 9), survey_id, party_id, instrument)
            client.do(client.after(day, 20, 25), close_survey, line, survey_id=survey_id)


def _answer(
    client: Client, day: date, survey_id: UUID, party_id: UUID, instrument: Instrument
) -> None:
    scores = (6, 7, 8, 9, 9, 10) if instrument is Instrument.NPS else (3, 4, 4, 5, 5)
    client.do(
        day,
        answer_survey,
        client.relationship_id,
        survey_id=survey_id,
        answer_id=client.id("answer", f"{survey_id} {party_id}"),
        score=client.chance.choice(scores),
        party_id=party_id,
    )
