"""The OpenAPI document: committed, and true of a running service."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cli.openapi import DOCUMENT, openapi_text
from ledger.api_keys import Role, create_key
from ledger.tenants import DEFAULT_TENANT
from tests.api.conftest import euro
from tests.api.service import Service

EXAMPLES = 6
# schemathesis and what it stands on warn of their own future, which is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_the_committed_document_is_the_one_of_this_code() -> None:
    assert DOCUMENT.read_text() == openapi_text(), "run `make openapi`"


@pytest.fixture
def service(database_url: str, tmp_path: Path) -> Iterator[httpx2.Client]:
    """Start `tenure serve`, and give a client with an admin's key."""
    with psycopg.connect(database_url) as owner:
        key = create_key(owner, DEFAULT_TENANT, Role.ADMIN, "test")
    service, headers = Service(database_url, tmp_path), {"Authorization": f"Bearer {key}"}
    with service.running(), httpx2.Client(base_url=service.url, headers=headers) as client:
        yield client


def test_every_answer_is_as_documented(service: httpx2.Client) -> None:
    account = service.post("/accounts", json={"name": "Acme"}).json()["id"]
    service.post(f"/accounts/{account}/orders", json={"amount": euro("1.00")})
    schema = schemathesis.openapi.from_url(f"{service.base_url}/openapi.json")
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    tried = set()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        tried.add(operation.label)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def check(case: schemathesis.Case[Any]) -> None:
            if "account_id" in case.path_parameters:
                case.path_parameters["account_id"] = account
            if case.query and "min_position" in case.query:
                case.query["min_position"] = 0  # it would only wait
            answer = case.call(headers={"Authorization": service.headers["Authorization"]})
            if answer.status_code != 503:  # an answer that is meant, and documented
                case.validate_response(answer, checks=checks)

        check()

    assert {"POST /accounts", "POST /accounts/{account_id}/orders", "GET /events"} <= tried
