"""The settings of who may embed, who asks, and who may see what; docs/access.md tells how they go together."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SHORTEST_SECRET = 32
"""Bytes of an HS256 key (RFC 7518, section 3.2): a shorter one can be guessed from one token."""

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?|\[[0-9a-f:.]+\])\Z")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?\Z")
_DEFAULT_PORTS = {"http": 80, "https": 443}
LOOPBACK_NAMES = frozenset({"127.0.0.1", "::1", "localhost"})


def _listed(value: object) -> object:
    """One text is names with commas between them, as a variable holds them."""
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


def origin_of(text: str) -> str:
    """An origin as browsers write it, `https://kb.example.org:8443`. Raises ValueError, which says what is wrong."""
    wrong = f"{text!r:.120} is not an origin such as https://intranet.example.org"
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{wrong}: {error}") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise ValueError(f"{wrong}: it must begin with https:// or http://")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"{wrong}: nothing may follow the host and its port, and no name stand before it")
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    if not _HOST.match(host):
        raise ValueError(f"{wrong}: name one host in letters, digits, dots and hyphens; * is not taken")
    return f"{parts.scheme}://{host}" + ("" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}")


def _networks(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        try:
            network = ipaddress.ip_network(value)
        except ValueError as error:
            raise ValueError(
                f"{value!r:.80} is no address or network, such as 10.0.0.7 or 10.0.0.0/24 ({error})"
            ) from error
        if network.prefixlen == 0:
            raise ValueError(f"{value} is every address there is: anybody could claim to be anybody")
    return values


def _header_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+", value):
        raise ValueError("is no name of a header: write it in letters, digits and hyphens")
    return value.lower()


def _keys(value: str | None) -> str | None:
    if value is not None and "://" in value and not is_safe_address(value):
        raise ValueError("is not a file or an address that begins with https://")
    return value


def is_safe_address(address: str) -> bool:
    """Whether nobody on the way can read or change what is sent there: https, or this machine itself."""
    scheme, _, rest = address.partition("://")
    try:
        host = urlsplit(f"//{rest}").hostname
    except ValueError:
        return False
    return bool(host) and (scheme == "https" or (scheme == "http" and host in LOOPBACK_NAMES))


def _issuer(value: str | None) -> str | None:
    if value is not None and not is_safe_address(value):
        raise ValueError("is not an address that begins with https://")
    return value


def _public_url(value: str | None) -> str | None:
    """Without a slash at its end."""
    if value is None:
        return None
    if not is_safe_address(value):
        raise ValueError("must begin with https://, and with http:// only on this machine")
    parts = urlsplit(value)
    if parts.query or parts.fragment or not _PATH.match(parts.path):
        raise ValueError("must be the address of the chat as browsers see it, such as https://kb.example.org/assistant")
    return origin_of(f"{parts.scheme}://{parts.netloc}") + parts.path.rstrip("/")


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Origins = Annotated[Names, AfterValidator(lambda values: tuple(dict.fromkeys(map(origin_of, values))))]
Networks = Annotated[Names, AfterValidator(_networks)]
HeaderName = Annotated[str, AfterValidator(_header_name)]


class AccessSettings(BaseModel):
    """Part of the settings; lists may be given as one text with commas."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    embed_origins: Origins = Field((), description="The origins whose pages may embed the chat and call its API.")
    login: Literal["none", "header", "token", "oidc"] = Field(
        "none",
        description="Who asks: 'none' knows nobody, 'header' believes a proxy, 'token' a signed token (JWT), 'oidc' "
        "lets people log in at an OpenID provider.",
    )
    public_url: Annotated[str | None, AfterValidator(_public_url)] = Field(
        None, description="The address of the chat as browsers see it, with the path that a proxy put it at."
    )
    owner_groups: Names = Field((), description="Who is in one of these groups owns the collection.")
    answer_step_ms: float = Field(
        25.0,
        ge=0,
        le=10_000,
        description="To people who may not see everything, what they ask for comes when so many milliseconds have gone "
        "by, or twice as many, and so on, so that they cannot tell from the time what is hidden; 0 for at once.",
    )
    trusted_proxies: Networks = Field((), description="The addresses or networks whose user headers are believed.")
    user_header: HeaderName = Field("X-Forwarded-User", validate_default=True, description="Names the user.")
    groups_header: HeaderName = Field(
        "X-Forwarded-Groups", validate_default=True, description="Names the user's groups, with commas between them."
    )
    token_algorithm: Literal["HS256", "RS256"] = Field(
        "HS256", description="How tokens are signed; no other way is taken."
    )
    token_secret: SecretStr | None = Field(None, description="The key of HS256, of 32 bytes or more.")
    token_secret_file: Path | None = Field(None, description="A file that holds it, instead.")
    token_keys: Annotated[str | None, AfterValidator(_keys)] = Field(
        None, description="The public keys of RS256 (JWKS): a file, or an https address."
    )
    token_audience: str | None = Field(None, min_length=1, description="Whom tokens must be made for (`aud`).")
    token_issuer: str | None = Field(None, min_length=1, description="Who must have made them (`iss`).")
    token_skew_seconds: float = Field(30.0, ge=0, le=300, description="How far clocks may differ.")
    token_name_claim: str = Field("sub", min_length=1, description="The claim that names the user.")
    token_groups_claim: str = Field("groups", min_length=1, description="The claim that lists the user's groups.")
    token_cookie: str = Field(
        "assistant_token", pattern=r"^[A-Za-z0-9_-]+$", description="The cookie that may hold the token instead."
    )
    token_origin_claim: str = Field(
        "origin", min_length=1, description="The claim that names the origins of the pages that may use a token."
    )
    token_origin_required: bool = Field(False, description="Whether a token without that claim is refused.")
    oidc_issuer: Annotated[str | None, AfterValidator(_issuer)] = Field(
        None, description="The OpenID provider, an https address, as it names itself."
    )
    oidc_client_id: str | None = Field(None, min_length=1, description="The name that it knows the chat by.")
    oidc_client_secret: SecretStr | None = Field(None, description="The chat's secret there, where it has one.")
    oidc_client_secret_file: Path | None = Field(None, description="A file that holds it, instead.")
    oidc_scopes: str = Field("openid profile", description="What is asked of it, with spaces between.")
    oidc_name_claim: str = Field("sub", min_length=1, description="The claim that names the user.")
    oidc_groups_claim: str = Field("groups", min_length=1, description="The claim that lists the user's groups.")
    session_hours: float = Field(8.0, gt=0, le=720, description="After how long people must log in again.")

    @model_validator(mode="after")
    def _login_is_whole(self) -> "AccessSettings":
        if self.login == "header" and not self.trusted_proxies:
            raise ValueError("login = 'header' needs trusted_proxies, the addresses that may say who asks")
        if self.login == "none" and self.owner_groups:
            raise ValueError(
                "owner_groups is set, but without a login nobody has a group: set login to header, token or oidc"
            )
        if self.login == "oidc":
            self._check_provider()
        if self.takes_tokens:
            self._check_tokens()
        return self

    @property
    def takes_tokens(self) -> bool:
        """Whether signed tokens name users: with that login, and beside the login at an OpenID provider where
        `token_audience` is set, for the pages that embed the chat, and for programs."""
        return self.login == "token" or (self.login == "oidc" and self.token_audience is not None)

    def _check_provider(self) -> None:
        if not self.oidc_issuer or not self.oidc_client_id:
            raise ValueError("login = 'oidc' needs oidc_issuer and oidc_client_id, which the provider gives")
        if not self.public_url:
            raise ValueError(
                "login = 'oidc' needs public_url, the address of the chat as browsers see it: the provider sends "
                "people back to it"
            )
        if self.oidc_client_secret is not None and self.oidc_client_secret_file is not None:
            raise ValueError("give either oidc_client_secret or oidc_client_secret_file")
        if "openid" not in self.oidc_scopes.split():
            raise ValueError("oidc_scopes must hold 'openid'")

    def _check_tokens(self) -> None:
        if not self.token_audience:
            raise ValueError("login = 'token' needs token_audience: a token for another service must not open this one")
        if self.token_algorithm == "RS256":
            if not self.token_keys or not self.token_issuer:
                raise ValueError("token_algorithm = 'RS256' needs token_keys, and token_issuer, whose keys they are")
            if self.token_secret or self.token_secret_file:
                raise ValueError("token_algorithm = 'RS256' takes no secret; leave token_secret out")
        elif (self.token_secret is None) == (self.token_secret_file is None) or self.token_keys:
            raise ValueError(
                "token_algorithm = 'HS256' needs either token_secret or token_secret_file, and no token_keys"
            )
        elif self.token_secret and len(self.token_secret.get_secret_value().encode()) < SHORTEST_SECRET:
            raise ValueError(f"token_secret must have {SHORTEST_SECRET} bytes or more")
