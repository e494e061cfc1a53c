"""Who sent a request: nobody in particular, whom a trusted proxy names, or whom a signed token names."""

from typing import TYPE_CHECKING, Protocol

from assistant.identity.asker import Asker
from assistant.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection


class Login(Protocol):
    """`fetches` says that `asker` may read from the network, and is to be called in a thread of its own."""

    @property
    def fetches(self) -> bool: ...

    def asker(self, request: "HTTPConnection") -> Asker:
        """Raises LoginRefused, which says why nobody is known."""
        ...


class NoLogin:
    """Everybody is the same."""

    fetches = False

    def __init__(self, everybody: Asker) -> None:
        self._everybody = everybody

    def asker(self, request: "HTTPConnection") -> Asker:
        del request
        return self._everybody


def login_of(settings: Settings, *, local: bool, owned: bool) -> Login:
    """The login that is set. Without one, whoever reaches a server that listens for this machine alone (`local`) may
    see everything, and on any other only what is open to everybody; `owned` is whether the collection may be changed.

    Raises SettingsInvalid for a secret or keys that cannot be read.
    """
    if settings.login == "header":
        from assistant.identity.proxy_headers import ProxyHeaders

        return ProxyHeaders.of(settings)
    if settings.login == "token":
        from assistant.identity.tokens import Tokens

        return Tokens.of(settings)
    return NoLogin(Asker(None, None if local else frozenset(), is_owner=owned))


def member(name: str, groups: frozenset[str], owner_groups: tuple[str, ...]) -> Asker:
    """Somebody who logged in. Owners may see everything, since they add and remove the articles."""
    if not groups.isdisjoint(owner_groups):
        return Asker(name, None, is_owner=True)
    return Asker(name, groups, is_owner=False)
