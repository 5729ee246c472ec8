"""A small HTTP load: many kept-alive connections, each with one request under way at a time."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Result:
    """What came back; latencies in seconds, in the order of arrival."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    unexpected: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Acknowledged requests a second."""
        return len(self.latencies) / self.seconds

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1_000


def post(path: str, body: bytes, *, key: str = "") -> bytes:
    """Write one request; `key` becomes a bearer token."""
    headers = f"Authorization: Bearer {key}\r\n" if key else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: benchmark\r\nContent-Type: application/json\r\n"
        f"{headers}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


def run_load(
    port: int, request: Callable[[int], bytes], *, connections: int, seconds: float
) -> Result:
    """Send `request(0)`, `request(1)` ... for so long, and wait for every answer."""
    return asyncio.run(_run(port, request, connections, seconds))


async def _run(
    port: int, request: Callable[[int], bytes], connections: int, seconds: float
) -> Result:
    result, numbers = Result(), iter(range(1 << 62))
    started = time.perf_counter()

    async def talk() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() - started < seconds:
            sent = time.perf_counter()
            writer.write(request(next(numbers)))
            status, body = await _answer(reader)
            if status in (b"200", b"201"):
                result.latencies.append(time.perf_counter() - sent)
            else:
                result.unexpected.append(status + b" " + body[:200])
        writer.close()

    await asyncio.gather(*(talk() for _ in range(connections)))
    result.seconds = time.perf_counter() - started
    return result


async def _answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    return head.split(b" ", 2)[1], await reader.readexactly(length)
