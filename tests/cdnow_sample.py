"""The CDNOW sample that the papers use: 2,357 customers, their orders, and their published summary.

It is in the same archive as the whole history (`scripts/cdnow`), and as little ours to pass on.
"""

import csv
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from domain.purchase_history import PurchaseHistory, purchase_history
from tests.cdnow import DOWNLOADS

CALIBRATION_ENDS: Final = date(1997, 9, 30)
FIRST_ORDER: Final = date(1997, 1, 1)
CUSTOMERS, ORDERS = 2_357, 6_919

Purchases = Mapping[int, list[tuple[date, Decimal]]]
"""By the customer's number in the sample, from 1 on."""


@dataclass(frozen=True)
class Summary:
    """One line of the summary that comes with the package, rounded there to two decimals."""

    repeats: int
    last_weeks: float
    age_weeks: float
    mean: float


def purchases() -> Purchases:
    """Read the orders: master id, sample id, yyyymmdd, number of CDs, dollars; no header."""
    bought: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for line in _member("CDNOW_sample.txt").splitlines():
        _, customer, day, _, dollars = line.split()
        bought[int(customer)].append((date.fromisoformat(day), Decimal(dollars)))
    return bought


def histories() -> dict[int, PurchaseHistory]:
    """Sum every customer up at the end of the papers' calibration period."""
    summed = {
        customer: purchase_history(bought, until=CALIBRATION_ENDS)
        for customer, bought in purchases().items()
    }
    return {customer: each for customer, each in summed.items() if each is not None}


def published() -> dict[int, Summary]:
    """Read the package's own summary of the same customers."""
    lines = csv.reader(_member("cdnow_customers_summary_with_transactions.csv").splitlines()[1:])
    return {
        int(customer): Summary(int(x), float(last), float(age), float(mean))
        for customer, x, last, age, mean in lines
    }


def _member(name: str) -> str:
    (archive,) = DOWNLOADS.glob("[Ll]ifetimes-0.11.3*")
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(f"lifetimes/datasets/{name}").decode("ascii")
    with tarfile.open(archive) as source:
        (path,) = [
            each for each in source.getnames() if each.endswith(f"lifetimes/datasets/{name}")
        ]
        member = source.extractfile(path)
        assert member is not None
        return member.read().decode("ascii")
