"""What came of an import, for people and for programs."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


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
    seconds: float = 0.0
    rejects: Path | None = None

    def as_json(self) -> dict[str, Any]:
        rejects = None if self.rejects is None else str(self.rejects)
        return {**asdict(self), "seconds": round(self.seconds, 3), "rejects": rejects}

    def as_text(self) -> str:
        rate = f"{self.read / self.seconds:,.0f} rows/s" if self.seconds else "at once"
        lines = [
            f"{self.file}: {self.read:,} {self.kind} read in {self.seconds:.1f} s ({rate})",
            f"  {self.form}, SHA-256 {self.sha256}",
            f"  {'would be recorded' if self.dry_run else 'recorded':<18}{self.accepted:>12,}",
            f"  {'already there':<18}{self.already_there:>12,}",
        ]
        if self.differing:
            lines.append(
                f"  {'and different':<18}{self.differing:>12,}"
                "  (what is there reads otherwise, and was left as it is)"
            )
        lines.append(f"  {'rejected':<18}{self.rejected:>12,}")
        if self.rejects is not None:
            lines.append(f"  see {self.rejects}; correct it, and import it in turn")
        return "\n".join(lines)
