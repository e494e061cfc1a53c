"""All settings, from the command line, `ASSISTANT_...` variables and `assistant.toml`, in this order."""

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import SettingsInvalid
from index.layout import DEFAULT_FOLDER

SETTINGS_FILE = Path("assistant.toml")
VARIABLES = "ASSISTANT_"


class Settings(BaseModel):
    """Loaded once at the start and passed down. `model_copy(update=...)` makes a changed one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    index: Path = Field(DEFAULT_FOLDER, description="The folder of the index.")
    embedder: str = Field(
        "default", description="'default', 'fast', or a sentence-transformers model by name or folder."
    )
    host: str = Field("127.0.0.1", description="The address that the chat listens on.")
    port: int = Field(7860, ge=1, le=65535, description="The port that the chat listens on.")
    max_article_bytes: int = Field(20_000_000, ge=1, description="Larger files are reported and not read.")
    wait_seconds: float = Field(10.0, ge=0, description="How long to wait for another process that writes.")


def load_settings(**given: Any) -> Settings:
    """The settings, where those given that are not None go before all others. Raises SettingsInvalid."""
    values = _of_file() | _of_variables() | {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**values)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))} = {fault.get('input')!r}: {fault['msg']}" for fault in error.errors()
        )
        known = ", ".join(Settings.model_fields)
        raise SettingsInvalid(
            f"A setting cannot be used: {faults}. Correct it on the command line, in ASSISTANT_... or in "
            f"{SETTINGS_FILE}. The settings are: {known}."
        ) from error


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
