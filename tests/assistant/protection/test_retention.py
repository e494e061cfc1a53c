"""What is kept about people ends when the settings say, at the start and every day, and the log says how much."""

import json
import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.errors import SettingsInvalid
from assistant.identity.asker import Asker
from assistant.keeping.feedback import all_feedback, feedback_on, keep
from assistant.keeping.keepsakes import Keepsakes
from assistant.keeping.of_user import kept_of
from assistant.keeping.shared_answers import share
from assistant.protection.audit import AuditLog
from assistant.protection.retention import Ended, Retention, end_what_is_over
from assistant.protection.users_data import Deleted, UsersData
from assistant.settings import Settings, load_settings
from tests.fakes import answer_of

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
ADA = Asker("ada", frozenset(), is_owner=False)
ANSWER = answer_of("When?", "In May.")


def filled(folder: Path, **given: int | None) -> Settings:
    """Something of Ada's from each of the last 30 days."""
    settings = load_settings(index=folder / "index", audit_file=folder / "audit", **given)
    keepsakes = Keepsakes.of(settings)
    for days in reversed(range(30)):
        then = NOW - timedelta(days=days)
        AuditLog(settings.audit_file, clock=lambda then=then: then).answered(ADA, "chat", ANSWER)  # type: ignore[misc]
        share(keepsakes, ANSWER, now=then, by="ada")
        keep(keepsakes, feedback_on(f"{days}", ANSWER, good=True, now=then), by="ada")
    return settings


def test_each_kind_ends_when_its_setting_says(tmp_path: Path) -> None:
    settings = filled(tmp_path, audit_days=10, retention_days=20)
    assert end_what_is_over(settings, NOW) == Ended(audit_lines=19, shared_answers=9, feedback=9)
    assert end_what_is_over(settings, NOW) == Ended()
    oldest = json.loads((tmp_path / "audit").read_text().splitlines()[0])["time"]
    assert oldest == (NOW - timedelta(days=10)).isoformat()
    assert len(kept_of(Keepsakes.of(settings), "ada")["shared_answers"]) == 21


def test_links_and_feedback_stay_unless_it_is_set(tmp_path: Path) -> None:
    settings = filled(tmp_path)
    assert end_what_is_over(settings, NOW + timedelta(days=3_000)) == Ended(audit_lines=30)
    assert len(list(all_feedback(Keepsakes.of(settings)))) == 30


def test_it_happens_at_the_start_and_then_again_and_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = filled(tmp_path, retention_days=20)
    seen, again = [0], threading.Event()

    def clock() -> datetime:
        seen[0] += 1
        if seen[0] == 2:
            again.set()
        return NOW + timedelta(days=seen[0] - 1)

    with caplog.at_level(logging.WARNING):
        retention = Retention(settings, clock, every_seconds=0.01)
        retention.start()
        assert "9 shared answers" in caplog.text
        assert again.wait(60)
        retention.stop()
    assert len(list(all_feedback(Keepsakes.of(settings)))) == max(0, 21 - (seen[0] - 1))


def test_a_file_that_cannot_be_read_does_not_end_the_server(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = load_settings(index=tmp_path / "index", retention_days=1)
    Keepsakes.of(settings).file.write_text("no database, but as long as one has to be" * 20)
    with caplog.at_level(logging.ERROR):
        retention = Retention(settings)
        retention.start()
        retention.stop()
    assert "could not be looked through" in caplog.text


@pytest.mark.parametrize("given", [{"audit_days": 0}, {"retention_days": 0}, {"retention_days": -1}])
def test_no_days_at_all_is_no_setting(given: dict[str, int]) -> None:
    with pytest.raises(SettingsInvalid, match="_days"):
        load_settings(**given)


def test_all_of_a_user_is_shown_and_deleted_together(tmp_path: Path) -> None:
    data = UsersData.of(filled(tmp_path))
    found = data.of_user("ada")
    assert {kind: len(found[kind]) for kind in ("audit", "shared_answers", "feedback")} == {
        "audit": 30,
        "shared_answers": 30,
        "feedback": 30,
    }
    assert data.delete("grace") == Deleted(0, 0, 0)
    assert data.delete("ada") == Deleted(30, 30, 30)
    assert data.of_user("ada") == {"name": "ada", "audit": [], "shared_answers": [], "feedback": []}
