"""What one row of activities says, and what is asked for because of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.channel import Channel
from domain.check_in import CheckInContent, CheckInPlan
from domain.commands import add_note
from domain.commitment import CommitmentTerms, CommittedBy
from domain.decision import Decision
from importers.activity_steps import ActivityRef, hold_step, keep_step, plan_step, promise_step
from importers.cells import Values
from importers.failure import BadCell, Held
from importers.identity import note_id_beside
from importers.owners import OWNER
from importers.owning import register_owner
from importers.taking import Context, Taken
from importers.written_text import shortened, without_names

_TOPIC_MAX: Final = 120
_PROMISE_MAX: Final = 255


class Done(StrEnum):
    YES = "true"
    NO = "false"
    WHEN_PAST = "when-past"
    """The system does not say: what its day has passed of took place."""


@dataclass(frozen=True, slots=True)
class Activity:
    """A row, and all that is known about it."""

    ref: ActivityRef
    values: Values
    context: Context
    opened_on: date
    reason: str | None

    @property
    def is_done(self) -> bool:
        """Tell whether it was done.

        Raises:
            BadCell: the row does not say.
        """
        done = self.values.get("done")
        if done is Done.WHEN_PAST and self.values["type"] is not None:
            return self._day("due_on") < self.context.today
        if done is None and "done_on" in self.values:
            return True
        if done is None or done is Done.WHEN_PAST:
            raise BadCell("done", "is missing: it was done, or it was not", "")
        return done is Done.YES

    @property
    def done_on(self) -> date:
        """Return the day on which it was done.

        Raises:
            BadCell: it is not given, or has not come yet.
        """
        column = "done_on" if "done_on" in self.values else "due_on"
        on = self._day(column)
        if on > self.context.today:
            raise BadCell(column, "has not come yet, and the activity is done", str(on))
        return on

    @property
    def due_on(self) -> date:
        return self._day("due_on")

    @property
    def added_on(self) -> date:
        """Return the day since when it is known here, which is not before the account's own.

        Raises:
            BadCell: it is not given.
        """
        return max(self._day("added_on"), self.opened_on)

    def _day(self, column: str) -> date:
        day: date | None = self.values.get(column)
        if day is None:
            what = f"is missing; say it in all rows with --set {column}=... if the file does not"
            raise BadCell(column, what, "")
        return day

    @property
    def owner_id(self) -> UUID | None:
        owner = self.context.owners.find(self.values.get(OWNER))
        return None if owner is None else owner.party_id

    def owner_steps(self, since: date) -> Sequence[Taken]:
        owner = self.context.owners.find(self.values.get(OWNER))
        if owner is None:
            return ()
        return register_owner(owner, on=since, today=self.context.today, reason=self.reason)

    def words(self, length_max: int) -> tuple[str, str | None]:
        """Return the subject as the log may hold it, and what is kept beside the log, encrypted."""
        subject, note = self.values.get("subject", ""), self.values.get("note", "")
        names = [self.values.get("contact_name"), self.values.get(OWNER)]
        short = shortened(without_names(subject, names), length_max)
        beside = "\n".join(filter(None, (subject if short != subject else "", note)))
        return short, beside or None

    def unshortened(self) -> str | None:
        """Return the subject and the note as they are, for what can hold neither."""
        texts = (self.values.get("subject"), self.values.get("note"))
        return "\n".join(filter(None, texts)) or None

    def taken(self, decision: Decision, on: date, *, once: str | None = None) -> Taken:
        key = None if once is None else f"{self.ref.id}:{once}"
        return Taken(decision, on, self.reason, key=key)


def hold(activity: Activity, channel: Channel, with_: tuple[UUID, ...]) -> Sequence[Taken]:
    on, owner_id = activity.done_on, activity.owner_id
    if owner_id is None:
        said = activity.values.get(OWNER, "")
        what = "nobody of ours is known to have taken part; say who it is in an owners file"
        raise Held(OWNER, what, said)
    topic, note = activity.words(_TOPIC_MAX)
    content = CheckInContent(
        channel=channel,
        participants=with_,
        internal_participants=(owner_id,),
        duration_min=activity.values.get("duration"),
        topics=(topic,) if topic else (),
    )
    # Under a key: a text that was sealed once cannot be compared with the one in the file.
    holding = hold_step(activity.ref, content=content, note=note, on=on)
    return [activity.taken(holding, on, once="held")]


def plan(activity: Activity, channel: Channel, with_: tuple[UUID, ...]) -> Sequence[Taken]:
    due_on = activity.due_on
    if due_on < activity.context.today:
        what = (
            "is over, and it is not marked as done: whether it took place is not known; "
            "mark it there, or give it another day"
        )
        raise Held("due_on", what, str(due_on))
    on, owner_id = activity.added_on, activity.owner_id
    plan = CheckInPlan(
        planned_on=due_on,
        channel=channel,
        participants=with_,
        internal_participants=() if owner_id is None else (owner_id,),
    )
    return [
        activity.taken(plan_step(activity.ref, plan=plan, on=on), on),
        *_beside(activity, activity.unshortened(), on),
    ]


def promise(activity: Activity) -> Sequence[Taken]:
    on, due_on = activity.added_on, activity.due_on
    text, note = activity.words(_PROMISE_MAX)
    if not text:
        raise BadCell("subject", "is missing: a task is about something", "")
    terms = CommitmentTerms(
        by=CommittedBy.US, text=text, due_on=due_on, owner_party_id=activity.owner_id
    )
    steps = [activity.taken(promise_step(activity.ref, terms=terms, on=on), on)]
    if activity.is_done:
        kept_on = activity.done_on
        steps.append(activity.taken(keep_step(activity.ref, on=kept_on), kept_on))
    return [*steps, *_beside(activity, note, on)]


def _beside(activity: Activity, text: str | None, on: date) -> Sequence[Taken]:
    """Let the account have the text as a note, where what it is about cannot hold one."""
    if text is None:
        return ()
    ref = activity.ref
    noting = add_note(ref.account_id, note_id_beside(ref.id), text=text, on=on, today=ref.today)
    return (activity.taken(noting, on, once="note"),)
