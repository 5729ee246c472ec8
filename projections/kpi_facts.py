"""KPI facts: what each event contributes to which measure, since when and until when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.money import Money
from domain.order_book import OrderCancelled, OrderCorrected, OrderPlaced, OrderRefunded
from ledger.recorded import Recorded
from projections.kpi_blocks import add_lines, lines_of, taken_back
from projections.kpi_fact import Fact, Measure, Superseding
from projections.text_form import plain_array

_ONE: Final = Decimal(1)

Subject = tuple[UUID, UUID]
"""The account, and the order (or refund) in it: their ids are unique within the account."""


@dataclass
class Changes:
    """What a batch does: new facts, and what takes back facts that stood before it."""

    facts: list[Fact] = field(default_factory=list)
    superseded: dict[Subject, Superseding] = field(default_factory=dict)
    _standing: dict[Subject, list[int]] = field(default_factory=dict)

    def add(self, entry: Recorded) -> None:
        """Fold one entry, the next in the order of positions."""
        account_id, position = entry.envelope.account_id, entry.position
        if account_id is None:
            return
        match entry.event:
            case OrderPlaced() as placed:
                content = (placed.ordered_on, placed.amount)
                self._place((account_id, placed.order_id), *content, position)
            case OrderCorrected(order_id=order_id, now=now):
                self._supersede((account_id, order_id), Superseding(position, None))
                self._place((account_id, order_id), now.ordered_on, now.amount, position)
            case OrderCancelled(order_id=order_id):
                from_day = entry.envelope.effective_at
                self._supersede((account_id, order_id), Superseding(position, from_day))
            case OrderRefunded() as refunded:
                money, day = refunded.amount, refunded.refunded_on
                self.facts.append(
                    Fact(
                        account_id=account_id,
                        measure=Measure.REVENUE,
                        subject=refunded.refund_id,
                        currency=money.currency,
                        amount=-money.amount,
                        effective_at=day,
                        position=position,
                    )
                )
            case _:
                pass  # no other event counts yet

    def _place(self, subject: Subject, day: date, money: Money, position: int) -> None:
        account_id, order_id = subject
        self._standing[subject] = [len(self.facts), len(self.facts) + 1]
        for measure, amount in ((Measure.REVENUE, money.amount), (Measure.ORDERS, _ONE)):
            self.facts.append(
                Fact(account_id, measure, order_id, money.currency, amount, day, position)
            )

    def _supersede(self, subject: Subject, superseding: Superseding) -> None:
        """Take back the facts that stand: those of this batch, else those of before."""
        standing = self._standing.pop(subject, None)
        if standing is None:
            self.superseded.setdefault(subject, superseding)
            return
        for index in standing:
            self.facts[index] = replace(self.facts[index], superseded=superseding)


# Facts of before the batch first, then those that it adds: an addition is never taken for one that
# stood before.
_SUPERSEDE_SQL: Final = """
    UPDATE kpi_fact AS fact
    SET superseded_by = new.position, superseded_from = new.from_day
    FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::date[])
        AS new (account_id, subject, position, from_day)
    WHERE fact.tenant_id = %s AND fact.account_id = new.account_id
      AND fact.subject = new.subject AND fact.superseded_by IS NULL
    RETURNING fact.account_id, fact.measure, fact.subject, fact.currency, fact.amount,
        fact.effective_at, fact.position
"""
_COPY_SQL: Final = """
    COPY kpi_fact (tenant_id, account_id, measure, subject, currency, amount,
        effective_at, position, superseded_by, superseded_from) FROM STDIN
"""
_NEVER_WAS: Final = "-infinity"


class KpiFacts:
    """The projection behind every KPI of orders: facts are added, and superseded once at the most.

    What they add up to in blocks of positions is kept beside them (`kpi_blocks.py`).
    """

    name: Final = "kpi-facts"
    tables: Final = ("kpi_fact", "kpi_block")
    version: Final = 2
    whole: Final = False

    async def apply(
        self, connection: AsyncConnection[Any], tenant_id: str, entries: Sequence[Recorded]
    ) -> None:
        changes = changes_of(entries)
        lines = [line for fact in changes.facts for line in lines_of(fact)]
        if changes.superseded:
            gone = await _supersede(connection, tenant_id, changes.superseded)
            lines += [
                taken_back(fact, changes.superseded[fact.account_id, fact.subject]) for fact in gone
            ]
        if changes.facts:
            block = "".join([_copy_line(tenant_id, fact) for fact in changes.facts])
            async with connection.cursor().copy(_COPY_SQL) as copy:
                await copy.write(block)
        await add_lines(connection, tenant_id, lines)


async def _supersede(
    connection: AsyncConnection[Any], tenant_id: str, superseded: Mapping[Subject, Superseding]
) -> Sequence[Fact]:
    """Take back facts of before, and return them as they were."""
    rows = [
        (*subject, by.position, by.from_day or _NEVER_WAS) for subject, by in superseded.items()
    ]
    columns = [plain_array(column) for column in zip(*rows, strict=True)]
    cursor = await connection.execute(_SUPERSEDE_SQL, (*columns, tenant_id))
    return [
        Fact(account_id, Measure(measure), *rest) async for account_id, measure, *rest in cursor
    ]


KPI_FACTS: Final = KpiFacts()


def changes_of(entries: Iterable[Recorded]) -> Changes:
    """Return what entries change, whatever stood before them."""
    changes = Changes()
    for entry in entries:
        changes.add(entry)
    return changes


def _copy_line(tenant_id: str, fact: Fact) -> str:
    """Write one row in COPY's text format; nothing in it needs escapes."""
    by = fact.superseded
    superseded = "\\N\t\\N" if by is None else f"{by.position}\t{by.from_day or _NEVER_WAS}"
    return (
        f"{tenant_id}\t{fact.account_id}\t{fact.measure}\t{fact.subject}\t{fact.currency}\t"
        f"{fact.amount:f}\t{fact.effective_at}\t{fact.position}\t{superseded}\n"
    )
