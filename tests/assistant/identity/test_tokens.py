"""A token is taken only when it is signed by the key, in the way, for the audience and in the time that are set."""

import base64
import hmac
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.requests import Request

from assistant.errors import LoginRefused, SettingsInvalid
from assistant.identity.asker import Asker
from assistant.identity.tokens import Tokens
from tests.assistant.identity.keys import AUDIENCE, ISSUER, SECRET, claims, key_set, rsa_key, settings_of, token


def asker_of(text: str, **settings: Any) -> Asker:
    return Tokens.of(settings_of(**settings)).asker_of_token(text)


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def test_a_token_names_the_user_and_the_groups() -> None:
    assert asker_of(token()) == Asker("ada", frozenset({"staff"}), is_owner=False)
    assert asker_of(token(groups="staff, board ,,")).groups == frozenset({"staff", "board"})
    assert asker_of(token(groups=None)).groups == frozenset()
    named = token(sub=None, email="ada@example.org", roles=["a  b"])
    found = asker_of(named, token_name_claim="email", token_groups_claim="roles")
    assert found == Asker("ada@example.org", frozenset({"a b"}), is_owner=False)


def test_an_owner_may_see_everything() -> None:
    assert asker_of(token(), owner_groups="editors,staff") == Asker("ada", None, is_owner=True)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"aud": "another"}, "another service"),
        ({"aud": None}, "lacks a claim"),
        ({"exp": None}, "lacks a claim"),
        ({"exp": time.time() - 3600}, "expired"),
        ({"nbf": time.time() + 3600}, "not valid yet"),
        ({"iat": time.time() + 3600}, "not valid yet"),
        ({"exp": "soon"}, "cannot be read"),
        ({"sub": None}, "no name"),
        ({"sub": " "}, "no name"),
        ({"sub": "a\nb"}, "no name"),
        ({"sub": "x" * 300}, "no name"),
        ({"groups": {"staff": True}}, "groups are not a list"),
        ({"groups": ["staff", 3]}, "groups are not a list"),
        ({"groups": 3}, "groups are not a list"),
        ({"groups": ["g"] * 3000}, "groups are not a list"),
    ],
)
def test_a_token_with_other_claims_is_refused(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(LoginRefused, match=reason):
        asker_of(token(**changed))


def test_clocks_may_differ_by_what_is_set_and_no_more() -> None:
    late: dict[str, Any] = {"exp": time.time() - 20}
    early: dict[str, Any] = {"nbf": time.time() + 20}
    for changed in (late, early):
        assert asker_of(token(**changed), token_skew_seconds=30).name == "ada"
        with pytest.raises(LoginRefused):
            asker_of(token(**changed), token_skew_seconds=10)


def test_the_issuer_counts_where_it_is_set() -> None:
    assert asker_of(token(), token_issuer=ISSUER).name == "ada"
    with pytest.raises(LoginRefused, match="another issuer"):
        asker_of(token(iss="https://other.example.org"), token_issuer=ISSUER)
    with pytest.raises(LoginRefused, match="lacks a claim"):
        asker_of(token(iss=None), token_issuer=ISSUER)


def test_a_token_that_is_not_signed_is_refused() -> None:
    unsigned = token(None, "none")
    for text in (unsigned, f"{encoded({'alg': 'None', 'typ': 'JWT'})}.{encoded(claims())}."):
        with pytest.raises(LoginRefused):
            asker_of(text)
    header, body, _ = token().split(".")
    for text in (
        f"{header}.{body}.",
        f"{header}.{body}",
        f"{header}.{encoded(claims(sub='root'))}.AAAA",
        "",
        "..",
        "x",
    ):
        with pytest.raises(LoginRefused):
            asker_of(text)


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_way_of_signing_is_refused_though_the_key_is_right(algorithm: str) -> None:
    with pytest.raises(LoginRefused, match="another way"):
        asker_of(token(SECRET + SECRET, algorithm), token_secret=SECRET + SECRET)


def test_another_key_is_refused() -> None:
    with pytest.raises(LoginRefused, match="right key"):
        asker_of(token("another secret of more than 32 bytes!"))


def test_a_public_key_is_no_secret(tmp_path: Path) -> None:
    """Where RS256 is set, a token that is signed with HS256 and the public key is refused."""
    file = tmp_path / "keys.json"
    file.write_bytes(key_set(("one", rsa_key(1))))
    rs256 = {"token_algorithm": "RS256", "token_secret": None, "token_keys": str(file), "token_issuer": ISSUER}
    assert asker_of(token(rsa_key(1), "RS256", "one"), **rs256).name == "ada"
    assert asker_of(token(rsa_key(1), "RS256"), **rs256).name == "ada"  # the only key there is
    public = rsa_key(1).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    content = f"{encoded({'alg': 'HS256', 'kid': 'one'})}.{encoded(claims(sub='root'))}"
    signature = base64.urlsafe_b64encode(hmac.digest(public, content.encode(), "sha256")).rstrip(b"=").decode()
    for forged in (f"{content}.{signature}", token(None, "none", "one")):
        with pytest.raises(LoginRefused):
            asker_of(forged, **rs256)
    with pytest.raises(LoginRefused, match="right key"):
        asker_of(token(rsa_key(2), "RS256", "one"), **rs256)
    with pytest.raises(LoginRefused, match="not known"):
        asker_of(token(rsa_key(2), "RS256", "two"), **rs256)
    # a key that the token brings along is no key
    own = json.loads(key_set(("one", rsa_key(2))))["keys"][0]
    with pytest.raises(LoginRefused, match="right key"):
        asker_of(jwt.encode(claims(), rsa_key(2), "RS256", headers={"kid": "one", "jwk": own}), **rs256)


def test_an_extension_that_must_be_understood_is_refused() -> None:
    with pytest.raises(LoginRefused):
        asker_of(jwt.encode(claims(), SECRET, "HS256", headers={"crit": ["b64"], "b64": False}))


def test_what_is_told_holds_nothing_of_the_token() -> None:
    text = token(aud="another")
    with pytest.raises(LoginRefused) as raised:
        asker_of(text)
    assert not any(part in str(raised.value) for part in text.split("."))


def request(*headers: tuple[str, str]) -> Request:
    return Request({"type": "http", "headers": [(name.encode(), value.encode()) for name, value in headers]})


def test_a_token_comes_in_the_header_or_else_in_the_cookie() -> None:
    tokens = Tokens.of(settings_of())
    good, other = token(), token(sub="grace")
    assert tokens.asker(request(("authorization", f"Bearer {good}"))).name == "ada"
    assert tokens.asker(request(("authorization", f"bearer  {good}"))).name == "ada"
    assert tokens.asker(request(("cookie", f"a=b; assistant_token={good}"))).name == "ada"
    both = request(("authorization", f"Bearer {good}"), ("cookie", f"assistant_token={other}"))
    assert tokens.asker(both).name == "ada"


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("authorization", "Basic YTpi"),),
        (("authorization", "Bearer"),),
        (("authorization", "Bearer wrong"), ("cookie", "assistant_token=GOOD")),
        (("authorization", "Bearer GOOD"), ("authorization", "Bearer GOOD")),
        (("cookie", "other=GOOD"),),
        (("authorization", "Bearer " + "A" * 20_000),),
    ],
)
def test_without_one_token_nobody_is_known(headers: tuple[tuple[str, str], ...]) -> None:
    good = token()
    with pytest.raises(LoginRefused):
        Tokens.of(settings_of()).asker(request(*((name, value.replace("GOOD", good)) for name, value in headers)))


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    assert asker_of(token(), token_secret=None, token_secret_file=file).name == "ada"
    file.write_text("short\n")
    with pytest.raises(SettingsInvalid, match="has 5 bytes"):
        asker_of(token(), token_secret=None, token_secret_file=file)
    with pytest.raises(SettingsInvalid, match="cannot be read"):
        asker_of(token(), token_secret=None, token_secret_file=tmp_path / "none")


def test_the_audience_is_one_of_those_of_the_token() -> None:
    assert asker_of(token(aud=["wiki", AUDIENCE])).name == "ada"
    with pytest.raises(LoginRefused, match="another service"):
        asker_of(token(aud=["wiki", "assistant2"]))
