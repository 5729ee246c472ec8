"""Changes of the seal that a person asks for: another key, or another origin for a log."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from psycopg import AsyncConnection

from domain.commands import begin_epoch, rotate_signing_key
from domain.decision import Decision
from domain.seal import EpochBegun
from ledger.checkpoints import find_checkpoint
from ledger.command import Command
from ledger.ledger import Ledger
from ledger.note import SigningKey, sign_note
from ledger.seal_state import Sealed
from ledger.sealing import Head, read_heads, read_seal, require_sealable
from ledger.signer import Signer, SignerRefused, origin_of

_ACTOR: Final = "cli:operator"
_STATEMENT: Final = "tenure.signing-key-rotation.1"
"""The first line of what both keys sign: no log has it for an origin."""


async def rotate_key(ledger: Ledger, signer: Signer, reason: str) -> SigningKey:
    """Let a new key sign every log of the installation, and say so in each; return the new key.

    Asked again after it was interrupted, it goes on where it stopped.

    Raises:
        SignerRefused: there is no key, or a log is not signed by it.
        Refused: there is no reason.
    """
    old, new = signer.key(), signer.next_key()
    async with ledger.pool.connection() as connection:
        logs = [
            (head.tenant_id, await _origin(connection, ledger, old, head.tenant_id))
            for head in await read_heads(connection)
        ]
    for tenant_id, origin in logs:
        decision = _rotation(origin, old, new, reason)
        await ledger.writer.execute(_command(tenant_id, decision, reason))
    signer.adopt_next_key()
    return new


async def begin_new_epoch(
    ledger: Ledger, signer: Signer, tenant_id: str, reason: str
) -> EpochBegun:
    """Let a log that cannot be sealed any more go on under another origin, and say so in it.

    Raises:
        SignerRefused: there is no key, no such log, or it can be sealed as it is.
        Refused: there is no reason.
    """
    key = signer.key()
    async with ledger.pool.connection() as connection:
        heads = {head.tenant_id: head for head in await read_heads(connection)}
        if tenant_id not in heads:
            raise SignerRefused(f"there is no tenant {tenant_id}")
        await _require_unsealable(connection, ledger, signer, heads[tenant_id])
        seal = await read_seal(connection, ledger.types, tenant_id)
        previous, last = await _last_sealed(connection, signer, key, tenant_id)
    epoch = max(seal.epoch, signer.last_epoch(key.name, tenant_id)) + 1
    origin = origin_of(key.name, tenant_id, epoch)
    begun = EpochBegun(
        epoch=epoch,
        origin=origin,
        key=str(key.named(origin).verifier),
        previous_origin=previous,
        sealed_size=last.size if last else None,
        sealed_root=last.root.hex() if last else None,
    )
    decision = begin_epoch(begun, reason=reason)
    await ledger.writer.execute(_command(tenant_id, decision, reason))
    return begun


def rotation_statement(origin: str, old: SigningKey, new: SigningKey) -> str:
    """Write what both keys sign, each under the name of the origin."""
    keys = [old.named(origin), new.named(origin)]
    text = f"{_STATEMENT}\n{origin}\n{keys[0].verifier}\n{keys[1].verifier}\n"
    return sign_note(text, keys).decode()


def _rotation(origin: str, old: SigningKey, new: SigningKey, reason: str) -> Decision:
    return rotate_signing_key(
        origin=origin,
        old_key=str(old.named(origin).verifier),
        new_key=str(new.named(origin).verifier),
        statement=rotation_statement(origin, old, new),
        reason=reason,
    )


async def _origin(
    connection: AsyncConnection[Any], ledger: Ledger, key: SigningKey, tenant_id: str
) -> str:
    seal = await read_seal(connection, ledger.types, tenant_id)
    return origin_of(key.name, tenant_id, seal.epoch)


async def _last_sealed(
    connection: AsyncConnection[Any], signer: Signer, key: SigningKey, tenant_id: str
) -> tuple[str, Sealed | None]:
    """Return the origin sealed last, and what of it: by the signer's word, else the database's."""
    epoch = signer.last_epoch(key.name, tenant_id)
    if epoch:
        origin = origin_of(key.name, tenant_id, epoch)
        return origin, signer.last(origin)
    stored = await find_checkpoint(connection, tenant_id)
    if stored is None:
        return origin_of(key.name, tenant_id, 1), None
    return stored.origin, Sealed(stored.size, stored.root)


async def _require_unsealable(
    connection: AsyncConnection[Any], ledger: Ledger, signer: Signer, head: Head
) -> None:
    try:
        await require_sealable(connection, ledger.types, signer, head)
    except SignerRefused:
        return
    raise SignerRefused(
        f"the log of {head.tenant_id} continues what was sealed; a new epoch is for one that has "
        "lost some of it"
    )


def _command(tenant_id: str, decision: Decision, reason: str) -> Command:
    return Command(
        tenant_id=tenant_id,
        decision=decision,
        actor=_ACTOR,
        effective_at=datetime.now(UTC).date(),
        command_id=uuid4(),
        correlation_id=uuid4(),
        reason=reason,
    )


def verifier_keys(signer: Signer, logs: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    """Return the verifier key of each (tenant, epoch), as it is handed to auditors."""
    key = signer.key()
    return [
        (tenant_id, str(key.named(origin_of(key.name, tenant_id, epoch)).verifier))
        for tenant_id, epoch in logs
    ]
