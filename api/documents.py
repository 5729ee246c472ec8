"""Documents over HTTP: to attach and detach references to them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.command import Body, CommandAsked, only, today
from api.command_route import command
from api.paging import Paged
from api.reading import LIST_ANSWERS, READ_ANSWERS, Listed, Reading
from domain import commands
from domain.document import DocumentKind, DocumentTerms
from projections.account_overview import find_account
from projections.documents import DOCUMENT_LIST, DocumentRow, still

router = APIRouter(prefix="/accounts/{account_id}/documents", tags=["documents"])


class NewDocument(DocumentTerms, Body):
    pass


class Detachment(Body):
    pass


@command(router, "")
async def attach_document(account_id: UUID, body: NewDocument, asked: CommandAsked) -> Response:
    document_id = asked.new_id()
    decision = commands.attach_document(
        account_id, document_id, terms=only(body, DocumentTerms), on=body.on, today=today()
    )
    return await asked.carry_out(
        decision, body, location=f"/accounts/{account_id}/documents/{document_id}"
    )


@command(router, "/{document_id}/detachments")
async def detach_document(
    account_id: UUID, document_id: UUID, body: Detachment, asked: CommandAsked
) -> Response:
    decision = commands.detach_document(
        account_id, document_id, reason=body.reason, on=body.on, today=today()
    )
    return await asked.carry_out(decision, body)


@router.get("", responses=LIST_ANSWERS, response_model=Listed[DocumentRow])
async def read_documents(
    account_id: UUID,
    paged: Paged,
    kind: DocumentKind | None = None,
    attached: Annotated[
        bool | None, Query(description="true: still attached; false: detached since")
    ] = None,
) -> Any:
    await find_account(paged.view.connection, paged.view.tenant_id, account_id)
    wanted = {"account_id": account_id, "kind": kind}
    return await paged.answer(DOCUMENT_LIST, DocumentRow, wanted, still(attached=attached))


@router.get("/{document_id}", responses=READ_ANSWERS, response_model=DocumentRow)
async def read_document(account_id: UUID, document_id: UUID, view: Reading) -> Any:
    return await DOCUMENT_LIST.one(
        view.connection, view.tenant_id, account_id=account_id, document_id=document_id
    )
