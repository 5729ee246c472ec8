"""Whose fault a failure is: an event's, which can be left out, or not, so that one has to wait."""

from dataclasses import dataclass
from typing import Final

import psycopg

from ledger.strand import Strand

# Classes of SQLSTATE (PostgreSQL, appendix A) that no event is to blame for: a lost connection,
# a read-only server, no such role, a deadlock, no table or no right to it (a migration is
# missing), no memory or disk, somebody else's lock, a shutdown, an I/O error, an internal error.
_NOT_THE_EVENTS: Final = ("08", "25", "28", "40", "42", "53", "55", "57", "58", "XX")


@dataclass(frozen=True, slots=True)
class Fault:
    """An event that a projection could not take."""

    strand: Strand
    position: int
    error: Exception


class TooManyParked(Exception):
    """So many that it is not the events: the projection itself is wrong, and stands still."""

    def __init__(self, projection: str, last: Exception) -> None:
        super().__init__(
            f"{projection} fails at so many accounts that it is not their events that are at "
            f"fault; the last one failed with {type(last).__name__}: {last}"
        )


def is_the_events(error: Exception) -> bool:
    """Tell whether a failure may be parked with the event that it happened at."""
    if not isinstance(error, psycopg.Error):
        return not isinstance(error, MemoryError | OSError | TooManyParked)
    if error.sqlstate is None:
        return not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return not error.sqlstate.startswith(_NOT_THE_EVENTS)
