"""A policy names logs, witnesses and a quorum; what is not of its form is refused (C2SP)."""

from datetime import timedelta
from pathlib import Path

import pytest

from ledger.cosignature import CosigningKey
from ledger.failure import CannotStart
from ledger.note import SigningKey
from ledger.witness_policy import PolicyRefused, known_witnesses, parse_policy

LOG = SigningKey.generate("example.com/log").verifier
W = [CosigningKey.generate(f"w{number}.example.com").witness for number in range(4)]
GIVEN = f"""
# Whom we believe.
log {LOG} https://example.com
\twitness  first {W[0]}\thttps://w0.example.com/
witness second {W[1]}
witness third {W[2]}
witness house {W[3]}
group others 2 first second third
group all-of-them all others house
ours house
age 3600
quorum all-of-them
"""


def test_a_quorum_is_made_of_groups() -> None:
    policy = parse_policy(GIVEN.encode())

    assert policy.logs == (LOG,)
    assert list(policy.witnesses) == ["first", "second", "third", "house"]
    assert policy.age_max == timedelta(hours=1)
    assert policy.is_met(["first", "third", "house"])
    assert not policy.is_met(["first", "house"])
    assert not policy.is_met(["first", "second", "third"])


def test_a_quorum_that_needs_a_witness_of_our_own_is_not_independent() -> None:
    policy = parse_policy(GIVEN.encode())
    without = parse_policy(GIVEN.replace("quorum all-of-them", "quorum others").encode())

    assert not policy.is_independent(["first", "second", "third", "house"])
    assert without.is_independent(["first", "second", "house"])


def test_no_witness_may_be_asked_for() -> None:
    policy = parse_policy(b"quorum none")

    assert (policy.quorum, policy.logs, policy.age_max) == (None, (), timedelta(days=1))
    assert policy.is_met([])
    assert not policy.is_independent([])


REFUSED = [
    ("", "no line says the quorum"),
    ("quorum none\nquorum none", "line 2: a second quorum"),
    ("quorum w", "line 1: 'w' is no witness or group"),
    ("quorum", "is written `quorum NAME"),
    ("witnes w x", "begins no line"),
    (f"witness none {W[0]}", "the name 'none' is taken"),
    (f"witness w {W[0]}\nwitness w {W[1]}", "line 2: the name 'w' is taken"),
    (f"witness w {W[0]}\nwitness v {W[0]}", "stands there twice"),
    (f"witness w {LOG}", "type 0x04"),
    ("witness w no-key", "name[+]hash"),
    (f"log {W[0]}", "type 0x01"),
    (f"log {LOG}\nlog {LOG}", "stands there twice"),
    (f"log {LOG} a b", "is written `log VKEY"),
    (f"witness w {W[0]}\ngroup g 2 w", "no number of members"),
    (f"witness w {W[0]}\ngroup g 0 w", "no number of members"),
    (f"witness w {W[0]}\ngroup g 01 w", "no number of members"),
    (f"witness w {W[0]}\ngroup g any w w", "in a group already"),
    (f"witness w {W[0]}\ngroup g any w\ngroup h any w", "in a group already"),
    ("group g any g", "is no witness or group"),
    ("group g any", "is written `group"),
    ("ours w", "is no witness that stands above"),
    ("age 5\nage 5", "said once"),
    ("age -5", "one number of seconds"),
    ("log a+\u00e9", "key"),
    ("quorum none\r\n", "a control character"),
    ("quorum none\0", "a control character"),
    ("#" * 1_000_001, "may have"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=range(len(REFUSED)))  # keys are random
def test_what_is_no_policy_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(PolicyRefused, match=said):
        parse_policy(text.encode())


def test_a_service_takes_its_witnesses_from_a_policy(tmp_path: Path) -> None:
    path = tmp_path / "witnesses"
    path.write_text(GIVEN)

    assert known_witnesses(path) == tuple(W)
    assert known_witnesses(None) == ()
    path.write_text("quorum")
    with pytest.raises(CannotStart, match="TENURE_WITNESSES"):
        known_witnesses(path)
    with pytest.raises(CannotStart, match="cannot be read"):
        known_witnesses(tmp_path / "nowhere")
