"""`tenure openapi`: the description of the API, written down so that every change of it is seen."""

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from psycopg_pool import AsyncConnectionPool

from api.app import create_app
from domain.aggregates import EVERY_AGGREGATE, EVERY_FAMILY
from ledger.event_types import EventTypes
from ledger.key_service import MasterKey
from ledger.ledger import Ledger, Pool
from ledger.read_log import ReadLog
from ledger.settings import load_settings
from ledger.transaction import Stores
from ledger.vault import Vault
from ledger.writer import Writer
from projections.engine import Engine
from projections.every_projection import EVERY_PROJECTION

DOCUMENT: Final = Path(__file__).parent.parent / "docs" / "openapi.json"


def openapi(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = DOCUMENT,
) -> None:
    """Write the OpenAPI document of the API to docs/openapi.json."""
    path.write_text(openapi_text())
    typer.echo(f"wrote {path}")


def openapi_text() -> str:
    """Return the document: the same code, the same bytes."""
    return json.dumps(_describe(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _describe() -> dict[str, Any]:
    """Describe the application around a ledger that is not open: only its routes are asked for."""
    types, vault = EventTypes(EVERY_AGGREGATE), Vault(MasterKey(bytes(32)))
    writer = Writer("", Stores(types, EVERY_FAMILY, vault))
    pool: Pool = AsyncConnectionPool("", open=False)
    ledger = Ledger("", writer, types, vault, pool, ReadLog(writer, pool))
    engine = Engine("", types, EVERY_PROJECTION)
    return create_app(ledger, engine, load_settings({})).openapi()
