"""A session is found by its signed cookie, until it ends or is ended; there are never too many."""

import pytest

from assistant.identity import sessions as module
from assistant.identity.sessions import Sessions

STAFF = frozenset({"staff"})


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_it_is_found_until_its_time_is_over() -> None:
    clock = Clock()
    sessions = Sessions(60, clock)
    cookie = sessions.begin("ada", STAFF, "an ID token")
    clock.now += 59
    found = sessions.find(cookie)
    assert found is not None
    assert (found.name, found.groups, found.id_token) == ("ada", STAFF, "an ID token")
    clock.now += 1
    assert sessions.find(cookie) is None


def test_what_is_ended_is_ended_for_every_copy_of_the_cookie() -> None:
    sessions = Sessions(60)
    first, second, other = (sessions.begin(name, STAFF, "") for name in ("ada", "ada", "grace"))
    assert sessions.end(first) is not None
    assert sessions.end(first) is None
    assert sessions.find(first) is None
    assert sessions.find(second) is not None
    assert sessions.end_all("ada") == 1
    assert sessions.find(second) is None
    assert sessions.find(other) is not None


def test_another_server_signed_other_cookies() -> None:
    cookie = Sessions(60).begin("ada", STAFF, "")
    sessions = Sessions(60)
    sessions.begin("ada", STAFF, "")
    for forged in (cookie, cookie.rpartition(".")[0], "", ".", "ä.b", "\ud800"):
        assert sessions.find(forged) is None


def test_the_oldest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SESSIONS", 3)
    clock = Clock()
    sessions = Sessions(60, clock)
    made = [sessions.begin(str(number), STAFF, "") for number in range(5)]
    assert [sessions.find(cookie) is not None for cookie in made] == [False, False, True, True, True]
    clock.now += 60
    sessions.begin("new", STAFF, "")
    assert len(sessions._sessions) == 1
