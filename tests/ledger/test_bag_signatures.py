"""The verifier in a bag accepts a signature where others do, and none that has another form."""

import ast
import random
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from ledger.bag_verifier import verify as verifier
from ledger.bag_verifier.verify import ORDER, P, is_signed, parse_key

# RFC 8032, section 7.1: secret key, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
            "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
]


def others_accept(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_the_published_signatures_are_true(
    secret: str, public: str, message: str, signature: str
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    given = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)

    assert key.public_key().public_bytes_raw() == given[0]
    assert is_signed(*given)
    assert not is_signed(given[0], given[1] + b"x", given[2])


def test_it_agrees_with_others_about_random_and_changed_signatures() -> None:
    dice = random.Random(8032)  # noqa: S311  # no secret
    for _ in range(40):
        key = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
        message = dice.randbytes(dice.randrange(200))
        public, signature = key.public_key().public_bytes_raw(), key.sign(message)
        changed = bytearray(signature)
        changed[dice.randrange(64)] ^= 1 << dice.randrange(8)

        assert is_signed(public, message, signature)
        for given in (bytes(changed), dice.randbytes(64), bytes(64), signature[:63], b""):
            assert is_signed(public, message, given) == others_accept(public, message, given)


def test_a_response_has_one_form() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"m")
    response = int.from_bytes(signature[32:], "little") + ORDER
    other_form = signature[:32] + response.to_bytes(32, "little")

    assert is_signed(public, b"m", signature)
    assert not is_signed(public, b"m", other_form)
    assert not others_accept(public, b"m", other_form)


@pytest.mark.parametrize("y", [0, 1, P - 1, P, P + 1, 2**255 - 1])
@pytest.mark.parametrize("is_odd", [0, 1])
def test_points_of_small_order_or_of_another_form_sign_nothing(y: int, is_odd: int) -> None:
    point = (y | is_odd << 255).to_bytes(32, "little")
    anything = point + bytes(32)

    assert not is_signed(point, b"m", anything)
    assert not is_signed(point, b"m", (1).to_bytes(32, "little") + bytes(32))


def test_the_key_of_the_specification_is_read() -> None:
    text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    name, public = parse_key(text)

    assert (name, len(public)) == ("example.com/foo", 32)


def test_the_verifier_is_one_file_of_plain_python() -> None:
    source = Path(verifier.__file__).read_text()
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [each.name for each in node.names] if isinstance(node, ast.Import) else [node.module]
        )
    }

    assert imported
    assert {str(name).partition(".")[0] for name in imported} <= sys.stdlib_module_names
