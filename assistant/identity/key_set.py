"""The public keys by which tokens are checked (JWKS, RFC 7517): from a file or an address, read again in time."""

import json
import logging
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.error import URLError

import jwt

from assistant.errors import LoginRefused, SettingsInvalid

FRESH_SECONDS = 600.0
"""After this long the keys are read again, so that one that was withdrawn is not taken any longer."""

BETWEEN_SECONDS = 15.0
"""A token with an unknown key makes them be read again, but not more often than this: anybody can send such tokens."""

STALE_SECONDS = 6 * 3600.0
"""Where they cannot be read, those read before hold for this long."""

FEWEST_BITS = 2048
LONGEST = 1_000_000
TIMEOUT_SECONDS = 5.0

_log = logging.getLogger(__name__)


class KeySet:
    """`read` gives the text of the set, and raises OSError or ValueError where it cannot. May be used by several
    threads at once."""

    def __init__(self, read: Callable[[], bytes], where: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._where = where
        self._clock = clock
        self._keys: Mapping[str | None, jwt.PyJWK] = {}
        self._read_at = self._tried_at = float("-inf")
        self._lock = threading.Lock()

    @classmethod
    def at(cls, place: str) -> "KeySet":
        """Raises SettingsInvalid for a file that cannot be read; an address may answer later."""
        if "://" in place:
            return cls(lambda: _fetched(place), place)
        keys = cls(Path(place).read_bytes, place)
        try:
            keys._read_again()
        except (OSError, ValueError) as error:
            raise SettingsInvalid(f"token_keys = {place!r} cannot be read ({error}). Name a file of JWKS.") from error
        return keys

    def key(self, key_id: str | None) -> jwt.PyJWK:
        """The RSA key of that id; without an id, the only one there is. Raises LoginRefused."""
        with self._lock:
            age = self._clock() - self._read_at
            wanted = age > FRESH_SECONDS or self._found(key_id) is None
            if wanted and self._clock() - self._tried_at >= BETWEEN_SECONDS:
                try:
                    self._read_again()
                except (OSError, ValueError) as error:
                    _log.warning("The keys of tokens cannot be read from %s: %s", self._where, error)
            if self._clock() - self._read_at > STALE_SECONDS:
                raise LoginRefused(f"the keys cannot be read from {self._where}")
            found = self._found(key_id)
        if found is None:
            raise LoginRefused("the token is signed with a key that is not known")
        return found

    def _found(self, key_id: str | None) -> jwt.PyJWK | None:
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id) if key_id is not None else None

    def _read_again(self) -> None:
        self._tried_at = self._clock()
        self._keys = _keys_of(self._read())
        self._read_at = self._clock()


def _fetched(address: str) -> bytes:
    request = urllib.request.Request(address, headers={"Accept": "application/json"})
    try:
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as response:
            text: bytes = response.read(LONGEST + 1)
    except URLError as error:
        raise OSError(str(error.reason)) from error
    if len(text) > LONGEST:
        raise ValueError("it is longer than a set of keys can be")
    return text


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """An address that leads elsewhere is not the one that was set."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def _keys_of(text: bytes) -> dict[str | None, jwt.PyJWK]:
    """The RSA keys of a set by their ids; keys for other uses are passed over. Raises ValueError where none is left."""
    document = json.loads(text)
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("it is no JWKS: it has no list 'keys'")
    keys = {}
    for each in listed:
        if not isinstance(each, dict) or each.get("kty") != "RSA" or each.get("use", "sig") != "sig":
            continue
        if each.get("alg", "RS256") != "RS256":
            continue
        try:
            key = jwt.PyJWK(each, algorithm="RS256")
        except jwt.PyJWTError as error:
            raise ValueError(f"a key of it cannot be used ({error})") from error
        if key.key.key_size < FEWEST_BITS:
            raise ValueError(f"the key {each.get('kid')!r:.80} has fewer than {FEWEST_BITS} bits")
        keys[each.get("kid")] = key
    if not keys:
        raise ValueError("it holds no RSA key for RS256")
    return keys
