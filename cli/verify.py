"""`tenure verify`: whether a log is the one that was sealed: a service's, a database's, a bag's."""

import json
import secrets
import sys
from dataclasses import asdict
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn
from uuid import UUID

import typer

from cli.verify_asked import Asked, CannotRun, Sample, UnknownSource
from cli.verify_bag import is_bag
from cli.verify_sources import verified
from ledger.note import KeyRefused, VerifierKey
from ledger.private_file import replace_private_file
from ledger.seal_state import Sealed, parse_state, write_state
from ledger.tenants import DEFAULT_TENANT
from ledger.verification import LIMITS, Report, Verdict
from ledger.witness_policy import Policy, PolicyRefused, parse_policy


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


def verify(  # noqa: PLR0913, PLR0917  # one parameter an option
    source: Annotated[
        str,
        typer.Argument(
            help="The URL of a service, a PostgreSQL URL, or a bag.", show_default=False
        ),
    ],
    key: Annotated[
        list[str] | None,
        typer.Option(help="A verifier key that was handed to you; may be repeated."),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(help="A file (C2SP tlog-policy) that names logs, witnesses and a quorum."),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(help="A file of yours that keeps what was verified last; made if missing."),
    ] = None,
    account: Annotated[
        UUID | None, typer.Option(help="Only the records of this account.", show_default=False)
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Every record (the default).")] = False,  # noqa: FBT002  # typer's own form
    sample: Annotated[
        int | None, typer.Option(min=1, help="Only so many records, chosen by chance.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Chooses the same records again.")] = None,
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
    4: incomplete, since something is not sealed or not witnessed; 5: could not run.
    """
    trusted = _policy(policy)
    kept = _read_state(state)
    asked = Asked(
        source,
        _keys(key or [], trusted),
        kept,
        tenant,
        api_key,
        trusted,
        _part(account, sample, seed, full=full),
        against=against,
        disclosures=disclosures,
    )
    try:
        report = verified(asked)
    except UnknownSource as error:
        _stop(Exit.USAGE, str(error))
    except CannotRun as error:
        _stop(Exit.COULD_NOT_RUN, str(error))
    # What could not be compared with the state must not replace it: a bag may hold less.
    is_kept = report.verdict is Verdict.VERIFIED or (
        report.verdict is Verdict.INCOMPLETE and not is_bag(source)
    )
    if state is not None and is_kept and report.checkpoint:
        sealed = Sealed(report.checkpoint.size, report.checkpoint.root)
        _write_state(state, {**kept, report.checkpoint.origin: sealed})
    exit_code = _EXITS[report.verdict]
    typer.echo(_as_json(report, exit_code) if as_json else _as_text(report))
    raise typer.Exit(exit_code)


def _part(
    account: UUID | None, sample: int | None, seed: int | None, *, full: bool
) -> Sample | UUID | None:
    if (account is not None) + (sample is not None) + full > 1:
        _stop(Exit.USAGE, "give one of --account, --sample and --full")
    if sample is None:
        if seed is not None:
            _stop(Exit.USAGE, "--seed chooses a sample; give --sample too")
        return account
    return Sample(sample, secrets.randbits(32) if seed is None else seed)


def _policy(path: Path | None) -> Policy | None:
    if path is None:
        return None
    try:
        return parse_policy(path.read_bytes())
    except OSError as error:
        _stop(Exit.USAGE, f"the policy {path} cannot be read: {error.strerror}")
    except PolicyRefused as error:
        _stop(Exit.USAGE, f"the policy {path}: {error}")


def _keys(texts: list[str], policy: Policy | None) -> list[VerifierKey]:
    """Return the keys that were given, and those of the logs that the policy names."""
    try:
        keys = [VerifierKey.parse(text) for text in texts]
    except KeyRefused as error:
        _stop(Exit.USAGE, f"--key: {error}")
    keys += policy.logs if policy else ()
    if not keys:
        _stop(Exit.USAGE, "give the key of the log: --key, or a `log` line of --policy")
    return list(dict.fromkeys(keys))


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
        lines.append(f"{step.result:<8} {step.name:<11} {step.fault.detail}")
        lines += [
            f"{'':<20} {name}: {value}"
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
