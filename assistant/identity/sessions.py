"""Who is logged in at the chat itself: sessions, which a signed cookie names.

They are in memory: a restart ends them, and whoever is still logged in at the provider gets a new one without noticing.
The cookie holds a number and no name, so that what ends a session ends it for every copy of its cookie.
"""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itsdangerous import BadSignature, Signer

from assistant.errors import LoginRefused
from assistant.identity.asker import Asker
from assistant.identity.login import member
from assistant.identity.tokens import Tokens
from assistant.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

MOST_SESSIONS = 100_000
"""Where there are more, the oldest is ended; anybody who can log in could else fill the memory."""


@dataclass(frozen=True, slots=True)
class Session:
    """`ends_at` is by the clock of the sessions. `id_token` is what the provider is shown when the user logs out."""

    name: str
    groups: frozenset[str]
    ends_at: float
    id_token: str


class Sessions:
    """May be used by several threads at once."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._signer = Signer(secrets.token_bytes(32), salt="session")
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, name: str, groups: frozenset[str], id_token: str) -> str:
        """The value of the cookie of a new session."""
        number = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            while self._sessions and (
                len(self._sessions) >= MOST_SESSIONS or next(iter(self._sessions.values())).ends_at <= now
            ):
                self._sessions.popitem(last=False)
            self._sessions[number] = Session(name, groups, now + self.seconds, id_token)
        return self._signer.sign(number).decode()

    def find(self, cookie: str) -> Session | None:
        number = self._number(cookie)
        with self._lock:
            found = self._sessions.get(number)
        return found if found is not None and found.ends_at > self._clock() else None

    def end(self, cookie: str) -> Session | None:
        """Ends a session, and gives what it was; None where there was none."""
        with self._lock:
            return self._sessions.pop(self._number(cookie), None)

    def end_all(self, name: str) -> int:
        """Ends all sessions of a user; how many there were."""
        with self._lock:
            theirs = [number for number, session in self._sessions.items() if session.name == name]
            for number in theirs:
                del self._sessions[number]
        return len(theirs)

    def _number(self, cookie: str) -> str:
        try:
            return self._signer.unsign(cookie).decode()
        except (BadSignature, UnicodeError):
            return ""


class SessionLogin:
    """Knows people by their session; where `tokens` are taken too, by those: a page that embeds the chat sends one
    where the cookie of the session does not go."""

    def __init__(self, settings: Settings, sessions: Sessions, tokens: Tokens | None) -> None:
        self._owner_groups = settings.owner_groups
        self.sessions = sessions
        self._tokens = tokens
        self.cookie = session_cookie(settings)
        self.fetches = tokens is not None and tokens.fetches

    def asker(self, request: "HTTPConnection") -> Asker:
        if self._tokens is not None and "authorization" in request.headers:
            return self._tokens.asker(request)
        session = self.sessions.find(request.cookies.get(self.cookie, ""))
        if session is not None:
            return member(session.name, session.groups, self._owner_groups)
        if self._tokens is not None and self._tokens.is_given(request):
            return self._tokens.asker(request)
        raise LoginRefused("nobody is logged in")


def session_cookie(settings: Settings) -> str:
    """Browsers take a cookie of the prefix only over https."""
    return "__Secure-assistant_session" if is_https(settings) else "assistant_session"


def is_https(settings: Settings) -> bool:
    return (settings.public_url or "").startswith("https://")
