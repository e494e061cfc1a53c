"""Who may embed, and who asks: the settings as parts of the server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.identity.asker import EVERYBODY
from assistant.identity.login import Login, NoLogin, login_of
from assistant.identity.sessions import SessionLogin, is_https
from assistant.server.answer_steps import AnswerSteps
from assistant.server.headers import SecurityHeaders
from assistant.server.host_gate import HostGate
from assistant.server.login_gate import LoginGate
from assistant.server.login_pages import PATH as LOGIN
from assistant.server.login_pages import LoginPages
from assistant.server.origin_gate import OriginGate
from assistant.server.session import session_routes
from assistant.settings import Settings
from assistant.web.upload_gate import UPLOADS
from assistant.widget.routes import widget_routes

if TYPE_CHECKING:
    from fastapi import FastAPI


@dataclass(frozen=True, slots=True)
class Access:
    """`logs_in` is whether people differ by what they may see. `cookie` may hold their token, where they have one;
    `pages` are those at which they log in here. `hosts` are the hosts that are answered for, None for all. Where
    `guards_pages`, pages of other sites send nothing to the chat; `own_origins` count as this server's. `https` is
    whether browsers come by it. What is answered to people who may not see everything comes at multiples of
    `answer_step_seconds`; 0 for at once."""

    login: Login = field(default_factory=lambda: NoLogin(EVERYBODY))
    embed_origins: tuple[str, ...] = ()
    logs_in: bool = False
    cookie: str | None = None
    pages: LoginPages | None = None
    hosts: frozenset[str] | None = None
    guards_pages: bool = False
    own_origins: tuple[str, ...] = ()
    https: bool = False
    answer_step_seconds: float = 0.0

    @classmethod
    def of(cls, settings: Settings, *, local: bool, owned: bool) -> "Access":
        """See `login_of`. Raises SettingsInvalid."""
        login = login_of(settings, local=local, owned=owned)
        logs_in = settings.login != "none"
        return cls(
            login,
            settings.embed_origins,
            logs_in,
            settings.token_cookie if settings.takes_tokens else None,
            pages=LoginPages(settings, login) if isinstance(login, SessionLogin) else None,
            hosts=_hosts(settings, this_machine_only=local and not logs_in),
            guards_pages=logs_in or local,
            own_origins=(_origin(settings.public_url),) if settings.public_url else (),
            https=is_https(settings),
            answer_step_seconds=settings.answer_step_ms / 1000,
        )


def guard(app: "FastAPI", access: Access, owners_only: Sequence[str]) -> None:
    """Puts the gates around all that `app` serves; paths below `owners_only` are for owners, and in no frame."""
    takes_tokens = access.cookie is not None
    if access.cookie is not None:
        app.include_router(session_routes(access.cookie))
    app.include_router(widget_routes(takes_tokens=takes_tokens))
    if access.pages is not None:
        app.mount(LOGIN, access.pages.application())
    app.add_middleware(AnswerSteps, step_seconds=access.answer_step_seconds)
    anybody = access.login.everybody if isinstance(access.login, NoLogin) else None
    app.add_middleware(
        LoginGate,
        login=access.login,
        owners_only=(*owners_only, *UPLOADS),
        anybody=anybody,
        open_paths=(LOGIN,) if access.pages else (),
        sign_in=access.pages.begins_at if access.pages else None,
        takes_tokens=takes_tokens,
    )
    app.add_middleware(
        OriginGate,
        embed_origins=access.embed_origins,
        guards_pages=access.guards_pages,
        own_origins=access.own_origins,
    )
    app.add_middleware(HostGate, hosts=access.hosts)
    app.add_middleware(
        SecurityHeaders, embed_origins=access.embed_origins, never_framed=(*owners_only, LOGIN), https=access.https
    )


def _hosts(settings: Settings, *, this_machine_only: bool) -> frozenset[str] | None:
    """Where nothing is set and people log in, or the server is open to its network, every host: what a page of another
    site gets by giving its own name this server's address is what anybody gets."""
    hosts = set(settings.allowed_hosts)
    if not hosts and not this_machine_only:
        return None
    if settings.public_url:
        hosts.add(_host(settings.public_url))
    return frozenset(hosts)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _host(address: str) -> str:
    host = urlsplit(address).hostname or ""
    return f"[{host}]" if ":" in host else host
