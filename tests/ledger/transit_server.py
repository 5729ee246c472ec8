"""A small server that speaks the transit interface over HTTP, with real cryptography.

It is ours, and stands in for HashiCorp Vault or OpenBao, which the test machines do not have: what
of the interface it answers is what `ledger/transit.py` asks. Run it: `python -m
tests.ledger.transit_server TOKEN`; it prints its port, and keeps its keys in memory.
"""

import hmac
import json
import os
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from typing_extensions import override

TOKEN = "s.a-token-of-the-tests"  # noqa: S105  # opens nothing but a server of a test
ROOT = Path(__file__).parents[2]
KEYS: dict[str, list[bytes]] = {}


def derived(key: bytes, context: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, context).derive(key))


def encrypted(versions: list[bytes], item: dict[str, str]) -> dict[str, str]:
    nonce, context = os.urandom(12), b64decode(item["context"])
    sealed = derived(versions[-1], context).encrypt(nonce, b64decode(item["plaintext"]), None)
    return {"ciphertext": f"vault:v{len(versions)}:{b64encode(nonce + sealed).decode()}"}


def decrypted(versions: list[bytes], item: dict[str, str]) -> dict[str, str]:
    try:
        _, version, text = item["ciphertext"].split(":")
        octets = b64decode(text, validate=True)
        cipher = derived(versions[int(version[1:]) - 1], b64decode(item["context"]))
        plain = cipher.decrypt(octets[:12], octets[12:], None)
    except (ValueError, IndexError, InvalidTag):
        return {"error": "cipher: message authentication failed"}
    return {"plaintext": b64encode(plain).decode()}


def answered(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    match path.strip("/").split("/"):
        case ["v1", "transit", "keys", name, "rotate"] if name in KEYS:
            KEYS[name].append(os.urandom(32))
            return 204, {}
        case ["v1", "transit", "hmac", name, "sha2-256"] if name in KEYS:
            key = KEYS[name][body["key_version"] - 1]
            mac = hmac.digest(key, b64decode(body["input"]), sha256)
            return 200, {
                "data": {"hmac": f"vault:v{body['key_version']}:{b64encode(mac).decode()}"}
            }
        case ["v1", "transit", "encrypt" | "decrypt" as verb, name] if name in KEYS:
            work = encrypted if verb == "encrypt" else decrypted
            results = [work(KEYS[name], item) for item in body["batch_input"]]
            failed = any("error" in result for result in results)
            return (400 if failed else 200), {"data": {"batch_results": results}}
        case _:
            return 404, {"errors": []}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["X-Vault-Token"] != sys.argv[1]:
            status, said = 403, {"errors": ["permission denied"]}
        else:
            status, said = answered(self.path, body)
        octets = b"" if status == 204 else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    @override
    def log_message(self, *_: object) -> None:
        """Say nothing: what is asked is nobody's business."""


@contextmanager
def transit_server() -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Run the server in a process of its own; give the URL of its key and the process."""
    command = [sys.executable, "-m", "tests.ledger.transit_server", TOKEN]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            yield f"http://127.0.0.1:{port}/transit/tenure", process
        finally:
            process.terminate()


if __name__ == "__main__":
    KEYS["tenure"] = [os.urandom(32)]
    KEYS["other"] = [os.urandom(32)]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
