"""Who can bear what: the portfolios of the three managers, and how they were rebalanced."""

from datetime import date
from typing import Final

from cli.demo_company.nordhafen import NORDHAFEN
from cli.demo_company.people import EXECUTIVE, KEY_MANAGER, MANAGER
from cli.demo_company.segura import SEGURA
from cli.demo_company.story import Chapter, id_of, on
from cli.demo_company.tamiko import TAMIKO
from cli.demo_company.three_lakes import THREE_LAKES
from domain.commands import (
    accept_over_capacity,
    change_tier,
    close_portfolio,
    log_training,
    open_portfolio,
    publish_policy,
    reweigh_portfolio,
    set_portfolio_capacity,
    set_portfolio_focus,
    transfer_accounts,
)
from domain.manager import ManagerRole
from domain.override import Override
from domain.policy import Capacity, TierPoints
from domain.portfolio import PortfolioFocus, Training
from domain.tier import Tier, TierCriterion

STORY: Final = Chapter(
    "portfolios",
    [
        on(
            "2026-09-07",
            open_portfolio,
            MANAGER,
            capacity=4,
            account_ids=(SEGURA, THREE_LAKES, TAMIKO),
        ),
        on("2026-09-07", open_portfolio, KEY_MANAGER, account_ids=(NORDHAFEN,)),
        on("2026-09-07", open_portfolio, EXECUTIVE),
        on(
            "2026-09-08",
            set_portfolio_focus,
            MANAGER,
            to=PortfolioFocus(territories=("South", "West"), industries=("Food",)),
        ),
        on(
            "2026-09-14",
            log_training,
            KEY_MANAGER,
            id_of("training", "negotiating with groups"),
            training=Training(
                title="Negotiating with groups of companies", source="Trade school", hours=16
            ),
        ),
        on(
            "2026-09-21",
            set_portfolio_capacity,
            MANAGER,
            to=3,
            reason="works four days a week from now on",
        ),
        on(
            "2026-09-22",
            accept_over_capacity,
            MANAGER,
            points=2,
            until=date(2026, 12, 31),
            override=Override(approved_by=KEY_MANAGER, reason="until the new colleague is here"),
        ),
        on(
            "2026-09-28",
            change_tier,
            SEGURA,
            to=Tier.KEY,
            criteria=(TierCriterion.PROJECTED_REVENUE,),
            reason="three more mills are to be fitted out",
        ),
        on(
            "2026-10-01",
            publish_policy,
            policy=Capacity(
                tiers=(
                    TierPoints(tier=Tier.SALES, points=1),
                    TierPoints(tier=Tier.KEY, points=2),
                    TierPoints(tier=Tier.STRATEGIC, points=5),
                )
            ),
            effective_from=date(2026, 10, 1),
            time_zones=(),
            reason="a year of timesheets says so",
        ),
        on("2026-10-05", reweigh_portfolio, MANAGER),
        on(
            "2026-10-12",
            transfer_accounts,
            MANAGER,
            to_manager_id=KEY_MANAGER,
            role=ManagerRole.KEY_ACCOUNT_MANAGER,
            account_ids=(TAMIKO,),
            reason="there is room for it there",
        ),
        on("2026-10-19", close_portfolio, EXECUTIVE, reason="sells, and leads no accounts"),
    ],
)
