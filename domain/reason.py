"""What a command must say for itself: why, and as of which day."""

from datetime import date

from domain.refusal import Refused


def require_reason(reason: str) -> None:
    """Refuse a command that must be explained and is not; the ledger keeps the text itself.

    Raises:
        Refused: `reason-required`.
    """
    if not reason.strip():
        raise Refused("reason-required", "this needs a reason; say in a few words why")


def refuse_future(on: date, *, today: date) -> None:
    """Refuse a day that has not come yet.

    Raises:
        Refused: `in-the-future`.
    """
    if on > today:
        raise Refused("in-the-future", f"{on} has not come yet; give a day up to today, {today}")


def refuse_before(on: date, *, earliest: date, what: str, code: str) -> None:
    """Refuse a day that lies before what it builds upon.

    Raises:
        Refused: with the given code.
    """
    if on < earliest:
        raise Refused(code, f"{on} lies before {what}; give a day from {earliest} on")
