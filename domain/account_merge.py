"""An account that turned out to be the same client as another: it lives on in that one."""

from typing import ClassVar
from uuid import UUID

from domain.event import Event

# Events: these names and fields are the stored format. Add; never rename or remove.


class AccountMerged(Event):
    """Nothing is recorded of this account any more; its history stays where it is."""

    NAME: ClassVar[str] = "account.merged"
    into: UUID
