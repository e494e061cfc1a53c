"""Whether a request comes straight from a program on this machine, or through something that passes it on."""

import ipaddress
from typing import TYPE_CHECKING

from assistant.identity.hosts import LOOPBACK_HOSTS, host_in

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

_PASSED_ON = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip", "client-ip", "true-client-ip", "x-cluster-ip"})


def passed_on_by(request: "HTTPConnection") -> str:
    """What shows that a request was passed on by a proxy, or came from another machine; "" where it came directly.

    A browser and other programs on this machine send none of these headers, name this machine as the host, and speak
    HTTP/1.1; nginx speaks HTTP/1.0 to what is behind it unless it is told otherwise.
    """
    for name in request.headers:
        if name in _PASSED_ON or name.startswith("x-forwarded"):
            return f"the header {name}"
    if request.scope.get("http_version") == "1.0":
        return "HTTP/1.0, which proxies speak"
    host = host_in(request.headers.get("host", ""))
    if host not in LOOPBACK_HOSTS:
        return f"the host {host!r:.120}"
    peer = request.client.host if request.client else ""
    return "" if _is_this_machine(peer) else f"the address {peer!r:.80}"


def _is_this_machine(peer: str) -> bool:
    """A socket file has no address, and is of this machine."""
    if not peer:
        return True
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
