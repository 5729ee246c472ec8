"""Parquet twins of a bag's tables, by DuckDB (the extra `export`): the same rows, with types.

What a version of DuckDB makes of a table another need not make to the byte, so a Parquet file is
held against its table by content.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Any, Final

from ledger.bag import Bag
from ledger.bag_layout import BagBroken, csv_of, parquet_of

_TYPES: Final = {
    "position": "BIGINT",
    "version": "BIGINT",
    "schema_version": "BIGINT",
    "recorded_at": "TIMESTAMPTZ",
    "effective_at": "DATE",
    "stream_id": "UUID",
    "account_id": "UUID",
    "correlation_id": "UUID",
    "command_id": "UUID",
}
_AMOUNT: Final = ".amount"
_EXACT: Final = r"-?[0-9]{1,15}(\.[0-9]{1,6})?"
"""An amount of money as events have it (docs/events), which a DECIMAL(21, 6) holds exactly."""


def can_read_parquet() -> bool:
    return find_spec("duckdb") is not None


def write_parquet(table: Path, parquet: Path) -> None:
    """Make the Parquet twin of a CSV file.

    Raises:
        ImportError: the extra is not installed.
    """
    with _duckdb() as database:
        query = _typed(database, table)
        database.execute(f"COPY ({query}) TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)")


def check_parquet(bag: Bag) -> int:
    """Compare each Parquet file of a bag with its table; return how many there are.

    Raises:
        BagBroken: one has another row, or another type.
        ImportError: the extra is not installed.
    """
    tables = [name for name in _tables(bag) if parquet_of(name) in bag.files.files]
    with TemporaryDirectory(prefix="tenure-bag-") as name, _duckdb() as database:
        table, parquet = Path(name, "table.csv"), Path(name, "table.parquet")
        for each in tables:
            _copy(bag, csv_of(each), table)
            _copy(bag, parquet_of(each), parquet)
            if not _are_equal(database, _typed(database, table), parquet):
                raise BagBroken(f"{parquet_of(each)} is not what {csv_of(each)} says")
    return len(tables)


def _tables(bag: Bag) -> Iterator[str]:
    for name in sorted(bag.files.files):
        table = name.removeprefix("data/csv/").removesuffix(".csv")
        if name == csv_of(table):
            yield table


def _copy(bag: Bag, name: str, path: Path) -> None:
    with bag.files.open(name) as source, path.open("wb") as target:
        copyfileobj(source, target)


def _are_equal(database: Any, query: str, parquet: Path) -> bool:
    import duckdb  # noqa: PLC0415  # an extra

    read = f"SELECT * FROM read_parquet('{parquet}')"  # noqa: S608  # our own path
    try:
        shapes = [database.execute(f"DESCRIBE {each}").fetchall() for each in (query, read)]
        if [row[:2] for row in shapes[0]] != [row[:2] for row in shapes[1]]:
            return False
        differing = (
            f"SELECT count(*) FROM (({one}) EXCEPT ALL ({other}))"  # noqa: S608  # our own names
            for one, other in ((query, read), (read, query))
        )
        return all(database.execute(each).fetchone() == (0,) for each in differing)
    except duckdb.Error:
        return False  # it is no Parquet file


def _typed(database: Any, table: Path) -> str:
    """Return a query that reads a table with a type for each column."""
    with table.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    kinds = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    read = (
        f"read_csv('{table}', header = true, auto_detect = false, delim = ',', quote = '\"', "
        f"escape = '\"', allow_quoted_nulls = false, columns = {{{kinds}}})"
    )
    amounts = {column for column in columns if column.endswith(_AMOUNT)}
    exact = {
        column
        for column in amounts
        if database.execute(
            f"SELECT count(*) FROM {read} "  # noqa: S608  # our own names, quoted
            f"WHERE NOT regexp_full_match(\"{column}\", '{_EXACT}')"
        ).fetchone()
        == (0,)
    }
    casts = ", ".join(
        f'CAST("{column}" AS {_type(column, exact)}) AS "{column}"' for column in columns
    )
    return f"SELECT {casts} FROM {read}"  # noqa: S608  # as above


def _type(column: str, exact: set[str]) -> str:
    return "DECIMAL(21, 6)" if column in exact else _TYPES.get(column, "VARCHAR")


@contextmanager
def _duckdb() -> Iterator[Any]:
    import duckdb  # noqa: PLC0415  # an extra

    with duckdb.connect(config={"threads": 1, "memory_limit": "512MB"}) as database:
        database.execute("SET TimeZone = 'UTC'")
        yield database
