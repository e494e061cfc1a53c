"""The pages of the login at an OpenID provider: there, back again, and out."""

import logging
import secrets
from http.cookies import SimpleCookie
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from assistant.errors import LoginRefused
from assistant.identity.sessions import SessionLogin, is_https
from assistant.server.openid import OpenIdProvider
from assistant.server.plain_page import plain_page
from assistant.settings import Settings
from assistant.web.messages import Messages, negotiate

PATH = "/login"
BEGIN, BACK, OUT = f"{PATH}/begin", f"{PATH}/back", f"{PATH}/out"
MINUTES_TO_LOG_IN = 15
LONGEST_PATH = 2_000

_log = logging.getLogger(__name__)


class LoginPages:
    """`address` is the chat's, as browsers see it."""

    def __init__(self, settings: Settings, login: SessionLogin) -> None:
        assert settings.public_url is not None  # the settings see to it
        self._address = settings.public_url
        self._login = login
        self._provider = OpenIdProvider(settings, self._address + BACK)
        self._secure = is_https(settings)
        self._cookie_path = f"{urlsplit(self._address).path}/"

    def begins_at(self, path: str) -> str:
        """The address at which somebody logs in who wants to open `path`."""
        return f"{self._address}{BEGIN}?to={quote(_own_path(path))}"

    def application(self) -> Starlette:
        """To be mounted at `PATH`. What proves the way back is in a cookie of its own, which only these pages read."""
        way_back = Middleware(
            SessionMiddleware,
            secret_key=secrets.token_urlsafe(32),
            session_cookie="assistant_login",
            max_age=MINUTES_TO_LOG_IN * 60,
            path=self._cookie_path + PATH.removeprefix("/"),
            same_site="lax",  # the way back is a link from another site
            https_only=self._secure,
        )
        routes = [
            Route(BEGIN.removeprefix(PATH), self._begin),
            Route(BACK.removeprefix(PATH), self._back),
            Route(OUT.removeprefix(PATH), self._out, methods=["POST"]),
            Route(OUT.removeprefix(PATH), self._is_out),
        ]
        return Starlette(routes=routes, middleware=[way_back])

    async def _begin(self, request: Request) -> Response:
        try:
            sent = await self._provider.begin(request)
        except LoginRefused as error:
            return self._failed(request, error)
        request.session["to"] = _own_path(request.query_params.get("to", "/"))
        sent.headers["cache-control"] = "no-store"
        return sent

    async def _back(self, request: Request) -> Response:
        to = _own_path(str(request.session.get("to", "/")))
        try:
            found = await self._provider.finish(request)
        except LoginRefused as error:
            return self._failed(request, error)
        request.session.clear()
        self._login.sessions.end(request.cookies.get(self._login.cookie, ""))  # never go on with a number from before
        sent = RedirectResponse(self._address + to, 303, {"cache-control": "no-store"})
        value = self._login.sessions.begin(found.name, found.groups, found.id_token)
        sent.headers.append("set-cookie", self._session_cookie(value, int(self._login.sessions.seconds)))
        return sent

    async def _out(self, request: Request) -> Response:
        """By POST, so that no picture or link of another page logs people out."""
        ended = self._login.sessions.end(request.cookies.get(self._login.cookie, ""))
        leaving = await self._provider.leaving(ended.id_token, self._address + OUT) if ended else None
        # A page and no redirect: browsers hold the policy of forms against where a form leads to.
        return self._left(_messages(request), at_once=leaving)

    async def _is_out(self, request: Request) -> Response:
        """Where the provider sends people when they are logged out there; it changes nothing itself."""
        messages = _messages(request)
        return plain_page(messages, messages.say("logged_out"), link=(f"{self._address}/", messages.say("log_in")))

    def _left(self, messages: Messages, at_once: str | None) -> Response:
        link = (at_once or f"{self._address}/", messages.say("log_out_there" if at_once else "log_in"))
        page = plain_page(messages, messages.say("logged_out"), link=link, at_once=at_once)
        page.headers.append("set-cookie", self._session_cookie("", 0))
        return page

    def _failed(self, request: Request, error: LoginRefused) -> Response:
        _log.warning("A login failed: %s", error)
        messages = _messages(request)
        request.session.clear()
        return plain_page(
            messages, messages.say("login_failed"), 403, link=(self.begins_at("/"), messages.say("try_again"))
        )

    def _session_cookie(self, value: str, seconds: int) -> str:
        cookie: SimpleCookie = SimpleCookie()
        cookie[self._login.cookie] = value
        made = cookie[self._login.cookie]
        made["path"], made["max-age"], made["samesite"] = self._cookie_path, seconds, "Lax"
        made["httponly"], made["secure"] = True, self._secure
        return made.OutputString()


def _own_path(path: str) -> str:
    """A path of this server, whatever was asked for: nobody is sent elsewhere after they logged in."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return "/"
    return path if len(path) <= LONGEST_PATH and not path.startswith(f"{PATH}/") else "/"


def _messages(request: Request) -> Messages:
    return negotiate(request.headers.get("accept-language"))
