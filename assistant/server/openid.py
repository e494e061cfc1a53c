"""The login at an OpenID provider, by the code flow with PKCE (OpenID Connect Core 1.0; RFC 6749, 7636, 9207, 9700).

Authlib speaks the protocol: state, nonce, the proof key, the exchange of the code, the signature of the ID token and
its claims. What is decided here is what it is given: endpoints by discovery, from the issuer that is set and no other,
and only signatures that need the provider's private key.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from authlib.integrations.starlette_client import OAuth, OAuthError
from joserfc.errors import JoseError

from assistant.errors import LoginRefused, SettingsInvalid
from assistant.identity.claims import checked_groups, checked_name
from assistant.identity.settings import is_safe_address
from assistant.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

FRESH_SECONDS = 600.0
"""After this long the provider's addresses and keys are read again, so that a withdrawn key is not taken any longer."""

TIMEOUT_SECONDS = 10.0
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Those that only the provider can make: none, and what our own secret signs, are not among them."""

_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint")
_NEEDED = frozenset(_ENDPOINTS[:3])

logging.getLogger("authlib").setLevel(logging.INFO)  # at DEBUG it writes the proof key into the log


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Whom the provider names."""

    name: str
    groups: frozenset[str]
    id_token: str


class OpenIdProvider:
    """`back_to` is the address that the provider sends people back to."""

    def __init__(self, settings: Settings, back_to: str, clock: Callable[[], float] = time.monotonic) -> None:
        assert settings.oidc_issuer is not None  # the settings see to it
        self._settings = settings
        self._issuer = settings.oidc_issuer
        self._secret = _secret(settings)
        self._back_to = back_to
        self._clock = clock
        self._client: Any = None
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()

    async def begin(self, request: "Request") -> "Response":
        """Sends a browser to the provider; what proves the way back is kept in `request.session`. Raises LoginRefused
        where the provider cannot be asked."""
        try:
            client = await self._ready()
            sent: Response = await client.authorize_redirect(request, self._back_to)
        except (httpx.HTTPError, ValueError, RuntimeError) as error:
            raise LoginRefused(_told(error)) from error
        return sent

    async def finish(self, request: "Request") -> LoggedIn:
        """Whom the provider names in what it sent a browser back with. Raises LoginRefused for anything that is not
        right; its message holds no code, token or secret."""
        issuer = request.query_params.get("iss")
        if issuer is not None and issuer != self._issuer:  # RFC 9207: an answer of another provider
            raise LoginRefused("the answer is of another issuer")
        try:
            client = await self._ready()
            wanted = {
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._settings.oidc_client_id},
            }
            skew = self._settings.token_skew_seconds
            token = await client.authorize_access_token(request, claims_options=wanted, leeway=skew)
            claims = dict(token.get("userinfo") or {})
            if not claims:
                raise LoginRefused("the provider sent no ID token")
            claims = await self._whole(client, token, claims)
        except (OAuthError, JoseError, httpx.HTTPError, ValueError, RuntimeError, KeyError, TypeError) as error:
            raise LoginRefused(_told(error)) from error
        name = checked_name(claims.get(self._settings.oidc_name_claim))
        groups = checked_groups(claims.get(self._settings.oidc_groups_claim))
        return LoggedIn(name, groups, str(token["id_token"]))

    async def leaving(self, id_token: str, back_to: str) -> str | None:
        """The address at which people log out of the provider, too; None where it has none, or cannot be asked."""
        try:
            client = await self._ready()
            if not client.server_metadata.get("end_session_endpoint"):
                return None
            made = await client.create_logout_url(
                post_logout_redirect_uri=back_to, id_token_hint=id_token, client_id=self._settings.oidc_client_id
            )
        except (LoginRefused, httpx.HTTPError, ValueError, RuntimeError):
            return None
        return str(made["url"])

    async def _whole(self, client: Any, token: Any, claims: dict[str, Any]) -> dict[str, Any]:
        """With what the provider tells only when it is asked for the user, where a claim is missing."""
        needed = {self._settings.oidc_name_claim, self._settings.oidc_groups_claim}
        if needed <= claims.keys() or not client.server_metadata.get("userinfo_endpoint"):
            return claims
        told = dict(await client.userinfo(token=token))
        if told.get("sub") != claims["sub"]:  # OpenID Connect Core, 5.3.2
            raise LoginRefused("the provider tells of another user than the one who logged in")
        return told | claims

    async def _ready(self) -> Any:
        """Authlib's client, with what the provider says of itself. Raises LoginRefused."""
        async with self._lock:
            if self._client is None or self._clock() - self._read_at > FRESH_SECONDS:
                self._client = self._made(await self._discovered())
                self._read_at = self._clock()
            return self._client

    async def _discovered(self) -> dict[str, Any]:
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
            answer = await client.get(address)
            answer.raise_for_status()
            found = answer.json()
        if not isinstance(found, dict) or found.get("issuer") != self._issuer:
            raise LoginRefused("the provider calls itself otherwise than oidc_issuer does")
        named = {name: found[name] for name in _ENDPOINTS if found.get(name)}
        if not named.keys() >= _NEEDED or not all(isinstance(each, str) for each in named.values()):
            raise LoginRefused("the provider does not say where to log in")
        if not all(map(is_safe_address, named.values())):
            raise LoginRefused("an address of the provider does not begin with https://")
        signed = found.get("id_token_signing_alg_values_supported") or ["RS256"]
        return named | {
            "id_token_signing_alg_values_supported": [each for each in signed if each in SIGNATURES] or ["RS256"],
            "methods": found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"],
        }

    def _made(self, found: dict[str, Any]) -> Any:
        found = dict(found)
        methods, method = found.pop("methods"), "none"
        if self._secret:
            method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return OAuth().register(
            "provider",
            client_id=self._settings.oidc_client_id,
            client_secret=self._secret,
            authorize_url=found.pop("authorization_endpoint"),
            access_token_url=found.pop("token_endpoint"),
            issuer=self._issuer,
            client_kwargs={
                "scope": self._settings.oidc_scopes,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": method,
                "timeout": TIMEOUT_SECONDS,
            },
            **found,
        )


def _told(error: Exception) -> str:
    """What went wrong, without what the provider or the browser sent: it may hold anything."""
    if isinstance(error, OAuthError):
        return f"the provider, or the way back from it, is refused ({str(error.error)!r:.80})"
    if isinstance(error, httpx.HTTPStatusError):
        return f"the provider answers with the status {error.response.status_code}"
    if isinstance(error, httpx.HTTPError):
        return f"the provider cannot be reached ({type(error).__name__})"
    if isinstance(error, JoseError):
        return f"the ID token is refused ({type(error).__name__}: {getattr(error, 'claim', '') or error.error})"
    return f"the provider's answer cannot be understood ({type(error).__name__})"


def _secret(settings: Settings) -> str | None:
    if settings.oidc_client_secret is not None:
        return settings.oidc_client_secret.get_secret_value()
    if settings.oidc_client_secret_file is None:
        return None
    try:
        secret = settings.oidc_client_secret_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsInvalid(
            f"oidc_client_secret_file = {str(settings.oidc_client_secret_file)!r} cannot be read ({error})."
        ) from error
    if not secret:
        raise SettingsInvalid(f"The file {settings.oidc_client_secret_file} of oidc_client_secret_file is empty.")
    return secret
