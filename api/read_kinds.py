"""Which reads are put on record: personal values, exports, whatever is about several accounts."""

from typing import Final

from api.read_so_far import ReadSoFar
from domain.read import ReadKind

NOT_ABOUT_ACCOUNTS: Final = frozenset(
    {
        "/api-keys",
        "/kpi-definitions",
        "/learnings/{learning_id}",
        "/lifetime-value-fits",
        "/lifetime-value-fits/{position}",
        "/log/checkpoint",
        "/log/keys",
        "/log/proofs/consistency",
        "/log/proofs/inclusion",
        "/log/tile/{level}/{path:path}",
        "/parties/{party_id}",
        "/policies",
        "/policies/{kind}",
        "/read-log/log/checkpoint",
        "/read-log/log/keys",
        "/read-log/log/proofs/consistency",
        "/read-log/log/proofs/inclusion",
        "/read-log/log/tile/{level}/{path:path}",
    }
)
"""Routes of no account that show rules, hashes, keys, or one thing; persons only as digests.

A route that stands neither here nor under one account is put on record: to forget one is safe.
"""
COUNTED: Final = frozenset(
    {
        "/log/records/{position}",
        "/log/tile/entries/{path:path}",
        "/read-log/log/records/{position}",
        "/read-log/log/tile/entries/{path:path}",
    }
)
"""Who verifies a log reads thousands of these, and the read log grows by none of its own reading.

So one entry a minute says how many they were.
"""
_RECORDS: Final = frozenset({"/events", "/log/records/{position}", "/log/tile/entries/{path:path}"})


def kind_of(route: str, read: ReadSoFar) -> ReadKind | None:
    """Return what makes a read worth a record; None: nothing does."""
    if read.is_export:
        return ReadKind.EXPORT
    if read.values:
        return ReadKind.DISCLOSURE
    if "{account_id}" in route or route in NOT_ABOUT_ACCOUNTS:
        return None
    if route.startswith(("/read-log", "/break-glass")) or route.endswith("/readers"):
        return ReadKind.READ_LOG
    return ReadKind.RECORDS if route in _RECORDS else ReadKind.LIST
