"""Who sent a request: nobody in particular, whom a trusted proxy names, whom a signed token names, or who logged in."""

import logging
from typing import TYPE_CHECKING, Protocol

from assistant.identity.asker import STRANGER, Asker
from assistant.identity.directness import passed_on_by
from assistant.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection


_log = logging.getLogger(__name__)


class Login(Protocol):
    """`fetches` says that `asker` may read from the network, and is to be called in a thread of its own."""

    @property
    def fetches(self) -> bool: ...

    def asker(self, request: "HTTPConnection") -> Asker:
        """Raises LoginRefused, which says why nobody is known."""
        ...


class NoLogin:
    """Everybody is the same; `elsewhere`, where it is given, is whoever comes through a proxy or from another machine:
    what listens for this machine alone believes only what comes from it."""

    fetches = False

    def __init__(self, everybody: Asker, elsewhere: Asker | None = None) -> None:
        self.everybody = everybody
        self._elsewhere = elsewhere
        self._warned = False

    def asker(self, request: "HTTPConnection") -> Asker:
        if self._elsewhere is None:
            return self.everybody
        sign = passed_on_by(request)
        if not sign:
            return self.everybody
        if not self._warned:
            self._warned = True
            _log.warning(
                "A request did not come straight from this machine (it has %s), and no login is set: it is shown only "
                "what is open to everybody, and changes nothing. Set login to header, token or oidc.",
                sign,
            )
        return self._elsewhere


def login_of(settings: Settings, *, local: bool, owned: bool) -> Login:
    """The login that is set. Without one, whoever reaches a server that listens for this machine alone (`local`) may
    see everything, and on any other, or through a proxy, only what is open to everybody; `owned` is whether the
    collection may be changed.

    Raises SettingsInvalid for a secret or keys that cannot be read.
    """
    if settings.login == "header":
        from assistant.identity.proxy_headers import ProxyHeaders

        return ProxyHeaders.of(settings)
    if settings.login == "token":
        from assistant.identity.tokens import Tokens

        return Tokens.of(settings)
    if settings.login == "oidc":
        from assistant.identity.sessions import SessionLogin, Sessions
        from assistant.identity.tokens import Tokens

        sessions = Sessions(settings.session_hours * 3600)
        return SessionLogin(settings, sessions, Tokens.of(settings) if settings.takes_tokens else None)
    if local:
        return NoLogin(Asker(None, None, is_owner=owned), elsewhere=STRANGER)
    return NoLogin(Asker(None, frozenset(), is_owner=owned))


def member(name: str, groups: frozenset[str], owner_groups: tuple[str, ...], page: str | None = None) -> Asker:
    """Somebody who logged in. Owners may see everything, since they add and remove the articles."""
    if not groups.isdisjoint(owner_groups):
        return Asker(name, None, is_owner=True, page=page)
    return Asker(name, groups, is_owner=False, page=page)
