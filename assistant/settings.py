"""All settings, from the command line, `ASSISTANT_...` variables and `assistant.toml`, in this order."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator

from assistant.errors import SettingsInvalid
from assistant.identity.settings import AccessSettings
from assistant.protection.settings import ProtectionSettings
from index.errors import LocationInvalid
from index.layout import DEFAULT_FOLDER
from index.location import IndexLocation, location_of, name_beside

SETTINGS_FILE = Path("assistant.toml")
VARIABLES = "ASSISTANT_"
PATHS_OF_OUR_OWN = frozenset(
    {"api", "assets", "collection", "embed", "evaluation", "gradio_api", "login", "mcp", "session", "static", "v1"}
)
"""A proxy may hand on the path with or without `root_path` before it; below these, both would be the same."""

_PROMPT_TOKENS = 800
"""What the rules and the question need of a language model's context, as this program counts tokens."""


class Settings(AccessSettings, ProtectionSettings):
    """Loaded once at the start and passed down. `model_copy(update=...)` makes a changed one."""

    index: IndexLocation = Field(
        DEFAULT_FOLDER, description="The folder of the index, or milvus://HOST:PORT/NAME; see docs/scaling.md."
    )
    milvus_token: SecretStr | None = Field(None, description="NAME:PASSWORD or an API key, where Milvus wants one.")
    milvus_timeout_seconds: float = Field(
        10.0, gt=0, le=3600, description="How long Milvus may take for one request before it counts as unreachable."
    )
    embedder: str = Field(
        "default", description="'default', 'fast', or a sentence-transformers model by name or folder."
    )
    host: str = Field("127.0.0.1", description="The address that the chat listens on.")
    port: int = Field(7860, ge=1, le=65535, description="The port that the chat listens on.")
    root_path: str = Field("", description="The path that a proxy puts the chat at, such as /assistant.")
    max_article_bytes: int = Field(20_000_000, ge=1, description="Larger files are reported and not read.")
    kept: Path | None = Field(None, description="The file of shared answers and feedback; beside the index if not set.")
    uploads: Path | None = Field(
        None, description="Where files that are dropped in the browser are kept; beside the index if not set."
    )
    collection_page: bool | None = Field(
        None,
        description="Whether /collection is there, where articles are added and removed; if not set, only while the "
        "chat listens on this machine alone.",
    )
    evaluations: Path | None = Field(
        None, description="Where the page for evaluators keeps question sets and runs; beside the index if not set."
    )
    evaluation_page: bool | None = Field(
        None,
        description="Whether /evaluation is there, where question sets are run and compared; if not set, only while "
        "the chat listens on this machine alone.",
    )
    wait_seconds: float = Field(10.0, ge=0, description="How long to wait for another process that writes.")

    stop_seconds: float = Field(
        30.0, ge=0, le=3600, description="How long answers may take to finish when the chat is told to end."
    )
    connections: int = Field(
        12_000, ge=1, le=1_000_000, description="How many may be open at once; each open page holds one or two."
    )

    llm: Literal["none", "openai-like", "ollama"] = Field(
        "none", description="Who writes the answers: 'none' quotes sentences, the others ask a language model."
    )
    llm_base_url: str | None = Field(None, description="Its address, such as http://127.0.0.1:8080/v1.")
    llm_model: str | None = Field(None, min_length=1, description="The model's name, as its server calls it.")
    llm_api_key: SecretStr | None = Field(None, description="The key for its server, where that wants one.")
    llm_timeout_seconds: float = Field(
        60.0, gt=0, le=3600, description="How long to wait for the first word, and then for each next one."
    )
    llm_retries: int = Field(2, ge=0, le=10, description="How often a request is sent again before the first word.")
    llm_context_tokens: int | None = Field(
        None, ge=1024, description="How much the model can read and write at once; asked from its server if not set."
    )
    llm_answer_tokens: int = Field(600, ge=16, description="How long its answer may be, with what it thinks before.")

    @field_validator("root_path")
    @classmethod
    def _is_path(cls, value: str) -> str:
        path = value.rstrip("/")
        if path and not re.fullmatch(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", path):
            raise ValueError("must be a path such as /assistant, of letters, digits and . _ ~ -")
        if path.split("/")[1:2] and path.split("/")[1] in PATHS_OF_OUR_OWN:
            raise ValueError("begins with a path of the chat itself; choose another name")
        return path

    @field_validator("index", mode="plain")
    @classmethod
    def _is_location(cls, value: Any) -> IndexLocation:
        try:
            return location_of(value)
        except LocationInvalid as error:
            raise ValueError(str(error)) from error
        except (TypeError, AttributeError) as error:
            raise ValueError("must be a path, or an address such as milvus://127.0.0.1:19530/articles") from error

    @property
    def beside_index(self) -> Path:
        """A path beside which what belongs to the index is kept on this machine."""
        return name_beside(self.index)

    @field_validator("llm_base_url")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must begin with http:// or https:// and name a host, as http://127.0.0.1:8080/v1 does")
        if parts.username or parts.password:
            raise ValueError("must not hold a name or a password; give the key as llm_api_key")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _fits_together(self) -> "Settings":
        if self.llm == "none":
            if "llm" not in self.model_fields_set and (self.llm_model or self.llm_base_url):
                raise ValueError(
                    "a language model is described but not chosen: set llm to openai-like or ollama, or none"
                )
            return self
        if not self.llm_model:
            raise ValueError(f"llm = {self.llm!r} needs llm_model, the model's name as its server calls it")
        if self.llm == "openai-like" and not self.llm_base_url:
            raise ValueError(
                "llm = 'openai-like' needs llm_base_url, the address of its server, such as http://127.0.0.1:8080/v1"
            )
        if self.llm_context_tokens and self.llm_context_tokens < self.llm_answer_tokens + _PROMPT_TOKENS:
            raise ValueError(
                f"llm_context_tokens = {self.llm_context_tokens} leaves no room for passages beside "
                f"llm_answer_tokens = {self.llm_answer_tokens} and {_PROMPT_TOKENS} for the prompt; "
                "raise the first or lower the second"
            )
        return self


SECRETS = frozenset(name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation))


def load_settings(**given: Any) -> Settings:
    """The settings, where those given that are not None go before all others. Raises SettingsInvalid."""
    values = _of_file() | _of_variables() | {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**values)
    except ValidationError as error:
        faults = "; ".join(map(_told, error.errors()))
        known = ", ".join(Settings.model_fields)
        raise SettingsInvalid(
            f"A setting cannot be used: {faults}. Correct it on the command line, in ASSISTANT_... or in "
            f"{SETTINGS_FILE}. The settings are: {known}."
        ) from error


def _told(fault: Any) -> str:
    """One fault in words. A value is named only of a setting that is known and holds no secret: someone who
    misspells the name of the key's setting must not find the key in a log."""
    name = ".".join(map(str, fault["loc"]))
    shown = name in Settings.model_fields and name not in SECRETS and "@" not in str(fault["input"])
    what = fault["msg"].removeprefix("Value error, ")
    return f"{name} = {fault['input']!r}: {what}" if shown else f"{name}: {what}" if name else what


def _of_file() -> dict[str, Any]:
    try:
        with SETTINGS_FILE.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:  # a TOMLDecodeError and a UnicodeDecodeError are ValueErrors
        raise SettingsInvalid(f"{SETTINGS_FILE} cannot be read: {error}. Correct it, or remove it.") from error


def _of_variables() -> dict[str, Any]:
    names = {name: VARIABLES + name.upper() for name in Settings.model_fields}
    return {name: os.environ[variable] for name, variable in names.items() if variable in os.environ}
