"""What `tenure clv` says of a fit."""

from decimal import Decimal
from typing import Any, Final

from cli.clv_run import Done
from domain.lifetime_value import CORRELATION_NOTED, CUSTOMERS_ADVISED
from domain.lifetime_value_model import LifetimeValueFit
from projections.lifetime_value_fits import LifetimeValueFitRow

_FIGURES: Final = 4


def as_text(done: Done) -> str:
    """Say in lines what was fitted to what, how well, and where it stands."""
    fit = done.fit
    purchasing, spending = fit.purchasing, fit.spending
    customers = f"{fit.customers:,} customers, {fit.repeat_customers:,} with repeat purchases"
    orders = f"orders of {fit.first_on} to {fit.last_on}, as known at position {fit.known_at}"
    rates = f"r {_short(purchasing.r)}, alpha {_short(purchasing.alpha)} weeks"
    losses = f"a {_short(purchasing.a)}, b {_short(purchasing.b)}"
    shapes = f"p {_short(spending.p)}, q {_short(spending.q)}"
    gamma = f"gamma {_short(spending.gamma)} {fit.currency}"
    outcome = (
        "the latest fit says the same; nothing was recorded"
        if done.receipt.position is None
        else f"recorded at position {done.receipt.position}"
    )
    lines = [
        f"{fit.currency}: {customers}; {orders}",
        f"purchases (BG/NBD): {rates}, {losses}; {_likely(purchasing.log_likelihood)}",
        f"amounts (Gamma-Gamma): {shapes}, {gamma}; {_likely(spending.log_likelihood)}",
        f"correlation of number and amount of repeat purchases: {fit.correlation:.3f}",
        *_cautions(fit),
        outcome,
    ]
    return "\n".join(lines)


def as_json(done: Done) -> dict[str, Any]:
    """Give the same to programs; `position` is null where nothing had to be recorded."""
    return {"position": done.receipt.position} | done.fit.model_dump(mode="json")


def row_as_text(row: LifetimeValueFitRow) -> str:
    """Say in a line what was fitted."""
    return (
        f"{row.position:>10}  {row.currency}  {row.first_on} to {row.last_on}  "
        f"{row.customers:,} customers  r {_short(row.r)}  alpha {_short(row.alpha)}  "
        f"a {_short(row.a)}  b {_short(row.b)}  p {_short(row.p)}  q {_short(row.q)}  "
        f"gamma {_short(row.gamma)}"
    )


def _cautions(fit: LifetimeValueFit) -> list[str]:
    said = []
    if fit.customers < CUSTOMERS_ADVISED:
        said.append(f"caution: {CUSTOMERS_ADVISED:,} customers are advised for a steady fit")
    if abs(float(fit.correlation)) > CORRELATION_NOTED:
        said.append(
            "caution: those who buy more often pay other amounts, which Gamma-Gamma takes not to "
            "be so"
        )
    return said


def _likely(log_likelihood: Decimal) -> str:
    return f"log-likelihood {log_likelihood:,.2f}"


def _short(value: Decimal) -> str:
    return f"{float(value):.{_FIGURES}g}"
