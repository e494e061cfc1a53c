"""Settings: where they come from, which goes first, and what is refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.errors import SettingsInvalid
from assistant.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty current folder, and no settings from outside."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ASSISTANT_{name.upper()}", raising=False)


def test_the_defaults_are_those_that_the_documentation_names() -> None:
    assert load_settings().model_dump() == {
        "embed_origins": (),
        "login": "none",
        "owner_groups": (),
        "answer_step_ms": 25.0,
        "trusted_proxies": (),
        "user_header": "x-forwarded-user",
        "groups_header": "x-forwarded-groups",
        "token_algorithm": "HS256",
        "token_secret": None,
        "token_secret_file": None,
        "token_keys": None,
        "token_audience": None,
        "token_issuer": None,
        "token_skew_seconds": 30.0,
        "token_name_claim": "sub",
        "token_groups_claim": "groups",
        "token_cookie": "assistant_token",
        "token_origin_claim": "origin",
        "token_origin_required": False,
        "public_url": None,
        "oidc_issuer": None,
        "oidc_client_id": None,
        "oidc_client_secret": None,
        "oidc_client_secret_file": None,
        "oidc_scopes": "openid profile",
        "oidc_name_claim": "sub",
        "oidc_groups_claim": "groups",
        "session_hours": 8.0,
        "allowed_hosts": (),
        "index": Path(".assistant/index"),
        "milvus_token": None,
        "milvus_timeout_seconds": 10.0,
        "root_path": "",
        "stop_seconds": 30.0,
        "connections": 12_000,
        "embedder": "default",
        "host": "127.0.0.1",
        "port": 7860,
        "max_article_bytes": 20_000_000,
        "kept": None,
        "uploads": None,
        "collection_page": None,
        "evaluations": None,
        "evaluation_page": None,
        "wait_seconds": 10.0,
        "rate_limit": "120/minute",
        "origin_rate_limit": "none",
        "audit_file": None,
        "audit_questions": False,
        "audit_days": 90,
        "retention_days": None,
        "llm": "none",
        "llm_base_url": None,
        "llm_model": None,
        "llm_api_key": None,
        "llm_timeout_seconds": 60.0,
        "llm_retries": 2,
        "llm_context_tokens": None,
        "llm_answer_tokens": 600,
    }


def test_what_is_given_goes_before_variables_and_these_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("assistant.toml").write_text('index = "of-file"\nhost = "::1"\nport = 1000\n')
    monkeypatch.setenv("ASSISTANT_INDEX", "of-variable")
    monkeypatch.setenv("ASSISTANT_PORT", "2000")
    found = load_settings(index=Path("given"), port=None)
    assert (found.index, found.port, found.host) == (Path("given"), 2000, "::1")


def test_none_is_not_a_value() -> None:
    assert load_settings(embedder=None).embedder == "default"
    assert "embedder" not in load_settings(embedder=None).model_fields_set


@pytest.mark.parametrize("source", ["given", "variable", "file"])
def test_it_is_known_whether_the_embedder_was_set(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if source == "variable":
        monkeypatch.setenv("ASSISTANT_EMBEDDER", "fast")
    elif source == "file":
        Path("assistant.toml").write_text('embedder = "fast"\n')
    found = load_settings(embedder="fast" if source == "given" else None)
    assert found.embedder == "fast"
    assert "embedder" in found.model_fields_set


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("ASSISTANT_PORT", "http", "port = 'http'"),
        ("ASSISTANT_PORT", "65536", "port = '65536'"),
        ("ASSISTANT_PORT", "0", "port = '0'"),
        ("ASSISTANT_WAIT_SECONDS", "-0.5", "wait_seconds = '-0.5'"),
        ("ASSISTANT_MAX_ARTICLE_BYTES", "0", "max_article_bytes = '0'"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named_with_its_value(
    variable: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsInvalid) as raised:
        load_settings()
    assert told in str(raised.value)


def test_every_fault_is_named_at_once() -> None:
    Path("assistant.toml").write_text('port = "x"\nindx = "y"\n')
    with pytest.raises(SettingsInvalid) as raised:
        load_settings()
    assert "port = 'x'" in str(raised.value)
    assert "indx: " in str(raised.value)


def test_the_message_lists_the_settings_that_there_are() -> None:
    Path("assistant.toml").write_text('indx = "y"\n')
    with pytest.raises(SettingsInvalid, match=", ".join(Settings.model_fields)):
        load_settings()


@pytest.mark.parametrize("content", [b"port = \n", b"\xff\xfe", b"[[["])
def test_a_file_that_is_no_toml_is_named(content: bytes) -> None:
    Path("assistant.toml").write_bytes(content)
    with pytest.raises(SettingsInvalid, match=r"assistant\.toml"):
        load_settings()


def test_settings_do_not_change_and_a_changed_copy_leaves_them_as_they_are() -> None:
    found = load_settings(port=1000)
    with pytest.raises(ValidationError):
        found.port = 2000
    assert (found.model_copy(update={"port": 2000}).port, found.port) == (2000, 1000)


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"llm": "ollama"}, "llm = 'ollama' needs llm_model"),
        ({"llm": "openai-like", "llm_model": "m"}, "llm = 'openai-like' needs llm_base_url"),
        ({"llm_model": "m"}, "a language model is described but not chosen: set llm"),
        ({"llm": "gpt"}, "llm = 'gpt': Input should be 'none', 'openai-like' or 'ollama'"),
        ({"llm_base_url": "127.0.0.1:8080"}, "must begin with http:// or https://"),
        ({"llm_base_url": "http:///v1"}, "must begin with http:// or https:// and name a host"),
        ({"llm_timeout_seconds": 0}, "llm_timeout_seconds = 0: "),
        ({"llm_retries": -1}, "llm_retries = -1: "),
        (
            {"llm": "ollama", "llm_model": "m", "llm_context_tokens": 1200},
            "llm_context_tokens = 1200 leaves no room for passages",
        ),
    ],
)
def test_what_does_not_fit_together_is_told_with_the_next_step(given: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsInvalid) as raised:
        load_settings(**given)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    "given",
    [
        {"llm": "none", "llm_model": "m", "llm_base_url": "http://127.0.0.1:8080/v1"},
        {"llm": "ollama", "llm_model": "m"},
        {"llm": "openai-like", "llm_model": "m", "llm_base_url": "https://models.example/v1/", "llm_api_key": "k"},
    ],
)
def test_what_fits_together_is_taken(given: dict[str, object]) -> None:
    found = load_settings(**given)
    assert (found.llm, found.llm_model) == (given["llm"], "m")
    assert not (found.llm_base_url or "").endswith("/")


@pytest.mark.parametrize(
    "content",
    [
        'llm_api_key = ["sk-secret"]',
        'llm_api_kye = "sk-secret"',
        'llm_base_url = "https://name:sk-secret@models.example/v1"',
        'llm = "ollama"\nllm_api_key = "sk-secret"',
    ],
)
def test_no_error_tells_a_secret(content: str) -> None:
    Path("assistant.toml").write_text(content + "\n")
    with pytest.raises(SettingsInvalid) as raised:
        load_settings()
    assert "sk-secret" not in str(raised.value) + repr(raised.value.__cause__)


def test_no_print_of_the_settings_tells_the_key() -> None:
    found = load_settings(llm_api_key="sk-secret")
    assert found.llm_api_key is not None
    assert found.llm_api_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in f"{found} {found!r} {found.model_dump()} {found.model_dump_json()}"
