"""Whom an export means by the owners that it names, as a person has said.

Persons are not looked up by name: their names are not in the log.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from domain.manager import ManagerRole
from importers.bound_column import long_salesforce_id
from importers.names import folded_name

OWNER: Final = "owner"
"""The column that names an owner, here and in exports."""
_USER_ID: Final = re.compile(r"005[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?")
"""Ids of Salesforce's users; in 15 characters, small and capital letters are not the same."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of ours who is to be registered."""

    name: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """A party of ours whom an export names."""

    party_id: UUID
    role: ManagerRole | None = None
    person: Person | None = None
    """Who it is, if it is to be registered; None: it is on record."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Who is meant by each owner that has been told of, by the key of what exports call them."""

    known: Mapping[str, Owner] = field(default_factory=dict)

    def find(self, said: str | None) -> Owner | None:
        """Return whom an export means; None: nobody has said."""
        return None if said is None else self.known.get(owner_key(said))


NO_OWNERS: Final = Owners()


def owner_key(said: str) -> str:
    """Fold what an export calls an owner: case and blanks of a name, the two forms of an id."""
    if _USER_ID.fullmatch(said.strip()):
        try:
            return long_salesforce_id(said.strip())
        except ValueError:
            pass  # a word that looks like an id
    return folded_name(said)
