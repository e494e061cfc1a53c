"""How often a user, or an address where nobody logs in, and a page may ask; counted by the library `limits`, in memory.

The API and the chat's page count together: whoever has asked too often by one has by the other.
"""

import ipaddress
import math
import threading
import time
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from assistant.identity.asker import Asker
from assistant.protection.settings import NO_LIMIT, rates_in


@dataclass(frozen=True, slots=True)
class Refused:
    """`rate` is the one that is used up, such as "120 per 1 minute"; `wait` the whole seconds until it lets one
    through. `of_page` is whether it is that of all users of a page."""

    rate: str
    wait: int
    of_page: bool


class Quota:
    """`rates` hold for each user, `page_rates` for all users of a page of another site together; each is such as
    "120/minute, 2000/day", or "none". Owners are not counted: they could change the limit."""

    def __init__(self, rates: str = NO_LIMIT, page_rates: str = NO_LIMIT) -> None:
        self._rates = tuple(map(parse, rates_in(rates)))
        self._page_rates = tuple(map(parse, rates_in(page_rates)))
        # Two counters for each user and rate; exact windows would keep the time of each request.
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._lock = threading.Lock()

    def take(self, asker: Asker, address: str, page: str = "") -> Refused | None:
        """Counts one question, unless one of the rates is used up: then nothing is counted, and it says which. `page`
        is the origin of the page that sent it, "" where it is this server's own."""
        if asker.is_owner:
            return None
        who = counted_as(asker, address)
        counted = [(rate, who, False) for rate in self._rates]
        if page or asker.page:
            counted += [(rate, f"page {page or asker.page}", True) for rate in self._page_rates]
        with self._lock:  # between asking and counting nobody else counts
            used_up = [each for each in counted if not self._limiter.test(each[0], each[1])]
            if not used_up:
                for rate, name, _ in counted:
                    self._limiter.hit(rate, name)
                return None
        refused = [Refused(str(rate), self._wait(rate, name), of_page) for rate, name, of_page in used_up]
        return max(refused, key=lambda each: each.wait)

    def _wait(self, rate: RateLimitItem, name: str) -> int:
        return max(1, math.ceil(self._limiter.get_window_stats(rate, name).reset_time - time.time()))


def counted_as(asker: Asker, address: str) -> str:
    """Who is counted together: one user; one address; all addresses of IPv6 that one host usually has."""
    if asker.name is not None:
        return f"user {asker.name}"
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "address unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return f"address {found.ipv4_mapped}"
        return f"address {ipaddress.ip_network((found, 64), strict=False).network_address}"
    return f"address {found}"
