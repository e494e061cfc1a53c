"""Each answer makes one line: who, when, by which way, which articles; and what is taken out is gone."""

import json
import logging
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import KeepingFailed
from assistant.identity.asker import EVERYBODY, Asker
from assistant.protection.audit import AuditLog
from assistant.settings import load_settings
from index.types import Article
from tests.fakes import answer_of, cite

ARTICLE = Article("harbour.md", "Harbour", "The harbour opens in May. It closes in June.", "en")
ADA = Asker("ada", frozenset({"staff"}), is_owner=False)
GRACE = Asker("grace", frozenset(), is_owner=False)
QUOTES = [cite(ARTICLE, "The harbour opens in May."), cite(ARTICLE, "It closes in June.", 2)]
ANSWER = answer_of("When does the harbour open?", "In May. [1]", QUOTES)


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def at(log: AuditLog, day: int) -> AuditLog:
    return AuditLog(log.file, log.questions, lambda: datetime(2026, 3, day, 9, 30, tzinfo=UTC))


def test_a_line_tells_who_when_how_and_which_articles_and_not_the_question(tmp_path: Path) -> None:
    log = at(AuditLog(tmp_path / "logs" / "audit.jsonl"), 1)
    log.answered(ADA, "chat", ANSWER)
    log.found(EVERYBODY, "search", ["b", "a", "b"], "a query")
    assert log.file is not None
    time = "2026-03-01T09:30:00+00:00"
    assert lines(log.file) == [
        {"time": time, "who": "ada", "surface": "chat", "articles": ["harbour.md"], "abstained": False},
        {"time": time, "who": None, "surface": "search", "articles": ["b", "a"]},
    ]
    assert stat.S_IMODE(log.file.stat().st_mode) == 0o600


def test_the_question_stands_there_only_where_that_is_set(tmp_path: Path) -> None:
    AuditLog(tmp_path / "audit", questions=True).answered(ADA, "ask", ANSWER)
    assert lines(tmp_path / "audit")[0]["question"] == "When does the harbour open?"
    assert load_settings().audit_questions is False


def test_without_a_file_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    log = AuditLog.of(load_settings())
    log.answered(ADA, "chat", ANSWER)
    assert log.of_user("ada") == []
    assert log.forget_user("ada") == 0
    assert list(tmp_path.iterdir()) == []


def test_many_threads_write_whole_lines_while_others_are_taken_out(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit")

    def write(asker: Asker) -> None:
        for _ in range(20):
            log.answered(asker, "chat", ANSWER)

    threads = [threading.Thread(target=write, args=(asker,)) for asker in (ADA, GRACE, GRACE)]
    for thread in threads:
        thread.start()
    taken = sum(log.forget_user("ada") for _ in range(5))
    for thread in threads:
        thread.join()
    taken += log.forget_user("ada")
    assert taken == 20
    assert [line["who"] for line in lines(tmp_path / "audit")] == ["grace"] * 40


def test_a_user_is_shown_and_forgotten_and_what_cannot_be_read_stays(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit")
    log.answered(ADA, "chat", ANSWER)
    log.answered(GRACE, "ask", ANSWER)
    with (tmp_path / "audit").open("a") as file:
        file.write("cut off in the mid")
    assert [line["surface"] for line in log.of_user("ada")] == ["chat"]
    assert log.forget_user("ada") == 1
    assert (tmp_path / "audit").read_text().splitlines()[1] == "cut off in the mid"
    assert stat.S_IMODE((tmp_path / "audit").stat().st_mode) == 0o600
    log.answered(GRACE, "ask", ANSWER)
    assert len((tmp_path / "audit").read_text().splitlines()) == 3


def test_what_is_too_old_goes_and_so_does_what_has_no_time(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit")
    for day in (1, 2, 3):
        at(log, day).answered(ADA, "chat", ANSWER)
    with (tmp_path / "audit").open("a") as file:
        file.write('{"who": "ada"}\nnothing\n')
    assert log.forget_before(datetime(2026, 3, 2, tzinfo=UTC)) == 3
    assert [line["time"][:10] for line in lines(tmp_path / "audit")] == ["2026-03-02", "2026-03-03"]
    assert log.forget_before(datetime(2026, 3, 2, tzinfo=UTC)) == 0


def test_a_file_that_cannot_be_written_is_told_at_the_start_and_later_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(KeepingFailed, match="audit_file"):
        AuditLog.of(load_settings(audit_file=tmp_path / "file" / "audit"))
    with caplog.at_level(logging.ERROR):
        AuditLog(tmp_path / "file" / "audit").answered(ADA, "chat", ANSWER)
    assert "could not be written" in caplog.text
    assert "When does" not in caplog.text
