"""A client of the book: who it is, and the steps of its story as they are made up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final
from uuid import UUID

from cli.demo_company.book.managers import MANAGERS
from cli.demo_company.story import Step, id_of, on
from domain.decision import Decision
from domain.money import Money

FIRST_DAY: Final = date(2024, 10, 28)
LAST_DAY: Final = date(2026, 10, 26)

NAMES: Final = (
    "Alpenblick Versand", "Baltic Cold Chain", "Bodegas Arriaga", "Brightwater Foods",
    "Cantieri Moro", "Castellón Cerámica", "Delta Print", "Eisenach Logistik", "Ferro Nord",
    "Garonne Primeurs", "Hansa Pharma", "Highland Woollens", "Inter-Rhône Fret", "Jurado Hermanos",
    "Kestrel Outdoor", "Laguna Azul", "Lindqvist Papper", "Maas Containers", "Meridian Books",
    "Nera Farmaceutici", "Oranjehof Bloemen", "Østfold Bryggeri", "Pico Sacro Quesos",
    "Quayside Marine", "Rheinfelder Möbel", "Saale Optik", "Sierra Norte Aceites",
    "Tatra Outdoor", "Ulster Linen", "Vega Baja Cítricos", "Weser Stahlhandel", "Ypres Textiles",
    "Zagreb Ljekarna",
)  # fmt: skip
INDUSTRIES: Final = (
    "Food", "Warehousing", "Pharmaceuticals", "Retail", "Textiles", "Printing", "Furniture",
)  # fmt: skip
PLACES: Final = (
    ("North", "DE"), ("North", "NO"), ("South", "ES"), ("South", "IT"), ("West", "FR"),
    ("West", "GB"), ("East", "PL"), ("West", "NL"),
)  # fmt: skip


@dataclass(slots=True)
class Client:
    """An account of the book, and what has been made up of it so far."""

    seed: int
    number: int
    name: str
    chance: Random
    opened_on: date
    manager_id: UUID
    won_on: date | None = None
    """When it first bought, if it has."""
    first_deal_id: UUID | None = None
    people: list[UUID] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    last_day: date = LAST_DAY
    """Nothing is told of it after that day."""
    steps: list[Step] = field(default_factory=list)

    @property
    def account_id(self) -> UUID:
        return self.id("account", "")

    @property
    def relationship_id(self) -> UUID:
        return self.id("relationship", "")

    def id(self, kind: str, what: str) -> UUID:
        return id_of(kind, f"book {self.seed} {self.number} {what}".strip())

    def do(self, day: date, command: Callable[..., Decision], *ids: UUID, **arguments: Any) -> None:
        """Let something happen to the account, unless the story has ended by that day."""
        if day <= LAST_DAY:
            step = on(day.isoformat(), command, self.account_id, *ids, **arguments)
            self.steps.append(step)

    def after(self, day: date, least: int, most: int) -> date:
        """Return a working day some days later."""
        later = day + timedelta(days=self.chance.randint(least, most))
        return later + timedelta(days={5: 2, 6: 1}.get(later.weekday(), 0))

    def money(self, least: int, most: int) -> Money:
        cents = Decimal(self.chance.randint(least * 100, most * 100)) / 100
        return Money(amount=cents.quantize(Decimal("0.01")), currency="EUR")

    def happens(self, percent: int) -> bool:
        return self.chance.randrange(100) < percent


def clients(seed: int) -> Iterator[Client]:
    """Make up who the clients are, and when each is opened; none depends on another."""
    for number, name in enumerate(NAMES):
        chance = Random(f"{seed} {name}")  # noqa: S311  # a story, no secret
        opened_on = FIRST_DAY + timedelta(days=7 * chance.randrange(0, 60))
        yield Client(seed, number, name, chance, opened_on, MANAGERS[number % len(MANAGERS)])
