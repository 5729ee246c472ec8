"""What an auditor reads over HTTP is enough to check the log without trusting the service."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from proofbundle.checkpoint import verify_checkpoint as verify_checkpoint_by_others
from proofbundle.merkle import verify_consistency as verify_consistency_by_others
from proofbundle.tlogproof import verify_tlog_proof as verify_tlog_proof_by_others

from domain.commands import place_order
from ledger.api_keys import Role
from ledger.checkpoint import verify_checkpoint
from ledger.merkle import HASH_BYTES, leaf_hash, parent_hash, root_of
from ledger.note import VerifierKey
from ledger.proofs import verify_consistency, verify_inclusion
from ledger.record import read_record
from ledger.sealer import Sealer
from ledger.signer import Signer
from ledger.signing_keys import rotate_key
from ledger.tlog_proof import verify_tlog_proof
from tests.api.conftest import Tenure, fields, problem
from tests.ledger.processes.setting import DAY, command, opening, order_of

pytestmark = pytest.mark.anyio

ORIGIN = "tenure-1/default"
ACME = UUID(int=1)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    signer = Signer(tmp_path)
    signer.create_key("tenure-1")
    return signer


@pytest.fixture
def trusted(signer: Signer) -> list[VerifierKey]:
    """Give what an auditor is handed, on paper."""
    return [signer.key().named(ORIGIN).verifier]


@pytest.fixture
def auditor(tenure: Tenure) -> httpx2.AsyncClient:
    return tenure.clients[Role.AUDITOR]


async def seal(tenure: Tenure, signer: Signer) -> None:
    ledger = tenure.ledger
    sealer = Sealer(ledger.conninfo, ledger.types, signer, interval_s=3_600)
    await sealer.seal_all()
    await sealer._drop_connection()
    assert sealer.reasons == []


@pytest.fixture
async def sealed(tenure: Tenure, signer: Signer) -> int:
    """Record 261 events of one account, seal them, and record 3 more; return the sealed size."""
    await tenure.ledger.writer.execute(opening(ACME))
    await orders(tenure, 260)
    await seal(tenure, signer)
    await orders(tenure, 3)
    return 261


async def orders(tenure: Tenure, count: int) -> None:
    content = order_of("1.00")
    await tenure.ledger.writer.execute_many(
        [
            command(place_order(ACME, order_id=uuid4(), content=content, today=DAY))
            for _ in range(count)
        ]
    )


async def octets(client: httpx2.AsyncClient, path: str, **params: str | int) -> bytes:
    answer = await client.get(path, params=dict(params))
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_the_checkpoint_is_a_signed_note(
    sealed: int, auditor: httpx2.AsyncClient, trusted: list[VerifierKey]
) -> None:
    answer = await auditor.get("/log/checkpoint")
    checkpoint = verify_checkpoint(answer.content, trusted, origin=ORIGIN)

    assert checkpoint.size == sealed
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


async def test_a_log_that_was_never_sealed_has_no_checkpoint(
    tenure: Tenure, auditor: httpx2.AsyncClient
) -> None:
    account = await tenure.account()
    assert account

    problem(await auditor.get("/log/checkpoint"), 404, "not-sealed")
    problem(await auditor.get("/log/proofs/inclusion", params={"position": 1}), 404, "not-sealed")
    answer = await auditor.get("/log/proofs/inclusion", params={"position": 1, "size": 1})
    assert answer.json()["checkpoint"] is None
    asked: dict[str, str | int] = {"position": 1, "size": 1, "format": "tlog-proof"}
    problem(await auditor.get("/log/proofs/inclusion", params=asked), 404, "not-sealed")
    assert (await auditor.get("/log/keys")).json() == {"items": [], "changes": []}


async def test_the_root_is_recomputed_from_entry_bundles(
    sealed: int, auditor: httpx2.AsyncClient, trusted: list[VerifierKey]
) -> None:
    checkpoint = verify_checkpoint(await octets(auditor, "/log/checkpoint"), trusted)
    records = []
    for path in ("000", f"001.p/{sealed - 256}"):
        answer = await auditor.get(f"/log/tile/entries/{path}")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]
        assert "Authorization" in answer.headers["vary"]
        records += unbundled(answer.content)

    assert root_of([leaf_hash(record) for record in records]) == checkpoint.root
    assert [read_record(record)[0].position for record in records] == list(range(1, sealed + 1))


def unbundled(bundle: bytes) -> list[bytes]:
    records = []
    while bundle:
        end = 2 + int.from_bytes(bundle[:2], "big")
        records.append(bundle[2:end])
        bundle = bundle[end:]
    return records


async def test_tiles_hold_the_hashes_of_the_tree(sealed: int, auditor: httpx2.AsyncClient) -> None:
    full = await octets(auditor, "/log/tile/0/000")
    partial = await octets(auditor, f"/log/tile/0/001.p/{sealed - 256}")
    above = await octets(auditor, "/log/tile/1/000.p/1")
    leaves = [leaf_hash(r) for r in unbundled(await octets(auditor, "/log/tile/entries/000"))]

    assert full == b"".join(leaves)
    assert len(partial) == (sealed - 256) * HASH_BYTES
    assert above == parent_hash(full)
    assert await octets(auditor, "/log/tile/0/000.p/5") == full[: 5 * HASH_BYTES]


async def test_a_record_is_read_to_the_byte(sealed: int, auditor: httpx2.AsyncClient) -> None:
    answer = await auditor.get(f"/log/records/{sealed}")
    event = (await auditor.get("/events", params={"after": sealed - 1, "limit": 1})).json()

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["tenure-leaf"] == leaf_hash(answer.content).hex()
    assert answer.headers["tenure-leaf"] == event["items"][0]["leaf"]
    assert read_record(answer.content)[0].position == sealed


async def test_a_receipt_leads_to_its_proof(
    sealed: int,
    tenure: Tenure,
    signer: Signer,
    auditor: httpx2.AsyncClient,
    trusted: list[VerifierKey],
) -> None:
    answer = await tenure.manager.post("/accounts", json={"name": "Acme"})
    receipt = answer.json()
    await seal(tenure, signer)

    proof = await octets(
        auditor, "/log/proofs/inclusion", position=receipt["position"], format="tlog-proof"
    )

    checkpoint = verify_tlog_proof(proof, trusted, leaf=bytes.fromhex(receipt["leaf"]))
    assert checkpoint.size == receipt["position"] == sealed + 4


async def test_software_of_others_accepts_it_and_refuses_what_was_tampered_with(
    sealed: int, auditor: httpx2.AsyncClient, trusted: list[VerifierKey]
) -> None:
    key = str(trusted[0])
    note = (await octets(auditor, "/log/checkpoint")).decode()
    record = await octets(auditor, "/log/records/17")
    proof = (
        await octets(auditor, "/log/proofs/inclusion", position=17, format="tlog-proof")
    ).decode()
    grown = (await auditor.get("/log/proofs/consistency", params={"from": 9})).json()

    def consistent(size_before: int) -> bool:
        hashes = [bytes.fromhex(hashed) for hashed in grown["proof"]]
        roots = [bytes.fromhex(grown[name]) for name in ("root_from", "root_to")]
        return bool(verify_consistency_by_others(size_before, grown["to"], hashes, *roots))

    assert verify_checkpoint_by_others(note, key)["ok"]
    assert verify_checkpoint_by_others(note, key)["tree_size"] == sealed
    assert not verify_checkpoint_by_others(note.replace("\n261\n", "\n260\n"), key)["ok"]
    assert verify_tlog_proof_by_others(proof, record, key, expected_origin=ORIGIN)["ok"]
    assert not verify_tlog_proof_by_others(proof, record + b" ", key)["ok"]
    assert not verify_tlog_proof_by_others(proof.replace("index 16", "index 15"), record, key)["ok"]
    assert consistent(9)
    assert not consistent(10)


async def test_inclusion_is_proved_in_any_tree_that_was(
    sealed: int, auditor: httpx2.AsyncClient, trusted: list[VerifierKey]
) -> None:
    for size in (None, 17, 200, 264):
        asked: dict[str, int] = {"position": 17} | ({} if size is None else {"size": size})
        body = (await auditor.get("/log/proofs/inclusion", params=asked)).json()
        assert body["size"] == (size or sealed)
        assert (body["checkpoint"] is not None) == (size is None)
        verify_inclusion(
            [bytes.fromhex(hashed) for hashed in body["proof"]],
            leaf=leaf_hash(await octets(auditor, "/log/records/17")),
            index=body["leaf_index"],
            size=body["size"],
            root=bytes.fromhex(body["root"]),
        )
    checkpoint = verify_checkpoint(await octets(auditor, "/log/checkpoint"), trusted)
    body = (await auditor.get("/log/proofs/inclusion", params={"position": 1})).json()
    assert bytes.fromhex(body["root"]) == checkpoint.root


async def test_text_is_asked_for_by_name_or_by_accept(
    sealed: int, auditor: httpx2.AsyncClient
) -> None:
    by_name = await auditor.get(
        "/log/proofs/inclusion", params={"position": 9, "format": "tlog-proof", "size": sealed}
    )
    by_accept = await auditor.get(
        "/log/proofs/inclusion", params={"position": 9}, headers={"Accept": "text/plain"}
    )

    assert by_name.content == by_accept.content
    assert by_name.headers["content-type"] == "text/plain; charset=utf-8"


async def test_the_log_is_proved_to_have_only_grown(
    sealed: int, auditor: httpx2.AsyncClient
) -> None:
    for asked in ({"from": 9}, {"from": 9, "to": 264}, {"from": sealed, "to": sealed}):
        body = (await auditor.get("/log/proofs/consistency", params=asked)).json()
        assert body["to"] == asked.get("to", sealed)
        verify_consistency(
            [bytes.fromhex(hashed) for hashed in body["proof"]],
            size_before=body["from"],
            size=body["to"],
            root_before=bytes.fromhex(body["root_from"]),
            root=bytes.fromhex(body["root_to"]),
        )


async def test_the_keys_are_told_with_what_the_log_says_of_them(
    sealed: int, tenure: Tenure, signer: Signer, auditor: httpx2.AsyncClient
) -> None:
    old = str(signer.key().named(ORIGIN).verifier)
    await rotate_key(tenure.ledger, signer, "once a year")
    await seal(tenure, signer)

    body = (await auditor.get("/log/keys")).json()

    new = str(signer.key().named(ORIGIN).verifier)
    assert [(key["verifier_key"], key["size"]) for key in body["items"]] == [
        (old, sealed),
        (new, sealed + 4),
    ]
    [change] = body["changes"]
    assert change["name"] == "seal.signing-key-rotated"
    assert (change["reason"], change["position"]) == ("once a year", sealed + 4)
    assert (change["data"]["old_key"], change["data"]["new_key"]) == (old, new)


BEYOND: list[tuple[str, dict[str, int]]] = [
    ("/log/records/265", {}),
    ("/log/proofs/inclusion", {"position": 265}),
    ("/log/proofs/inclusion", {"position": 1, "size": 265}),
    ("/log/proofs/inclusion", {"position": 2**62, "size": 2**62}),
    ("/log/proofs/consistency", {"from": 265}),
    ("/log/proofs/consistency", {"from": 1, "to": 265}),
]


@pytest.mark.usefixtures("sealed")
async def test_beyond_the_head_is_409_with_the_head(auditor: httpx2.AsyncClient) -> None:
    for path, params in BEYOND:
        body = problem(await auditor.get(path, params=params), 409, "beyond-head")

        assert body["head"] == 264, path


NO_TILES = [
    "0/001",
    "0/001.p/9",
    "0/002.p/1",
    "1/000",
    "1/000.p/2",
    "2/000.p/1",
    "63/000.p/1",
    "0/x999/999",
    "entries/001",
    "entries/001.p/9",
    "entries/x001/x234/067",
]


@pytest.mark.usefixtures("sealed")
async def test_a_tile_that_is_not_there_is_404_with_the_head(auditor: httpx2.AsyncClient) -> None:
    for path in NO_TILES:
        body = problem(await auditor.get(f"/log/tile/{path}"), 404, "not-in-log")

        assert body["head"] == 264, path


NOT_PATHS = [
    "0/0",
    "0/1",
    "0/00",
    "0/0000",
    "0/001/",
    "0/x000/001",
    "0/001/002",
    "0/x1/002",
    "0/-01",
    "0/001.p",
    "0/001.p/",
    "0/001.p/0",
    "0/001.p/05",
    "0/001.p/256",
    "0/001.p/999",
    "64/000",
    "00/000",
    "-1/000",
    "a/000",
    "entries/1",
    "entries/000.p/256",
]


@pytest.mark.usefixtures("sealed")
async def test_what_is_not_the_path_of_a_tile_is_422(auditor: httpx2.AsyncClient) -> None:
    for path in [*NOT_PATHS, "0/\u0660\u0660\u0661", "0/" + "x999/" * 9 + "999"]:
        problem(await auditor.get(f"/log/tile/{path}"), 422, "validation-failed")


MALFORMED: list[tuple[str, dict[str, Any], str]] = [
    ("/log/records/0", {}, "position"),
    ("/log/records/x", {}, "position"),
    ("/log/records/18446744073709551616", {}, "position"),
    ("/log/proofs/inclusion", {}, "position"),
    ("/log/proofs/inclusion", {"position": 0}, "position"),
    ("/log/proofs/inclusion", {"position": 263}, "position"),
    ("/log/proofs/inclusion", {"position": 9, "size": 8}, "position"),
    ("/log/proofs/inclusion", {"position": 9, "size": 0}, "size"),
    ("/log/proofs/inclusion", {"position": 9, "format": "xml"}, "format"),
    ("/log/proofs/consistency", {}, "from"),
    ("/log/proofs/consistency", {"from": 0}, "from"),
    ("/log/proofs/consistency", {"from": 9, "to": 8}, "from"),
    ("/log/proofs/consistency", {"from": 9, "to": 2**64}, "to"),
]


@pytest.mark.usefixtures("sealed")
async def test_what_is_malformed_is_422_with_the_field_named(auditor: httpx2.AsyncClient) -> None:
    for path, params, field in MALFORMED:
        body = problem(await auditor.get(path, params=params), 422, "validation-failed")

        assert fields(body) == {field}, (path, params)


READS = [
    "checkpoint",
    "keys",
    "records/1",
    "tile/0/000",
    "tile/entries/000",
    "proofs/inclusion?position=1",
    "proofs/consistency?from=1",
]


async def test_the_log_is_for_those_who_may_read_history(tenure: Tenure) -> None:
    async with httpx2.AsyncClient(base_url=tenure.url) as stranger:
        for path in READS:
            answer = await tenure.clients[Role.REPORTER].get(f"/log/{path}")

            problem(answer, 403, "forbidden")
            problem(await stranger.get(f"/log/{path}"), 401, "unauthenticated")


async def test_no_record_holds_what_is_personal(
    tenure: Tenure, auditor: httpx2.AsyncClient
) -> None:
    await tenure.party(name="Margaret Hamilton", email="margaret@example.com")

    bundle = await octets(auditor, "/log/tile/entries/000.p/1")
    assert b"Hamilton" not in bundle
    assert b"margaret" not in bundle
    assert b64encode(b"Margaret Hamilton")[:-4] not in bundle
    assert json.loads(unbundled(bundle)[0])["name"] == "party.registered"
