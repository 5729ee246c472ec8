"""`tenure verify`: whether a log is the one that was sealed: a service's, a database's, a bag's."""

import json
import sys
from dataclasses import asdict
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import psycopg
import typer

from cli.remote_log import CannotRead, RemoteLog
from cli.verify_bag import NoBag, is_bag, verified_bag
from ledger.database import check_reachable
from ledger.failure import CannotStart
from ledger.note import KeyRefused, VerifierKey
from ledger.private_file import replace_private_file
from ledger.seal_state import Sealed, parse_state, write_state
from ledger.settings import masked_url
from ledger.stored_log import open_stored_log
from ledger.tenants import DEFAULT_TENANT
from ledger.verification import LIMITS, Report, Verdict, verify_log


class Exit(IntEnum):
    """What the exit code says."""

    VERIFIED = 0
    USAGE = 2
    TAMPERED = 3
    INCOMPLETE = 4
    COULD_NOT_RUN = 5


_EXITS = {
    Verdict.VERIFIED: Exit.VERIFIED,
    Verdict.TAMPERED: Exit.TAMPERED,
    Verdict.INCOMPLETE: Exit.INCOMPLETE,
}


def verify(
    source: Annotated[
        str,
        typer.Argument(
            help="The URL of a service, a PostgreSQL URL, or a bag.", show_default=False
        ),
    ],
    key: Annotated[
        list[str], typer.Option(help="A verifier key that was handed to you; may be repeated.")
    ],
    state: Annotated[
        Path | None,
        typer.Option(help="A file of yours that keeps what was verified last; made if missing."),
    ] = None,
    tenant: Annotated[str, typer.Option(help="Whose log, in a database.")] = DEFAULT_TENANT,
    api_key: Annotated[
        str, typer.Option(envvar="AUDITOR_API_KEY", help="For a service; the role auditor does.")
    ] = "",
    against: Annotated[
        Path | None,
        typer.Option(help="For a bag of a part: a bag of the whole log, to see what was left out."),
    ] = None,
    disclosures: Annotated[
        Path | None, typer.Option(help="For a bag: hold this file of personal values against it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,  # noqa: FBT002  # typer's own form
) -> None:
    """Verify that a log is complete and unchanged since it was sealed.

    Exit code 0: verified; 2: wrong usage; 3: tampering was found, and the first place is named;
    4: incomplete, since something is not sealed; 5: could not run.
    """
    keys = _keys(key)
    kept = _read_state(state)
    if is_bag(source):
        try:
            report = verified_bag(source, keys, kept, against=against, disclosures=disclosures)
        except NoBag as error:
            _stop(Exit.COULD_NOT_RUN, str(error))
        # What could not be compared with the state must not replace it.
        is_kept = report.verdict is Verdict.VERIFIED
    else:
        report = _verified(source, keys, kept, tenant, api_key)
        is_kept = report.verdict is not Verdict.TAMPERED
    if state is not None and is_kept and report.checkpoint:
        sealed = Sealed(report.checkpoint.size, report.checkpoint.root)
        _write_state(state, {**kept, report.checkpoint.origin: sealed})
    exit_code = _EXITS[report.verdict]
    typer.echo(_as_json(report, exit_code) if as_json else _as_text(report))
    raise typer.Exit(exit_code)


def _verified(
    source: str, keys: list[VerifierKey], kept: dict[str, Sealed], tenant: str, api_key: str
) -> Report:
    if source.startswith(("http://", "https://")):
        try:
            return verify_log(RemoteLog.open(source, api_key), keys, kept)
        except CannotRead as error:
            _stop(Exit.COULD_NOT_RUN, str(error))
    if not source.startswith(("postgres://", "postgresql://")) and "=" not in source:
        _stop(Exit.USAGE, "give the http:// address of a service, a postgresql:// URL, or a bag")
    try:
        check_reachable(source)
        with open_stored_log(source, tenant, [each.name for each in keys]) as log:
            return verify_log(log, keys, kept)
    except CannotStart as error:
        _stop(Exit.COULD_NOT_RUN, str(error))
    except psycopg.Error as error:
        said = error.diag.message_primary or type(error).__name__
        _stop(Exit.COULD_NOT_RUN, f"the database {masked_url(source)} cannot be read: {said}")


def _keys(texts: list[str]) -> list[VerifierKey]:
    try:
        return [VerifierKey.parse(text) for text in texts]
    except KeyRefused as error:
        _stop(Exit.USAGE, f"--key: {error}")


def _read_state(path: Path | None) -> dict[str, Sealed]:
    if path is None or not path.exists():
        return {}
    try:
        return parse_state(path.read_bytes())
    except (OSError, ValueError) as error:
        _stop(Exit.COULD_NOT_RUN, f"the state file {path} cannot be read: {error}")


def _write_state(path: Path, state: dict[str, Sealed]) -> None:
    try:
        replace_private_file(path, write_state(state))
    except OSError as error:
        _stop(Exit.COULD_NOT_RUN, f"the state file {path} cannot be written: {error.strerror}")


def _as_text(report: Report) -> str:
    lines = []
    for step in report.steps:
        lines.append(f"{step.result:<8} {step.name:<10} {step.fault.detail}")
        lines += [
            f"{'':<19} {name}: {value}"
            for name, value in asdict(step.fault).items()
            if name != "detail" and value is not None
        ]
    found = report.first_fault
    place = f": {found.fault.detail}" if found else ""
    if found and found.fault.position:
        place += f", at position {found.fault.position}"
    return "\n".join([*lines, "", *LIMITS, "", f"{report.verdict}{place}"])


def _as_json(report: Report, exit_code: Exit) -> str:
    found = report.first_fault
    checkpoint = report.checkpoint
    body: dict[str, Any] = {
        "verdict": report.verdict,
        "exit_code": int(exit_code),
        "origin": checkpoint.origin if checkpoint else None,
        "sealed_size": checkpoint.size if checkpoint else None,
        "sealed_root": checkpoint.root.hex() if checkpoint else None,
        "read": report.size,
        "first_fault": {"step": found.name, **asdict(found.fault)} if found else None,
        "steps": [
            {"step": step.name, "result": step.result, **asdict(step.fault)}
            for step in report.steps
        ],
        "limits": LIMITS,
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def _stop(exit_code: Exit, sentence: str) -> NoReturn:
    sys.stderr.write(f"tenure: {sentence}\n")
    raise typer.Exit(exit_code)
