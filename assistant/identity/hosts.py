"""The host that a request is addressed to, and the hosts that a server answers for."""

import re

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "[::1]", "localhost"})
"""What this machine calls itself. No other site's page can have such a name, so that they are always answered."""

_PORT = re.compile(r":[0-9]{1,5}\Z")


def host_in(header: str) -> str:
    """The host of a header `Host`, in small letters, without its port and the dot that may end it."""
    return _PORT.sub("", header.strip().lower()).rstrip(".")


def is_among(host: str, hosts: frozenset[str]) -> bool:
    """Whether a host is one of `hosts`; `.example.org` among them stands for all that end in it."""
    if host in hosts or host in LOOPBACK_HOSTS:
        return True
    return any(each.startswith(".") and host.endswith(each) and host != each for each in hosts)
