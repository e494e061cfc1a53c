"""An index of a few small articles, and the command line over it."""

import shutil
from pathlib import Path

import pytest

from index.embedders.static import StaticEmbedder
from index.ingestion import ingest
from index.readers import read_paths
from index.writer import IndexWriter
from tests.command_line import Run, run_in_process, write_articles


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty current folder, and no settings from outside."""
    monkeypatch.chdir(tmp_path)
    for name in ("INDEX", "EMBEDDER", "HOST", "PORT", "MAX_ARTICLE_BYTES", "WAIT_SECONDS"):
        monkeypatch.delenv(f"ASSISTANT_{name}", raising=False)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return lambda *words: run_in_process(capsys, *words)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """The folder of the articles, the test's own."""
    return write_articles(tmp_path / "articles")


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    with IndexWriter.open(folder / "index", StaticEmbedder()) as writer:
        assert ingest(writer, read_paths([write_articles(folder / "articles")])).added == 4
    return folder / "index"


@pytest.fixture
def index(tmp_path: Path, built_once: Path) -> Path:
    """An index of the articles, the test's own."""
    return Path(shutil.copytree(built_once, tmp_path / "index"))
