"""Writes a bag: the records first, what is derived from them next, and the manifests at the end.

Everything is spooled to a folder, since a manifest and the head of a zip's file know what follows;
a bag that fails on the way leaves nothing behind.
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from psycopg import Connection

from ledger.bag_layout import (
    BAG_INFO,
    BAGIT,
    BAGIT_TXT,
    CHECKPOINT,
    EVENT_NAME,
    FIGURES,
    KEYS,
    MANIFEST,
    PAYLOAD,
    POLICY,
    PROOF,
    PROOFS,
    README,
    RECORDS,
    SCOPE,
    STREAMS,
    TAG_MANIFEST,
    VERIFIER,
    VERIFIER_FOLDER,
    csv_of,
    parquet_of,
    place_of,
    schema_of,
)
from ledger.bag_plan import BagPlan
from ledger.bag_records import Prover, read_records, read_streams
from ledger.bag_scope import write_inclusion, write_proof, write_scope
from ledger.bag_tables import STREAMS_HEADING, Columns, Tables, row
from ledger.bag_zip import ZipWriter
from ledger.canonical import decode_trusted

SCHEMAS_FOLDER: Final = Path(__file__).parent.parent / "docs" / "events"

WriteParquet = Callable[[Path, Path], None]
"""Makes the Parquet twin of a CSV file."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a bag came to hold."""

    records: int
    files: int
    sha256: str
    """Of the manifest of the payload: two bags with the same one hold the same."""


def write_bag(
    connection: Connection[Any],
    plan: BagPlan,
    path: Path,
    *,
    figures: bytes | None = None,
    parquet: WriteParquet | None = None,
    on_record: Callable[[int], None] | None = None,
) -> Written:
    """Write the bag of a plan; the same plan and figures give the same bytes, but for Parquet.

    `on_record` is told how many records were read, now and then.

    Raises:
        TreeBroken: the stored tree lacks hashes that it must have.
        OSError: the file cannot be written.
    """
    with TemporaryDirectory(dir=path.parent, prefix=".tenure-bag-") as name:
        folder = Path(name)
        spool = _Spool(folder)
        records = _write_evidence(connection, plan, spool, on_record)
        if figures is not None:
            spool.write(FIGURES, figures)
        if parquet is not None:
            for table in spool.tables():
                parquet(spool.path(csv_of(table)), spool.path(parquet_of(table)))
        whole = folder / "bag.zip"
        with whole.open("wb") as file:
            written = _zip(ZipWriter(file), spool, plan, records)
        whole.replace(path)
    return written


@dataclass(frozen=True, slots=True)
class _Spool:
    """The payload while it is written."""

    folder: Path

    def path(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name: str, octets: bytes) -> None:
        self.path(name).write_bytes(octets)

    def names(self) -> list[str]:
        found = (path for path in (self.folder / PAYLOAD).rglob("*") if path.is_file())
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def tables(self) -> list[str]:
        return sorted(path.stem for path in (self.folder / csv_of("x")).parent.glob("*.csv"))


def _write_evidence(
    connection: Connection[Any],
    plan: BagPlan,
    spool: _Spool,
    on_record: Callable[[int], None] | None,
) -> int:
    prover = Prover(connection, plan)
    spool.write(SCOPE, write_scope(plan.scope))
    spool.write(CHECKPOINT, plan.note)
    spool.write(KEYS, "".join(f"{key}\n" for key, _ in plan.keys).encode())
    spool.write(POLICY, _policy(plan))
    spool.write(PROOF, write_proof(prover.range()))
    columns = Columns()
    count = _write_records(connection, plan, spool, prover, columns, on_record)
    with spool.path(STREAMS).open("wb") as file:
        file.write(row(STREAMS_HEADING))
        file.writelines(map(row, read_streams(connection, plan.scope)))
    _write_tables(spool, columns)
    for event_name in columns.paths:
        schema = SCHEMAS_FOLDER / f"{event_name}.json"
        spool.write(schema_of(event_name), schema.read_bytes())
    return count


def _write_records(  # what one pass over the records fills
    connection: Connection[Any],
    plan: BagPlan,
    spool: _Spool,
    prover: Prover,
    columns: Columns,
    on_record: Callable[[int], None] | None,
) -> int:
    count = 0
    with ExitStack() as stack:
        records = stack.enter_context(spool.path(RECORDS).open("wb"))
        proofs = None
        if plan.scope.of_accounts:
            proofs = stack.enter_context(spool.path(PROOFS).open("wb"))
        for position, name, record in read_records(connection, plan.scope):
            if not EVENT_NAME.fullmatch(name):
                raise ValueError(f"{name!r} at position {position} is no name of an event")
            records.write(record + b"\n")
            if proofs is not None:
                proofs.write(write_inclusion(position, prover.inclusion(position)))
            columns.read(name, decode_trusted(record)["data"])
            count += 1
            if on_record is not None and count % 1_000 == 0:
                on_record(count)
    return count


def _write_tables(spool: _Spool, columns: Columns) -> None:
    tables = Tables(columns)
    with ExitStack() as stack:
        files = {}
        for table, heading in tables.headings():
            files[table] = stack.enter_context(spool.path(csv_of(table)).open("wb"))
            files[table].write(heading)
        for line in stack.enter_context(spool.path(RECORDS).open("rb")):
            _, rows = tables.rows(line[:-1])
            for table, octets in rows:
                files[table].write(octets)


def _zip(bag: ZipWriter, spool: _Spool, plan: BagPlan, records: int) -> Written:
    spool.write(BAGIT_TXT, BAGIT)
    for name in (README, VERIFIER):
        spool.write(name, (VERIFIER_FOLDER / name).read_bytes())
    payload = spool.names()
    for name in sorted([README, BAGIT_TXT, VERIFIER, *payload], key=place_of):
        _add(bag, spool, name)
    size = sum(bag.sizes[name] for name in payload)
    spool.write(BAG_INFO, _bag_info(plan, size, len(payload)))
    _add(bag, spool, BAG_INFO)
    spool.write(MANIFEST, _manifest(bag.hashes, payload))
    _add(bag, spool, MANIFEST)
    spool.write(TAG_MANIFEST, _manifest(bag.hashes, set(bag.hashes) - set(payload)))
    _add(bag, spool, TAG_MANIFEST)
    bag.close()
    return Written(records, len(payload), bag.hashes[MANIFEST])


def _add(bag: ZipWriter, spool: _Spool, name: str) -> None:
    with spool.path(name).open("rb") as file:
        bag.add(name, file)


def _manifest(hashes: dict[str, str], names: Iterable[str]) -> bytes:
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(names)).encode()


def _policy(plan: BagPlan) -> bytes:
    """Say whose checkpoints they are (C2SP tlog-policy); witnesses are for the reader to choose."""
    logs = [f"log {key}\n" for key, origin in plan.keys if origin == plan.origin]
    return ("".join(logs) + "quorum none\n").encode()


def _bag_info(plan: BagPlan, size: int, files: int) -> bytes:
    scope = plan.scope
    of = f"{len(scope.accounts)} accounts" if scope.of_accounts else "all accounts"
    lines = {
        "Bag-Software-Agent": "Tenure",
        "Bagging-Date": plan.known_on.isoformat(),
        "External-Description": (
            f"records of {of} of the log {plan.origin}, positions {scope.first} to {scope.last}, "
            f"as known at position {scope.known_at}, which the checkpoint of {plan.size} seals"
        ),
        "External-Identifier": f"{plan.origin}#{scope.first}-{scope.last}@{scope.known_at}",
        "Payload-Oxum": f"{size}.{files}",
    }
    return "".join(f"{name}: {text}\n" for name, text in lines.items()).encode()
