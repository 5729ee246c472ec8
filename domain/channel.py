"""The ways in which we and a client speak with one another."""

from enum import StrEnum


class Channel(StrEnum):
    CALL = "call"
    VIDEO = "video"
    MEETING = "meeting"
    VISIT = "visit"
    WORKSHOP = "workshop"
    EMAIL = "e-mail"
    CHAT = "chat"
    EVENT = "event"
