"""Somebody's word that lets a command go beyond what a policy allows; it is recorded with it."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.words import Name


class Override(BaseModel):
    """Who of ours lets a policy's limit be passed this once, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    approved_by: UUID
    reason: Name
