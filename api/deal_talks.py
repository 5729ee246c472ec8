"""How deals are talked over, over HTTP: proposals, negotiations, contracts."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, Listed
from domain import commands
from domain.deal_contract import Contract, ContractDraft
from domain.deal_negotiation import NegotiationTerms, ProposalTerms
from domain.words import Code
from projections.deal_list import DEAL_LIST
from projections.deal_negotiations import DEAL_NEGOTIATION_LIST, DealNegotiationRow
from projections.deal_proposals import DEAL_PROPOSAL_LIST, DealProposalRow

router = APIRouter(tags=["deals"])

_DEAL = "/accounts/{account_id}/deals/{deal_id}"


class NewProposal(ProposalTerms, Body):
    pass


class NewNegotiation(NegotiationTerms, Body):
    pass


class ContractSending(ContractDraft, Body):
    pass


class ContractSignature(Contract, Body):
    pass


class ContractVoiding(Body):
    reason_code: Code


@command(router, f"{_DEAL}/proposals")
async def present_proposal(
    account_id: UUID, deal_id: UUID, body: NewProposal, asked: CommandAsked
) -> Response:
    decision = commands.present_proposal(
        account_id,
        deal_id,
        asked.new_id(),
        terms=only(body, ProposalTerms),
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/negotiations")
async def negotiate_terms(
    account_id: UUID, deal_id: UUID, body: NewNegotiation, asked: CommandAsked
) -> Response:
    """Record where both sides stand on one term; the rounds of each term are counted."""
    decision = commands.negotiate_terms(
        account_id,
        deal_id,
        asked.new_id(),
        terms=only(body, NegotiationTerms),
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/contract-sendings")
async def send_contract(
    account_id: UUID, deal_id: UUID, body: ContractSending, asked: CommandAsked
) -> Response:
    decision = commands.send_contract(
        account_id, deal_id, draft=only(body, ContractDraft), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/contract-signatures")
async def sign_contract(
    account_id: UUID, deal_id: UUID, body: ContractSignature, asked: CommandAsked
) -> Response:
    decision = commands.sign_contract(
        account_id, deal_id, contract=only(body, Contract), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, f"{_DEAL}/contract-voidings")
async def void_contract(
    account_id: UUID, deal_id: UUID, body: ContractVoiding, asked: CommandAsked
) -> Response:
    """Call the contract off, signed or only sent; another one may be signed then."""
    decision = commands.void_contract(
        account_id,
        deal_id,
        reason_code=body.reason_code,
        reason=body.reason,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@router.get(f"{_DEAL}/proposals", responses=LIST_ANSWERS, response_model=Listed[DealProposalRow])
async def read_proposals(account_id: UUID, deal_id: UUID, paged: Paged) -> Any:
    await _find(paged, account_id, deal_id)
    return await paged.answer(DEAL_PROPOSAL_LIST, DealProposalRow, {"deal_id": deal_id})


@router.get(
    f"{_DEAL}/negotiations", responses=LIST_ANSWERS, response_model=Listed[DealNegotiationRow]
)
async def read_negotiations(account_id: UUID, deal_id: UUID, paged: Paged) -> Any:
    await _find(paged, account_id, deal_id)
    return await paged.answer(DEAL_NEGOTIATION_LIST, DealNegotiationRow, {"deal_id": deal_id})


async def _find(paged: Paged, account_id: UUID, deal_id: UUID) -> None:
    view = paged.view
    await DEAL_LIST.one(view.connection, view.tenant_id, account_id=account_id, deal_id=deal_id)
