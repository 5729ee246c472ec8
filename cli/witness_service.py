"""A witness over HTTP: `POST /add-checkpoint` of C2SP tlog-witness, and nothing else."""

import sys
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from typing_extensions import override

from ledger.add_checkpoint import parse_request
from ledger.failure import CannotStart
from ledger.witness import Refusal, Witness, WitnessRefused

_BODY_BYTES_MAX: Final = 1_100_000
_SECONDS_MAX: Final = 30
_PATH: Final = "/add-checkpoint"
_STATUSES: Final = {
    Refusal.MALFORMED: HTTPStatus.BAD_REQUEST,
    Refusal.UNKNOWN_LOG: HTTPStatus.NOT_FOUND,
    Refusal.NOT_SIGNED: HTTPStatus.FORBIDDEN,
    Refusal.OTHER_SIZE: HTTPStatus.CONFLICT,
    Refusal.INCONSISTENT: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def serve_witness(witness: Witness, host: str, port: int) -> None:
    """Serve until interrupted; the first line on stdout is the address.

    Raises:
        CannotStart: the port cannot be used.
    """
    try:
        server = ThreadingHTTPServer((host, port), _handler(witness))
    except OSError as error:
        raise CannotStart(f"port {port} of {host} cannot be used: {error.strerror}") from error
    with server:
        sys.stdout.write(f"http://{host}:{server.server_address[1]}\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def _handler(witness: Witness) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = _SECONDS_MAX

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > _BODY_BYTES_MAX:
                self.close_connection = True
                self._answer(HTTPStatus.BAD_REQUEST, "the body is missing or too long\n")
                return
            body = self.rfile.read(int(length))
            if self.path != _PATH:
                self._answer(HTTPStatus.NOT_FOUND, f"there is {_PATH} here, and nothing else\n")
                return
            self._answer(*answer(witness, body, datetime.now(UTC)))

        def _answer(self, status: HTTPStatus, text: str, kind: str = "text/plain") -> None:
            octets = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing of requests; what is refused is answered."""

    return Handler


def answer(witness: Witness, body: bytes, at: datetime) -> tuple[HTTPStatus, str, str]:
    """Return the status, the text and its media type, as tlog-witness has them."""
    try:
        asked = parse_request(body)
        line = witness.cosign(asked.note, size_before=asked.size, proof=asked.proof, at=at)
    except WitnessRefused as error:
        if error.refusal is Refusal.OTHER_SIZE:
            return HTTPStatus.CONFLICT, f"{error.size}\n", "text/x.tlog.size"
        return _STATUSES[error.refusal], f"{error}\n", "text/plain"
    except CannotStart as error:
        return HTTPStatus.INTERNAL_SERVER_ERROR, f"{error}\n", "text/plain"
    return HTTPStatus.OK, line, "text/plain; charset=utf-8"
