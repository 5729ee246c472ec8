"""Relationships over HTTP: every command about one once, its views, and what is refused."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import psycopg
import pytest

from ledger.api_keys import Role
from tests.api.concepts import NEED, made
from tests.api.conftest import Tenure, fields, key, problem

pytestmark = pytest.mark.anyio

NOWHERE = "01999999-0000-7000-8000-000000000000"
MARCH, APRIL, MAY = "2026-03-02", "2026-04-01", "2026-05-04"
TOMORROW = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
GOSSIP = "Margaret Hamilton was furious"


@dataclass
class Line:
    """A relationship with a stakeholder on their side and somebody on ours."""

    tenure: Tenure
    account: str
    path: str
    client: str
    ours: str

    async def ask(self, path: str, /, **body: Any) -> httpx2.Response:
        return await self.tenure.manager.post(f"{self.path}/{path}", json=body)

    async def done(self, path: str, /, **body: Any) -> str:
        """Carry out a command, and return where what it made can be read."""
        answer = await self.ask(path, **body)
        assert answer.status_code == 201, answer.text
        return str(answer.headers.get("Location", "")).removeprefix(f"{self.path}/")

    async def shown(self, path: str = "", role: Role = Role.MANAGER, **params: Any) -> Any:
        return await self.tenure.fresh(f"{self.path}{path and '/'}{path}", role, **params)

    def held(self, **more: Any) -> dict[str, Any]:
        content = {"channel": "call", "held_on": MAY, "participants": [self.client]}
        return content | {"internal_participants": [self.ours]} | more


@pytest.fixture
async def line(tenure: Tenure) -> Line:
    account = await tenure.account(effective_at=MARCH)
    client, ours = await tenure.party("theirs", "Grace Hopper"), await tenure.party()
    started = await tenure.manager.post(
        f"/accounts/{account}/relationships", json={"effective_at": MARCH}
    )
    line = Line(tenure, account, started.headers["Location"], client, ours)
    await line.done("stakeholders", party_id=client, effective_at=MARCH)
    return line


async def test_a_relationship_is_started_paced_and_ended(tenure: Tenure, line: Line) -> None:
    await line.done("cadences", every_days=30, grace_days=5, effective_at=APRIL)
    paced = await tenure.read(line.path)
    await line.done("endings", reason="they moved away", effective_at=MAY)
    ended = await line.shown()
    listed = await tenure.fresh(f"/accounts/{line.account}/relationships", status="ended")

    row = paced.json()
    assert paced.headers["ETag"] == '"3"'
    assert (row["status"], row["scope"], row["started_on"]) == ("active", None, MARCH)
    assert (row["cadence_every_days"], row["cadence_origin"]) == (30, "agreed-with-client")
    assert (row["last_check_in_on"], row["next_due_on"]) == (None, APRIL)
    assert (ended["status"], ended["ended_on"], ended["next_due_on"]) == ("ended", MAY, None)
    assert listed["items"] == [ended]


async def test_a_scope_is_taken_once(tenure: Tenure, line: Line) -> None:
    path = f"/accounts/{line.account}/relationships"
    other = await tenure.manager.post(path, json={"scope": "Crane hire"})

    again = await tenure.manager.post(path, json={"scope": "Crane hire"})
    whole = await tenure.manager.post(path, json={})

    assert other.status_code == 201
    problem(again, 409, "duplicate-relationship")
    problem(whole, 409, "duplicate-relationship")
    assert line.path.startswith(path)


async def test_a_stakeholder_is_described_judged_and_seen_off(line: Line) -> None:
    boss = await line.tenure.party("theirs", "Ada")
    await line.done("stakeholders", party_id=boss, buying_role="decision-maker", effective_at=MARCH)
    await line.done(
        f"stakeholders/{line.client}/revisions", job_title="Head of Lifting", reports_to=boss
    )
    await line.done(
        f"stakeholders/{line.client}/assessments",
        influence=5,
        support=-2,
        coverage=0,
        decision_power=3,
        level_current="vendor",
        level_desired="trusted-advisor",
        effective_at=MAY,
    )
    await line.done(f"stakeholders/{boss}/departures", effective_at=MAY)

    rows = {row["party_id"]: row for row in (await line.shown("stakeholders"))["items"]}
    (decides,) = (await line.shown("stakeholders", buying_role="decision-maker"))["items"]
    client = rows[line.client]
    assert (client["job_title"], client["reports_to"]) == ("Head of Lifting", boss)
    assert (client["influence"], client["support"], client["coverage"]) == (5, -2, 0)
    assert (client["level_current"], client["assessed_on"]) == ("vendor", MAY)
    assert decides == rows[boss]
    assert (decides["since"], decides["left_on"]) == (MARCH, MAY)


async def test_a_check_in_is_planned_put_off_and_held(line: Line) -> None:
    path = await line.done("planned-check-ins", planned_on=TOMORROW, channel="video", purpose="qbr")
    later = (date.fromisoformat(TOMORROW) + timedelta(days=7)).isoformat()
    await line.done(f"{path}/reschedulings", planned_on=later)
    planned = await line.shown(path)
    await line.done(f"{path}/holdings", **line.held(purpose="qbr", sentiment=2))
    held = await line.shown(path)

    assert (planned["status"], planned["day"], planned["note"]) == ("planned", later, None)
    assert (held["status"], held["day"], held["planned_on"]) == ("held", MAY, later)
    assert (held["purpose"], held["sentiment"]) == ("qbr", 2)


async def test_a_check_in_says_everything_that_was_asked_for(line: Line) -> None:
    needed = await made(line.tenure, f"/accounts/{line.account}/needs", NEED)
    content: dict[str, Any] = {
        "purpose": "negotiation",
        "duration_min": 45,
        "topics": ["price", "delivery"],
        "questions_asked": ["What would make you stay?"],
        "need_ids": [needed.rsplit("/", 1)[1]],
        "solutions_presented": ["crane hire"],
        "sentiment": -1,
    }
    document = {"uri": "https://documents.example/1", "sha256": "0" * 64}
    path = await line.done(
        "check-ins", **line.held(**content, recording=document, documents=[document])
    )

    shown = await line.shown(path)

    assert {name: shown[name] for name in content} == content
    assert (shown["recording_uri"], shown["document_sha256s"]) == (document["uri"], ["0" * 64])


async def test_a_check_in_is_corrected_and_void(line: Line) -> None:
    first = await line.done("check-ins", **line.held(held_on=APRIL))
    second = await line.done("check-ins", **line.held())
    await line.done("cadences", every_days=10, effective_at=MAY)
    before = await line.shown()
    await line.done(
        f"{second}/corrections", held_on="2026-05-05", sentiment=1, channel="visit", reason="a slip"
    )
    corrected, moved = await line.shown(second), await line.shown()
    await line.done(f"{second}/voidings", reason="it was another client")
    after = await line.shown()

    assert (before["last_check_in_on"], before["next_due_on"]) == (MAY, "2026-05-14")
    assert (corrected["day"], corrected["channel"]) == ("2026-05-05", "visit")
    assert moved["last_check_in_on"] == "2026-05-05"
    assert (after["last_check_in_on"], after["next_due_on"]) == (APRIL, "2026-04-11")
    assert (await line.shown(second))["status"] == "void"
    assert (await line.shown(first))["status"] == "held"


async def test_a_check_in_is_cancelled_or_missed(line: Line) -> None:
    today = datetime.now(UTC).date().isoformat()
    path = await line.done("planned-check-ins", planned_on=today, channel="chat")

    not_yet = await line.ask(f"{path}/misses")
    await line.done(f"{path}/cancellations", reason="they are ill")
    too_late = await line.ask(f"{path}/holdings", **line.held())

    problem(not_yet, 409, "check-in-not-due")
    problem(too_late, 409, "check-in-cancelled")
    assert (await line.shown(path))["status"] == "cancelled"


async def test_a_note_is_shown_to_those_who_may_see_it_and_stands_nowhere(line: Line) -> None:
    path = await line.done("check-ins", **line.held(note="They grumbled"))
    await line.done(f"{path}/corrections", note=GOSSIP, reason="a better word")

    note = (await line.shown(path))["note"]
    reporter = await line.tenure.read(f"{line.path}/{path}", Role.REPORTER)
    listed = await line.shown("check-ins")

    assert note == GOSSIP
    assert reporter.json()["note"].keys() == {"undisclosed"}
    assert "Hamilton" not in reporter.text + str(listed)
    with psycopg.connect(line.tenure.database_url) as connection:
        records = connection.execute("SELECT record FROM ledger.event").fetchall()
        rows = connection.execute("SELECT t::text FROM projections.check_in AS t").fetchall()
    assert b"Hamilton" not in b"".join(bytes(record) for (record,) in records)
    assert "Hamilton" not in str(rows)


async def test_what_is_due_is_listed(tenure: Tenure, line: Line) -> None:
    await line.done("cadences", every_days=10, grace_days=2, effective_at=MARCH)

    (due,) = (await tenure.fresh("/check-ins/due", as_of="2026-03-20"))["items"]
    none = await tenure.fresh("/check-ins/due", as_of="2026-03-11")
    today = await tenure.fresh("/check-ins/due", account_id=line.account)
    twin = await tenure.read("/check-ins/due", as_of="2026-03-20", format="csv")

    assert (due["next_due_on"], due["days_overdue"]) == ("2026-03-12", 6)
    assert none["items"] == []
    assert len(today["items"]) == 1
    (row,) = csv.DictReader(io.StringIO(twin.text))
    assert row.keys() == due.keys()


async def test_a_commitment_is_made_put_off_and_settled(tenure: Tenure, line: Line) -> None:
    terms = {"text": "A second crane", "due_on": MAY, "effective_at": APRIL}
    ours = await line.done("commitments", by="us", owner_party_id=line.ours, **terms)
    theirs = await line.done("commitments", by="them", owner_party_id=line.client, **terms)
    third = await line.done("commitments", by="us", department="Legal", effort_hours=3, **terms)
    overdue = await tenure.fresh("/commitments", status="open", overdue_as_of="2026-05-05", by="us")
    in_time = await tenure.fresh("/commitments", overdue_as_of=MAY)
    await line.done(f"{ours}/reschedulings", due_on=TOMORROW)
    await line.done(f"{ours}/keepings", effective_at=MAY)
    await line.done(f"{theirs}/breaches", effective_at=MAY)
    await line.done(f"{third}/releases", effective_at=MAY)

    rows = (await line.shown("commitments"))["items"]
    one = await line.shown(ours)

    assert {row["commitment_id"] for row in overdue["items"]} == {
        ours.rpartition("/")[2],
        third.rpartition("/")[2],
    }
    assert in_time["items"] == []
    assert {row["status"] for row in rows} == {"kept", "broken", "released"}
    assert (one["status"], one["due_on"], one["settled_on"]) == ("kept", TOMORROW, MAY)
    again = await line.ask(f"{ours}/breaches", effective_at=MAY)
    problem(again, 409, "commitment-settled")


async def test_a_large_commitment_needs_somebodys_word(line: Line) -> None:
    word = {"approved_by": line.ours, "reason": "worth it"}
    path = await line.done(
        "commitments", by="us", text="All of it", due_on=TOMORROW, effort_hours=900, override=word
    )

    shown = await line.shown(path)

    assert (shown["approved_by"], shown["approval_reason"]) == (line.ours, "worth it")


async def test_a_survey_is_sent_answered_corrected_and_closed(tenure: Tenure, line: Line) -> None:
    path = await line.done(
        "surveys", instrument="nps", wave="2026-Q2", recipients=[line.client], effective_at=APRIL
    )
    named = await line.done(
        f"{path}/answers", score=9, responded_on=MAY, party_id=line.client, comment=GOSSIP
    )
    unnamed = await line.done(f"{path}/answers", score=3, comment="A stranger's word")
    half = await line.shown(path)
    await line.done(f"{named}/corrections", score=8, reason="a slip")
    await line.done(f"{unnamed}/voidings", reason="not a client")
    await line.done(f"{path}/closures")
    late = await line.ask(f"{path}/answers", score=3)

    survey, answers = await line.shown(path), await line.shown(f"{path}/answers")
    listed = await tenure.fresh("/surveys", instrument="nps", wave="2026-Q2", status="closed")
    of_line = await line.shown("surveys")
    assert (half["sent"], half["answered"], half["response_rate"]) == (1, 2, "200.0")
    assert (survey["answered"], survey["response_rate"]) == (1, "100.0")
    assert listed["items"] == of_line["items"] == [survey]
    assert [row["status"] for row in answers["items"]] == ["void", "counted"]
    problem(late, 409, "survey-closed")
    one = await line.shown(named)
    auditor = await tenure.read(f"{line.path}/{named}", Role.AUDITOR)
    assert (one["score"], one["comment"]) == (8, GOSSIP)
    assert auditor.json()["comment"].keys() == {"undisclosed"}
    assert (await line.shown(unnamed))["comment"] == "A stranger's word"


async def test_check_ins_are_listed_for_an_account_and_for_all(tenure: Tenure, line: Line) -> None:
    for day in (APRIL, MAY, MARCH):
        await line.done("check-ins", **line.held(held_on=day))

    first = await tenure.fresh("/check-ins", account_id=line.account, limit=2)
    rest = await tenure.fresh("/check-ins", status="held", limit=2, after=first["next"])
    calls = await line.shown("check-ins", channel="call", purpose="catch-up", status="held")

    assert [row["day"] for row in first["items"]] == [MAY, APRIL]
    assert ([row["day"] for row in rest["items"]], rest["next"]) == ([MARCH], None)
    assert len(calls["items"]) == 3


async def test_a_check_in_held_again_under_one_key_is_one(line: Line) -> None:
    headers = key()
    path = f"{line.path}/check-ins"
    answers = [
        await line.tenure.manager.post(path, json=line.held(), headers=headers) for _ in range(2)
    ]

    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len((await line.shown("check-ins"))["items"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("cadences", {"every_days": 0}, "every_days"),
        ("check-ins", {"channel": "email"}, "channel"),
        ("check-ins", {"channel": "call", "held_on": TOMORROW}, "held_on"),
        ("check-ins", {"channel": "call", "sentiment": 3}, "sentiment"),
        ("check-ins", {"channel": "call", "note": "a\0b"}, "note"),
        ("check-ins", {"channel": "call", "participants": [NOWHERE] * 101}, "participants"),
        ("check-ins", {"channel": "call", "recording": {"uri": "x", "sha256": "0"}}, "recording"),
        ("check-ins", {"channel": "call"}, "participants"),
        ("check-ins", {"channel": "e-mail"}, "internal_participants"),
        ("planned-check-ins", {"channel": "call", "planned_on": MARCH}, "planned_on"),
        ("commitments", {"by": "them", "due_on": MAY}, "text"),
        ("commitments", {"by": "him", "due_on": MAY, "text": "x"}, "by"),
        ("surveys", {"instrument": "nps", "wave": "Q2", "recipients": []}, "recipients"),
        ("surveys", {"instrument": "stars", "wave": "Q2", "recipients": [NOWHERE]}, "instrument"),
        (f"surveys/{NOWHERE}/answers", {"score": 1, "responded_on": TOMORROW}, "responded_on"),
        (f"surveys/{NOWHERE}/answers", {"score": 1.5}, "score"),
        (f"stakeholders/{NOWHERE}/assessments", {"influence": 6}, "influence"),
        ("endings", {}, "reason"),
    ],
    ids=str,
)
async def test_a_bad_field_is_422_and_named(
    line: Line, path: str, body: dict[str, Any], field: str
) -> None:
    before = line.tenure.log_size()

    answer = await line.ask(path, **body)

    assert answer.status_code == 422, answer.text
    assert any(name.startswith(field) for name in fields(answer.json()))
    assert line.tenure.log_size() == before


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("stakeholders", {"party_id": "{ours}"}, "party-not-theirs"),
        ("stakeholders", {"party_id": "{client}"}, "duplicate-stakeholder"),
        ("stakeholders/{client}/revisions", {"reports_to": "{client}"}, "reporting-cycle"),
        ("stakeholders/{client}/assessments", {}, "nothing-assessed"),
        (
            "check-ins",
            {"channel": "call", "participants": ["{ours}"], "internal_participants": ["{ours}"]},
            "participant-not-stakeholder",
        ),
        (
            "check-ins",
            {
                "channel": "call",
                "held_on": "2026-03-01",
                "participants": ["{client}"],
                "internal_participants": ["{ours}"],
            },
            "before-the-relationship-began",
        ),
        ("commitments", {"by": "us", "text": "x", "due_on": MARCH}, "due-before-made"),
        (
            "surveys",
            {"instrument": "nps", "wave": "Q2", "recipients": ["{ours}"]},
            "recipient-not-stakeholder",
        ),
    ],
    ids=str,
)
async def test_each_refusal_of_the_domain_is_409(
    line: Line, path: str, body: dict[str, Any], code: str
) -> None:
    def filled(value: Any) -> Any:
        if isinstance(value, list):
            return [filled(part) for part in value]
        return value.format(client=line.client, ours=line.ours) if isinstance(value, str) else value

    answer = await line.ask(filled(path), **{name: filled(each) for name, each in body.items()})

    problem(answer, 409, code)


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("stakeholders", {"party_id": NOWHERE}, "party"),
        (f"stakeholders/{NOWHERE}/departures", {}, "stakeholder"),
        (f"check-ins/{NOWHERE}/misses", {}, "check-in"),
        (f"commitments/{NOWHERE}/keepings", {}, "commitment"),
        (f"surveys/{NOWHERE}/closures", {}, "survey"),
    ],
)
async def test_what_a_command_names_and_is_not_there_is_404(
    line: Line, path: str, body: dict[str, Any], kind: str
) -> None:
    problem(await line.ask(path, **body), 404, f"unknown-{kind}")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", "relationship"),
        ("/stakeholders", "relationship"),
        ("/check-ins", "relationship"),
        (f"/check-ins/{NOWHERE}", "check-in"),
        ("/commitments", "relationship"),
        (f"/commitments/{NOWHERE}", "commitment"),
        ("/surveys", "relationship"),
        (f"/surveys/{NOWHERE}", "survey"),
        (f"/surveys/{NOWHERE}/answers", "survey"),
        (f"/surveys/{NOWHERE}/answers/{NOWHERE}", "answer"),
    ],
)
async def test_reading_what_is_not_there_is_404(tenure: Tenure, path: str, kind: str) -> None:
    account = await tenure.account()

    answer = await tenure.read(f"/accounts/{account}/relationships/{NOWHERE}{path}")

    problem(answer, 404, f"unknown-{kind}")


async def test_the_relationships_of_an_unknown_account_are_404(tenure: Tenure) -> None:
    path = f"/accounts/{NOWHERE}/relationships"

    problem(await tenure.read(path), 404, "unknown-account")
    problem(await tenure.manager.post(path, json={}), 404, "unknown-account")


@pytest.mark.parametrize(
    "query",
    [
        "/check-ins?status=open",
        "/check-ins/due?as_of=2026-02-30",
        "/check-ins/due?after=nonsense",
        "/commitments?by=him",
        "/commitments?overdue_as_of=0",
        "/surveys?wave=a%00b",
    ],
)
async def test_a_bad_parameter_is_422(tenure: Tenure, query: str) -> None:
    problem(await tenure.manager.get(query), 422, "validation-failed")
