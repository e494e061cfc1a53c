"""`assistant privacy` shows, deletes and ends what is kept about people."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.cli.app import app
from assistant.identity.asker import Asker
from assistant.keeping.keepsakes import Keepsakes
from assistant.keeping.shared_answers import share
from assistant.protection.audit import AuditLog
from tests.fakes import answer_of

ANSWER = answer_of("When?", "In May.")
OLD = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Something of Ada's and of Grace's, from long ago and from now."""
    monkeypatch.setenv("ASSISTANT_AUDIT_FILE", str(tmp_path / "audit"))
    monkeypatch.setenv("ASSISTANT_RETENTION_DAYS", "100")
    keepsakes = Keepsakes(tmp_path / "index.kept.sqlite")
    for name in ("ada", "grace"):
        for now in (OLD, datetime.now(UTC)):
            share(keepsakes, ANSWER, by=name, now=now)
            log = AuditLog(tmp_path / "audit", clock=lambda now=now: now)  # type: ignore[misc]
            log.answered(Asker(name, frozenset(), is_owner=False), "chat", ANSWER)
    return tmp_path / "index"


def run(*words: str, index: Path) -> str:
    done = CliRunner().invoke(app, ["privacy", *words, "--index", str(index)])
    assert done.exit_code == 0, done.output
    return done.stdout


def shown(name: str, index: Path) -> Any:
    return json.loads(run("show", name, index=index))


def test_a_user_is_shown_and_deleted(index: Path) -> None:
    found = shown("ada", index)
    assert (found["name"], len(found["audit"]), len(found["shared_answers"])) == ("ada", 2, 2)
    assert run("delete", "ada", index=index) == "Deleted: 2 lines of who asked, 2 shared answers, 0 of feedback\n"
    assert shown("ada", index)["audit"] == []
    assert len(shown("grace", index)["shared_answers"]) == 2


def test_what_was_kept_long_enough_ends(index: Path) -> None:
    assert run("expire", index=index) == "Deleted: 2 lines of who asked, 2 shared answers, 0 of feedback\n"
    assert len(shown("grace", index)["audit"]) == 1
