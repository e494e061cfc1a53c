"""Files are refused before they are read, unless the page asks for them at that moment."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.web.upload_gate import UPLOAD, UploadGate


@pytest.mark.parametrize("path", [UPLOAD, f"{UPLOAD}/", f"{UPLOAD}?upload_id=x"])
def test_an_upload_passes_only_while_the_gate_is_open(path: str) -> None:
    app = FastAPI()
    seen = []
    state = {"open": False}

    @app.post(UPLOAD)
    def upload() -> str:
        seen.append("file")
        return "taken"

    app.add_middleware(UploadGate, is_open=lambda: state["open"])
    client = TestClient(app)
    refused = client.post(path, files={"files": b"text"})
    assert refused.status_code == 403
    assert seen == []
    state["open"] = True
    assert client.post(path, files={"files": b"text"}).json() == "taken"


def test_everything_else_passes_a_closed_gate() -> None:
    app = FastAPI()

    @app.get("/other")
    def other() -> str:
        return "there"

    app.add_middleware(UploadGate, is_open=lambda: False)
    assert TestClient(app).get("/other").json() == "there"
