"""What those who read views may ask of whoever keeps them, in this process or in another."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from projections.freshness import Freshness


class Stuck(Protocol):
    """A projection that fails for no event's fault; its views stand still, all others go on."""

    @property
    def tenant_id(self) -> str: ...
    @property
    def projection(self) -> str: ...
    @property
    def position(self) -> int: ...


class Views(Protocol):
    """The views of all tenants, kept level with their logs."""

    @property
    def healthy(self) -> bool:
        """Whether they are being kept, and every log was found whole."""

    @property
    def holes(self) -> Mapping[str, str]:
        """What is wrong with the logs that are not whole, by tenant."""

    @property
    def troubles(self) -> Sequence[Stuck]: ...

    def events_per_second(self, tenant_id: str) -> float:
        """Tell how many events have come to be in every view lately, by the second."""

    def wake(self, tenant_id: str, size: int) -> None:
        """Hear that a log has grown to this size; else that is found out a little later."""

    async def freshness(self, tenant_id: str) -> Freshness:
        """Tell how fresh all views of a tenant are.

        Raises:
            NotFound: there is no such tenant.
        """

    async def wait_for(self, tenant_id: str, position: int, timeout_s: float) -> Freshness:
        """Wait until every view holds the events up to `position`, then tell how fresh they are.

        Raises:
            NotYet: they did not within `timeout_s`.
            NotFound: there is no such tenant.
        """
