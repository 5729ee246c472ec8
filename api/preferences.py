"""What a client wants, over HTTP: preferences, expectations, why it buys; and attributes."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, Listed
from domain import commands
from domain.attribute import AttributeValue
from domain.expectation import ExpectationTerms, ExpectedBy
from domain.words import Code, Name
from projections.account_overview import find_account
from projections.attributes import ATTRIBUTE_LIST, AttributeRow
from projections.expectations import EXPECTATION_LIST, ExpectationRow
from projections.preferences import PREFERENCE_LIST, PreferenceRow
from projections.purchase_reasons import PURCHASE_REASON_LIST, PurchaseReasonRow

router = APIRouter(prefix="/accounts/{account_id}", tags=["preferences"])

_WITH_A_VALUE = [("value IS NOT NULL", ())]


class NewPreference(Body):
    key: Code
    value: Name | None


class NewExpectation(ExpectationTerms, Body):
    pass


class NewPurchaseReason(Body):
    deal_id: UUID
    purchase_reason: Name
    desired_outcome: Name | None = None


class NewAttribute(Body):
    key: Code
    value: AttributeValue | None


@command(router, "/preferences")
async def record_preference(account_id: UUID, body: NewPreference, asked: CommandAsked) -> Response:
    decision = commands.record_preference(
        account_id, key=body.key, value=body.value, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, "/expectations")
async def record_expectation(
    account_id: UUID, body: NewExpectation, asked: CommandAsked
) -> Response:
    decision = commands.record_expectation(
        account_id, asked.new_id(), terms=only(body, ExpectationTerms), on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@command(router, "/purchase-reasons")
async def record_purchase_reason(
    account_id: UUID, body: NewPurchaseReason, asked: CommandAsked
) -> Response:
    decision = commands.record_purchase_reason(
        account_id,
        deal_id=body.deal_id,
        purchase_reason=body.purchase_reason,
        desired_outcome=body.desired_outcome,
        on=body.on,
        today=today(),
    )
    return await asked.carry_out(decision, body)


@command(router, "/attributes")
async def set_attribute(account_id: UUID, body: NewAttribute, asked: CommandAsked) -> Response:
    decision = commands.set_attribute(
        account_id, key=body.key, value=body.value, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("/preferences", responses=LIST_ANSWERS, response_model=Listed[PreferenceRow])
async def read_preferences(account_id: UUID, paged: Paged) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    wanted = {"account_id": account_id}
    return await paged.answer(PREFERENCE_LIST, PreferenceRow, wanted, _WITH_A_VALUE)


@router.get("/expectations", responses=LIST_ANSWERS, response_model=Listed[ExpectationRow])
async def read_expectations(account_id: UUID, paged: Paged, by: ExpectedBy | None = None) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    wanted = {"account_id": account_id, "by": by}
    return await paged.answer(EXPECTATION_LIST, ExpectationRow, wanted)


@router.get("/purchase-reasons", responses=LIST_ANSWERS, response_model=Listed[PurchaseReasonRow])
async def read_purchase_reasons(account_id: UUID, paged: Paged) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    wanted = {"account_id": account_id}
    return await paged.answer(PURCHASE_REASON_LIST, PurchaseReasonRow, wanted)


@router.get("/attributes", responses=LIST_ANSWERS, response_model=Listed[AttributeRow])
async def read_attributes(account_id: UUID, paged: Paged) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    wanted = {"account_id": account_id}
    return await paged.answer(ATTRIBUTE_LIST, AttributeRow, wanted, _WITH_A_VALUE)
