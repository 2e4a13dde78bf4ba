"""Rate limits per address: a token bucket for each. The caller passes the time."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict

_MOST = 10_000
"""Maximum number of addresses remembered; the least recently seen one is dropped first."""


class Rate:
    """Token buckets by address.

    Args:
        per_minute: Maximum number of requests per minute, and of requests at once; 0 for no limit.
    """

    def __init__(self, per_minute: int) -> None:
        self._size = per_minute
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str, now: float) -> float:
        """Count a request; return 0 if it is allowed, else the seconds until the next one is.

        Args:
            address: Address of the client; IPv6 addresses are grouped by /64 network.
            now: Seconds of a monotonic clock.

        Example:
            >>> rate = Rate(2)
            >>> [rate.wait("192.0.2.1", now) for now in (0.0, 0.0, 0.0, 30.0)]
            [0, 0, 30.0, 0]
        """
        if not self._size:
            return 0
        key = _network(address)
        left, then = self._buckets.pop(key, (float(self._size), now))
        left = min(self._size, left + (now - then) * self._size / 60)
        is_free = left >= 1
        self._buckets[key] = (left - 1 if is_free else left, now)
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        return 0 if is_free else (1 - left) * 60 / self._size


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network(f"{found}/64", strict=False))
    return address
