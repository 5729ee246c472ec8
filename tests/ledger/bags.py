"""A sealed log, and bags of it, for the tests of bags."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from cli.verify import _EXITS, Exit
from cli.verify_asked import Asked, CannotRun
from cli.verify_bag import verified_bag
from domain.commands import open_account, place_order, register_party
from domain.party import Side
from domain.profile import Profile
from ledger.bag_files import BagFiles
from ledger.bag_layout import (
    BAG_INFO,
    MANIFEST,
    RECORDS,
    STREAMS,
    TAG_MANIFEST,
    csv_of,
    place_of,
)
from ledger.bag_plan import BagAsked, plan_bag
from ledger.bag_tables import STREAMS_HEADING, Columns, Tables, row
from ledger.bag_verification import Given
from ledger.bag_verifier import verify
from ledger.bag_writer import WriteParquet, Written, write_bag
from ledger.bag_zip import ZipWriter
from ledger.ledger import open_ledger
from ledger.note import VerifierKey
from ledger.record import read_record
from ledger.seal_state import Sealed
from ledger.sealer import Sealer
from ledger.settings import load_settings
from ledger.signer import Signer
from ledger.signing_keys import rotate_key
from ledger.tenants import DEFAULT_TENANT
from ledger.vault import Vault
from ledger.verification import Report, Result
from tests.databases import _create, _drop
from tests.ledger.processes.setting import DAY, command, opening, order_of

ACME, BOLT = UUID(int=1), UUID(int=2)
ORIGIN = "tenure-1/default"
FIRST, SIZE = 290, 301
"""Two checkpoints: of 290 events, and of all."""


@dataclass(frozen=True)
class SealedLog:
    """A sealed log in a database, and the keys of an auditor."""

    url: str
    folder: Path
    keys: tuple[VerifierKey, ...]
    held: dict[str, Sealed]

    def bag(
        self,
        path: Path,
        asked: BagAsked | None = None,
        *,
        figures: bytes | None = None,
        parquet: WriteParquet | None = None,
    ) -> Written:
        """Write a bag of what was asked for; of all, if nothing was."""
        return write(self.url, path, asked, figures=figures, parquet=parquet)

    @property
    def vault(self) -> Vault:
        return Vault.open(self.folder / "master.key")


def write(
    url: str,
    path: Path,
    asked: BagAsked | None = None,
    *,
    figures: bytes | None = None,
    parquet: WriteParquet | None = None,
) -> Written:
    with psycopg.connect(url) as connection:
        plan = plan_bag(connection, asked or BagAsked("default"))
        return write_bag(connection, plan, path, figures=figures, parquet=parquet)


@contextmanager
def sealed_log(cluster_url: str, template: str, folder: Path, *, tiny: bool) -> Iterator[SealedLog]:
    """Give a log of 301 events of two accounts, a person and a rotated key; or of 3 events."""
    name = f"tenure_bags_{uuid4().hex[:12]}"
    url = _create(cluster_url, name, template)
    try:
        signer = Signer(folder)
        first = signer.create_key("tenure-1").named(ORIGIN).verifier
        asyncio.run(_write_tiny(url, folder, signer) if tiny else _write(url, folder, signer))
        last = signer.last(ORIGIN)
        assert last is not None
        keys = (first, signer.key().named(ORIGIN).verifier)
        yield SealedLog(url, folder, keys, {ORIGIN: last})
    finally:
        _drop(cluster_url, name)


async def _write_tiny(url: str, folder: Path, signer: Signer) -> None:
    settings = load_settings({"TENURE_DATA_DIR": str(folder)})
    async with open_ledger(url, settings) as ledger:
        order = place_order(ACME, order_id=uuid4(), content=order_of("1.00"), today=DAY)
        await ledger.writer.execute_many([opening(ACME), opening(BOLT, "Bolt"), command(order)])
        sealer = Sealer(ledger.conninfo, ledger.types, signer, interval_s=3_600)
        await sealer.seal_all()
        await sealer._drop_connection()


async def _write(url: str, folder: Path, signer: Signer) -> None:
    settings = load_settings({"TENURE_DATA_DIR": str(folder)})
    async with open_ledger(url, settings) as ledger:
        sealer = Sealer(ledger.conninfo, ledger.types, signer, interval_s=3_600)
        profile = Profile(name='=1+1 "Bolt", Nut', employees=12)
        bolt = open_account(BOLT, profile=profile, on=DAY, today=DAY)
        party = register_party(uuid4(), side=Side.OURS, name="Ada Lovelace", on=DAY, today=DAY)
        await ledger.writer.execute_many([opening(ACME), command(bolt), command(party)])
        for count in (FIRST - 3, SIZE - FIRST - 1):
            orders = [
                command(
                    place_order(
                        ACME if number % 3 else BOLT,
                        order_id=uuid4(),
                        content=order_of(f"{number}.50"),
                        today=DAY,
                    )
                )
                for number in range(1, count + 1)
            ]
            await ledger.writer.execute_many(orders)
            await sealer.seal_all()
            if count == FIRST - 3:
                await asyncio.to_thread(write, url, folder / "early.zip", BagAsked("default"))
                await rotate_key(ledger, signer, "once a year")
        await sealer._drop_connection()


@dataclass(frozen=True)
class Verdicts:
    """What both verifiers say of a bag: exit codes, our report, the other's words."""

    ours: int
    report: Report | None
    other: int
    said: str

    @property
    def codes(self) -> tuple[int, int]:
        return self.ours, self.other

    @property
    def failed(self) -> dict[str, int | None]:
        """Name the failed steps of our report, with their positions."""
        steps = self.report.steps if self.report else ()
        return {step.name: step.fault.position for step in steps if step.result is Result.FAIL}


def verdicts(path: Path, keys: Sequence[VerifierKey], given: Given | None = None) -> Verdicts:
    """Let both verifiers say what they think of a bag; neither ever raises anything else."""
    report = None
    try:
        report = verified_bag(
            Asked(
                str(path),
                keys,
                dict(given.state) if given else {},
                DEFAULT_TENANT,
                "",
                against=given.whole if given else None,
                disclosures=given.disclosures if given else None,
            )
        )
        ours = int(_EXITS[report.verdict])
    except CannotRun:
        ours = int(Exit.COULD_NOT_RUN)
    options = [word for key in keys for word in ("--key", str(key))]
    if given is not None and given.disclosures is not None:
        options += ["--disclosures", str(given.disclosures)]
    said = StringIO()
    other = verify.main([str(path), *options], said)
    return Verdicts(ours, report, other, said.getvalue())


class Forger:
    """Takes a bag apart, and puts it together again so that all but the seal fits."""

    def __init__(self, path: Path) -> None:
        bag = BagFiles.at(path)
        self.files = {name: self._read(bag, name) for name in bag.files}

    @staticmethod
    def _read(bag: BagFiles, name: str) -> bytes:
        with bag.open(name) as file:
            return file.read()

    def lines(self, name: str = RECORDS) -> list[bytes]:
        return self.files[name].splitlines(keepends=True)

    def put(self, lines: Sequence[bytes], name: str = RECORDS) -> None:
        self.files[name] = b"".join(lines)

    def derive(self) -> None:
        """Make streams and tables of the records anew."""
        columns, streams = Columns(), dict[str, tuple[str, int, int, int]]()
        records = [line[:-1] for line in self.lines()]
        for record in records:
            envelope, data = read_record(record)
            columns.read(envelope.name, data)
            stream, version = str(envelope.stream_id), envelope.version
            kind, first, _, count = streams.get(stream, (envelope.stream_type, version, 0, 0))
            streams[stream] = kind, first, version, count + 1
        rows = [row(STREAMS_HEADING), *(row((each, *streams[each])) for each in sorted(streams))]
        self.put(rows, STREAMS)
        for name in [name for name in self.files if name.startswith("data/csv/")]:
            del self.files[name]
        tables = Tables(columns)
        for table, heading in tables.headings():
            self.files[csv_of(table)] = heading
        for record in records:
            for table, octets in tables.rows(record)[1]:
                self.files[csv_of(table)] += octets

    def write(self, path: Path) -> Path:
        """Write the bag, with manifests that fit."""
        payload = [name for name in self.files if name.startswith("data/")]
        size = sum(len(self.files[name]) for name in payload)
        info = self.files[BAG_INFO].decode().splitlines()[:-1]
        oxum = f"Payload-Oxum: {size}.{len(payload)}"
        self.files[BAG_INFO] = "".join(f"{line}\n" for line in [*info, oxum]).encode()
        self.files[MANIFEST] = self._manifest(payload)
        self.files.pop(TAG_MANIFEST, None)
        self.files[TAG_MANIFEST] = self._manifest(set(self.files) - set(payload))
        with path.open("wb") as file:
            bag = ZipWriter(file)
            for name in sorted(self.files, key=place_of):
                bag.add(name, BytesIO(self.files[name]))
            bag.close()
        return path

    def _manifest(self, names: Iterable[str]) -> bytes:
        lines = (f"{sha256(self.files[name]).hexdigest()}  {name}\n" for name in sorted(names))
        return "".join(lines).encode()
