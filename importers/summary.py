"""What came of an import, for people and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

_SHOWN_OWNERS_MAX: Final = 10


@dataclass
class Summary:
    """Counts of rows; every row read is in exactly one of the others."""

    file: str
    kind: str
    form: str
    sha256: str
    dry_run: bool = False
    read: int = 0
    accepted: int = 0
    """Recorded now; in a dry run: would be."""
    already_there: int = 0
    differing: int = 0
    """Already there with another content, which is left as it is."""
    rejected: int = 0
    held: int = 0
    """Among those rejected: right in themselves, but what they belong to is not certain."""
    left_out: int = 0
    """No facts, such as rows deleted in the other system."""
    unknown_owners: dict[str, int] = field(default_factory=dict)
    """Owners that no owners file tells of, as the file writes them, and how many rows name them."""
    notes: Sequence[str] = ()
    """What was found out about the columns."""
    seconds: float = 0.0
    rejects: Path | None = None
    aside: Path | None = None
    """Where everything is that has no column of ours."""

    def as_json(self) -> dict[str, Any]:
        files = {
            key: None if path is None else str(path)
            for key, path in (("rejects", self.rejects), ("aside", self.aside))
        }
        return {**asdict(self), "seconds": round(self.seconds, 3), **files}

    def as_text(self) -> str:
        rate = f"{self.read / self.seconds:,.0f} rows/s" if self.seconds else "at once"
        lines = [
            f"{self.file}: {self.read:,} {self.kind} read in {self.seconds:.1f} s ({rate})",
            f"  {self.form}, SHA-256 {self.sha256}",
            *(f"  {note}" for note in self.notes),
            f"  {'would be recorded' if self.dry_run else 'recorded':<18}{self.accepted:>12,}",
            f"  {'already there':<18}{self.already_there:>12,}",
        ]
        if self.differing:
            lines.append(
                f"  {'and different':<18}{self.differing:>12,}"
                "  (what is there reads otherwise, and was left as it is)"
            )
        lines.append(f"  {'rejected':<18}{self.rejected:>12,}")
        if self.held:
            lines.append(
                f"  {'of them held':<18}{self.held:>12,}"
                "  (what they belong to is not certain, and was not guessed)"
            )
        if self.left_out:
            lines.append(f"  {'left out':<18}{self.left_out:>12,}")
        if self.unknown_owners:
            lines.append(_about_owners(self.unknown_owners))
        if self.aside is not None:
            lines.append(f"  what has no column here is kept in {self.aside}")
        if self.rejects is not None:
            lines.append(f"  see {self.rejects}; correct it, and import it in turn")
        return "\n".join(lines)


def _about_owners(unknown: Mapping[str, int]) -> str:
    most = sorted(unknown.items(), key=lambda each: (-each[1], each[0]))
    shown = ", ".join(f"{said} ({rows:,})" for said, rows in most[:_SHOWN_OWNERS_MAX])
    more = len(most) - _SHOWN_OWNERS_MAX
    return (
        f"  {'owner not told':<18}{sum(unknown.values()):>12,}  ({shown}"
        + (f" and {more:,} more" if more > 0 else "")
        + "; say who they are with --owners, --write-owners makes the file)"
    )
