"""What lies where in an export bag (BagIt, RFC 8493): names, their order, and what may be large."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

TOP: Final = "tenure-bag"
"""The one folder in the zip; a bag does not know what its file is called."""
BAGIT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

BAGIT_TXT: Final = "bagit.txt"
README: Final = "README.md"
VERIFIER: Final = "verify.py"
BAG_INFO: Final = "bag-info.txt"
MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
PAYLOAD: Final = "data/"
RECORDS: Final = "data/records.jsonl"
"""The evidence: the exact bytes of each record, and a newline after each."""
SCOPE: Final = "data/scope.json"
PROOF: Final = "data/proof.json"
PROOFS: Final = "data/proofs.jsonl"
CHECKPOINT: Final = "data/checkpoint.txt"
KEYS: Final = "data/keys.txt"
POLICY: Final = "data/policy.txt"
STREAMS: Final = "data/streams.csv"
FIGURES: Final = "data/kpis.csv"
EVENTS: Final = "events"
"""The table of all events; no event's stored name is without a dot."""

TAGS: Final = (README, BAGIT_TXT, VERIFIER)
LAST: Final = (BAG_INFO, MANIFEST, TAG_MANIFEST)
FILES_MAX: Final = 2_000
SMALL_BYTES_MAX: Final = 4 * 1024 * 1024
"""Of a file that is read whole: manifests, the checkpoint, what scope and proof say."""
EVENT_NAME: Final = re.compile(r"[a-z0-9-]{1,80}\.[a-z0-9-]{1,80}", re.ASCII)
FILE_NAME: Final = re.compile(
    r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,3}", re.ASCII
)
"""No part begins with a dot, so that no name leads out of the bag."""

VERIFIER_FOLDER: Final = Path(__file__).parent / "bag_verifier"


class BagRefused(ValueError):
    """There is no bag, or it cannot be read as one; says why."""


class BagBroken(ValueError):
    """Something in a bag is not what was sealed, or contradicts itself; says what and where."""

    def __init__(
        self, detail: str, *, position: int | None = None, stream: str | None = None
    ) -> None:
        super().__init__(detail)
        self.position, self.stream = position, stream


def csv_of(table: str) -> str:
    return f"data/csv/{table}.csv"


def parquet_of(table: str) -> str:
    return f"data/parquet/{table}.parquet"


def schema_of(event_name: str) -> str:
    return f"data/schemas/{event_name}.json"


def place_of(name: str) -> tuple[int, str]:
    """Sort files as the zip has them: what is known first, the payload, what is known last."""
    if name in TAGS:
        return 0, name
    return (2 + LAST.index(name) if name in LAST else 1), name


def needed_files(event_names: Iterable[str], *, of_accounts: bool) -> set[str]:
    """Name the payload that a bag of records of these events must have."""
    names = list(event_names)
    needed = {RECORDS, SCOPE, PROOF, CHECKPOINT, KEYS, POLICY, STREAMS, csv_of(EVENTS)}
    needed |= {csv_of(name) for name in names} | {schema_of(name) for name in names}
    return needed | {PROOFS} if of_accounts else needed


def further_files(event_names: Iterable[str]) -> set[str]:
    """Name the payload that such a bag may have besides."""
    return {FIGURES, *(parquet_of(table) for table in (EVENTS, *event_names))}
