"""The table of streams holds what a dict would."""

from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.stream_table import StreamTable

IDS = st.integers(0, 400).map(lambda number: sha256(b"%d" % number).digest()[:16])


@settings(max_examples=30)
@given(st.lists(st.tuples(IDS, st.integers(1, 2**63))))
def test_it_is_a_dict(puts: list[tuple[bytes, int]]) -> None:
    table, plain = StreamTable(), dict[bytes, tuple[int, bytes]]()
    for stream_id, version in puts:
        leaf = sha256(stream_id + b"%d" % version).digest()
        table.put(stream_id, version, leaf)
        plain[stream_id] = version, leaf

    assert all(table.get(stream_id) == value for stream_id, value in plain.items())
    assert table.get(bytes(16)) is None


def test_it_grows_where_ids_are_alike() -> None:
    table = StreamTable()
    ids = [b"\x07" + number.to_bytes(15, "big") for number in range(3_000)]
    for version, stream_id in enumerate(ids, start=1):
        table.put(stream_id, version, bytes(32))

    assert [table.get(stream_id) for stream_id in ids] == [
        (version, bytes(32)) for version in range(1, 3_001)
    ]
