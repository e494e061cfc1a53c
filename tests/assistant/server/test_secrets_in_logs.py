"""A whole session of the real program, with all that can go wrong in it, leaves no secret in what it writes."""

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from assistant.server.serve import listen, url_of
from tests.assistant.identity.keys import AUDIENCE, token
from tests.assistant.identity.provider import CLIENT, CLIENT_SECRET, Provider, provided
from tests.gated_assistant import small_index

ROOT = Path(__file__).parents[3]
PROGRAM = [sys.executable, "-c", "from assistant.cli.app import main; main()", "chat"]
TOKEN_SECRET = "the-key-of-the-tokens-that-nobody-may-read"
MODEL_KEY = "the-key-of-the-language-model-that-nobody-may-read"
QUESTION = "when does the library of Ashby open?"


@contextmanager
def program(folder: Path, provider: Provider) -> Iterator[tuple[str, Path]]:
    """The address of the program and the file of what it writes."""
    with listen(port=0) as free, listen(port=0) as nobody:
        address, model = url_of(free), url_of(nobody)
        port = str(free.getsockname()[1])
    (folder / "client-secret").write_text(CLIENT_SECRET)
    settings = {
        "INDEX": str(small_index(folder).index),
        "EMBEDDER": "fast",
        "PORT": port,
        "LOGIN": "oidc",
        "PUBLIC_URL": address,
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET_FILE": str(folder / "client-secret"),
        "TOKEN_AUDIENCE": AUDIENCE,
        "TOKEN_SECRET": TOKEN_SECRET,
        "AUDIT_FILE": str(folder / "audit.jsonl"),
        "LLM": "openai-like",
        "LLM_MODEL": "m",
        "LLM_BASE_URL": f"{model}/v1",  # where nobody answers
        "LLM_API_KEY": MODEL_KEY,
        "LLM_RETRIES": "0",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    environment = kept | {"PYTHONPATH": str(ROOT)} | {f"ASSISTANT_{name}": value for name, value in settings.items()}
    log = folder / "log"
    with log.open("wb") as written:
        running = subprocess.Popen(PROGRAM, cwd=folder, env=environment, stdout=written, stderr=written)
        try:
            while "The chat is open on" not in log.read_text():
                assert running.poll() is None, log.read_text()
                try:
                    running.wait(0.1)
                except subprocess.TimeoutExpired:
                    continue
            yield address, log
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(60)


def test_no_secret_is_written_anywhere(tmp_path: Path) -> None:
    good, wrong, expired = (token(TOKEN_SECRET), token("another key of thirty-two bytes!"), token(TOKEN_SECRET, exp=1))
    cookies = []
    with provided() as provider, program(tmp_path, provider) as (address, log):
        with httpx.Client(timeout=120, follow_redirects=True, headers={"accept": "text/html"}) as client:
            assert client.get(f"{address}/").status_code == 200
            asked = client.post(f"{address}/api/v1/ask", json={"question": QUESTION})
            assert asked.json()["notices"], "the language model was to fail"
            cookies += [cookie.value or "" for cookie in client.cookies.jar]
            assert client.get(f"{address}/login/back?code=a-code-that-was-sent&state=a-state").status_code == 403
            assert client.post(f"{address}/login/out").status_code == 200
        for text in (good, wrong, expired, "no token at all"):
            sent = {"authorization": f"Bearer {text}"}
            httpx.get(f"{address}/api/v1/search?q=Ashby", headers=sent, timeout=60)
            httpx.post(f"{address}/session", headers=sent, timeout=60)
            httpx.get(f"{address}/", headers={"cookie": f"assistant_token={text}"}, timeout=60)
            httpx.post(f"{address}/api/v1/ask", headers=sent | {"origin": "https://evil.example"}, timeout=60)
        provider.secret = "now another"
        with httpx.Client(timeout=60, follow_redirects=True, headers={"accept": "text/html"}) as client:
            assert client.get(f"{address}/").status_code == 403
            cookies += [cookie.value or "" for cookie in client.cookies.jar]
        given_out = [*provider.tokens, *cookies]
    written = log.read_text() + (tmp_path / "audit.jsonl").read_text()
    for told in ("nobody is logged in", "the token has expired", "'invalid_client'", "evil.example"):
        assert told in written, "the session was to leave traces"
    basic = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
    secrets = [CLIENT_SECRET, basic, TOKEN_SECRET, MODEL_KEY, "a-code-that-was-sent", good, wrong, expired, *given_out]
    for secret in filter(None, secrets):
        assert secret not in written
        for part in secret.split("."):  # of a token each part is a secret, but for the header
            assert len(part) < 20 or part == good.split(".")[0] or part not in written
    assert QUESTION not in written


@pytest.mark.parametrize("name", ["oidc_client_secret", "token_secret", "llm_api_key"])
def test_a_secret_is_not_shown_with_the_settings(name: str) -> None:
    from assistant.settings import SECRETS, load_settings

    assert name in SECRETS
    given = {name: "sesame-" * 6, "llm": "openai-like", "llm_model": "m", "llm_base_url": "http://127.0.0.1:1"}
    settings = load_settings(**given)
    assert "sesame" not in repr(settings)
    assert "sesame" not in settings.model_dump_json()
