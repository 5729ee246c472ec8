"""A personal value opens for its person and its digest alone, and for nobody without the key."""

import json
import os
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import NotCanonical, encode
from ledger.failure import CannotStart
from ledger.key_service import MasterKey
from ledger.vault import Disclosure, DisclosureBroken, Vault, digest_of, disclose

TENANT = "acme"
SUBJECT = UUID("0199c1b2-0000-7000-8000-000000000001")
VAULT = Vault(MasterKey(bytes(range(32))))
KEY, WRAPPED = VAULT.new_subject_key(TENANT, SUBJECT)


def stored(disclosure: Disclosure) -> bytes:
    return VAULT.encrypt(KEY, TENANT, SUBJECT, disclosure.digest, disclosure.encoded)


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_digest_is_that_of_rfc_9901() -> None:
    encoded = "WyI2cU1RdlJMNWhhaiIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"

    assert digest_of(encoded) == "uutlBuYeMDyjLLTpf6Jxi7yNkEF35jdyWMn9U7b_RYY"


def test_a_disclosure_is_salt_path_and_value_in_base64url_without_padding() -> None:
    disclosure = disclose("name", "Möbius")
    octets = urlsafe_b64decode(disclosure.encoded + "==")
    salt, path, value = json.loads(octets)

    assert (path, value) == ("name", "Möbius")
    assert octets == f'["{salt}","name","Möbius"]'.encode()
    assert len(urlsafe_b64decode(salt + "==")) == 16
    assert "=" not in disclosure.encoded + salt + disclosure.digest
    assert digest_of(disclosure.encoded) == disclosure.digest


def test_one_value_disclosed_twice_has_two_digests() -> None:
    assert disclose("name", "Ada").digest != disclose("name", "Ada").digest


def test_a_disclosure_does_not_show_its_value_by_accident() -> None:
    disclosure = disclose("name", "Ada")

    assert disclosure.encoded not in repr(disclosure)
    assert disclosure.digest in repr(disclosure)


def test_a_value_without_canonical_json_is_not_disclosed() -> None:
    with pytest.raises(NotCanonical):
        disclose("name", "\ud800")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_encrypted_is_revealed(value: str) -> None:
    disclosure = disclose("name", value)
    ciphertext = stored(disclosure)
    data_key = VAULT.unwrap(TENANT, SUBJECT, WRAPPED)

    assert VAULT.reveal(data_key, TENANT, SUBJECT, disclosure.digest, ciphertext) == value
    assert VAULT.decrypt(KEY, TENANT, SUBJECT, disclosure.digest, ciphertext) == disclosure.encoded


def test_a_value_larger_than_a_record_is_revealed() -> None:
    disclosure = disclose("note", "x" * 100_000)

    revealed = VAULT.reveal(KEY, TENANT, SUBJECT, disclosure.digest, stored(disclosure))

    assert revealed == "x" * 100_000


def test_one_disclosure_encrypted_twice_has_two_ciphertexts() -> None:
    disclosure = disclose("name", "Ada")

    assert stored(disclosure) != stored(disclosure)


def test_a_ciphertext_is_a_nonce_the_disclosure_and_a_tag() -> None:
    disclosure = disclose("name", "Ada")
    ciphertext = stored(disclosure)

    assert len(ciphertext) == 12 + len(disclosure.encoded) + 16
    assert disclosure.encoded.encode() not in ciphertext


def test_a_disclosure_swapped_for_another_is_refused() -> None:
    ours, other = disclose("name", "Ada"), disclose("name", "Eve")

    with pytest.raises(DisclosureBroken, match="swapped"):
        VAULT.reveal(KEY, TENANT, SUBJECT, ours.digest, stored(other))


def test_another_value_encrypted_with_the_right_key_is_refused() -> None:
    ours, other = disclose("name", "Ada"), disclose("name", "Eve")
    forged = VAULT.encrypt(KEY, TENANT, SUBJECT, ours.digest, other.encoded)

    with pytest.raises(DisclosureBroken, match="does not have the digest"):
        VAULT.reveal(KEY, TENANT, SUBJECT, ours.digest, forged)


def test_what_only_a_thief_of_the_key_would_encrypt_is_refused() -> None:
    digest = disclose("name", "Ada").digest
    nonce, bound_to = bytes(12), encode(["tenure.disclosure.1", TENANT, str(SUBJECT), digest])
    forged = nonce + AESGCM(KEY).encrypt(nonce, b"\xff", bound_to)

    with pytest.raises(DisclosureBroken, match="not base64url"):
        VAULT.reveal(KEY, TENANT, SUBJECT, digest, forged)


@pytest.mark.parametrize("encoded", ["", "NQ", "WzFd", "bm90IGpzb24", "_w", "e30"])
def test_what_is_not_salt_path_and_value_is_refused(encoded: str) -> None:
    digest = digest_of(encoded)
    ciphertext = VAULT.encrypt(KEY, TENANT, SUBJECT, digest, encoded)

    with pytest.raises(DisclosureBroken, match=r"not \[salt, path, value\]"):
        VAULT.reveal(KEY, TENANT, SUBJECT, digest, ciphertext)


@pytest.mark.parametrize(
    ("tenant_id", "subject"), [("other", SUBJECT), (TENANT, uuid4()), (f"{TENANT}x", SUBJECT)]
)
def test_a_disclosure_opens_for_its_tenant_and_person_alone(tenant_id: str, subject: UUID) -> None:
    disclosure = disclose("name", "Ada")
    ciphertext = stored(disclosure)

    with pytest.raises(DisclosureBroken, match=str(subject)):
        VAULT.reveal(KEY, tenant_id, subject, disclosure.digest, ciphertext)
    with pytest.raises(DisclosureBroken, match=str(subject)):
        VAULT.unwrap(tenant_id, subject, WRAPPED)


@given(st.data())
def test_any_flipped_bit_of_a_ciphertext_is_noticed(data: st.DataObject) -> None:
    disclosure = disclose("name", "Ada")
    ciphertext = bytearray(stored(disclosure))
    bit = data.draw(st.integers(0, len(ciphertext) * 8 - 1))
    ciphertext[bit // 8] ^= 1 << bit % 8

    with pytest.raises(DisclosureBroken):
        VAULT.reveal(KEY, TENANT, SUBJECT, disclosure.digest, bytes(ciphertext))


@pytest.mark.parametrize("length", [0, 1, 12, 20, 27])
def test_a_truncated_ciphertext_is_refused(length: int) -> None:
    disclosure = disclose("name", "Ada")
    ciphertext = stored(disclosure)[:length]

    with pytest.raises(DisclosureBroken):
        VAULT.reveal(KEY, TENANT, SUBJECT, disclosure.digest, ciphertext)


def test_a_key_wrapped_by_another_master_key_is_refused() -> None:
    with pytest.raises(DisclosureBroken, match="another key"):
        Vault(MasterKey(bytes(32))).unwrap(TENANT, SUBJECT, WRAPPED)


def test_each_person_has_a_key_of_their_own() -> None:
    assert VAULT.new_subject_key(TENANT, SUBJECT)[0] != KEY
    assert len(KEY) == 32
    assert KEY not in WRAPPED


def test_a_master_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(MasterKey(bytes(16)))


def test_the_first_use_makes_a_master_key_that_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "data" / "master.key"
    vault = Vault.open(path)

    assert len(path.read_bytes()) == 32
    assert mode_of(path) == 0o600
    assert mode_of(path.parent) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["master.key"]
    assert Vault.open(path).fingerprint == vault.fingerprint


def test_a_new_master_key_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Vault.open(tmp_path / "master.key")
    finally:
        os.umask(before)

    assert mode_of(tmp_path / "master.key") == 0o600


def test_of_two_that_make_the_master_key_at_once_both_use_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "master.key"
    first = Vault.open(path)
    monkeypatch.setattr(Path, "exists", lambda _: False)  # the second looked before it was there
    second = Vault.open(path)

    assert second.fingerprint == first.fingerprint
    assert [each.name for each in tmp_path.iterdir()] == ["master.key"]


def test_the_fingerprint_tells_keys_apart_without_telling_the_key() -> None:
    fingerprint = VAULT.fingerprint

    assert fingerprint == Vault(MasterKey(bytes(range(32)))).fingerprint
    assert fingerprint != Vault(MasterKey(bytes(32))).fingerprint
    assert len(bytes.fromhex(fingerprint)) == 32


def test_the_fingerprint_of_a_key_never_changes() -> None:
    # Databases remember it; another form of it would lock every installation out.
    assert VAULT.fingerprint == "0d098042114cf567f60ae63c9d5f0df14c34ea596817061c5850a9a2c8590e83"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601])
def test_a_master_key_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(bytes(32))
    path.chmod(mode)

    with pytest.raises(CannotStart, match="chmod 600"):
        Vault.open(path)


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_file_of_another_length_is_no_master_key(tmp_path: Path, length: int) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(bytes(length))
    path.chmod(0o600)

    with pytest.raises(CannotStart, match="32 bytes"):
        Vault.open(path)


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("nowhere")])
def test_what_is_not_a_file_is_no_master_key(tmp_path: Path, make: Any) -> None:
    path = tmp_path / "master.key"
    make(path)

    with pytest.raises(CannotStart, match="master key"):
        Vault.open(path)


def test_a_ciphertext_written_once_opens_for_ever() -> None:
    # Frozen bytes: whatever changes here must still open what was stored before.
    data_key = VAULT.unwrap(
        TENANT,
        SUBJECT,
        bytes.fromhex(
            "2594d8a342d7fb191637bc752d7984e008ba93e50175a5568c59c7a21316383f1ebd30d98b82c859"
            "e2c54b03772486291aa34087426bd0cbb5bdb4cc"
        ),
    )
    ciphertext = bytes.fromhex(
        "f61ba9020cec5750082af1ec85ff7e8b74b9681078c24d984a0f6129f52df0caf35ec0b02a91e9a6"
        "cf9250ea26374d4f600dd92360e3b4bc53e2f51c43d032c6080831c06ba3d80a1d364da5573215af"
        "530c891e4eeb"
    )
    digest = "1MRvMrWWa63RntHT9AnVj5sCazv0FCIaM5yn6cDvSek"

    assert VAULT.reveal(data_key, TENANT, SUBJECT, digest, ciphertext) == "Möbius"
