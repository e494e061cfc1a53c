"""Who may embed, and who asks: the settings as parts of the server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.identity.asker import EVERYBODY
from assistant.identity.login import Login, NoLogin, login_of
from assistant.server.headers import SecurityHeaders
from assistant.server.login_gate import LoginGate
from assistant.server.origin_gate import OriginGate
from assistant.server.session import session_routes
from assistant.settings import Settings
from assistant.widget.routes import widget_routes

if TYPE_CHECKING:
    from fastapi import FastAPI


@dataclass(frozen=True, slots=True)
class Access:
    """`logs_in` is whether people differ by what they may see. `cookie` may hold their token, where they have one."""

    login: Login = field(default_factory=lambda: NoLogin(EVERYBODY))
    embed_origins: tuple[str, ...] = ()
    logs_in: bool = False
    cookie: str | None = None

    @classmethod
    def of(cls, settings: Settings, *, local: bool, owned: bool) -> "Access":
        """See `login_of`. Raises SettingsInvalid."""
        return cls(
            login_of(settings, local=local, owned=owned),
            settings.embed_origins,
            settings.login != "none",
            settings.token_cookie if settings.login == "token" else None,
        )


def guard(app: "FastAPI", access: Access, owners_only: Sequence[str]) -> None:
    """Puts the gates around all that `app` serves; paths below `owners_only` are for owners, and in no frame."""
    takes_tokens = access.cookie is not None
    if access.cookie is not None:
        app.include_router(session_routes(access.cookie))
    app.include_router(widget_routes(takes_tokens=takes_tokens))
    guarded = owners_only if access.logs_in else ()
    app.add_middleware(LoginGate, login=access.login, owners_only=guarded, takes_tokens=takes_tokens)
    app.add_middleware(OriginGate, embed_origins=access.embed_origins, guards_pages=access.logs_in)
    app.add_middleware(SecurityHeaders, embed_origins=access.embed_origins, never_framed=owners_only)
