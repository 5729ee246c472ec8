"""The peer: the same endpoint over the `eventsourcing` library as it comes, its cache switched on.

It has no keys, no idempotency, no envelope and no proofs: what Tenure does beside is Tenure's cost.
Start it as `python -m benchmarks.library_service PORT`, with the library's POSTGRES_* settings.
"""

import sys
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid4

import uvicorn
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, event
from fastapi import Body, FastAPI, HTTPException, status
from pydantic import BaseModel, TypeAdapter

from domain.order_book import OrderContent


class OrderBook(Aggregate):
    @event("Begun")
    def __init__(self) -> None:
        self.order_ids: set[str] = set()

    @event("Placed")
    def place(self, order_id: str, content: dict[str, Any]) -> None:
        del content  # it stands in the event, and no rule needs it
        self.order_ids.add(order_id)


class Orders(Application[UUID]):
    env: ClassVar[dict[str, str]] = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "AGGREGATE_CACHE_MAXSIZE": "0",  # 0: every aggregate stays in the cache
    }

    def begin(self) -> UUID:
        book = OrderBook()
        self.save(book)
        return book.id

    def place(self, book_id: UUID, content: dict[str, Any]) -> int:
        book: OrderBook = self.repository.get(book_id)
        book.place(str(uuid4()), content)
        self.save(book)
        return book.version


class Answer(BaseModel):
    id: UUID
    version: int


def create_app() -> FastAPI:
    orders, to_json = Orders(), TypeAdapter(OrderContent)
    app = FastAPI()

    @app.post("/accounts", status_code=status.HTTP_201_CREATED)
    def open_account() -> Answer:
        return Answer(id=orders.begin(), version=1)

    @app.post("/accounts/{account_id}/orders", status_code=status.HTTP_201_CREATED)
    def place_order(account_id: UUID, content: Annotated[OrderContent, Body()]) -> Answer:
        try:
            version = orders.place(account_id, to_json.dump_python(content, mode="json"))
        except AggregateNotFoundError as error:
            raise HTTPException(status.HTTP_404_NOT_FOUND) from error
        return Answer(id=account_id, version=version)

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(), port=int(sys.argv[1]), log_level="warning")
