"""The Merkle tree and the records below it, in the form of C2SP tlog-tiles."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from api.audit import FOR_EVER, Auditor, octets_answers, read_head
from api.problems import NotInLog
from api.service import ServiceOf
from api.validation import BadField
from ledger.merkle import TILE_WIDTH
from ledger.proofs import Tile, tile_width
from ledger.tile_path import parse_tile_path
from ledger.tiles import read_bundle, read_tiles

router = APIRouter(prefix="/log/tile", tags=["audit"])

_MEDIA_TYPE: Final = "application/octet-stream"
_LENGTH_BYTES: Final = 2

TilePath = Annotated[
    str, Path(max_length=64, description="`x001/x234/067` or, partial, `x001/x234/067.p/5`")
]
Level = Annotated[str, Path(pattern="^([0-9]|[1-5][0-9]|6[0-3])$", description="0 to 63")]


@router.get("/entries/{path:path}", responses=octets_answers(_MEDIA_TYPE), response_class=Response)
async def read_entries(path: TilePath, auditor: Auditor, service: ServiceOf) -> Response:
    """Read 256 records, or the first of them, each after its length as a big-endian uint16."""
    index, width = _place(path)
    async with service.ledger.pool.connection() as connection:
        head = await read_head(connection, auditor.tenant_id)
        _require(Tile(0, index, width), head)
        records = await read_bundle(connection, auditor.tenant_id, index, width)
    bundle = b"".join(len(record).to_bytes(_LENGTH_BYTES, "big") + record for record in records)
    return Response(bundle, headers=FOR_EVER, media_type=_MEDIA_TYPE)


@router.get("/{level}/{path:path}", responses=octets_answers(_MEDIA_TYPE), response_class=Response)
async def read_tile(level: Level, path: TilePath, auditor: Auditor, service: ServiceOf) -> Response:
    """Read 256 hashes of a level of the Merkle tree, or the first of them, 32 bytes each."""
    index, width = _place(path)
    tile = Tile(int(level), index, width)
    async with service.ledger.pool.connection() as connection:
        head = await read_head(connection, auditor.tenant_id)
        _require(tile, head)
        tiles = await read_tiles(connection, auditor.tenant_id, [tile])
    return Response(tiles[tile.level, index], headers=FOR_EVER, media_type=_MEDIA_TYPE)


def _place(path: str) -> tuple[int, int]:
    try:
        return parse_tile_path(path)
    except ValueError as error:
        raise BadField("path", str(error), place="path", code="not-a-tile") from error


def _require(tile: Tile, head: int) -> None:
    if tile_width(tile.level, tile.index, head) < tile.width:
        size = "" if tile.width == TILE_WIDTH else f" with {tile.width} hashes"
        raise NotInLog(f"tile {tile.index} of level {tile.level}{size}", head)
