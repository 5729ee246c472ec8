"""How the tests of an account's concepts command and read."""

from typing import Any, Final

import httpx2

from tests.api.conftest import Tenure

NOWHERE: Final = "01999999-0000-7000-8000-000000000000"
DAY: Final = "2026-03-02"
LATER: Final = "2026-05-04"
NEED: Final = {
    "statement": "Fewer breakdowns",
    "source": "workshop",
    "priority": 4,
    "horizon": "long",
}
SIGNAL: Final = {
    "kind": "risk",
    "title": "The buyer retires",
    "severity": 4,
    "likelihood": "70",
    "due_on": "2026-05-10",
    "source": "check-in",
}
DOCUMENT: Final = {
    "uri": "https://files.example/crane.pdf",
    "title": "Contract",
    "media_type": "application/pdf",
    "sha256": "0" * 64,
    "kind": "contract",
}


async def post(
    tenure: Tenure, path: str, body: dict[str, Any], *, on: str = DAY, **headers: str
) -> httpx2.Response:
    answer = await tenure.manager.post(path, json={"effective_at": on, **body}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer


async def made(tenure: Tenure, path: str, body: dict[str, Any], *, on: str = DAY) -> str:
    """Carry out a command, and return where what it made can be read."""
    return str((await post(tenure, path, body, on=on)).headers["Location"])


async def only(tenure: Tenure, path: str, **params: Any) -> Any:
    """Read a list that must hold one item."""
    (item,) = (await tenure.fresh(path, **params))["items"]
    return item
