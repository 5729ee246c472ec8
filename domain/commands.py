"""Every command of the domain, bound to the streams that it reads and records in.

`on` is the day on which a command takes effect, and belongs into the envelope as well; `today` is
the tenant's business day, and no command takes effect after it. An order carries its own day,
`content.ordered_on`: it is the effective day of placing it and of correcting it. `reason` belongs
into the envelope too; the events hold no free text of it.
"""

from domain.account_commands import (
    assign_manager,
    change_tier,
    close_account,
    hand_over,
    open_account,
    reopen_account,
    revise_profile,
    unassign_manager,
)
from domain.deal_commands import (
    correct_deal,
    lose_deal,
    move_deal,
    open_deal,
    reverse_deal,
    revise_deal_amount,
    revise_deal_expected_close,
    revise_deal_products,
    sign_contract,
    win_deal,
)
from domain.order_commands import cancel_order, correct_order, place_order, refund_order
from domain.party_commands import register_party, revise_party

__all__ = [
    "assign_manager",
    "cancel_order",
    "change_tier",
    "close_account",
    "correct_deal",
    "correct_order",
    "hand_over",
    "lose_deal",
    "move_deal",
    "open_account",
    "open_deal",
    "place_order",
    "refund_order",
    "register_party",
    "reopen_account",
    "reverse_deal",
    "revise_deal_amount",
    "revise_deal_expected_close",
    "revise_deal_products",
    "revise_party",
    "revise_profile",
    "sign_contract",
    "unassign_manager",
    "win_deal",
]
