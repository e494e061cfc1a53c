"""What is kept of somebody is found and deleted by their name, and what is old by its age; nothing of others is."""

from datetime import UTC, datetime
from pathlib import Path

from assistant.keeping.feedback import all_feedback, feedback_on, keep
from assistant.keeping.keepsakes import Keepsakes
from assistant.keeping.of_user import Forgotten, forget_before, forget_user, kept_of
from assistant.keeping.shared_answers import find_shared, share
from tests.fakes import answer_of

ANSWER = answer_of("When does it open?", "In May.")


def moment(day: int) -> datetime:
    return datetime(2026, 3, day, 12, tzinfo=UTC)


def filled(file: Path) -> Keepsakes:
    keepsakes = Keepsakes(file)
    for name, day in (("ada", 1), ("grace", 2), (None, 3)):
        share(keepsakes, ANSWER, now=moment(day), by=name)
        keep(keepsakes, feedback_on(f"of {name}", ANSWER, good=True, remark="well", now=moment(day)), by=name)
    return keepsakes


def test_a_user_is_shown_what_is_theirs(tmp_path: Path) -> None:
    keepsakes = filled(tmp_path / "kept.sqlite")
    found = kept_of(keepsakes, "ada")
    assert [each["made_at"] for each in found["shared_answers"]] == ["2026-03-01T12:00:00+00:00"]
    assert found["shared_answers"][0]["answer"]["question"] == "When does it open?"
    assert [(each["id"], each["remark"], each["good"]) for each in found["feedback"]] == [("of ada", "well", True)]
    assert kept_of(keepsakes, "nobody") == {"shared_answers": [], "feedback": []}


def test_a_user_is_forgotten_and_nobody_else(tmp_path: Path) -> None:
    keepsakes = filled(tmp_path / "kept.sqlite")
    link = kept_of(keepsakes, "ada")["shared_answers"][0]["id"]
    assert find_shared(keepsakes, link) is not None
    assert forget_user(keepsakes, "ada") == Forgotten(1, 1)
    assert find_shared(keepsakes, link) is None
    assert kept_of(keepsakes, "ada") == {"shared_answers": [], "feedback": []}
    assert [each.exchange for each in all_feedback(keepsakes)] == ["of grace", "of None"]
    assert forget_user(keepsakes, "ada") == Forgotten(0, 0)


def test_what_is_older_goes_whosever_it_is(tmp_path: Path) -> None:
    keepsakes = filled(tmp_path / "kept.sqlite")
    assert forget_before(keepsakes, moment(3)) == Forgotten(2, 2)
    assert [each.exchange for each in all_feedback(keepsakes)] == ["of None"]


def test_what_is_forgotten_is_not_left_in_the_file(tmp_path: Path) -> None:
    keepsakes = Keepsakes(tmp_path / "kept.sqlite")
    keep(keepsakes, feedback_on("one", ANSWER, good=False, remark="my telephone is 555-0199"), by="ada")
    assert b"555-0199" in keepsakes.file.read_bytes()
    forget_user(keepsakes, "ada")
    assert b"555-0199" not in keepsakes.file.read_bytes()


def test_where_nothing_was_kept_no_file_is_made(tmp_path: Path) -> None:
    keepsakes = Keepsakes(tmp_path / "kept.sqlite")
    assert forget_user(keepsakes, "ada") == forget_before(keepsakes, moment(1)) == Forgotten()
    assert kept_of(keepsakes, "ada")["feedback"] == []
    assert not keepsakes.file.exists()
