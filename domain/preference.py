"""What the client prefers, such as how and when to be reached: one value a key."""

from collections.abc import Sequence
from typing import ClassVar, Final

from immutables import Map

from domain.event import Event
from domain.words import Code, Name

# Events: these names and fields are the stored format. Add; never rename or remove.


class PreferenceRecorded(Event):
    """`now` is null where the client has no preference any more."""

    NAME: ClassVar[str] = "account.preference-recorded"
    key: Code
    was: Name | None
    now: Name | None


Preferences = Map[str, str]
NO_PREFERENCES: Final[Preferences] = Map()


def evolve(preferences: Preferences, event: PreferenceRecorded) -> Preferences:
    """Fold one event into the state. Never refuses: what happened, happened."""
    if event.now is not None:
        return preferences.set(event.key, event.now)
    return preferences.delete(event.key) if event.key in preferences else preferences


def record_preference(
    preferences: Preferences, *, key: str, value: str | None
) -> Sequence[PreferenceRecorded]:
    """Record what the client prefers now; None: it no longer minds."""
    was = preferences.get(key)
    return [] if was == value else [PreferenceRecorded(key=key, was=was, now=value)]
