"""What a run's figures depend on is recorded, and nothing secret with it."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

import assistant
from assistant.answering import Assistant
from assistant.calibration import load_calibration
from assistant.settings import load_settings
from assistant.version import __version__
from assistant.wiring import open_assistant
from eval import provenance
from eval.provenance import (
    calibration_fingerprint,
    commit,
    content_fingerprint,
    differences,
    provenance_of,
    source_fingerprint,
)
from index.local_index import LocalIndex
from index.types import Article
from index.writer import IndexWriter
from tests.evaluations import QUAY
from tests.fakes import WordEmbedder

OTHER = Article("en/bus.txt", "The bus", "The night bus runs every hour.", "en", file="here/bus.txt")


def fingerprint(folder: Path, *articles: Article) -> str:
    with IndexWriter.open(folder, WordEmbedder()) as writer:
        for article in articles:
            list(writer.add([article]))
    with LocalIndex.open(folder, WordEmbedder()).snapshot() as snapshot:
        return content_fingerprint(snapshot)


def test_the_same_articles_have_the_same_fingerprint_in_any_order_and_from_anywhere(tmp_path: Path) -> None:
    found = fingerprint(tmp_path / "a", QUAY, OTHER)
    assert found == fingerprint(tmp_path / "b", replace(OTHER, file="elsewhere"), QUAY)
    assert found != fingerprint(tmp_path / "c", QUAY)
    assert found != fingerprint(tmp_path / "d", QUAY, replace(OTHER, text=OTHER.text + " Daily."))


def test_a_calibration_is_told_by_what_decides() -> None:
    calibration = load_calibration()
    found = calibration_fingerprint(calibration)
    assert found == calibration_fingerprint(replace(calibration, learned_on={}))
    assert found != calibration_fingerprint(replace(calibration, answer_from=calibration.answer_from + 0.01))


def test_the_source_is_that_of_what_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = [name for name, _ in provenance._sources()]
    assert {"assistant/answering.py", "assistant/calibration.json", "index/fusion.py", "prompts/answer.txt"} <= set(
        names
    )
    assert not [name for name in names if name.startswith(("assistant/web/", "assistant/cli/", "index/training/"))]
    assert not [name for name in names if "weights" in name or "__pycache__" in name]
    before = source_fingerprint()
    file = tmp_path / "fusion.py"
    file.write_text("# changed")
    sources = list(provenance._sources())
    monkeypatch.setattr(
        provenance, "_sources", lambda: [(name, file if name == "index/fusion.py" else path) for name, path in sources]
    )
    assert source_fingerprint() != before


def test_the_commit_is_told_with_a_sign_for_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "assistant"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.setattr(assistant, "__path__", [str(package)])
    assert commit() is None
    name = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for words in (["init", "-q"], ["add", "."], [*name, "commit", "-q", "-m", "First"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)
    head = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout.strip()
    assert commit() == head
    (package / "__init__.py").write_text("# changed")
    assert commit() == f"{head}+changes"


def test_all_of_it_is_json_without_secrets(tmp_path: Path) -> None:
    fingerprint(tmp_path / "index", QUAY)
    engine = replace(
        open_assistant_over(tmp_path / "index"),
        index=LocalIndex.open(tmp_path / "index", WordEmbedder()),
    )
    settings = load_settings(llm="none").model_copy(
        update={"llm_api_key": SecretStr("geheim"), "llm_base_url": "https://models.example/v1?key=geheim#geheim"}
    )
    found = provenance_of(engine, settings)
    assert "geheim" not in json.dumps(found)
    assert str(tmp_path) not in json.dumps(found)
    assert found["settings"]["llm_base_url"] == "https://models.example/v1"
    assert found["settings"]["search"] == {"words_weight": 0.2, "depth": 100}
    assert found["program"]["version"] == __version__
    assert found["embedder"] == {"name": "words", "dimension": 64, "fingerprint": "words:64"}
    assert (found["index"]["articles"], found["index"]["languages"]) == (1, {"fr": 1})
    assert found["calibration"]["models"] == engine.calibration.model


def open_assistant_over(folder: Path) -> Assistant:
    """An assistant whose index is put in its place afterwards: one of another embedder cannot be opened by settings."""
    from index.embedders.static import StaticEmbedder

    other = folder.with_name("static")
    with IndexWriter.open(other, StaticEmbedder()) as writer:
        list(writer.add([QUAY]))
    return open_assistant(load_settings(index=other, llm="none"))


def test_differences_are_named_by_their_place() -> None:
    before = {"index": {"generation": 1, "articles": 2}, "name": "a"}
    assert differences(before, before) == []
    assert differences(before, {"index": {"generation": 3, "articles": 2}, "new": None, "name": "b"}) == [
        "index.generation: 1, now 3",
        "name: a, now b",
    ]
