"""The user that a proxy names in headers, after it has checked who it is."""

import ipaddress
from typing import TYPE_CHECKING

from assistant.errors import LoginRefused
from assistant.identity.asker import Asker
from assistant.identity.claims import checked_groups, checked_name
from assistant.identity.login import member
from assistant.identity.settings import Network
from assistant.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection


class ProxyHeaders:
    """Believes the headers of a request only when the connection itself comes from one of the `trusted` networks: what
    a request says of where it comes from (X-Forwarded-For) counts for nothing."""

    fetches = False

    def __init__(
        self, trusted: tuple[Network, ...], user_header: str, groups_header: str, owner_groups: tuple[str, ...]
    ) -> None:
        self._trusted = trusted
        self._user_header = user_header
        self._groups_header = groups_header
        self._owner_groups = owner_groups

    @classmethod
    def of(cls, settings: Settings) -> "ProxyHeaders":
        trusted = tuple(map(ipaddress.ip_network, settings.trusted_proxies))
        return cls(trusted, settings.user_header, settings.groups_header, settings.owner_groups)

    def asker(self, request: "HTTPConnection") -> Asker:
        peer = request.client.host if request.client else ""
        if not self._is_trusted(peer):
            raise LoginRefused(f"the request comes from {peer or 'nowhere'}, which is not among trusted_proxies")
        users = _values(request, self._user_header)
        if len(users) != 1:
            raise LoginRefused(f"the proxy sent {len(users)} headers {self._user_header}, and not one")
        groups = [name for value in _values(request, self._groups_header) for name in value.split(",")]
        return member(checked_name(users[0]), checked_groups(groups), self._owner_groups)

    def _is_trusted(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:  # a socket file, or nothing
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self._trusted)


def _values(request: "HTTPConnection", name: str) -> list[str]:
    """The values of all headers of a name; proxies write names beyond ASCII in UTF-8."""
    wanted = name.encode("latin-1")
    found = [value for key, value in request.headers.raw if key == wanted]
    try:
        return [value.decode() for value in found]
    except UnicodeDecodeError as error:
        raise LoginRefused(f"the header {name} is not UTF-8") from error
