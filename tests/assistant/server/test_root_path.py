"""A proxy may hand on the path that it put the server at, or take it off."""

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from assistant.errors import SettingsInvalid
from assistant.server.request_paths import path_of
from assistant.server.root_path import BelowPath
from assistant.settings import load_settings


def app_below(root_path: str) -> FastAPI:
    app = FastAPI()

    @app.get("/{path:path}")
    def told(request: Request) -> list[str]:
        return [request.scope["path"], request.scope["root_path"], path_of(request.scope), str(request.url)]

    app.add_middleware(BelowPath, root_path=root_path)
    return app


@pytest.mark.parametrize("sent", ["/kb/collection/x", "/collection/x"])
def test_both_ways_come_to_the_same(sent: str) -> None:
    told = TestClient(app_below("/kb")).get(sent).json()
    assert told == ["/kb/collection/x", "/kb", "/collection/x", "http://testserver/kb/collection/x"]


def test_a_path_that_only_begins_alike_is_another() -> None:
    assert TestClient(app_below("/kb")).get("/kbs").json()[2] == "/kbs"
    assert TestClient(app_below("")).get("/kb/x").json()[:3] == ["/kb/x", "", "/kb/x"]


def test_without_its_slash_the_path_is_completed() -> None:
    moved = TestClient(app_below("/kb"), follow_redirects=False).get("/kb")
    assert (moved.status_code, moved.headers["location"]) == (307, "/kb/")


@pytest.mark.parametrize(("given", "kept"), [("", ""), ("/", ""), ("/kb/", "/kb"), ("/a/b-c", "/a/b-c")])
def test_a_setting_that_is_a_path_is_taken(given: str, kept: str) -> None:
    assert load_settings(root_path=given).root_path == kept


@pytest.mark.parametrize(
    "given", ["kb", "//kb", "/kb/../x", "/kb?x", "https://a.example/kb", "/api", "/embed/x", "/k b"]
)
def test_what_is_no_path_or_one_of_the_chat_itself_is_refused(given: str) -> None:
    with pytest.raises(SettingsInvalid, match="root_path"):
        load_settings(root_path=given)
