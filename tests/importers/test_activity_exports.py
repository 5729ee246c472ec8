"""Activities out of exports: check-ins held and planned, and promises, each on its own day."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import pytest

from domain.commands import close_account, start_relationship, void_check_in
from importers.mapped_table import Said
from importers.owners import Owner, Owners, Person, owner_key
from tests.importers.conftest import TODAY, Imported, Office

pytestmark = pytest.mark.anyio

LUIS = UUID(int=0xA)
TOLD = Said(
    owners=Owners({owner_key("Luis García"): Owner(LUIS, person=Person("Luis García"))}),
)

ORGANIZATIONS = (
    "Organization - ID,Organization - Name,Organization - Organization created\n"
    "1,Acme,2024-01-02\n2,Bolt,2024-01-02\n3,Bolt,2024-01-02\n"
)
PERSONS = (
    "Person - ID,Person - Name,Person - Email,Person - Organization ID,Person - Add time\n"
    "7,Ana Ruiz,,1,2024-02-01\n8,Eva Gil,,1,2024-02-01\n9,Eva Gil,,1,2024-02-01\n"
)
HEADER = (
    "ID,Subject,Type,Note,Due date,Due time,Duration,Done,Marked as done time,Assigned to user,"
    "Add time,Organization,Contact person,Deal ID\n"
)
CALL = (
    '40,Renewal terms,Call,"<p>Ana will <b>ask</b> the board</p>",2024-03-04,10:00,00:30,Yes,'
    "2024-03-05 11:00,Luis García,2024-02-20,Acme,Ana Ruiz,\n"
)
LUNCH = (
    "41,Lunch in July,Lunch,At Casa Pepe,2026-07-15,,,No,,Luis García,2026-06-20,Acme,Ana Ruiz,\n"
)
TASK = "42,Send the offer,Task,With prices,2026-07-01,,,No,,Luis García,2026-06-20,Acme,,\n"
KEPT = (
    "43,Send the contract,Task,,2024-05-01,,,Yes,2024-05-03,Luis García,2024-04-20,Acme,Ana Ruiz,\n"
)
ALL = CALL + LUNCH + TASK + KEPT


async def taken(
    office: Office,
    rows: str,
    *,
    header: str = HEADER,
    said: Said = TOLD,
    dry_run: bool = False,
    more: Mapping[str, str] | None = None,
) -> Imported:
    """Import activities along with the organizations and persons that they name."""
    files = {"o.csv": ORGANIZATIONS, "p.csv": PERSONS, "activities.csv": header + rows}
    done = await office.take_exports(files | dict(more or {}), said=said, dry_run=dry_run)
    return done[-1]


async def test_a_call_that_was_made_is_a_check_in_held(office: Office) -> None:
    done = await taken(office, CALL)

    assert done.counts == (1, 0, 0)
    (held,) = office.log("relationship.check-in-held")
    data = held["data"]
    assert (data["channel"], data["purpose"]) == ("call", "catch-up")
    assert (data["held_on"], held["effective_at"]) == ("2024-03-05", "2024-03-05")
    (ana, *_) = [each["data"]["party_id"] for each in office.log("party.registered")]
    assert (data["participants"], data["internal_participants"]) == ([ana], [str(LUIS)])
    assert (data["topics"], data["duration_min"]) == (["Renewal terms"], 30)
    assert list(data["note"]) == ["$sd"]
    assert "board" not in str(held)
    assert held["reason"] == (
        "imported from a pipedrive snapshot of activities.csv; history starts here"
    )
    (started,) = office.log("relationship.started")
    assert (held["stream_id"], started["effective_at"]) == (started["stream_id"], "2024-01-02")


async def test_a_meeting_to_come_is_planned(office: Office) -> None:
    done = await taken(office, LUNCH)

    assert done.counts == (1, 0, 0)
    (planned,) = office.log("relationship.check-in-scheduled")
    plan = planned["data"]["plan"]
    assert (plan["planned_on"], plan["channel"]) == ("2026-07-15", "meeting")
    assert (len(plan["participants"]), plan["internal_participants"]) == (1, [str(LUIS)])
    assert planned["effective_at"] == "2026-06-20"
    (noted,) = office.log("account.note-added")
    assert list(noted["data"]["text"]) == ["$sd"], "a plan holds neither subject nor note"


async def test_a_task_is_a_promise_of_ours_open_or_kept(office: Office) -> None:
    done = await taken(office, TASK + KEPT)

    assert done.counts == (2, 0, 0)
    offer, contract = office.log("relationship.commitment-made")
    assert offer["data"]["terms"]["text"] == "Send the offer"
    assert (offer["data"]["terms"]["by"], offer["data"]["terms"]["due_on"]) == ("us", "2026-07-01")
    assert offer["data"]["terms"]["owner_party_id"] == str(LUIS)
    assert (offer["effective_at"], contract["effective_at"]) == ("2026-06-20", "2024-04-20")
    (kept,) = office.log("relationship.commitment-kept")
    assert kept["data"]["commitment_id"] == contract["data"]["commitment_id"]
    assert kept["effective_at"] == "2024-05-03"
    assert len(office.log("account.note-added")) == 1, "of the offer alone"


async def test_activities_again_add_nothing(office: Office) -> None:
    await taken(office, ALL)
    size = office.log_size()

    again = await taken(office, ALL)

    assert (again.counts, again.summary.differing) == ((0, 4, 0), 0)
    assert office.log_size() == size


async def test_what_was_planned_and_promised_is_done_in_a_later_snapshot(office: Office) -> None:
    await taken(office, LUNCH + TASK)
    later = (
        (LUNCH + TASK)
        .replace("2026-07-15,,,No,", "2026-06-29,,,Yes,2026-06-29")
        .replace("2026-07-01,,,No,", "2026-07-01,,,Yes,2026-06-28")
    )

    done = await taken(office, later)

    assert done.counts == (2, 0, 0)
    (held,) = office.log("relationship.check-in-held")
    (planned,) = office.log("relationship.check-in-scheduled")
    assert held["data"]["check_in_id"] == planned["data"]["check_in_id"]
    assert (held["effective_at"], held["data"]["topics"]) == ("2026-06-29", ["Lunch in July"])
    assert len(office.log("relationship.commitment-made")) == 1
    assert office.log("relationship.commitment-kept")[0]["effective_at"] == "2026-06-28"


async def test_what_was_decided_here_since_is_left_as_it_is(office: Office) -> None:
    await taken(office, CALL + LUNCH)
    (held,) = office.log("relationship.check-in-held")
    void = void_check_in(
        UUID(held["account_id"]),
        UUID(held["stream_id"]),
        check_in_id=UUID(held["data"]["check_in_id"]),
        reason="never called",
        on=TODAY,
        today=TODAY,
    )
    await office.carry_out(void)
    moved = LUNCH.replace("2026-07-15", "2026-07-20")

    again = await taken(office, CALL + moved)

    assert (again.counts, again.summary.differing) == ((0, 2, 0), 1)
    assert len(office.log("relationship.check-in-held")) == 1


async def test_a_dry_run_tells_what_would_be_recorded(office: Office) -> None:
    rehearsed = await taken(office, ALL, dry_run=True)
    assert office.log_size() == 0
    done = await taken(office, ALL)

    assert rehearsed.counts == done.counts == (4, 0, 0)


async def test_activities_of_an_account_that_is_not_certain_are_held(office: Office) -> None:
    rows = (
        CALL.replace("Acme", "Bolt")
        + CALL.replace("40,", "44,").replace("Acme", "Nowhere")
        + CALL.replace("40,", "45,").replace("Acme", "")
        + CALL.replace("40,", "46,").replace("Acme", "").replace("Ana Ruiz,", "Ana Ruiz,77")
    )

    done = await taken(office, rows)

    assert (done.counts, done.summary.held) == ((0, 0, 4), 3)
    assert done.complaints[0].startswith("activities.csv:2:Organization: 2 accounts are called so")
    assert done.complaints[1].startswith("activities.csv:3:Organization: no account is called so")
    assert done.complaints[2].startswith("activities.csv:4:Organization: is missing: an activity")
    assert done.complaints[3].startswith("activities.csv:5:Deal ID: no deal has this id here")
    assert not office.log("relationship.check-in-held")


async def test_a_person_who_is_not_certain_holds_the_row(office: Office) -> None:
    rows = (
        CALL.replace("Ana Ruiz", "Eva Gil")
        + CALL.replace("40,", "44,").replace("Ana Ruiz", "Ana")
        + CALL.replace("40,", "45,").replace("Ana Ruiz", "")
    )

    done = await taken(office, rows)

    assert (done.counts, done.summary.held) == ((0, 0, 3), 2)
    assert "2:Contact person: 2 persons of this account are called so" in done.complaints[0]
    assert "3:Contact person: no person of this account is called so" in done.complaints[1]
    assert "4:Contact person: nobody of the client took part" in done.complaints[2]


async def test_names_are_not_looked_up_in_the_log(office: Office) -> None:
    await office.take_exports({"o.csv": ORGANIZATIONS, "p.csv": PERSONS})

    done = await office.take_export(HEADER + CALL, name="activities.csv", said=TOLD)

    assert (done.counts, done.summary.held) == ((0, 0, 1), 1)
    assert "import the persons along with it" in done.complaints[0]


async def test_an_e_mail_may_go_to_nobody_in_particular(office: Office) -> None:
    done = await taken(office, CALL.replace("Call", "Email").replace("Ana Ruiz", ""))

    assert done.counts == (1, 0, 0)
    (held,) = office.log("relationship.check-in-held")
    assert (held["data"]["channel"], held["data"]["participants"]) == ("e-mail", [])


async def test_without_an_owner_a_check_in_is_held_back_and_a_plan_is_not(office: Office) -> None:
    done = await taken(office, ALL, said=Said())

    assert (done.counts, done.summary.held) == ((3, 0, 1), 1)
    (complaint,) = done.complaints
    assert complaint.startswith("activities.csv:2:Assigned to user: nobody of ours is known to")
    assert complaint.endswith("say who it is in an owners file, 'Luis García'")
    assert done.summary.unknown_owners == {"Luis García": 4}
    (planned,) = office.log("relationship.check-in-scheduled")
    assert planned["data"]["plan"]["internal_participants"] == []
    terms = [each["data"]["terms"] for each in office.log("relationship.commitment-made")]
    assert [each["owner_party_id"] for each in terms] == [None, None]


async def test_days_that_cannot_be_are_rejected_with_the_reason(office: Office) -> None:
    rows = (
        CALL.replace("2024-03-05 11:00", "2023-12-24")
        + CALL.replace("40,", "44,").replace("2024-03-05 11:00", "2024-01-15")
        + CALL.replace("40,", "45,").replace("2024-03-05 11:00", "2026-07-01")
        + LUNCH.replace("2026-07-15", "2026-06-29")
        + TASK.replace("2026-07-01", "")
        + TASK.replace("42,", "46,").replace("2026-06-20", "")
        + KEPT.replace("2024-05-03", "2024-04-01")
        + TASK.replace("42,", "47,").replace("2026-06-20", "2026-06-29").replace("-07-01", "-06-28")
    )

    done = await taken(office, rows)

    assert (done.counts, done.summary.held) == ((0, 0, 8), 1)
    ends = [complaint.removeprefix("activities.csv:") for complaint in done.complaints]
    assert ends[0].startswith("2:Marked as done time: 2023-12-24 lies before the beginning of the")
    assert ends[1].startswith("3:Contact person: the party ")
    assert "is not a stakeholder here on 2024-01-15" in ends[1]
    assert ends[2].startswith("4:Marked as done time: has not come yet, and the activity is done")
    assert ends[3].startswith("5:Due date: is over, and it is not marked as done")
    assert ends[4].startswith("6:Due date: is missing; say it in all rows with --set due_on=...")
    assert ends[5].startswith("7:Add time: is missing; say it in all rows with --set added_on=")
    assert ends[6].startswith("8:Marked as done time: 2024-04-01 lies before the commitment")
    assert ends[7].startswith("9:Due date: 2026-06-28 lies before the day on which it is promised")
    assert not office.log("relationship.check-in-held")


async def test_cells_that_say_nothing_of_use_are_rejected(office: Office) -> None:
    rows = (
        CALL.replace("Call", "Séance")
        + CALL.replace("Yes,2024-03-05 11:00", ",")
        + CALL.replace("Yes", "perhaps")
        + CALL.replace("00:30", "170:00")
        + TASK.replace("Send the offer", "<p></p>")
    )

    done = await taken(office, rows)

    assert done.counts == (0, 0, 5)
    ends = [complaint.removeprefix("activities.csv:") for complaint in done.complaints]
    assert ends[0].startswith("2:Type: is not one of call, video, meeting, visit, workshop, e-mail")
    assert ends[1].startswith("3:Done: is missing: it was done, or it was not")
    assert ends[2].startswith("4:Done: is neither true nor false; say in a mapping")
    assert ends[3].startswith("5:Duration: is longer than 10080 minutes")
    assert ends[4].startswith("6:Subject: is missing: a task is about something")


async def test_names_in_a_subject_stay_out_of_the_log(office: Office) -> None:
    rows = CALL.replace("Renewal terms", "Call with Ana Ruiz on the renewal") + KEPT.replace(
        "Send the contract", "Ask LUIS to send Ana " + "x" * 300
    )

    done = await taken(office, rows)

    assert done.counts == (2, 0, 0)
    (held,) = office.log("relationship.check-in-held")
    assert held["data"]["topics"] == ["Call with … on the renewal"]
    (made,) = office.log("relationship.commitment-made")
    assert made["data"]["terms"]["text"].startswith("Ask … to send … xxx")
    assert len(made["data"]["terms"]["text"]) == 255
    assert len(office.log("account.note-added")) == 1, "the subject as it was written"


async def test_an_activity_of_a_deal_belongs_to_the_deals_account(office: Office) -> None:
    deals = (
        "Deal - ID,Deal - Title,Deal - Value,Deal - Currency,Deal - Status,Deal - Stage,"
        "Deal - Deal created,Organization\n77,Riego,5,EUR,Open,Lead In,2024-02-01,Acme\n"
    )
    row = CALL.replace("Acme", "").replace("Ana Ruiz,", "Ana Ruiz,77")

    done = await taken(office, row, more={"deals.csv": deals})

    assert done.counts == (1, 0, 0)
    (held,), (opened,) = office.log("relationship.check-in-held"), office.log("deal.opened")
    assert held["account_id"] == opened["account_id"]


async def test_a_relationship_that_is_there_is_gone_on_with(office: Office) -> None:
    await office.take_export(ORGANIZATIONS, name="o.csv")
    (acme, *_) = office.log("account.opened")
    ours = UUID(int=7)
    start = start_relationship(
        UUID(acme["stream_id"]), ours, scope=None, on=date(2024, 1, 10), today=TODAY
    )
    await office.carry_out(start, on=date(2024, 1, 10))

    done = await taken(office, CALL)

    assert done.counts == (1, 0, 0)
    assert UUID(office.log("relationship.check-in-held")[0]["stream_id"]) == ours
    assert len(office.log("relationship.started")) == 1


async def test_a_closed_account_takes_no_activity(office: Office) -> None:
    await office.take_exports({"o.csv": ORGANIZATIONS, "p.csv": PERSONS})
    (acme, *_) = office.log("account.opened")
    close = close_account(
        UUID(acme["stream_id"]),
        churned=True,
        reason_code="price",
        reason="too dear",
        on=TODAY,
        today=TODAY,
    )
    await office.carry_out(close)

    done = await taken(office, CALL)

    assert done.counts == (0, 0, 1)
    assert done.complaints[0].startswith("activities.csv:2:Organization: the account")


async def test_activities_are_read_in_spanish(office: Office) -> None:
    header = (
        "Actividad - ID;Actividad - Asunto;Tipo;Nota;Fecha de vencimiento;Finalizada;"
        "Asignado a usuario;Actividad - Hora de adición;Organización;Persona de contacto\n"
    )
    rows = (
        "1;Precios;Reunión;;13/03/2024;Sí;Luis García;20/02/2024;Acme;Ana Ruiz\n"
        "2;Oferta;Tarea;;15/07/2026;No;Luis García;20/06/2026;Acme;\n"
    )

    done = await taken(office, rows, header=header)

    assert done.counts == (2, 0, 0)
    (held,) = office.log("relationship.check-in-held")
    assert (held["data"]["channel"], held["effective_at"]) == ("meeting", "2024-03-13")
    assert office.log("relationship.commitment-made")[0]["data"]["terms"]["due_on"] == "2026-07-15"


async def test_activities_with_the_prefix_are_read(office: Office) -> None:
    header = (
        "Activity - Subject*,Activity - Type,Activity - Due date,Activity - Done,"
        "Activity - Assigned to user,Activity - Organization,Activity - Contact person\n"
    )
    row = "Prices,Video call,2024-03-13,1,Luis García,Acme,Ana Ruiz\n"

    done = await taken(office, row + row, header=header)

    assert done.counts == (2, 0, 0), "without an id, equal rows are two facts"
    assert [each["data"]["channel"] for each in office.log("relationship.check-in-held")] == [
        "video",
        "video",
    ]


async def test_activities_of_hubspot(office: Office) -> None:
    companies = "Record ID,Company name,Create Date\n101,Acme,2024-01-02\n"
    contacts = (
        "Record ID,First Name,Last Name,Email,Associated Company IDs,Create Date\n"
        "7,Ana,Ruiz,ana@acme.example,101,2024-02-01\n"
        "8,Eva,Gil,eva@acme.example,101,2024-02-01\n"
    )
    activities = (
        "Record ID,Activity Type,Activity Date,Activity assigned to,Title,Task Status,"
        "Meeting outcome,Create Date,Associated Company IDs,Associated Contact IDs\n"
        "1,Call,2024-03-01 09:30,Luis García,Prices,,,2024-02-20,101,7\n"
        "2,Meeting,2024-03-02,Luis García,Plans,,Completed,2024-02-20,101,7;8\n"
        "3,Meeting,2024-03-03,Luis García,Plans,,Canceled,2024-02-20,101,7\n"
        "4,Meeting,2024-03-04,Luis García,Plans,,Scheduled,2024-02-20,101,7\n"
        "5,Meeting,2026-07-04,Luis García,Plans,,Scheduled,2026-02-20,101,7\n"
        "6,Task,2024-03-05,Luis García,Send offer,COMPLETED,,2024-02-20,101,\n"
        "7,Task,2024-03-06,Luis García,Send offer,,,2024-02-20,101,\n"
        "8,Call,2024-03-07,Luis García,Prices,,,2024-02-20,101,99\n"
    )
    files = {"c.csv": companies, "p.csv": contacts, "activities.csv": activities}

    done = (await office.take_exports(files, said=TOLD))[-1]

    assert (done.counts, done.summary.held, done.summary.left_out) == ((4, 0, 3), 1, 1)
    call, meeting = office.log("relationship.check-in-held")
    assert (len(call["data"]["participants"]), len(meeting["data"]["participants"])) == (1, 2)
    assert len(office.log("relationship.check-in-scheduled")) == 1
    assert len(office.log("relationship.commitment-kept")) == 1
    assert "5:Activity Date: is over" in done.complaints[0]
    assert "8:Task Status: is missing" in done.complaints[1]
    assert "9:Associated Contact IDs: the party" in done.complaints[2]


async def test_tasks_and_events_of_salesforce(office: Office) -> None:
    accounts = "Id,Name,CreatedDate\n001D000000IRt53,Acme,2024-01-01\n"
    contacts = (
        "Id,AccountId,LastName,Email,CreatedDate\n"
        "003D000000IRt53,001D000000IRt53,Ruiz,ana@acme.example,2024-02-01\n"
    )
    tasks = (
        "Id,WhoId,AccountId,Subject,ActivityDate,Status,OwnerId,Description,Type,TaskSubtype,"
        "CompletedDateTime,CreatedDate,IsDeleted\n"
        "00TD000000IRt51,003D000000IRt53,001D000000IRt53IAD,Prices,2024-03-01,Completed,"
        "0051U000003abCd,Went well,,Call,2024-03-02T10:00:00.000Z,2024-02-20,false\n"
        "00TD000000IRt52,000000000000000AAA,001D000000IRt53IAD,Send offer,2026-07-01,Not Started,"
        "0051U000003abCd,,,Task,,2026-06-20,false\n"
        "00TD000000IRt54,000000000000000AAA,001D000000IRt53IAD,Mail,2024-03-01,Completed,"
        "0051U000003abCd,,,Email,,2024-02-20,false\n"
        "00TD000000IRt55,,001D000000IRt53IAD,Mail,2024-03-01,Parked,0051U000003abCd,,,Email,,"
        "2024-02-20,false\n"
        "00TD000000IRt53,,001D000000IRt53IAD,Gone,2026-07-01,Not Started,0051U000003abCd,,,Task,,"
        "2026-06-20,true\n"
    )
    events = (
        "Id,WhoId,AccountId,Subject,StartDateTime,DurationInMinutes,OwnerId,CreatedDate,IsDeleted\n"
        "00UD000000IRt51,003D000000IRt53,001D000000IRt53IAD,Visit,2024-03-04T09:00:00.000Z,45,"
        "0051U000003abCd,2024-02-20,0\n"
        "00UD000000IRt52,003D000000IRt53,001D000000IRt53IAD,Visit,2026-07-04T09:00:00.000Z,45,"
        "0051U000003abCd,2026-06-20,0\n"
    )
    files = {"a.csv": accounts, "c.csv": contacts, "tasks.csv": tasks, "events.csv": events}
    said = Said(owners=Owners({owner_key("0051U000003abCd"): Owner(LUIS, person=Person("Luis"))}))

    *_, first, second = await office.take_exports(files, said=said)

    assert (first.counts, first.summary.left_out) == ((3, 0, 1), 1)
    assert first.complaints[0].startswith("tasks.csv:5:Status: is neither true nor false")
    assert second.counts == (2, 0, 0)
    call, mail, event = office.log("relationship.check-in-held")
    assert (call["data"]["channel"], call["effective_at"]) == ("call", "2024-03-02")
    assert mail["data"]["participants"] == [], "an id of zeros is none"
    assert (event["data"]["channel"], event["data"]["duration_min"]) == ("meeting", 45)
    assert len(office.log("relationship.check-in-scheduled")) == 1
    (made,) = office.log("relationship.commitment-made")
    assert made["data"]["terms"]["due_on"] == "2026-07-01"


async def test_reports_of_salesforce_say_less_and_can_be_helped(office: Office) -> None:
    accounts = "Account ID,Account Name,Created Date\n001D000000IRt53,Acme,2024-01-01\n"
    report = (
        "Subject,Due Date Only,Priority,Status,Related To,Comments,Assigned\n"
        "Send offer,2026-07-01,Normal,Not Started,Acme,With prices,Luis García\n"
        "Call back,2026-07-02,Normal,No iniciada,Roll-out 2026,,Luis García\n"
    )
    said = Said(owners=TOLD.owners, values={"added_on": "2026-06-20"})

    done = (await office.take_exports({"a.csv": accounts, "r.csv": report}, said=said))[-1]

    assert (done.counts, done.summary.held) == ((1, 0, 1), 1)
    assert done.complaints[0].startswith("r.csv:3:Related To: no account is called so")
    (made,) = office.log("relationship.commitment-made")
    assert made["effective_at"] == "2026-06-20"


async def test_held_rows_are_taken_once_they_are_corrected(office: Office) -> None:
    done = await taken(office, CALL.replace("Ana Ruiz", "Ana"))
    corrected = done.rejects.read_text().replace(",Ana,", ",Ana Ruiz,")
    files = {"o.csv": ORGANIZATIONS, "p.csv": PERSONS, "rejects.csv": corrected}

    again = (await office.take_exports(files, said=TOLD))[-1]

    assert again.counts == (1, 0, 0)
    assert len(office.log("relationship.check-in-held")) == 1
