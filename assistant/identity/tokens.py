"""The user that a token names, which the page's own server signed (JWT, RFC 7519; RFC 8725 for what is refused)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jwt

from assistant.errors import LoginRefused, SettingsInvalid
from assistant.identity.asker import Asker
from assistant.identity.claims import checked_groups, checked_name
from assistant.identity.key_set import KeySet
from assistant.identity.login import member
from assistant.identity.page_origin import EMBEDDING, framing_page, origin_in, sending_page
from assistant.identity.settings import SHORTEST_SECRET
from assistant.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

LONGEST_TOKEN = 16_384

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (jwt.ExpiredSignatureError, "the token has expired"),
    (jwt.ImmatureSignatureError, "the token is not valid yet"),
    (jwt.InvalidAudienceError, "the token is made for another service"),
    (jwt.InvalidIssuerError, "the token is made by another issuer"),
    (jwt.MissingRequiredClaimError, "the token lacks a claim that is needed"),
    (jwt.InvalidAlgorithmError, "the token is signed in another way than the one that is set"),
    (jwt.InvalidSignatureError, "the token is not signed with the right key"),
)


class Tokens:
    """Takes a token from `Authorization: Bearer`, or else from a cookie. The algorithm is the one that is set, whatever
    a token says of itself; `key_of` gives the key by what it says of its key."""

    def __init__(self, settings: Settings, key_of: Callable[[str | None], Any], *, fetches: bool = False) -> None:
        self._settings = settings
        self._key_of = key_of
        self.fetches = fetches

    @classmethod
    def of(cls, settings: Settings) -> "Tokens":
        """Raises SettingsInvalid for a secret or keys that cannot be read."""
        if settings.token_keys is not None:
            keys = KeySet.at(settings.token_keys)
            return cls(settings, keys.key, fetches=True)
        secret = _secret(settings)
        return cls(settings, lambda _: secret)

    def asker(self, request: "HTTPConnection") -> Asker:
        token, in_cookie = self._token(request)
        return self.asker_of_token(token, _page(request, in_cookie=in_cookie))

    def is_given(self, request: "HTTPConnection") -> bool:
        """Whether a request has a token, in whatever form."""
        return "authorization" in request.headers or self._settings.token_cookie in request.cookies

    def asker_of_token(self, token: str, page: str | None = "") -> Asker:
        """`page` is the origin of the page that sends the token, "" where no page does, and None where the page is this
        server's own, and the token that of its cookie. Raises LoginRefused, whose message holds nothing of the token.
        """
        claims = self._claims(token)
        settings = self._settings
        name = checked_name(claims.get(settings.token_name_claim))
        groups = checked_groups(claims.get(settings.token_groups_claim))
        return member(name, groups, settings.owner_groups, self._bound_to(claims, page))

    def _bound_to(self, claims: dict[str, Any], page: str | None) -> str | None:
        """The origin that the token is bound to, if it is to any; raises LoginRefused where another page sends it."""
        named = claims.get(self._settings.token_origin_claim)
        if named is None:
            if self._settings.token_origin_required:
                raise LoginRefused("the token does not say which pages may use it")
            return None
        listed = [named] if isinstance(named, str) else named
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise LoginRefused("the pages that may use the token are not a list of origins")
        origins = [origin for origin in map(origin_in, listed) if origin]
        if page is None:  # it was checked when it became a cookie
            return origins[0] if len(origins) == 1 else None
        if page not in origins:
            raise LoginRefused(
                f"the token is made for other pages than {page!r:.120}, which sent it"
                if page
                else "the token is made for certain pages, and no page sent it"
            )
        return page

    def _token(self, request: "HTTPConnection") -> tuple[str, bool]:
        """The token, and whether it stands in the cookie."""
        given = request.headers.getlist("authorization")
        if len(given) > 1:
            raise LoginRefused("the request has several headers Authorization")
        if given:
            scheme, _, token = given[0].partition(" ")
            if scheme.lower() != "bearer":
                raise LoginRefused("the header Authorization holds no Bearer token")
            return token.strip(), False
        token = request.cookies.get(self._settings.token_cookie, "")
        if not token:
            raise LoginRefused("the request has no token")
        return token, True

    def _claims(self, token: str) -> dict[str, Any]:
        settings = self._settings
        if len(token) > LONGEST_TOKEN:
            raise LoginRefused("the token is too long")
        try:
            header = jwt.get_unverified_header(token)
            if "crit" in header:  # what it says must be understood, and nothing of the kind is
                raise LoginRefused("the token asks for an extension that is not known")
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key_of(header.get("kid")),
                algorithms=[settings.token_algorithm],
                audience=settings.token_audience,
                issuer=settings.token_issuer,
                leeway=settings.token_skew_seconds,
                options={"require": ["exp", "aud", *(["iss"] if settings.token_issuer else [])]},
            )
        except jwt.PyJWTError as error:
            reason = next((told for kind, told in _REASONS if isinstance(error, kind)), "the token cannot be read")
            raise LoginRefused(reason) from error
        return claims


def _page(request: "HTTPConnection", *, in_cookie: bool) -> str | None:
    """The page that sends a token; see `asker_of_token`. A cookie is sent by pages of this server alone, and by a frame
    as it is opened; what else sends a token is a page of another site, or one of this server that names the page around
    it, from which it has the token."""
    page = framing_page(request.headers) or sending_page(request.headers)
    if page:
        return page
    if in_cookie:
        return None
    return origin_in(request.headers.get(EMBEDDING, ""))


def _secret(settings: Settings) -> bytes:
    if settings.token_secret is not None:
        return settings.token_secret.get_secret_value().encode()
    assert settings.token_secret_file is not None  # the settings see to it
    try:
        secret = settings.token_secret_file.read_bytes().strip()
    except OSError as error:
        raise SettingsInvalid(
            f"token_secret_file = {str(settings.token_secret_file)!r} cannot be read ({error.strerror})."
        ) from error
    if len(secret) < SHORTEST_SECRET:
        raise SettingsInvalid(
            f"The secret in {settings.token_secret_file} has {len(secret)} bytes; it must have {SHORTEST_SECRET} or "
            "more. Make one: openssl rand -base64 48"
        )
    return secret
