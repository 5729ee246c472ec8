"""`tenure witness`: see checkpoints of a log from elsewhere, and cosign those that continue it."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from cli.remote_log import CannotRead, RemoteService, consistency_of
from cli.witness_service import serve_witness
from ledger.checkpoint import parse_checkpoint
from ledger.failure import CannotStart
from ledger.note import KeyRefused, NoteRefused, VerifierKey, parse_note
from ledger.private_file import replace_private_file
from ledger.proofs import Proof
from ledger.tiles import TreeBroken
from ledger.witness import (
    Refusal,
    Witness,
    WitnessRefused,
    create_witness_key,
    read_witness_key,
)

EXIT_USAGE = 2
EXIT_REFUSED = 3
"""As of `tenure verify`: the log is not the one that was seen before."""
EXIT_INCOMPLETE = 4
EXIT_COULD_NOT_RUN = 5

KeyFile = Annotated[Path, typer.Option(help="The file with the witness's own key.")]
StateFile = Annotated[
    Path, typer.Option(help="A file that keeps what was cosigned last; made if missing.")
]
Logs = Annotated[list[str], typer.Option(help="The verifier key of a log; may be repeated.")]

witness = typer.Typer(
    name="witness",
    help="See checkpoints from elsewhere, and cosign those that continue the log.",
    no_args_is_help=True,
)
keys = typer.Typer(name="keys", help="Make and show the key of the witness.", no_args_is_help=True)
witness.add_typer(keys)


@keys.command()
def create(
    key: KeyFile,
    name: Annotated[str, typer.Option(help="Such as witness.example.org/w1.")],
) -> None:
    """Make the key, for this user's eyes alone, and print its verifier key."""
    try:
        typer.echo(str(create_witness_key(key, name).verifier))
    except KeyRefused as error:
        _stop(EXIT_USAGE, str(error))


@keys.command()
def show(key: KeyFile) -> None:
    """Print the verifier key, as a policy needs it."""
    typer.echo(str(read_witness_key(key).verifier))


@witness.command()
def cosign(
    url: Annotated[str, typer.Argument(help="The address of a service.", show_default=False)],
    key: KeyFile,
    state: StateFile,
    log: Logs,
    note: Annotated[
        Path | None, typer.Option(help="Where to keep the cosigned checkpoint as well.")
    ] = None,
    submit: Annotated[  # noqa: FBT002  # typer's own form
        bool, typer.Option(help="Hand the cosignature to the service.")
    ] = True,
    api_key: Annotated[
        str, typer.Option(envvar="AUDITOR_API_KEY", help="The role auditor does.")
    ] = "",
) -> None:
    """Fetch the last checkpoint and the proof that it continues what was seen, and cosign it.

    Exit code 3: it does not continue that, or no trusted key signed it, and nothing is cosigned;
    4: there is no checkpoint yet, or the service did not take the cosignature; 5: could not run.
    """
    service = RemoteService(url.rstrip("/"), api_key)
    try:
        cosigned = _cosigned(service, Witness(key, state, _log_keys(log)))
        if note is not None:
            replace_private_file(note, cosigned)
        checkpoint = parse_checkpoint(parse_note(cosigned).text)
        typer.echo(f"cosigned {checkpoint.origin}, {checkpoint.size} events")
        if submit:
            _submit(service, cosigned)
    except WitnessRefused as error:
        _stop(EXIT_REFUSED, f"nothing is cosigned: {error}")
    except (CannotRead, CannotStart, TreeBroken, OSError) as error:
        _stop(EXIT_COULD_NOT_RUN, str(error))


@witness.command()
def serve(
    key: KeyFile,
    state: StateFile,
    log: Logs,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0: any that is free.")] = 8010,
) -> None:
    """Answer `POST /add-checkpoint` (C2SP tlog-witness) until interrupted."""
    read_witness_key(key)
    serve_witness(Witness(key, state, _log_keys(log)), host, port)


def _cosigned(service: RemoteService, witness: Witness) -> bytes:
    """Return the last checkpoint of a service with the witness's cosignature below it."""
    note = service.get("/log/checkpoint")
    if note is None:
        _stop(EXIT_INCOMPLETE, "there is no checkpoint yet")
    try:
        checkpoint = parse_checkpoint(parse_note(note).text)
    except NoteRefused as error:
        raise WitnessRefused(Refusal.MALFORMED, f"no checkpoint: {error}") from error
    last = witness.last(checkpoint.origin)
    if last is not None and checkpoint.size < last.size:
        sentence = f"{checkpoint.origin} has {checkpoint.size} events, {last.size} were seen before"
        raise WitnessRefused(Refusal.OTHER_SIZE, sentence, last.size)
    proof: Proof = []
    if last is not None and checkpoint.size > last.size:
        proof = consistency_of(service, last.size, checkpoint.size)
    size_before = last.size if last else 0
    line = witness.cosign(note, size_before=size_before, proof=proof, at=datetime.now(UTC))
    return note + line.encode()


def _submit(service: RemoteService, cosigned: bytes) -> None:
    status, said = service.post("/log/cosignatures", {"note": cosigned.decode()})
    if status != 201:  # noqa: PLR2004  # created
        _stop(EXIT_INCOMPLETE, f"the service did not take it ({status}): {said}")
    typer.echo("the service keeps it")


def _log_keys(texts: Sequence[str]) -> list[VerifierKey]:
    try:
        return [VerifierKey.parse(text) for text in texts]
    except KeyRefused as error:
        _stop(EXIT_USAGE, f"--log: {error}")


def _stop(exit_code: int, sentence: str) -> NoReturn:
    sys.stderr.write(f"tenure: {sentence}\n")
    raise typer.Exit(exit_code)
