"""The persons that the files of one run tell of, by their names: the log does not know these."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from importers.names import folded_name


@dataclass
class Acquaintances:
    """The stakeholders that were met in this run, each with its account."""

    _called: dict[tuple[UUID, str], set[UUID]] = field(default_factory=lambda: defaultdict(set))

    def meet(self, party_id: UUID, *, called: str, account_id: UUID) -> None:
        self._called[account_id, folded_name(called)].add(party_id)

    def called(self, name: str, *, account_id: UUID) -> frozenset[UUID]:
        """Return the persons of an account who are called so."""
        return frozenset(self._called.get((account_id, folded_name(name)), ()))
