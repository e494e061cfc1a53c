"""Keys and tokens for tests."""

import json
import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from assistant.settings import Settings

SECRET = "a secret of more than thirty-two bytes"
AUDIENCE = "assistant"
ISSUER = "https://intranet.example.org"


def settings_of(**given: Any) -> Settings:
    return Settings(**{"login": "token", "token_secret": SECRET, "token_audience": AUDIENCE} | given)


def claims(**changed: Any) -> dict[str, Any]:
    """Of a user in the group "staff", for a minute; a claim that is changed to None is left out."""
    made = {"sub": "ada", "groups": ["staff"], "aud": AUDIENCE, "iss": ISSUER, "exp": time.time() + 60} | changed
    return {name: value for name, value in made.items() if value is not None}


def token(key: Any = SECRET, algorithm: str = "HS256", key_id: str | None = None, **changed: Any) -> str:
    header = {"kid": key_id} if key_id else None
    return jwt.encode(claims(**changed), key, algorithm, headers=header)


@cache
def rsa_key(number: int, bits: int = 2048) -> rsa.RSAPrivateKey:
    del number  # another number, another key
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def key_set(*keys: tuple[str, rsa.RSAPrivateKey], **more: Any) -> bytes:
    """A JWKS of the public halves of the keys, by their ids; `more` are fields of each."""
    made = [
        json.loads(RSAAlgorithm.to_jwk(key.public_key())) | {"kid": name, "use": "sig"} | more for name, key in keys
    ]
    return json.dumps({"keys": made}).encode()
