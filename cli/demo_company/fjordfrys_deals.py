"""How Fjordfrys' deals were talked over: a proposal, hard terms, a contract redrawn."""

from datetime import date
from decimal import Decimal
from typing import Final

from cli.demo_company.fjordfrys import FJORDFRYS, FREEZER
from cli.demo_company.people import EXECUTIVE, MANAGER
from cli.demo_company.story import Chapter, eur, id_of, on
from domain.commands import (
    change_deal_currency,
    change_deal_owner,
    lose_deal,
    move_deal,
    negotiate_terms,
    open_deal,
    present_proposal,
    raise_signal,
    reclassify_deal,
    reopen_deal,
    revise_deal_probability,
    send_contract,
    sign_contract,
    void_contract,
    win_deal,
)
from domain.deal_contract import Contract, ContractDraft
from domain.deal_negotiation import NegotiationTerms, ProposalTerms
from domain.deal_terms import DealKind, DealStage, DealTerms
from domain.signal import SignalKind, SignalTerms

DOCK: Final = id_of("deal", "fjordfrys dock")
SECOND_DOCK: Final = id_of("signal", "fjordfrys second dock")

STORY: Final = Chapter(
    "fjordfrys-deals",
    [
        on(
            "2026-05-11",
            raise_signal,
            FJORDFRYS,
            SECOND_DOCK,
            terms=SignalTerms(
                kind=SignalKind.OPPORTUNITY,
                title="They want to load two lorries at once",
                anticipated=True,
                severity=3,
                source="site visit",
            ),
        ),
        on(
            "2026-05-18",
            open_deal,
            FJORDFRYS,
            DOCK,
            terms=DealTerms(
                kind=DealKind.NEW_BUSINESS,
                name="A second loading dock",
                amount=eur("64000.00"),
                products=("dock leveller",),
                expected_close_on=date(2026, 9, 30),
                owner_id=EXECUTIVE,
                probability=Decimal(35),
                customer_value="forty pallets an hour more, without a night shift",
                signal_id=SECOND_DOCK,
            ),
        ),
        on(
            "2026-06-01",
            present_proposal,
            FJORDFRYS,
            DOCK,
            id_of("proposal", "fjordfrys dock"),
            terms=ProposalTerms(
                customer_value="forty pallets an hour more", amount=eur("61500.00")
            ),
        ),
        on(
            "2026-06-08",
            lose_deal,
            FJORDFRYS,
            DOCK,
            reason_code="no-budget",
            reason="the year's investments were spent on the freezer halls",
        ),
        on(
            "2026-07-06",
            reopen_deal,
            FJORDFRYS,
            DOCK,
            reason="Nordhafen pays for it after all",
        ),
        on("2026-07-06", move_deal, FJORDFRYS, DOCK, to=DealStage.NEGOTIATION),
        on("2026-07-06", change_deal_owner, FJORDFRYS, DOCK, to=MANAGER),
        on(
            "2026-07-13",
            negotiate_terms,
            FJORDFRYS,
            DOCK,
            id_of("negotiation", "fjordfrys payment"),
            terms=NegotiationTerms(term="payment", ours="30 days", theirs="90 days"),
        ),
        on(
            "2026-07-20",
            negotiate_terms,
            FJORDFRYS,
            DOCK,
            id_of("negotiation", "fjordfrys payment again"),
            terms=NegotiationTerms(term="payment", ours="60 days", theirs="60 days", agreed=True),
        ),
        on("2026-07-21", revise_deal_probability, FJORDFRYS, DOCK, to=Decimal(90)),
        on(
            "2026-07-27",
            send_contract,
            FJORDFRYS,
            DOCK,
            draft=ContractDraft(document="fjordfrys-dock-1.pdf", sha256="a1" * 32, to=(EXECUTIVE,)),
        ),
        on(
            "2026-07-30",
            void_contract,
            FJORDFRYS,
            DOCK,
            reason_code="wrong-party",
            reason="it named Fjordfrys, and Nordhafen is to sign",
        ),
        on(
            "2026-08-06",
            sign_contract,
            FJORDFRYS,
            DOCK,
            contract=Contract(
                signed_on=date(2026, 8, 6),
                starts_on=date(2026, 9, 1),
                ends_on=date(2028, 8, 31),
                document="fjordfrys-dock-2.pdf",
                sha256="b2" * 32,
                signatories=(EXECUTIVE,),
            ),
        ),
        on("2026-08-06", win_deal, FJORDFRYS, DOCK, amount=eur("60000.00")),
        on(
            "2026-09-28",
            change_deal_currency,
            FJORDFRYS,
            FREEZER,
            to=eur("167500.00"),
            reason="Nordhafen buys for it, in euros",
        ),
        on(
            "2026-09-28",
            reclassify_deal,
            FJORDFRYS,
            FREEZER,
            to=DealKind.CROSS_SELL,
            reason="since the dock it adds to what they have",
        ),
    ],
)
