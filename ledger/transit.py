"""A key service over HTTP: the transit interface of HashiCorp Vault, which OpenBao has as well.

The key must be one with derivation (`derived=true`), so that each data key is bound to its
context. Its name, mount and address are in the URL: https://vault.example:8200/transit/tenure.
"""

import json
import ssl
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final, Self
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from ledger.failure import CannotStart
from ledger.key_service import FINGERPRINT_LABEL, Bound, KeyServiceUnavailable, NotUnwrapped

_SECONDS_MAX: Final = 5.0
_BATCH_MAX: Final = 250
_ANSWER_BYTES_MAX: Final = 4 * 1024 * 1024
_PATH_PARTS: Final = 2


@dataclass(frozen=True)
class TransitKeyService:
    """One key of one mount. Each request has a connection of its own; a batch is one request."""

    scheme: str
    address: str
    mount: str
    key: str
    token: SecretStr

    is_remote = True

    @classmethod
    def at(cls, url: str, token: SecretStr | None) -> Self:
        """Read the URL, and make sure that the service answers.

        Raises:
            CannotStart: the URL is none, there is no token, or the service does not answer.
        """
        parts = urlsplit(url)
        path = parts.path.strip("/").split("/")
        if (
            parts.scheme not in {"http", "https"}
            or not parts.hostname
            or "@" in parts.netloc
            or len(path) < _PATH_PARTS
            or not all(path)
        ):
            raise CannotStart(
                "TENURE_KMS_URL names no key; give address, mount and key, such as "
                "https://vault.example:8200/transit/tenure, and the token in TENURE_KMS_TOKEN"
            )
        if token is None:
            raise CannotStart("TENURE_KMS_URL needs a token; give it in TENURE_KMS_TOKEN")
        service = cls(parts.scheme, parts.netloc, "/".join(path[:-1]), path[-1], token)
        try:
            _ = service.fingerprint
        except KeyServiceUnavailable as error:
            raise CannotStart(
                f"the key service {parts.scheme}://{parts.netloc} cannot be used ({error}); check "
                "that it runs, that TENURE_KMS_URL names a key with derivation, and the token"
            ) from error
        return service

    @cached_property
    def fingerprint(self) -> str:
        # The first version of the key stays while others follow it, unless it is trimmed away.
        said = {"input": _text(FINGERPRINT_LABEL), "key_version": 1}
        mac = self._post("hmac", said, after="/sha2-256").get("hmac")
        if not isinstance(mac, str):
            raise KeyServiceUnavailable("it answers without an HMAC")
        return sha256(FINGERPRINT_LABEL + mac.encode()).hexdigest()

    def wrap(self, keys: Sequence[Bound]) -> Sequence[bytes]:
        results = self._batch("encrypt", [_item("plaintext", _text(b.octets), b) for b in keys])
        return [_taken(result, "ciphertext").encode("ascii") for result in results]

    def unwrap(self, wrapped: Sequence[Bound]) -> Sequence[bytes]:
        items = [
            _item("ciphertext", each.octets.decode("ascii", errors="replace"), each)
            for each in wrapped
        ]
        keys = []
        for index, result in enumerate(self._batch("decrypt", items)):
            if result.get("error"):
                raise NotUnwrapped(index)
            keys.append(b64decode(_taken(result, "plaintext"), validate=True))
        return keys

    def rotate(self) -> None:
        """Let a new version of the key wrap from now on; older ones still unwrap.

        Raises:
            KeyServiceUnavailable: it cannot be asked, or the token may not do that.
        """
        self._request(f"/v1/{quote(self.mount)}/keys/{quote(self.key, safe='')}/rotate", {})

    def _batch(self, verb: str, items: Sequence[Mapping[str, str]]) -> list[Mapping[str, Any]]:
        results: list[Mapping[str, Any]] = []
        for first in range(0, len(items), _BATCH_MAX):
            asked = items[first : first + _BATCH_MAX]
            answered = self._post(verb, {"batch_input": asked}).get("batch_results")
            if not isinstance(answered, list) or len(answered) != len(asked):
                raise KeyServiceUnavailable("it answers with another number of results")
            results += answered
        return results

    def _post(self, verb: str, body: Mapping[str, Any], *, after: str = "") -> Mapping[str, Any]:
        path = f"/v1/{quote(self.mount)}/{verb}/{quote(self.key, safe='')}{after}"
        data = self._request(path, body).get("data")
        if not isinstance(data, dict):
            raise KeyServiceUnavailable("it answers without data")
        return data

    def _request(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        headers = {
            "Content-Type": "application/json",
            "X-Vault-Token": self.token.get_secret_value(),
            "X-Vault-Request": "true",
        }
        connection = self._connection()
        try:
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            octets = answer.read(_ANSWER_BYTES_MAX)
        except (OSError, HTTPException) as error:
            raise KeyServiceUnavailable(f"it does not answer: {type(error).__name__}") from error
        finally:
            connection.close()
        # A batch of which items failed is answered 400, with what came of each.
        if answer.status == HTTPStatus.NO_CONTENT:
            return {}
        try:
            said = json.loads(octets)
        except ValueError as error:
            raise KeyServiceUnavailable(f"it answers {answer.status} without JSON") from error
        if isinstance(said, dict) and (
            answer.status == HTTPStatus.OK
            or (answer.status == HTTPStatus.BAD_REQUEST and said.get("data"))
        ):
            return said
        raise KeyServiceUnavailable(f"it answers {answer.status}")

    def _connection(self) -> HTTPConnection:
        if self.scheme == "http":
            return HTTPConnection(self.address, timeout=_SECONDS_MAX)
        context = ssl.create_default_context()
        return HTTPSConnection(self.address, timeout=_SECONDS_MAX, context=context)


def _item(name: str, value: str, bound: Bound) -> Mapping[str, str]:
    return {name: value, "context": _text(bound.context)}


def _taken(result: Mapping[str, Any], name: str) -> str:
    value = result.get(name)
    if not isinstance(value, str):
        raise KeyServiceUnavailable(f"it answers without {name}")
    return value


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
