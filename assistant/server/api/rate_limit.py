"""How often a user, or an address where nobody logs in, may ask; counted by the library `limits`, in memory."""

import ipaddress
import math
import time

from fastapi import Request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from assistant.identity.asker import Asker
from assistant.identity.of_request import asker_of
from assistant.server.api.problems import Problem

NO_LIMIT = "none"


class RateLimit:
    """`rate` is such as "120/minute", or "none". Owners are not counted: they could change the limit."""

    def __init__(self, rate: str) -> None:
        self._rate = None if rate == NO_LIMIT else parse(rate)
        # Two counters for each user; exact windows would keep the time of each request.
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def check(self, request: Request) -> None:
        """A dependency of routes. Raises Problem, 429, with the seconds until the next one is let through."""
        asker = asker_of(request)
        if self._rate is None or asker.is_owner:
            return
        who = counted_as(asker, request.client.host if request.client else "")
        if not self._limiter.hit(self._rate, who):
            wait = max(1, math.ceil(self._limiter.get_window_stats(self._rate, who).reset_time - time.time()))
            detail = f"More than {self._rate} were sent. Send the next one in {wait} seconds."
            raise Problem(429, detail, "too_many_requests", headers={"retry-after": str(wait)})


def counted_as(asker: Asker, address: str) -> str:
    """Who is counted together: one user; one address; all addresses of IPv6 that one host usually has."""
    if asker.name is not None:
        return f"user {asker.name}"
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "address unknown"
    if found.version == 6:
        found = ipaddress.ip_network((found, 64), strict=False).network_address
    return f"address {found}"
