"""Who of ours looks after an account, and in which role."""

from enum import StrEnum
from typing import Final
from uuid import UUID

from immutables import Map


class ManagerRole(StrEnum):
    ACCOUNT_EXECUTIVE = "account-executive"
    ACCOUNT_MANAGER = "account-manager"
    KEY_ACCOUNT_MANAGER = "key-account-manager"
    STRATEGIC_ACCOUNT_MANAGER = "strategic-account-manager"
    CUSTOMER_SUCCESS_MANAGER = "customer-success-manager"
    EXECUTIVE_SPONSOR = "executive-sponsor"
    SUPPORT_CONTACT = "support-contact"
    SPECIALIST = "specialist"


MAY_LEAD: Final = frozenset(
    {
        ManagerRole.ACCOUNT_MANAGER,
        ManagerRole.KEY_ACCOUNT_MANAGER,
        ManagerRole.STRATEGIC_ACCOUNT_MANAGER,
        ManagerRole.CUSTOMER_SUCCESS_MANAGER,
    }
)
"""The roles in which one leads a key or strategic account, and an account is handed over."""


Assignment = tuple[UUID, ManagerRole]
"""A party of ours in one role; one party may hold several."""

Managers = Map[Assignment, bool]
"""Every assignment in force, and whether it is the primary one (one at most is)."""

NO_MANAGERS: Final[Managers] = Map()


def primary_of(managers: Managers) -> Assignment | None:
    """Return the assignment of the primary manager, if the account has one."""
    return next((assignment for assignment, primary in managers.items() if primary), None)
