"""Keys are read from where they are, again when they change, and not as often as somebody likes."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.errors import LoginRefused, SettingsInvalid
from assistant.identity.key_set import BETWEEN_SECONDS, FRESH_SECONDS, STALE_SECONDS, KeySet
from tests.assistant.identity.keys import key_set, rsa_key


class Served:
    """What a server of keys would give, and a clock that the test turns."""

    def __init__(self) -> None:
        self.text = key_set(("one", rsa_key(1)))
        self.now = 0.0
        self.reads = 0
        self.keys = KeySet(self.read, "somewhere", lambda: self.now)

    def read(self) -> bytes:
        self.reads += 1
        if not self.text:
            raise OSError("nobody answers")
        return self.text

    def knows(self, key_id: str | None) -> bool:
        try:
            return self.keys.key(key_id).key_id == (key_id or "one")
        except LoginRefused:
            return False


def test_a_new_key_is_found_when_a_token_names_it() -> None:
    served = Served()
    assert served.knows("one")
    served.text = key_set(("one", rsa_key(1)), ("two", rsa_key(2)))
    served.now += BETWEEN_SECONDS
    assert served.knows("two")
    assert served.knows("one")
    assert served.reads == 2


def test_a_key_that_was_withdrawn_is_not_taken_for_long() -> None:
    served = Served()
    assert served.knows("one")
    served.text = key_set(("two", rsa_key(2)))
    served.now += FRESH_SECONDS - 1
    assert served.knows("one")
    served.now += 2
    assert not served.knows("one")
    assert served.knows("two")


def test_unknown_keys_do_not_make_it_read_again_and_again() -> None:
    served = Served()
    assert served.knows("one")
    for number in range(100):
        assert not served.knows(f"unknown {number}")
    assert served.reads == 1
    served.now += BETWEEN_SECONDS
    for number in range(100):
        assert not served.knows(f"unknown {number}")
    assert served.reads == 2


def test_keys_hold_for_a_while_when_they_cannot_be_read() -> None:
    served = Served()
    assert served.knows("one")
    served.text = b""
    served.now += FRESH_SECONDS + 1
    assert served.knows("one")
    served.text = b"<html>not now</html>"
    served.now += BETWEEN_SECONDS
    assert served.knows("one")
    served.now += STALE_SECONDS
    assert not served.knows("one")
    served.text = key_set(("one", rsa_key(1)))
    served.now += BETWEEN_SECONDS
    assert served.knows("one")


def test_before_they_could_be_read_nobody_is_known() -> None:
    served = Served()
    served.text = b""
    assert not served.knows("one")
    assert not served.knows(None)


def test_a_token_without_a_key_id_is_taken_only_where_there_is_one_key() -> None:
    served = Served()
    assert served.knows(None)
    served.text = key_set(("one", rsa_key(1)), ("two", rsa_key(2)))
    served.now += FRESH_SECONDS + 1
    assert not served.knows(None)


@pytest.mark.parametrize(
    "text",
    [
        b"{}",
        b"[]",
        b'{"keys": {}}',
        b'{"keys": []}',
        b'{"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "one"}]}',
        b'{"keys": [{"kty": "RSA", "kid": "one"}]}',
        b"\xff",
        key_set(("one", rsa_key(1)), alg="HS256"),
        key_set(("one", rsa_key(1)), use="enc"),
        key_set(("one", rsa_key(3, 1024))),
    ],
)
def test_what_holds_no_key_for_signing_is_refused(text: bytes, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(text)
    with pytest.raises(SettingsInvalid, match=r"keys\.json"):
        KeySet.at(str(file))


def test_a_file_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="cannot be read"):
        KeySet.at(str(tmp_path / "none.json"))


def test_keys_come_from_an_address_and_not_from_where_it_leads() -> None:
    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/keys"
            self.send_response(200 if found else 302)
            if not found:
                self.send_header("location", "/keys")
            self.end_headers()
            self.wfile.write(key_set(("one", rsa_key(1))) if found else b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        assert KeySet.at(f"{address}/keys").key("one").key_id == "one"
        with pytest.raises(LoginRefused, match="cannot be read"):
            KeySet.at(f"{address}/elsewhere").key("one")
    finally:
        server.shutdown()
        server.server_close()
