"""A view folded from what the log says of its streams: no view is kept while no service runs."""

from collections.abc import Sequence
from typing import Final, TypeVar

import psycopg

from domain.aggregates import EVERY_AGGREGATE
from ledger.event_types import EventTypes
from ledger.reading import read_entry
from projections.row_view import Row, RowView

R = TypeVar("R", bound=Row)

_RECORDS_SQL: Final = """
    SELECT record FROM ledger.event WHERE tenant_id = %s AND stream_type = %s ORDER BY position
"""


def folded_rows(url: str, tenant_id: str, view: RowView[R], stream_type: str) -> Sequence[R]:
    """Return the rows that the streams of one kind make, in the order of the log."""
    types = EventTypes(EVERY_AGGREGATE)
    with psycopg.connect(url) as connection:
        found = connection.execute(_RECORDS_SQL, (tenant_id, stream_type), binary=True).fetchall()
    return list(view.fold({}, [read_entry(types, record) for (record,) in found]).values())
