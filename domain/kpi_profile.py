"""How much is known of accounts, and how well they fit the ideal customer profile."""

from domain.figure import Figure, percent
from domain.kpi import NO_FLAGS, Flags, NoData
from domain.rounding import Exact


def profile_completeness(known: Exact, asked: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return 100 x weight of what is known / weight of what is asked for: percent, to one decimal.

    What was said not to apply is known. The weights are those of the policy for the account's tier,
    and of several accounts they may be added up.

    Raises:
        NoData: `nothing-asked`; the policy asks for nothing at this tier.
    """
    if asked == 0:
        raise NoData("nothing-asked", "the policy asks for no information at this tier")
    return percent(known, asked, count=int(asked), flags=flags)


def fit(total: Exact, scores: Exact, *, flags: Flags = NO_FLAGS) -> Figure:
    """Return the mean of the latest fit of each account: 0 to 100, shown to one decimal.

    `total` adds them up as they were recorded. An account that was never scored does not fit by 0:
    it is no part of either.

    Raises:
        NoData: `never-scored`.
    """
    if scores == 0:
        raise NoData("never-scored", "the fit was never scored")
    return percent(total, 100 * scores, count=int(scores), flags=flags)
