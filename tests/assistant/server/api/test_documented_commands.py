"""Every command of docs/api.md does what it says, in the order in which it stands there."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from assistant.cli.app import app as app_of_commands
from assistant.collection_keeper import CollectionKeeper
from assistant.keeping.keepsakes import Keepsakes
from assistant.server.api.examples import FEEDBACK
from assistant.server.mcp.endpoint import PATH as MCP
from assistant.settings import Settings, load_settings
from assistant.wiring import open_assistant, open_writer, read_articles
from index.ingestion import ingest
from tests.assistant.server.api.served import api_over

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs/api.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:7860"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = load_settings(index=tmp_path_factory.mktemp("documented") / "index", embedder="fast", llm="none")
    _, articles = read_articles(made, [ROOT / "seeds"])
    with open_writer(made) as writer:
        assert ingest(writer, articles).added > 10
    return made


@pytest.fixture(scope="module")
def app(settings: Settings) -> FastAPI:
    return api_over(open_assistant(settings), keepsakes=Keepsakes.of(settings), collection=CollectionKeeper(settings))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "article.md").write_text("# A market\n\nThe market hall opens on Monday.\n", encoding="utf-8")
    (tmp_path / "another.txt").write_text("A road\n\nThe road opens in June.\n", encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(shutil.which("curl") is None, reason="There is no curl on this machine.")
def test_every_command_succeeds(url: str, folder: Path) -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) > 10
    for line in lines:
        command = line.replace(ADDRESS, url)
        done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


def test_each_example_in_python_prints_a_cited_answer(url: str) -> None:
    examples = blocks("python")
    assert [library in code for library, code in zip(("openai", "mcp"), examples, strict=True)] == [True, True]
    for code in examples:
        done = subprocess.run(
            [sys.executable, "-c", code.replace(ADDRESS, url)], capture_output=True, text=True, check=True, timeout=120
        )
        assert "[1]" in done.stdout
        assert "IRIS-T" in done.stdout


def test_the_examples_for_clients_name_the_address_and_the_command_that_there_are() -> None:
    by_http, by_program = (json.loads(block) for block in blocks("json"))
    assert by_http["servers"]["articles"]["url"].endswith(MCP)
    started = by_program["mcpServers"]["articles"]
    assert started["args"][0] in [command.name for command in app_of_commands.registered_commands]


def test_the_example_of_feedback_on_the_page_of_the_api_is_kept(url: str) -> None:
    assert httpx.post(f"{url}/api/v1/feedback", json=FEEDBACK, timeout=60).status_code == 201
