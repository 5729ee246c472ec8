"""Rows of activities: a meeting is a check-in, held or planned; a task is a promise of ours."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from domain.channel import Channel
from domain.external_reference import ForeignId
from domain.words import Code, Name
from importers import cells
from importers.acquaintances import Acquaintances
from importers.activity import Activity, Done, hold, plan, promise
from importers.activity_steps import ActivityRef
from importers.cells import Column, Values
from importers.failure import BadCell, Held
from importers.identity import (
    activity_id_at,
    activity_id_of,
    deal_id_of,
    party_id_of,
)
from importers.links import ACCOUNT_COLUMNS, account_links, account_of, several_ids
from importers.owners import OWNER
from importers.rows import Row
from importers.stakeholders import relate
from importers.taking import HISTORY_STARTS_HERE, Context, Links, Taken
from importers.written_text import one_line, plain_text

TASK: Final = "task"
_ACCOUNT: Final = ("account_name", "account_external_id", "account_name")
_MINUTES_MAX: Final = 10_080
_CLOCK: Final = re.compile(r"([0-9]{1,3}):([0-5][0-9])(?::[0-5][0-9])?")


def _type(text: str) -> Channel | None:
    """Read how people were in touch; None: a task."""
    if text.casefold() == TASK:
        return None
    try:
        return Channel(text.casefold())
    except ValueError:
        words = ", ".join((*Channel, TASK))
        raise ValueError(
            f"is not one of {words}; say in a mapping of yours which of them it is"
        ) from None


def _done(text: str) -> Done:
    if text.casefold() == Done.WHEN_PAST:
        return Done.WHEN_PAST
    try:
        return Done.YES if cells.truth(text) else Done.NO
    except ValueError as error:
        raise ValueError(f"{error}; say in a mapping of yours which of them it is") from None


def _minutes(text: str) -> int | None:
    """Read `01:30` (hours and minutes) or `90`; None: no time at all."""
    clock = _CLOCK.fullmatch(text)
    minutes = int(clock[1]) * 60 + int(clock[2]) if clock else cells.count(text)
    if minutes > _MINUTES_MAX:
        raise ValueError(f"is longer than {_MINUTES_MAX} minutes")
    return minutes or None


class Activities:
    """Records for each row what was done, is planned, or was promised; once, and no more.

    Persons whom the file names, and gives no id of, are looked for among the `acquaintances`.
    """

    name = "activities"
    columns: Sequence[Column] = (
        Column("external_id", cells.of_type(ForeignId)),
        Column("external_system", cells.of_type(Code)),
        *ACCOUNT_COLUMNS,
        Column("deal_external_id", cells.of_type(ForeignId)),
        Column("contact_external_id", several_ids),
        Column("contact_name", cells.of_type(Name)),
        Column("type", _type, required=True),
        Column("subject", one_line),
        Column("note", plain_text),
        Column("done", _done),
        Column("done_on", cells.day),
        Column("due_on", cells.day),
        Column("added_on", cells.day),
        Column("duration", _minutes),
        Column(OWNER, cells.of_type(Name)),
    )
    columns_of_lines: Sequence[Column] = ()
    blame: Mapping[str, str | tuple[str, ...]] = {
        "in-the-future": "added_on",
        "account-closed": _ACCOUNT,
        "relationship-ended": _ACCOUNT,
        "before-the-relationship-began": ("done_on", "due_on"),
        "before-the-commitment": ("done_on", "due_on"),
        "due-before-made": "due_on",
        "participants-required": "contact_name",
        "participant-not-stakeholder": ("contact_external_id", "contact_name"),
        "party-not-ours": OWNER,
        "no-party": OWNER,
    }

    def __init__(self, acquaintances: Acquaintances | None = None) -> None:
        self._acquaintances = acquaintances or Acquaintances()

    def links(self, values: Values, system: str) -> Links:
        links = replace(account_links(values, system), opened=True)
        if _names_an_account(values) or "deal_external_id" not in values:
            return links
        return replace(links, deals=[_deal_id(values, system)])

    def take(self, row: Row, values: Values, context: Context) -> Sequence[Taken]:
        account_id = _account(values, context)
        activity = Activity(
            ref=ActivityRef(account_id, _activity_id(row, values, context), context.today),
            values=values,
            context=context,
            opened_on=context.opened.get(account_id, context.today),
            reason=f"{context.origin}; {HISTORY_STARTS_HERE}" if context.origin else None,
        )
        channel: Channel | None = values["type"]
        if channel is None:
            steps, since = promise(activity), activity.added_on
        else:
            with_ = self._participants(values, account_id, context)
            if activity.is_done:
                steps, since = hold(activity, channel, with_), activity.done_on
            else:
                steps, since = plan(activity, channel, with_), activity.added_on
        relating = relate(account_id, on=activity.opened_on, today=context.today)
        return (
            Taken(relating, activity.opened_on, activity.reason),
            *activity.owner_steps(since),
            *steps,
        )

    def _participants(self, values: Values, account_id: UUID, context: Context) -> tuple[UUID, ...]:
        """Return who of theirs took part, or is to.

        Raises:
            Held: it is not certain.
        """
        if "contact_external_id" in values:
            system = values.get("external_system") or context.system
            return tuple(party_id_of(system, id_) for id_ in values["contact_external_id"])
        name = values.get("contact_name")
        if name is None:
            return ()
        called = self._acquaintances.called(name, account_id=account_id)
        if len(called) == 1:
            return tuple(called)
        if not called:
            what = (
                "no person of this account is called so in the files of this run; "
                "import the persons along with it, or add a column with their ids"
            )
            raise Held("contact_name", what, name)
        what = f"{len(called)} persons of this account are called so; add a column with their ids"
        raise Held("contact_name", what, name)


def _account(values: Values, context: Context) -> UUID:
    """Return the account that the row names, or else that of its deal.

    Raises:
        Held: it is not certain.
        BadCell: the row names neither.
    """
    account_id = account_of(values, context)
    if account_id is not None:
        return account_id
    if "deal_external_id" not in values:
        raise BadCell("account_name", "is missing: an activity belongs to an account", "")
    account_id = context.deals.get(_deal_id(values, context.system))
    if account_id is None:
        what = "no deal has this id here; import the deals first, or name the account"
        raise Held("deal_external_id", what, values["deal_external_id"])
    return account_id


def _names_an_account(values: Values) -> bool:
    return any(column.name in values for column in ACCOUNT_COLUMNS)


def _deal_id(values: Values, system: str) -> UUID:
    return deal_id_of(values.get("external_system") or system, values["deal_external_id"])


def _activity_id(row: Row, values: Values, context: Context) -> UUID:
    if "external_id" in values:
        system = values.get("external_system") or context.system
        return activity_id_of(system, values["external_id"])
    return activity_id_at(row.identity(context.sha256))
