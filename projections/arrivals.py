"""Who waits for which position, and how far the views are known to have come."""

import asyncio


class _Waiter:
    def __init__(self, position: int) -> None:
        self.position = position
        self.passed = asyncio.Event()


class Arrivals:
    """Lets those go on who have waited for what every view of a tenant holds now."""

    def __init__(self) -> None:
        self._reached: dict[str, int] = {}
        self._waiters: dict[str, set[_Waiter]] = {}

    def reached(self, tenant_id: str) -> int:
        """Return the last position that every view is known to hold; 0 where nothing is known."""
        return self._reached.get(tenant_id, 0)

    @property
    def waited(self) -> list[str]:
        """The tenants that somebody waits for."""
        return list(self._waiters)

    def note(self, tenant_id: str, reached: int) -> None:
        self._reached[tenant_id] = reached
        for waiter in self._waiters.get(tenant_id, ()):
            if waiter.position <= reached:
                waiter.passed.set()

    async def passed(self, tenant_id: str, position: int, *, timeout_s: float) -> bool:
        """Wait until `position` has been noted; tell whether it was, in time."""
        if self.reached(tenant_id) >= position:
            return True
        waiter = _Waiter(position)
        waiters = self._waiters.setdefault(tenant_id, set())
        waiters.add(waiter)
        try:
            async with asyncio.timeout(timeout_s):
                return await waiter.passed.wait()
        except TimeoutError:
            return False
        finally:
            waiters.discard(waiter)
            if not waiters:
                self._waiters.pop(tenant_id, None)
