"""A small OpenID provider for tests, on loopback: discovery, authorize, token, keys, userinfo, end of the session.

It logs its one user in without asking. What it answers can be made wrong, one thing at a time.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

from tests.assistant.identity.keys import key_set, rsa_key

CLIENT = "article-assistant"
CLIENT_SECRET = "the-secret-of-the-client-at-the-provider"


@dataclass
class Provider:
    """`user` are the claims of who is logged in there. `changed` are claims that an ID token has otherwise, `userinfo`
    those that only the userinfo endpoint tells. `signed_by` is the number of the key that signs, `published` those
    that are told. `codes` maps codes to the requests that they were given for; each is taken once. `tokens` is all that
    it gave out and must stand in no log."""

    issuer: str = ""
    user: dict[str, Any] = field(default_factory=lambda: {"sub": "ada", "groups": ["staff"]})
    changed: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    signed_by: int = 1
    published: tuple[int, ...] = (1,)
    algorithm: str = "RS256"
    leaves_out_id_token: bool = False
    secret: str | None = CLIENT_SECRET
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)

    def documents(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/leave",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "code_challenge_methods_supported": ["S256"],
        } | self.discovery

    def authorize(self, asked: Mapping[str, str]) -> str:
        """Where the browser is sent back to; an answer with a code."""
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(24)
        self.codes[code] = dict(asked)
        self.tokens.append(code)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def token(self, form: Mapping[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        refusal = self._refusal(form, authorization)
        if refusal:
            self.refusals.append(refusal)
            return 400, {"error": refusal}
        asked = self.codes.pop(form["code"])
        access = secrets.token_urlsafe(24)
        made = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        if not self.leaves_out_id_token:
            made["id_token"] = self.id_token(asked["nonce"])
        self.tokens += [access, str(made.get("id_token", access))]
        return 200, made

    def _refusal(self, form: Mapping[str, str], authorization: str) -> str:
        asked = self.codes.get(form.get("code", ""))
        if self.secret is not None:
            wanted = base64.b64encode(f"{CLIENT}:{self.secret}".encode()).decode()
            if authorization != f"Basic {wanted}":
                return "invalid_client"
        if asked is None or form["grant_type"] != "authorization_code" or form["redirect_uri"] != asked["redirect_uri"]:
            return "invalid_grant"
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(proof).rstrip(b"=").decode() != asked["code_challenge"]:
            return "invalid_grant"
        return ""

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce} | self.user
        claims = {name: value for name, value in (claims | self.changed).items() if value is not None}
        if self.algorithm == "none":
            return jwt.encode(claims, "", "none")
        key: Any = rsa_key(self.signed_by) if self.algorithm == "RS256" else CLIENT_SECRET
        return jwt.encode(claims, key, self.algorithm, headers={"kid": str(self.signed_by)})


@contextmanager
def provided() -> Iterator[Provider]:
    """A provider that runs until the end."""
    provider = Provider()

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            match parts.path:
                case "/.well-known/openid-configuration":
                    self._send(200, provider.documents())
                case "/keys":
                    keys = ((str(number), rsa_key(number)) for number in provider.published)
                    self._send(200, json.loads(key_set(*keys)))
                case "/authorize":
                    self._send(302, {}, location=provider.authorize(query))
                case "/userinfo":
                    known = self.headers.get("authorization", "").removeprefix("Bearer ") in provider.tokens
                    self._send(200 if known else 401, provider.user | provider.userinfo)
                case "/leave":
                    provider.left.append(query)
                    back = f"{query['post_logout_redirect_uri']}?{urlencode({'state': query['state']})}"
                    self._send(302, {}, location=back)
                case _:
                    self._send(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._send(*provider.token(form, self.headers.get("authorization", "")))

        def _send(self, status: int, body: Any, location: str = "") -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            if location:
                self.send_header("location", location)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
