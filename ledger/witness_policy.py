"""The policy of an auditor (C2SP tlog-policy): which logs and witnesses to trust, and how many.

A text of lines: `log VKEY [URL]`, `witness NAME VKEY [URL]`, `group NAME all|any|K NAME...`, and
one `quorum NAME|none`. Two kinds of lines are our own, since the format has none for them:
`age SECONDS` is how old the cosignatures of a quorum may be, and `ours NAME...` names witnesses
that are run by those who run the log, so that no report counts them as independent.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from ledger.cosignature import WitnessKey
from ledger.failure import CannotStart
from ledger.note import KeyRefused, VerifierKey

POLICY_BYTES_MAX: Final = 1_000_000
AGE_DEFAULT: Final = timedelta(days=1)
_NONE: Final = "none"
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


class PolicyRefused(ValueError):
    """A text is no policy; says at which line, and why."""


@dataclass(frozen=True, slots=True)
class Group:
    """So many members, witnesses or groups, of which `least` must have seen a checkpoint."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom to believe."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, WitnessKey]
    groups: Mapping[str, Group]
    quorum: str | None
    """The witness or the group that must have seen a checkpoint; None: nobody need."""
    ours: frozenset[str]
    """Witnesses that are run by those who run the log."""
    age_max: timedelta

    def is_met(self, names: Collection[str]) -> bool:
        """Tell whether these witnesses are a quorum."""
        return self.quorum is None or self._has_seen(self.quorum, names)

    def is_independent(self, names: Collection[str]) -> bool:
        """Tell whether they are one without those that we run ourselves."""
        return self.quorum is not None and self.is_met([n for n in names if n not in self.ours])

    def _has_seen(self, name: str, names: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in names
        return sum(self._has_seen(member, names) for member in group.members) >= group.least


def parse_policy(octets: bytes) -> Policy:
    """Read a policy.

    Raises:
        PolicyRefused: it is none.
    """
    if len(octets) > POLICY_BYTES_MAX:
        raise PolicyRefused(f"a policy may have {POLICY_BYTES_MAX} bytes, not {len(octets)}")
    if found := _CONTROL.search(octets):
        raise PolicyRefused(f"a control character, at byte {found.start()}")
    reader = _Reader()
    # Latin-1 keeps every byte apart, as the format wants: names are compared as bytes.
    for number, line in enumerate(octets.decode("latin-1").split("\n"), start=1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            reader.read(words[0], words[1:])
        except (PolicyRefused, KeyRefused) as error:
            raise PolicyRefused(f"line {number}: {error}") from error
    return reader.policy()


def known_witnesses(path: Path | None) -> tuple[WitnessKey, ...]:
    """Return the witnesses that a policy file names; none without one.

    Raises:
        CannotStart: it cannot be read, or is no policy.
    """
    if path is None:
        return ()
    try:
        return tuple(parse_policy(path.read_bytes()).witnesses.values())
    except OSError as error:
        raise CannotStart(f"TENURE_WITNESSES: {path} cannot be read: {error.strerror}") from error
    except PolicyRefused as error:
        raise CannotStart(f"TENURE_WITNESSES: {path} is no policy: {error}") from error


@dataclass
class _Reader:
    """Takes the lines; what a line names must stand above it."""

    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, WitnessKey] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    ours: set[str] = field(default_factory=set)
    quorum: str | None = None
    age: timedelta | None = None

    def read(self, kind: str, words: Sequence[str]) -> None:
        readers: Mapping[str, Callable[[Sequence[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
            "ours": self._ours,
            "age": self._age,
        }
        if kind not in readers:
            raise PolicyRefused(f"{kind[:40]!r} begins no line; known are {', '.join(readers)}")
        readers[kind](words)

    def policy(self) -> Policy:
        if self.quorum is None:
            raise PolicyRefused("no line says the quorum; `quorum none` asks for no witness")
        return Policy(
            tuple(self.logs),
            self.witnesses,
            self.groups,
            None if self.quorum == _NONE else self.quorum,
            frozenset(self.ours),
            self.age or AGE_DEFAULT,
        )

    def _log(self, words: Sequence[str]) -> None:
        _require(words, 1, 2, "log VKEY [URL]")
        key = VerifierKey.parse(_utf8(words[0]))
        if key.public in {other.public for other in self.logs}:
            raise PolicyRefused(f"the key of {key.name} stands there twice")
        self.logs.append(key)

    def _witness(self, words: Sequence[str]) -> None:
        _require(words, 2, 3, "witness NAME VKEY [URL]")
        key = WitnessKey.parse(_utf8(words[1]))
        if key.public in {other.public for other in self.witnesses.values()}:
            raise PolicyRefused(f"the key of {key.name} stands there twice")
        self.witnesses[self._new(words[0])] = key

    def _group(self, words: Sequence[str]) -> None:
        _require(words, 3, None, "group NAME all|any|K NAME...")
        name, least, members = words[0], words[1], words[2:]
        for member in members:
            self._known(member)
            if member in self.members:
                raise PolicyRefused(f"{member!r} is in a group already")
            self.members.add(member)
        counts = {"all": len(members), "any": 1}
        count = counts.get(least) or (int(least) if _NUMBER.fullmatch(least) else 0)
        if not 1 <= count <= len(members):
            raise PolicyRefused(f"{least!r} of {len(members)} is no number of members")
        self.groups[self._new(name)] = Group(count, tuple(members))

    def _quorum(self, words: Sequence[str]) -> None:
        _require(words, 1, 1, "quorum NAME|none")
        if self.quorum is not None:
            raise PolicyRefused("a second quorum")
        if words[0] != _NONE:
            self._known(words[0])
        self.quorum = words[0]

    def _ours(self, words: Sequence[str]) -> None:
        _require(words, 1, None, "ours NAME...")
        for name in words:
            if name not in self.witnesses:
                raise PolicyRefused(f"{name!r} is no witness that stands above")
            self.ours.add(name)

    def _age(self, words: Sequence[str]) -> None:
        _require(words, 1, 1, "age SECONDS")
        if self.age is not None or not _NUMBER.fullmatch(words[0]):
            raise PolicyRefused("the age is one number of seconds, said once")
        self.age = timedelta(seconds=int(words[0]))

    def _new(self, name: str) -> str:
        if name == _NONE or name in self.witnesses or name in self.groups:
            raise PolicyRefused(f"the name {name!r} is taken")
        return name

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise PolicyRefused(f"{name!r} is no witness or group that stands above")


def _require(words: Sequence[str], least: int, most: int | None, form: str) -> None:
    if len(words) < least or (most is not None and len(words) > most):
        raise PolicyRefused(f"the line is written `{form}`")


def _utf8(text: str) -> str:
    try:
        return text.encode("latin-1").decode()
    except UnicodeDecodeError as error:
        raise PolicyRefused("a key is not UTF-8") from error
